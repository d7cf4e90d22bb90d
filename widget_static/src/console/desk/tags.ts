/** The tags of chats. */
import type { Asks } from "./asks";
import type { Store } from "./store";

const NOT_THROUGH = "The tags were not changed. Please try again.";

export class Tags {
  constructor(
    private readonly store: Store,
    private readonly asks: Asks,
  ) {}

  /** All tags of the chat from now on. The event that tells everybody brings them here, too. */
  set(chat: number, tags: readonly string[]): void {
    this.asks.ask({ op: "tag", args: { chat, tags: [...tags] } }, (reply) => {
      if (reply?.ok) return;
      this.store.apply({ kind: "notice_told", chat, sentence: reply ? reply.error.message : NOT_THROUGH });
    });
  }

  /** Those in use, the commonest first. */
  list(take: (tags: readonly string[]) => void): void {
    this.asks.ask({ op: "tags", args: {} }, (reply) => {
      if (reply?.ok) take(reply.result["tags"] as string[]);
    });
  }
}
