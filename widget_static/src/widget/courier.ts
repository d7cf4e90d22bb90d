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

export interface Courier {
  pending(): Errand[];
  add(errand: Errand): void;
  /** Nothing of what was asked is wanted any more. */
  forget(): void;
  /** A new line: what was on the way with the last one goes again. */
  startAnew(): void;
  /** Sends what is next, without waiting for the time of another try. */
  goOn(): void;
  /** Takes a reply to one of its errands; others are not its business. */
  receive(reply: Reply): void;
  /** Begins a chat, if none is there or on its way, before anything is said. */
  begin(): void;
}

export function makeCourier({ keep, send, findOpenChat, introduce, onAnswer }: CourierOptions): Courier {
  const outbox = new Outbox<Errand>(keep);
  let underway: string | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  return { pending, add, forget, startAnew, goOn, receive, begin };

  function pending(): Errand[] {
    return outbox.pending();
  }

  function add(errand: Errand): void {
    outbox.add(errand);
    goOn();
  }

  function forget(): void {
    clearTimeout(retryTimer);
    underway = null;
    for (const { cid } of pending()) outbox.settle(cid);
  }

  function startAnew(): void {
    underway = null;
    goOn();
  }

  function goOn(): void {
    clearTimeout(retryTimer);
    if (underway) return;
    const errand = next();
    const command = errand && commandFrom(errand);
    if (command && send(command)) underway = command.cid;
  }

  function receive(reply: Reply): void {
    const errand = pending().find(({ cid }) => cid === reply.cid);
    if (!errand) return;
    underway = null;
    const isSettled = reply.ok || reply.error.retry === "never";
    if (isSettled) settle(errand, reply.ok);
    onAnswer(errand, reply);
    if (isSettled) goOn();
    else retryTimer = setTimeout(goOn, reply.error.after_ms ?? RETRY_MS);
  }

  /**
   * The oldest errand; before a message without a chat the start of one, made here when there is none yet.
   */
  function next(): Errand | undefined {
    const waiting = pending();
    const first = waiting[0];
    if (first?.op !== "post" || first.chat !== null) return first;
    const chat = findOpenChat();
    const due = chat === null ? (waiting.find(({ op }) => op === "start") ?? makeStart()) : { ...first, chat };
    outbox.add(due);
    return due;
  }

  function makeStart(): Errand {
    return { cid: makeCid(), op: "start", args: { ...describePage(), ...introduce() } };
  }

  function begin(): void {
    const isBeginning = pending().some(({ op }) => op === "start" || op === "post");
    if (!isBeginning && findOpenChat() === null) add(makeStart());
  }

  /**
   * When a chat does not begin, neither do the messages that waited for it: their words go back to the
   * visitor.
   */
  function settle(errand: Errand, isDone: boolean): void {
    outbox.settle(errand.cid);
    if (isDone || errand.op !== "start") return;
    for (const waiting of pending()) {
      if (waiting.op === "post" && waiting.chat === null) outbox.settle(waiting.cid);
    }
  }
}
