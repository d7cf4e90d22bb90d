/**
 * Carries errands to the hub, one at a time: a second message must not overtake a first that is tried again.
 * Every errand goes until it is answered, over as many lines and pages as that takes, and is carried out
 * once.
 */
import { makeCid } from "../shared/cid";
import type { Command, StartArgs } from "../shared/commands";
import type { Reply } from "../shared/frames";
import { Outbox, type Keep } from "../shared/outbox";
import { commandFrom, type Errand } from "./errands";
import { describePage } from "./page";

// When a refusal asks for another try without saying when.
export const RETRY_MS = 1_000;

export interface CourierOptions {
  keep: Keep;
  /** Whether the command was handed to a live line. */
  send(command: Command): boolean;
  /** The chat that takes messages now. */
  findOpenChat(): number | null;
  /** What the visitor has said of themselves for the chat that begins. */
  introduce(): StartArgs;
  /** An answer to an errand; also one that asks for another try. */
  onAnswer(errand: Errand, reply: Reply): void;
}

export class Courier {
  readonly #options: CourierOptions;
  readonly #outbox: Outbox<Errand>;
  #underway: string | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#outbox = new Outbox<Errand>(options.keep);
  }

  pending(): Errand[] {
    return this.#outbox.pending();
  }

  add(errand: Errand): void {
    this.#outbox.add(errand);
    this.goOn();
  }

  /** Nothing of what was asked is wanted any more. */
  forget(): void {
    clearTimeout(this.#retryTimer);
    this.#underway = null;
    for (const { cid } of this.pending()) this.#outbox.settle(cid);
  }

  /** A new line: what was on the way with the last one goes again. */
  startAnew(): void {
    this.#underway = null;
    this.goOn();
  }

  /** Sends what is next, without waiting for the time of another try. */
  goOn(): void {
    clearTimeout(this.#retryTimer);
    if (this.#underway) return;
    const errand = this.#next();
    const command = errand && commandFrom(errand);
    if (command && this.#options.send(command)) this.#underway = command.cid;
  }

  /** Takes a reply to one of its errands; others are not its business. */
  receive(reply: Reply): void {
    const errand = this.pending().find(({ cid }) => cid === reply.cid);
    if (!errand) return;
    this.#underway = null;
    const isSettled = reply.ok || reply.error.retry === "never";
    if (isSettled) this.#settle(errand, reply.ok);
    this.#options.onAnswer(errand, reply);
    if (isSettled) this.goOn();
    else this.#retryTimer = setTimeout(() => this.goOn(), reply.error.after_ms ?? RETRY_MS);
  }

  /**
   * The oldest errand; before a message without a chat the start of one, made here when there is none yet.
   */
  #next(): Errand | undefined {
    const pending = this.pending();
    const first = pending[0];
    if (first?.op !== "post" || first.chat !== null) return first;
    const chat = this.#options.findOpenChat();
    const next =
      chat === null
        ? (pending.find(({ op }) => op === "start") ?? this.#makeStart())
        : { ...first, chat };
    this.#outbox.add(next);
    return next;
  }

  #makeStart(): Errand {
    return { cid: makeCid(), op: "start", args: { ...describePage(), ...this.#options.introduce() } };
  }

  /** Begins a chat, if none is there or on its way, before anything is said. */
  begin(): void {
    const isBeginning = this.pending().some(({ op }) => op === "start" || op === "post");
    if (!isBeginning && this.#options.findOpenChat() === null) this.add(this.#makeStart());
  }

  /**
   * When a chat does not begin, neither do the messages that waited for it: their words go back to the
   * visitor.
   */
  #settle(errand: Errand, isDone: boolean): void {
    this.#outbox.settle(errand.cid);
    if (isDone || errand.op !== "start") return;
    for (const waiting of this.pending()) {
      if (waiting.op === "post" && waiting.chat === null) this.#outbox.settle(waiting.cid);
    }
  }
}
