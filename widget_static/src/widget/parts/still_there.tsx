/** Nobody has written for a while: says what happens, and the way out. */
import type { Scene } from "../scene";
import { timeText } from "../../shared/time";
import { fill } from "../words";

export function StillThere({ scene: { state, words, language, acts } }: { scene: Scene }) {
  return (
    <div class="queue still" role="alert">
      <p class="queue-title">{words.stillThere}</p>
      <p class="queue-sentence">{fill(words.stillExplained, timeText(state.stillThereUntil, language))}</p>
      <div class="question-answers">
        <button class="button primary" onClick={() => acts.ask("here", {})}>
          {words.stillHere}
        </button>
        <button class="button" onClick={() => acts.ask("end", {})}>
          {words.endChat}
        </button>
      </div>
    </div>
  );
}
