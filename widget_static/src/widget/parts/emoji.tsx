/** A few emoji for those whose keyboard has none; the chosen one goes where the cursor is. */
import type { Scene } from "../scene";
import { takeFocus } from "../focus";

const EMOJI = [..."😀😄😂🙂😉😍🤔😕😢😮😡🙏👍👎👏💪🧡🎉✅❌❓💡📎📦"];

export function Emoji({ of: field, scene: { state, words, acts } }: { of: HTMLTextAreaElement | null; scene: Scene }) {
  const insert = (emoji: string) => {
    const { draft } = state;
    const at = field?.selectionStart ?? draft.length;
    acts.show("none");
    acts.write(draft.slice(0, at) + emoji + draft.slice(field?.selectionEnd ?? at));
    takeFocus(field);
    field?.setSelectionRange(at + emoji.length, at + emoji.length);
  };
  return (
    <div class="emoji" role="group" aria-label={words.emoji} onClick={(event) => event.stopPropagation()}>
      {EMOJI.map((emoji, index) => (
        <button key={emoji} ref={index ? null : takeFocus} onClick={() => insert(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
