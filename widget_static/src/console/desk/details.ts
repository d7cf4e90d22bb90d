/** What a chat is called, what stands by it, and who takes part. The events that tell everybody bring it here, too. */
import type { Reply } from "../../shared/frames";
import type { Asks } from "./asks";
import type { Store } from "./store";

const NOT_THROUGH = "This was not changed. Please try again.";

export class Details {
  constructor(
    private readonly store: Store,
    private readonly asks: Asks,
  ) {}

  rename(chat: number, name: string): void {
    this.asks.ask({ op: "rename", args: { chat, name } }, (reply) => this.take(chat, reply));
  }

  /** An emoji, or null for none. */
  chooseIcon(chat: number, icon: string | null): void {
    this.asks.ask({ op: "icon", args: { chat, icon } }, (reply) => this.take(chat, reply));
  }

  /** A colleague takes part no longer. */
  removeAgent(chat: number, agent: number): void {
    this.asks.ask({ op: "remove", args: { chat, agent } }, (reply) => this.take(chat, reply));
  }

  private take(chat: number, reply: Reply | null): void {
    if (reply?.ok) return;
    this.store.apply({ kind: "notice_told", chat, sentence: reply ? reply.error.message : NOT_THROUGH });
  }
}
