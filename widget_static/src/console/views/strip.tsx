/** The line to the hub is down: what happens next, and a way to hurry it. Nothing while all is well. */
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { useHubNow } from "./use_desk";

export function Strip({ desk, state }: { desk: Desk; state: ConsoleState }) {
  if (state.line.kind === "live") return null;
  return <Down desk={desk} state={state} />;
}

function Down({ desk, state }: { desk: Desk; state: ConsoleState }) {
  const now = useHubNow(desk, 1000) - state.skewMs;
  const { line } = state;
  if (line.kind === "refused") {
    return (
      <div class="strip" role="status">
        <span>This page is older than the hub.</span>
        <button type="button" class="link-button" onClick={() => location.reload()}>
          Load it anew
        </button>
      </div>
    );
  }
  const seconds = line.kind === "waiting" ? Math.ceil((line.until - now) / 1000) : 0;
  return (
    <div class="strip" role="status">
      <span>
        {state.wasLive ? "Reconnecting" : "Connecting"}
        <span aria-hidden="true">{seconds > 0 ? ` in ${seconds} s` : ""}</span>
      </span>
      {seconds > 0 && (
        <button type="button" class="link-button" onClick={() => desk.retry()}>
          Try now
        </button>
      )}
    </div>
  );
}
