/** The foot of a chat that has ended: thanks, and the way to a new one. */
import type { Scene } from "../scene";
import { CopyButton } from "./copy_button";
import { Rating } from "./rating";

export function Ended({ scene }: { scene: Scene }) {
  const { words, restart, profile } = scene;
  return (
    <div class="ended">
      {profile.enable_feedback ? <Rating scene={scene} /> : <p class="sentence">{words.endThanks}</p>}
      <button class="button primary" onClick={restart}>
        {words.restartChat}
      </button>
      <CopyButton scene={scene} isLink />
    </div>
  );
}
