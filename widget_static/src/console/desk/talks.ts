/** Starts chats with colleagues, and brings colleagues in. What is said there goes the way of every chat. */
import type { Reply, Started } from "../../shared/frames";
import type { Desk } from "./desk";

const NOT_THROUGH = "This did not get through. Please try again.";

/** The chat, or one sentence about why there is none. */
export type Outcome = { chat: number } | { sentence: string };

/** The chat with these colleagues. Who tries again says the same `cid`, so that nobody is asked into two. */
export function startTalk(
  desk: Desk,
  agents: readonly number[],
  name: string,
  cid: string,
  onDone: (outcome: Outcome) => void,
): void {
  const args = { agents: [...agents], ...(name.trim() === "" || agents.length < 2 ? {} : { name: name.trim() }) };
  desk.asks.ask({ op: "talk", args }, (reply) => {
    onDone(outcomeFrom(reply, () => (reply as unknown as { result: Started }).result.chat.id));
  }, cid);
}

/** Colleagues come into a chat of several. */
export function addToTalk(
  desk: Desk,
  chat: number,
  agents: readonly number[],
  cid: string,
  onDone: (outcome: Outcome) => void,
): void {
  desk.asks.ask({ op: "add", args: { chat, agents: [...agents] } }, (reply) => onDone(outcomeFrom(reply, () => chat)), cid);
}

function outcomeFrom(reply: Reply | null, chatOf: () => number): Outcome {
  if (reply?.ok) return { chat: chatOf() };
  return { sentence: reply ? reply.error.message : NOT_THROUGH };
}
