/** Tells the visitor that somebody is typing, while it lasts. */

// PROTOCOL.md: repeat every 3 s.
const REPEAT_MS = 3_000;

export class TypingSign {
  private chat: number | null = null;
  private toldAt = 0;

  constructor(
    private readonly tell: (chat: number, on: boolean) => void,
    private readonly now: () => number,
  ) {}

  /** A key was pressed in the reply to `chat`. */
  touch(chat: number): void {
    if (this.chat !== chat) this.stop();
    if (this.chat === chat && this.now() - this.toldAt < REPEAT_MS) return;
    this.chat = chat;
    this.toldAt = this.now();
    this.tell(chat, true);
  }

  /** The reply was sent, emptied or left. */
  stop(): void {
    if (this.chat === null) return;
    this.tell(this.chat, false);
    this.chat = null;
  }
}
