/**
 * Which way a line takes: a websocket, or beats where websockets do not get through, and when to try again
 * whether they do.
 */

// Two deaths so close together are no accident.
const FLAPPING_MS = 30_000;
const DEATHS_ALLOWED = 2;
const FIRST_TRIAL_MS = 60_000;
const LONGEST_TRIAL_MS = 10 * 60_000;

export class Way {
  isBeating: boolean;
  /** Whether something happened that makes another trial worth while at once. */
  isTrialDue = false;
  #deaths: number[] = [];
  #trials = 0;
  readonly #isFixed: boolean;

  /** `isBeatingOnly`: whoever owns the line wants beats, whatever gets through. */
  constructor(isBeatingOnly: boolean) {
    this.isBeating = this.#isFixed = isBeatingOnly;
  }

  /** A websocket that had been live died at `now` without a goodbye, after `livedMs`. */
  takeDeath(now: number, livedMs: number): void {
    if (livedMs > FLAPPING_MS) this.#trials = 0;
    this.#deaths = [...this.#deaths.filter((at) => now - at <= FLAPPING_MS), now];
    if (this.#deaths.length >= DEATHS_ALLOWED) this.fallBack();
  }

  /** From now on beats. */
  fallBack(): void {
    this.isBeating = true;
    this.#deaths = [];
  }

  /** A websocket has come about: from now on it. */
  comeBack(): void {
    this.isBeating = false;
  }

  /** How long the beats go on before the next websocket is tried; null for ever. Counts as that trial. */
  takeTrialMs(): number | null {
    if (this.#isFixed) return null;
    if (this.isTrialDue) {
      this.isTrialDue = false;
      return 0;
    }
    this.#trials += 1;
    return Math.min(LONGEST_TRIAL_MS, FIRST_TRIAL_MS * 2 ** (this.#trials - 1));
  }
}
