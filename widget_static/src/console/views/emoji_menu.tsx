/** A few emoji for those whose keyboard has none; arrow keys move among them. */
import { useEffect, useRef } from "preact/hooks";

const EMOJI = [..."😀😄😂🙂😉😊😍🤔😅😕😢😮😡🙏👍👎👌👏💪👋🧡🎉✨✅❌❓❗💡📎📦🚚🔧🚲🔒📞📧📅⏰☕🌍"];
const IN_A_ROW = 8;

interface Props {
  onChoose(emoji: string): void;
  onClose(): void;
}

export function EmojiMenu({ onChoose, onClose }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const move = (step: number) => {
    const buttons = [...(place.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
  };
  useEffect(() => place.current?.querySelector("button")?.focus(), []);
  return (
    <div
      ref={place}
      class="menu emoji-menu"
      role="group"
      aria-label="Emoji"
      onKeyDown={(event) => {
        const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: IN_A_ROW, ArrowUp: -IN_A_ROW };
        const step = steps[event.key];
        if (event.key === "Escape") onClose();
        else if (step !== undefined) move(step);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {EMOJI.map((emoji, index) => (
        <button key={emoji} type="button" tabIndex={index === 0 ? 0 : -1} onClick={() => onChoose(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
