/** Commands that only concern this line (follow, unfollow, page, read): asked once, forgotten when the line is lost. */
import { makeCid } from "../../shared/cid";
import type { Command, ToHub } from "../../shared/commands";
import type { Reply } from "../../shared/frames";

type Ask = { [Name in Command["op"]]: Omit<Extract<Command, { op: Name }>, "t" | "cid"> }[Command["op"]];

export class Asks {
  private readonly waiting = new Map<string, (reply: Reply | null) => void>();

  constructor(private readonly send: (frame: ToHub) => boolean) {}

  /** Calls `onReply` once, with null when the line is lost before the reply. Who asks again says the same `cid`. */
  ask(ask: Ask, onReply: (reply: Reply | null) => void = () => {}, cid = makeCid()): void {
    const command = { t: "cmd", cid, ...ask } as Command;
    if (this.send(command)) this.waiting.set(cid, onReply);
    else onReply(null);
  }

  /** Takes a reply to one of the asks; false when it answers something else. */
  answer(reply: Reply): boolean {
    const onReply = this.waiting.get(reply.cid);
    this.waiting.delete(reply.cid);
    onReply?.(reply);
    return onReply !== undefined;
  }

  /** The line is lost, and its replies with it. */
  forget(): void {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const onReply of waiting) onReply(null);
  }
}
