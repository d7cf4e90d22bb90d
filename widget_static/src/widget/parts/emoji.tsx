/** A few emoji for those whose keyboard has none; the chosen one goes where the cursor is. */
import type { RefObject } from "preact";
import type { Scene } from "../scene";
import { takeFocus } from "../focus";

const EMOJI = [..."😀😄😂🙂😉😍🤔😕😢😮😡🙏👍👎👏💪🧡🎉✅❌❓💡📎📦"];

export function Emoji({ of: field, scene: { state, words, acts } }: { of: RefObject<HTMLTextAreaElement | null>; scene: Scene }) {
  const insert = (emoji: string) => {
    const { draft } = state;
    const at = field.current?.selectionStart ?? draft.length;
    acts.show("none");
    acts.write(draft.slice(0, at) + emoji + draft.slice(field.current?.selectionEnd ?? at));
    takeFocus(field.current);
    field.current?.setSelectionRange(at + emoji.length, at + emoji.length);
  };
  return (
    <div class="emoji" role="group" aria-label={words.emoji} onClick={(event) => event.stopPropagation()}>
      {EMOJI.map((emoji, index) => (
        <button key={emoji} ref={index ? null : takeFocus} type="button" onClick={() => insert(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
