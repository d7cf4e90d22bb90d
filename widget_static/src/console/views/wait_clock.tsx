/** How long a visitor has waited: a ring that fills towards the limit, and the same as a number. */
import type { Desk } from "../desk/desk";
import { urgencyFrom, type Urgency } from "../state/waiting";
import { clockText, PROMISE_MS, promisePart, spanText, warmthFrom, type Warmth } from "../times";
import { Icon } from "./icon";
import { useHubNow } from "./use_desk";

const WARMTHS: Record<Urgency, Warmth> = { calm: "calm", due_soon: "warning", overdue: "bad" };
const WORDS: Record<Urgency, string> = { calm: "", due_soon: ", answer due soon", overdue: ", overdue" };

/** Without a limit of the profile's it goes by the promise. */
export function WaitClock({ desk, since, limitMs }: { desk: Desk; since: number; limitMs: number | null }) {
  const waitedMs = useHubNow(desk, 1000) - since;
  const part = promisePart(waitedMs, limitMs ?? PROMISE_MS);
  const urgency = limitMs === null ? null : urgencyFrom(waitedMs, limitMs);
  return (
    <span class="wait" data-warmth={urgency ? WARMTHS[urgency] : warmthFrom(part)}>
      {urgency === "overdue" ? (
        <Icon name="alert" size={16} />
      ) : (
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
      )}
      <span aria-hidden="true">{clockText(waitedMs)}</span>
      <span class="unseen">
        waiting {spanText(waitedMs)}
        {urgency && WORDS[urgency]}
      </span>
    </span>
  );
}
