/** Asks before a chat is ended. The safe answer has the focus. */
import type { Scene } from "../scene";
import { takeFocus } from "../focus";

export function EndQuestion({ scene: { words, acts } }: { scene: Scene }) {
  return (
    <>
      <div class="veil dim" onClick={() => acts.show("none")} />
      <div class="question" role="alertdialog" aria-labelledby="question" aria-describedby="question-more">
        <p id="question" class="question-title">
          {words.endQuestion}
        </p>
        <p id="question-more" class="question-more">
          {words.endExplained}
        </p>
        <div class="question-answers">
          <button class="button primary" onClick={() => acts.ask("end", {})}>
            {words.endChat}
          </button>
          <button ref={takeFocus} class="button" onClick={() => acts.show("none")}>
            {words.cancel}
          </button>
        </div>
      </div>
    </>
  );
}
