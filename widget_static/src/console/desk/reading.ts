/** Says how far the agent has read: at most once a second, and only what is news. */

// PROTOCOL.md asks for no more; the last position within the second is said at its end.
const EVERY_MS = 1_000;

export class Reading {
  /** By chat: the highest seq that was seen, and the highest that was said. */
  private readonly seen = new Map<number, number>();
  private readonly said = new Map<number, number>();
  private cancelPause: (() => void) | null = null;

  constructor(
    private readonly say: (chat: number, seq: number) => boolean,
    private readonly after: (waitMs: number, call: () => void) => () => void,
  ) {}

  saw(chat: number, seq: number): void {
    if (seq <= (this.seen.get(chat) ?? 0)) return;
    this.seen.set(chat, seq);
    if (!this.cancelPause) this.sayNews();
  }

  /** A new line is live: what could not be said is said now. */
  resume(): void {
    if (!this.cancelPause) this.sayNews();
  }

  /** What was said of `chat` has got lost with its line. */
  lost(chat: number): void {
    this.said.delete(chat);
  }

  /** Another history: its numbers say nothing of the old ones. */
  forget(): void {
    this.seen.clear();
    this.said.clear();
  }

  /** The hub could not take what was said of `chat`, and asks for it again after `waitMs`. */
  putOff(chat: number, waitMs: number): void {
    this.said.delete(chat);
    this.stop();
    this.cancelPause = this.after(Math.max(waitMs, EVERY_MS), () => this.sayNews());
  }

  stop(): void {
    this.cancelPause?.();
    this.cancelPause = null;
  }

  private sayNews(): void {
    this.cancelPause = null;
    const news = [...this.seen].filter(([chat, seq]) => seq > (this.said.get(chat) ?? 0));
    const said = news.filter(([chat, seq]) => this.say(chat, seq));
    for (const [chat, seq] of said) this.said.set(chat, seq);
    if (said.length > 0) this.cancelPause = this.after(EVERY_MS, () => this.sayNews());
  }
}
