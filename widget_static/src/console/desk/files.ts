/** Files: bringing those that go with the next reply, and keeping the addresses of those that came alive. */
import { makeCid } from "../../shared/cid";
import type { EventFrame } from "../../shared/frames";
import type { Keep } from "../../shared/outbox";
import type { HubCalls } from "../hub";
import { draftFileFrom, MAX_FILES, renderDrafts } from "../state/drafts";
import { EMPTY_DRAFT, type DraftFile } from "../state/state";
import { sizeText } from "../times";
import type { Asks } from "./asks";
import type { Store } from "./store";

// PROTOCOL.md: an address holds for an hour; asked for again while the old one still does.
const FRESH_MS = 50 * 60_000;

export class Files {
  /** By the key of a file on its way: how to end that. */
  private readonly stops = new Map<string, () => void>();
  /** By id of an event: when its addresses were told. */
  private readonly toldAt = new Map<number, number>();
  private readonly asking = new Set<number>();

  constructor(
    private readonly store: Store,
    private readonly asks: Asks,
    private readonly hub: HubCalls,
    private readonly drafts: Keep,
    private readonly now: () => number,
  ) {}

  /** Brings the files at once, each by itself, so that they are there when the reply is written. */
  bring(chat: number, files: readonly File[]): void {
    const room = MAX_FILES - (this.store.state.drafts.get(chat) ?? EMPTY_DRAFT).files.length;
    if (files.length > room) {
      this.store.apply({ kind: "notice_told", chat, sentence: `At most ${MAX_FILES} files go with one message.` });
    }
    for (const file of files.slice(0, Math.max(0, room))) void this.bringOne(chat, file);
  }

  /** Takes the file out of the reply. What is at the hub already is removed there within a day. */
  remove(chat: number, key: string): void {
    this.stops.get(key)?.();
    this.stops.delete(key);
    this.store.apply({ kind: "file_removed", chat, key });
    this.keep();
  }

  /** Notes when the addresses in these events were made, as near as this side knows it. */
  noteTold(events: readonly EventFrame[]): void {
    for (const event of events) if (event.data?.["attachments"]) this.toldAt.set(event.id, this.now());
  }

  /** Asks for the event's files anew when their addresses end soon, or when one of them no longer works. */
  refresh(event: { chat: number; seq: number; id: number }, isBroken = false): void {
    const told = this.toldAt.get(event.id) ?? 0;
    if ((!isBroken && this.now() - told < FRESH_MS) || this.asking.has(event.id)) return;
    this.asking.add(event.id);
    const args = { stream: String(event.chat), before: event.seq + 1, limit: 1 };
    this.asks.ask({ op: "page", args }, (reply) => {
      this.asking.delete(event.id);
      if (!reply?.ok) return;
      const events = reply.result["events"] as EventFrame[];
      this.noteTold(events);
      this.store.apply({ kind: "events_refreshed", chat: event.chat, events });
    });
  }

  private async bringOne(chat: number, file: File): Promise<void> {
    const limit = this.store.state.maxFileBytes;
    const underWay: DraftFile = { key: makeCid(), name: file.name, size: file.size, sent: 0, stored: null, refusal: null };
    if (file.size > limit || file.size === 0) {
      const refusal = file.size === 0 ? "This file is empty." : `Larger than ${sizeText(limit)}.`;
      return this.store.apply({ kind: "file_changed", chat, file: { ...underWay, refusal } });
    }
    this.store.apply({ kind: "file_changed", chat, file: underWay });
    const [done, stop] = this.hub.upload(file, (sent) => {
      if (this.stops.has(underWay.key)) this.store.apply({ kind: "file_changed", chat, file: { ...underWay, sent } });
    });
    this.stops.set(underWay.key, stop);
    const outcome = await done;
    if (!this.stops.delete(underWay.key)) return;
    if (!outcome.ok) {
      return this.store.apply({ kind: "file_changed", chat, file: { ...underWay, refusal: outcome.sentence } });
    }
    const { id, filename, content_type, filesize } = outcome.value;
    this.store.apply({ kind: "file_removed", chat, key: underWay.key });
    const stored = { id, name: filename, type: content_type, size: filesize };
    this.store.apply({ kind: "file_changed", chat, file: draftFileFrom(stored) });
    this.keep();
  }

  private keep(): void {
    this.drafts.save(renderDrafts(this.store.state.drafts));
  }
}
