/** How long an offer still stands: a ring that empties, and the seconds. */
import type { Desk } from "../desk/desk";
import { clockText } from "../times";
import { useHubNow } from "./use_desk";

const RADIUS = 6.5;
const ROUND = 2 * Math.PI * RADIUS;
/** Longer offers begin with a full ring all the same. */
const FULL_MS = 60_000;

export function OfferClock({ desk, until }: { desk: Desk; until: number }) {
  const leftMs = Math.max(0, until - useHubNow(desk, 1000));
  const part = Math.min(1, leftMs / FULL_MS);
  return (
    <span class="wait offer-clock">
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle class="wait-track" cx="8" cy="8" r={RADIUS} />
        <circle
          class="wait-part"
          cx="8"
          cy="8"
          r={RADIUS}
          stroke-dasharray={`${part * ROUND} ${ROUND}`}
          transform="rotate(-90 8 8)"
        />
      </svg>
      <span class="unseen">for another</span>
      {clockText(leftMs)}
    </span>
  );
}
