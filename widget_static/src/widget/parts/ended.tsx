/** The foot of a chat that has ended: thanks, and the way to a new one. */
import type { Scene } from "../scene";
import { Extra } from "./extra";

export function Ended({ scene }: { scene: Scene }) {
  const { words, restart, profile } = scene;
  return (
    <div class="ended">
      {profile.enable_feedback ? <Extra name="Rating" scene={scene} /> : <p class="sentence">{words.endThanks}</p>}
      <button type="button" class="button primary" onClick={restart}>
        {words.restartChat}
      </button>
    </div>
  );
}
