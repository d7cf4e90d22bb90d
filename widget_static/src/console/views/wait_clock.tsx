/** How long a visitor has waited: a ring that fills towards the promise, and the same as a number. */
import type { Desk } from "../desk/desk";
import { clockText, promisePart, spanText, warmthFrom } from "../times";
import { useHubNow } from "./use_desk";

export function WaitClock({ desk, since }: { desk: Desk; since: number }) {
  const waitedMs = useHubNow(desk, 1000) - since;
  const part = promisePart(waitedMs);
  return (
    <span class="wait" data-warmth={warmthFrom(part)}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <circle class="wait-track" cx="7" cy="7" r="5.5" />
        <circle
          class="wait-part"
          cx="7"
          cy="7"
          r="5.5"
          pathLength="100"
          stroke-dasharray={`${Math.max(2, part * 100)} 100`}
          transform="rotate(-90 7 7)"
        />
      </svg>
      <span aria-hidden="true">{clockText(waitedMs)}</span>
      <span class="unseen">waiting {spanText(waitedMs)}</span>
    </span>
  );
}
