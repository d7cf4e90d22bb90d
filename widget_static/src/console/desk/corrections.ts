/** Puts own messages right, or deletes them. */
import type { Reply } from "../../shared/frames";
import { lastOwnSeq, newestText } from "../state/conversation";
import type { Asks } from "./asks";
import type { Store } from "./store";

const NOT_THROUGH = "The change did not get through. Please try again.";

export class Corrections {
  constructor(
    private readonly store: Store,
    private readonly asks: Asks,
  ) {}

  /** Opens the message in the composer; false when it is none that can be put right. */
  begin(chat: number, seq: number): boolean {
    const followed = this.store.state.chats.get(chat);
    const text = followed && newestText(followed, seq);
    if (text === undefined || text === null) return false;
    this.store.apply({ kind: "editing_began", chat, seq, text });
    return true;
  }

  /** The newest own message. */
  beginLast(chat: number): boolean {
    const followed = this.store.state.chats.get(chat);
    const seq = followed ? lastOwnSeq(followed, this.store.state.me.id) : 0;
    return seq > 0 && this.begin(chat, seq);
  }

  write(text: string): void {
    this.store.apply({ kind: "editing_written", text });
  }

  end(): void {
    this.store.apply({ kind: "editing_ended" });
  }

  save(): void {
    const { editing, chats } = this.store.state;
    if (!editing || editing.isSaving) return;
    const { chat, seq } = editing;
    const text = editing.text.trim();
    const followed = chats.get(chat);
    if (text === "" || (followed && text === newestText(followed, seq)?.trim())) return this.end();
    this.store.apply({ kind: "editing_saved", isSaving: true });
    this.asks.ask({ op: "edit", args: { chat, seq, text } }, (reply) => this.take(chat, reply, true));
  }

  remove(chat: number, seq: number): void {
    if (this.store.state.editing?.seq === seq) this.end();
    this.asks.ask({ op: "delete", args: { chat, seq } }, (reply) => this.take(chat, reply, false));
  }

  private take(chat: number, reply: Reply | null, isEdit: boolean): void {
    if (reply?.ok) {
      if (isEdit) this.end();
      return;
    }
    if (isEdit) this.store.apply({ kind: "editing_saved", isSaving: false });
    this.store.apply({ kind: "notice_told", chat, sentence: reply ? reply.error.message : NOT_THROUGH });
  }
}
