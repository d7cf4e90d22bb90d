/** Nobody is there to answer, and no chat is open that could go on. */
import type { Scene } from "../scene";

export function Unavailable({ scene: { words } }: { scene: Scene }) {
  return (
    <div class="screen">
      <p class="greeting">{words.unavailableTitle}</p>
      <p class="sentence">{words.unavailableExplained}</p>
    </div>
  );
}
