/** Nobody has joined yet: says so, and what one can do meanwhile. */
import type { Scene } from "../scene";
import { Icon } from "./icon";

export function Waiting({ scene: { words } }: { scene: Scene }) {
  return (
    <div class="queue">
      <span class="queue-mark">
        <Icon name="clock" />
      </span>
      <div>
        <p class="queue-title">{words.waitingForAgent}</p>
        <p class="queue-sentence">{words.waitingExplained}</p>
      </div>
    </div>
  );
}
