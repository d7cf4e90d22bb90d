/** The foot of a chat that has ended: thanks, and the way to a new one. */
import type { Scene } from "../scene";

export function Ended({ scene: { words, restart } }: { scene: Scene }) {
  return (
    <div class="ended">
      <p class="sentence">{words.endThanks}</p>
      <button type="button" class="button primary" onClick={restart}>
        {words.restartChat}
      </button>
    </div>
  );
}
