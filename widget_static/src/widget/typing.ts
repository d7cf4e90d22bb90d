/** Tells the hub that the visitor is writing: at once, then from time to time while keys are pressed, and once when it ends. */

export class TypingSignal {
  #toldAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #tell: (on: boolean, text: string) => void;
  readonly #repeatMs: number;

  constructor(tell: (on: boolean, text: string) => void, repeatMs: number) {
    this.#tell = tell;
    this.#repeatMs = repeatMs;
  }

  /** The draft has changed to `text`. What was typed last is told as well, when its time has come. */
  type(text: string): void {
    if (text.trim() === "") return this.stop();
    clearTimeout(this.#timer);
    const waitMs = this.#toldAt + this.#repeatMs - Date.now();
    if (waitMs > 0) {
      this.#timer = setTimeout(() => this.type(text), waitMs);
      return;
    }
    this.#toldAt = Date.now();
    this.#tell(true, text);
  }

  /** Sent, cleared or left. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#toldAt === 0) return;
    this.#toldAt = 0;
    this.#tell(false, "");
  }
}
