/**
 * Tells the hub that the visitor is writing: at most every 3 s while keys are pressed, and once when it ends.
 */

// The hub's lease lasts a little longer than this.
const REPEAT_MS = 3_000;

export class TypingSignal {
  #toldAt = 0;

  readonly #tell: (on: boolean) => void;
  readonly #now: () => number;

  constructor(tell: (on: boolean) => void, now: () => number = Date.now) {
    this.#tell = tell;
    this.#now = now;
  }

  /** The draft has changed to `text`. */
  type(text: string): void {
    if (text.trim() === "") return this.stop();
    if (this.#now() - this.#toldAt < REPEAT_MS) return;
    this.#toldAt = this.#now();
    this.#tell(true);
  }

  /** Sent, cleared or left. */
  stop(): void {
    if (this.#toldAt === 0) return;
    this.#toldAt = 0;
    this.#tell(false);
  }
}
