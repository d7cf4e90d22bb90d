/** Loads what is older of a chat: messages as somebody asks for them, and the notes that stand among those that are here. */
import type { EventFrame } from "../../shared/frames";
import { areNotesMissing, missingOf } from "../state/chats";
import type { Asks } from "./asks";
import type { Files } from "./files";
import type { Store } from "./store";

const OLDER_LIMIT = 50;
// PROTOCOL.md: the most one answer brings.
const MOST_OLDER = 200;

export class History {
  constructor(
    private readonly store: Store,
    private readonly asks: Asks,
    private readonly files: Files,
  ) {}

  loadOlder(chat: number, limit = OLDER_LIMIT): void {
    if (this.store.state.chats.get(chat)?.isLoadingOlder) return;
    this.ask(chat, limit, () => this.fill(chat));
  }

  /** Loads the notes that belong among the messages that are here: a gap there would not be seen as one. */
  fill(chat: number): void {
    const followed = this.store.state.chats.get(chat);
    if (followed && !followed.isLoadingOlder && areNotesMissing(followed)) {
      this.ask(chat, MOST_OLDER, (isLoaded) => isLoaded && this.fill(chat));
    }
  }

  /** Loads the chat from its beginning on; whether that is here now. */
  async loadAll(chat: number): Promise<boolean> {
    for (;;) {
      const followed = this.store.state.chats.get(chat);
      if (!followed?.isPaged) return false;
      if (missingOf(followed) === null) return true;
      const isLoaded = await new Promise<boolean>((resolve) => this.ask(chat, MOST_OLDER, resolve));
      if (!isLoaded) return false;
    }
  }

  /** `onDone` is told whether something older has come. */
  private ask(chat: number, limit: number, onDone: (isLoaded: boolean) => void): void {
    const { chats, line } = this.store.state;
    const followed = chats.get(chat);
    const missing = followed ? missingOf(followed) : null;
    const first = missing?.events[0];
    if (!missing || !first || line.kind !== "live") return onDone(false);
    const { stream } = missing;
    this.store.apply({ kind: "older_asked", chat });
    this.asks.ask({ op: "page", args: { stream, before: first.seq, limit } }, (reply) => {
      if (reply?.ok) this.files.noteTold(reply.result["events"] as EventFrame[]);
      this.store.apply({ kind: "older_answered", chat, stream, reply });
      const now = this.store.state.chats.get(chat);
      const isSame = [now?.said, now?.notes].some((one) => one?.stream === stream && one.events[0]?.seq === first.seq);
      onDone(reply?.ok === true && !isSame);
    });
  }
}
