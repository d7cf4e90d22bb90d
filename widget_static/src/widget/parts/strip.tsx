/**
 * One line under the header while the line to the hub is down. It waits a moment, because most gaps are
 * shorter.
 */
import type { Scene } from "../scene";
import { Icon } from "./icon";

export function Strip({ scene: { state, words, acts } }: { scene: Scene }) {
  if (state.line === "live" || state.line === "idle") return null;
  if (state.line === "refused") {
    return (
      <div class="strip" role="status">
        <Icon name="alert" />
        <span>{words.notAdmitted}</span>
      </div>
    );
  }
  return (
    <div class="strip" role="status">
      <Icon name="turning" />
      <span>{words.reconnecting}</span>
      <button class="link" onClick={() => acts.tryNow()}>
        {words.tryNow}
      </button>
    </div>
  );
}
