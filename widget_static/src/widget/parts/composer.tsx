/** Where the visitor writes: grows to five lines, Enter sends, Shift and Enter breaks the line. */
import type { Scene } from "../scene";
import { canSay } from "../view";
import { fill } from "../words";
import { Chosen } from "./chosen";
import { Emoji } from "./emoji";
import { Icon } from "./icon";

// There is one composer, and its field outlives every drawing.
let field: HTMLTextAreaElement | null = null;
const keepField = (element: HTMLTextAreaElement | null) => void (field = element);

export function Composer({ scene }: { scene: Scene }) {
  const { state, words, acts } = scene;
  const excess = state.draft.trim().length - state.maxTextChars;
  const fault = excess > 0 ? fill(words.tooLong, excess) : state.refusal;
  const send = () => {
    acts.say();
    field?.focus();
  };
  const choose = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.onchange = () => scene.bring(input.files);
    input.click();
  };
  const press = (event: KeyboardEvent) => {
    // While an input method composes, Enter chooses a word (keyCode 229 where isComposing is already false).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <div class="composer" onClick={() => field?.focus()}>
      {state.files.length > 0 && <Chosen scene={scene} />}
      <div class="grow">
        <div class="mirror" aria-hidden="true" dir="auto">
          {`${state.draft || words.messagePlaceholder}\u200b`}
        </div>
        <textarea
          ref={keepField}
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
          onPaste={(event) => event.clipboardData?.files.length && (event.preventDefault(), scene.bring(event.clipboardData.files))}
        />
      </div>
      <div class="tools">
        <button class="tool" aria-label={words.attach} onClick={choose}>
          <Icon name="attach" />
        </button>
        <button
         
          class="tool"
          aria-label={words.emoji}
          aria-expanded={state.layer === "emoji"}
          onClick={() => acts.show(state.layer === "emoji" ? "none" : "emoji")}
        >
          <Icon name="emoji" />
        </button>
        <span id="composer-hint" class={`hint file-note ${fault ? "bad" : ""}`} role="status">
          {fault || (scene.profile._draft_preview && words.draftsSeen)}
        </span>
        <button
         
          class="send"
          aria-label={words.send}
          disabled={!canSay(state)}
          onClick={send}
        >
          <Icon name="send" />
        </button>
      </div>
      {state.layer === "emoji" && <Emoji scene={scene} of={field} />}
    </div>
  );
}
