/** Where the visitor writes: grows to five lines, Enter sends, Shift and Enter breaks the line. */
import { createRef } from "preact";
import type { Scene } from "../scene";
import { fill } from "../words";
import { Icon } from "./icon";

// There is one composer, and its field outlives every drawing.
const field = createRef<HTMLTextAreaElement>();

export function Composer({ scene: { state, words, acts } }: { scene: Scene }) {
  const excess = state.draft.trim().length - state.maxTextChars;
  const send = () => {
    acts.say();
    field.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    // While an input method composes, Enter chooses a word (keyCode 229 where isComposing is already false).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <div class="composer" onClick={() => field.current?.focus()}>
      <div class="grow">
        <div class="mirror" aria-hidden="true" dir="auto">
          {`${state.draft || words.messagePlaceholder}\u200b`}
        </div>
        <textarea
          ref={field}
          rows={1}
          dir={state.draft ? "auto" : undefined}
          value={state.draft}
          placeholder={words.messagePlaceholder}
          aria-label={words.messagePlaceholder}
          aria-invalid={excess > 0}
          aria-describedby="composer-hint"
          enterkeyhint="send"
          onInput={(event) => acts.write(event.currentTarget.value)}
          onKeyDown={press}
          onBlur={() => acts.stopTyping()}
        />
      </div>
      <div class="tools">
        <span id="composer-hint" class="hint" role="status">
          {excess > 0 ? fill(words.tooLong, excess) : state.refusal}
        </span>
        <button
          type="button"
          class="send"
          aria-label={words.send}
          disabled={!state.draft.trim() || excess > 0}
          onClick={send}
        >
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}
