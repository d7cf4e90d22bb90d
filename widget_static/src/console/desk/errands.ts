/**
 * Runs errands: each is kept until the hub has answered it, and sent again after a lost line or a reload.
 *
 * Errands of one chat go one after the other, so that no retry can change their order.
 */
import type { ToHub } from "../../shared/commands";
import type { Attachment, Reply } from "../../shared/frames";
import { Outbox, type Keep } from "../../shared/outbox";
import type { Change, Errand } from "../state/changes";

// The hub answers in milliseconds; a reply this late is lost, and the same cid makes asking again harmless.
const OVERDUE_MS = 10_000;
// For a refusal that says "after" and not when.
const DEFAULT_RETRY_MS = 1_000;

export interface Surroundings {
  /** Whether the frame was handed to a live line. */
  send(frame: ToHub): boolean;
  apply(change: Change): void;
  /** By the hub's clock, as well as this side knows it. */
  hubNow(): number;
  /** Calls once after `waitMs`; the answer cancels it. */
  after(waitMs: number, call: () => void): () => void;
}

interface KeptErrand {
  cid: string;
  errand: Errand;
  at: number;
  /** What the files are that the errand names by their ids. */
  files?: readonly Attachment[];
}

export class Errands {
  private readonly outbox: Outbox<KeptErrand>;
  /** By cid: the timer of an errand that was sent, or that waits to be sent again. */
  private readonly timers = new Map<string, () => void>();

  constructor(
    keep: Keep,
    private readonly around: Surroundings,
  ) {
    this.outbox = new Outbox<KeptErrand>(keep);
  }

  run(errand: Errand, files: readonly Attachment[] = []): void {
    const kept = { cid: errand.cid, errand, at: this.around.hubNow(), files };
    this.outbox.add(kept);
    this.around.apply({ kind: "errand_sent", errand, at: kept.at, files });
    this.sendNext(errand.args.chat);
  }

  /** A new line is live: whatever has no answer yet is sent again. */
  resume(): void {
    this.stopTimers();
    for (const chat of new Set(this.outbox.pending().map((kept) => kept.errand.args.chat))) this.sendNext(chat);
  }

  /** The line is lost: nothing is under way any more. */
  pause(): void {
    this.stopTimers();
    for (const { errand } of this.outbox.pending()) this.around.apply({ kind: "errand_delayed", errand });
  }

  /** Takes a reply to one of the errands; false when it answers something else. */
  answer(reply: Reply): boolean {
    const kept = this.outbox.pending().find((one) => one.cid === reply.cid);
    if (!kept) return false;
    this.stopTimer(reply.cid);
    const isDone = reply.ok || reply.error.retry === "never";
    if (isDone) this.outbox.settle(reply.cid);
    this.around.apply({ kind: "errand_answered", errand: kept.errand, reply, files: kept.files ?? [] });
    if (isDone) this.sendNext(kept.errand.args.chat);
    else this.sendLater(kept, retryMsFrom(reply));
    return true;
  }

  /** Tells the state again what is under way in `chat`: it was opened after the errands were given. */
  tellAgain(chat: number): void {
    for (const { errand, at, files = [] } of this.pendingOf(chat)) {
      this.around.apply({ kind: "errand_sent", errand, at, files });
      if (!this.timers.has(errand.cid)) this.around.apply({ kind: "errand_delayed", errand });
    }
  }

  private sendNext(chat: number): void {
    const next = this.pendingOf(chat)[0];
    if (!next || this.timers.has(next.cid)) return;
    if (this.around.send(next.errand)) {
      this.around.apply({ kind: "errand_sent", errand: next.errand, at: next.at, files: next.files ?? [] });
      this.timers.set(next.cid, this.around.after(OVERDUE_MS, () => this.sendOverdue(next)));
    } else {
      this.around.apply({ kind: "errand_delayed", errand: next.errand });
    }
  }

  private sendOverdue(kept: KeptErrand): void {
    this.timers.delete(kept.cid);
    this.sendNext(kept.errand.args.chat);
    this.around.apply({ kind: "errand_delayed", errand: kept.errand });
  }

  private sendLater(kept: KeptErrand, waitMs: number): void {
    const send = () => {
      this.timers.delete(kept.cid);
      this.sendNext(kept.errand.args.chat);
    };
    this.timers.set(kept.cid, this.around.after(waitMs, send));
  }

  private pendingOf(chat: number): KeptErrand[] {
    return this.outbox.pending().filter((kept) => kept.errand.args.chat === chat);
  }

  private stopTimer(cid: string): void {
    this.timers.get(cid)?.();
    this.timers.delete(cid);
  }

  private stopTimers(): void {
    for (const cid of [...this.timers.keys()]) this.stopTimer(cid);
  }
}

function retryMsFrom(reply: Reply): number {
  if (reply.ok || reply.error.retry === "now") return 0;
  return reply.error.after_ms ?? DEFAULT_RETRY_MS;
}
