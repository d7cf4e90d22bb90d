/** The custom fields of chats. */
import type { Asks } from "./asks";
import type { Store } from "./store";

const NOT_THROUGH = "The field was not changed. Please try again.";

export class Fields {
  constructor(
    private readonly store: Store,
    private readonly asks: Asks,
  ) {}

  /** Null takes the field away. The event that tells everybody brings it here, too. */
  set(chat: number, name: string, value: string | null): void {
    this.asks.ask({ op: "field", args: { chat, name, value } }, (reply) => {
      if (reply?.ok) return;
      this.store.apply({ kind: "notice_told", chat, sentence: reply ? reply.error.message : NOT_THROUGH });
    });
  }
}
