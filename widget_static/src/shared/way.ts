/**
 * Which way a line takes: a websocket, or beats where websockets do not get through, and when to try again
 * whether they do.
 */

// Two deaths so close together are no accident.
const FLAPPING_MS = 30_000;
const DEATHS_ALLOWED = 2;
const FIRST_TRIAL_MS = 60_000;
const LONGEST_TRIAL_MS = 10 * 60_000;

export interface Way {
  readonly isBeating: boolean;
  /** Whether something happened that makes another trial worth while at once. */
  isTrialDue: boolean;
  /** A websocket that had been live died at `now` without a goodbye, after `livedMs`. */
  takeDeath(now: number, livedMs: number): void;
  /** From now on beats. */
  fallBack(): void;
  /** A websocket has come about: from now on it. */
  comeBack(): void;
  /** How long the beats go on before the next websocket is tried; null for ever. Counts as that trial. */
  takeTrialMs(): number | null;
}

/** `isBeatingOnly`: whoever owns the line wants beats, whatever gets through. */
export function makeWay(isBeatingOnly: boolean): Way {
  let deaths: number[] = [];
  let trials = 0;
  const way = {
    isBeating: isBeatingOnly,
    isTrialDue: false,
    takeDeath(now: number, livedMs: number) {
      if (livedMs > FLAPPING_MS) trials = 0;
      deaths = [...deaths.filter((at) => now - at <= FLAPPING_MS), now];
      if (deaths.length >= DEATHS_ALLOWED) way.fallBack();
    },
    fallBack() {
      way.isBeating = true;
      deaths = [];
    },
    comeBack() {
      way.isBeating = false;
    },
    takeTrialMs() {
      if (isBeatingOnly) return null;
      if (way.isTrialDue) {
        way.isTrialDue = false;
        return 0;
      }
      trials += 1;
      return Math.min(LONGEST_TRIAL_MS, FIRST_TRIAL_MS * 2 ** (trials - 1));
    },
  };
  return way;
}
