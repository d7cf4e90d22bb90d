/** Tells the hub that the visitor is writing: at once, then from time to time while keys are pressed, and once when it ends. */

export interface TypingSignal {
  /** The draft has changed to `text`. What was typed last is told as well, when its time has come. */
  type(text: string): void;
  /** Sent, cleared or left. */
  stop(): void;
}

export function makeTypingSignal(tell: (on: boolean, text: string) => void, repeatMs: number): TypingSignal {
  let toldAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return { type, stop };

  function type(text: string): void {
    if (text.trim() === "") return stop();
    clearTimeout(timer);
    const waitMs = toldAt + repeatMs - Date.now();
    if (waitMs > 0) {
      timer = setTimeout(() => type(text), waitMs);
      return;
    }
    toldAt = Date.now();
    tell(true, text);
  }

  function stop(): void {
    clearTimeout(timer);
    if (toldAt === 0) return;
    toldAt = 0;
    tell(false, "");
  }
}
