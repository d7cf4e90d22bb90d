/** The line to the hub is down, or will be: what happens next, and a way to hurry it. Else nothing. */
import { useRef } from "preact/hooks";
import { timeText } from "../../shared/time";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { LANGUAGE } from "../times";
import { placeAfter, rowAfter } from "./focus";
import { useHubNow } from "./use_desk";
import { useFocusKept } from "./use_focus_kept";

export function Strip({ desk, state }: { desk: Desk; state: ConsoleState }) {
  const { line, signInEndsAt } = state;
  if (line.kind !== "live") return <Down desk={desk} state={state} />;
  if (signInEndsAt === null || signInEndsAt < desk.hubNow()) return null;
  return (
    <p class="strip quiet" role="status">
      Your sign-in ends at {timeText(signInEndsAt - state.skewMs, LANGUAGE)}. What you are writing is kept.
    </p>
  );
}

function Down({ desk, state }: { desk: Desk; state: ConsoleState }) {
  const place = useRef<HTMLDivElement>(null);
  // The way to hurry goes by itself when it is too late for it.
  useFocusKept(place, (button) => (button.closest(".inbox") ? rowAfter(button) : placeAfter(button)));
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
    <div class="strip" role="status" ref={place}>
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
