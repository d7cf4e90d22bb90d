/** Nobody has joined yet: says so, and what one can do meanwhile. */
import type { Scene } from "../scene";
import { Icon } from "./icon";
import { fill } from "../words";

const MINUTE_S = 60;

export function Waiting({ scene: { state, words } }: { scene: Scene }) {
  const { position = 0, wait_s } = state.place ?? {};
  const [low, high] = (wait_s ?? []).map((seconds) => Math.ceil(seconds / MINUTE_S));
  return (
    <div class="queue">
      <span class="queue-mark">
        {position || <Icon name="clock" />}
      </span>
      <div>
        <p class="queue-title">{position > 0 ? fill(words.inLine, position) : words.waitingForAgent}</p>
        <p class="queue-sentence">
          {high && `${low === high ? fill(words.joinsIn, high) : fill(words.joinsBetween, low!, `${high}`)} `}
          {words.waitingExplained}
        </p>
      </div>
    </div>
  );
}
