/** What the state means for the eye: which screen, who is there, what stands under the last own message. */
import type { Profile } from "../loader/profile";
import type { Chat, EventFrame, MessageData, Participant, Who } from "../shared/frames";
import { passagesFrom, type Message, type Passage } from "../shared/passages";
import { timeText } from "../shared/time";
import type { State } from "./state";
import { fill, type Words } from "./words";

export type Phase = "resuming" | "greeting" | "unavailable" | "talking" | "ended";

/** What a message under way, stored or seen says of itself. */
export interface Standing {
  text: string;
  /** `late`: shown only when it lasts · `failed`: it can be tried at once · `refused`: it can be edited. */
  tone: "quiet" | "late" | "waiting" | "failed" | "refused";
}

export const isOwn = (who: Who): boolean => who.side === "visitor";

const RULES = {
  isOwn,
  messageKinds: new Set(["message_posted"]),
  factKinds: new Set(["agent_joined", "agent_left", "chat_ended"]),
};

/** `hasToken`: an earlier page left one, so there may be a conversation the hub has not told of yet. */
export function phaseFrom(state: State, hasToken: boolean): Phase {
  if (state.chat) return state.chat.state === "ended" ? "ended" : "talking";
  if (state.transcript.pending.length > 0) return "talking";
  if (!state.isWelcome && hasToken) return "resuming";
  return state.isAvailable ? "greeting" : "unavailable";
}

export function isWaiting({ chat }: State): boolean {
  return chat?.state === "queued";
}

/** Whether there is a chat that the visitor can end. */
export function canEnd({ chat }: State): boolean {
  return chat !== null && chat.state !== "ended";
}

/** The agent to name in the header: who holds the chat, else who joined last and is still there. */
export function findAgent(chat: Chat | null): Participant | null {
  const agents = chat?.participants.filter(({ side }) => side === "agent") ?? [];
  const present = agents.filter(({ left }) => !left);
  return (
    agents.find(({ id, left }) => id === chat?.holder && !left) ??
    present.at(-1) ??
    (chat?.state === "ended" ? agents.at(-1) : null) ??
    null
  );
}

/** The name of who wrote, as the visitor knows it. */
export function nameFrom(who: Who | null, chat: Chat | null, profile: Profile): string {
  const participant = chat?.participants.find(({ id }) => id === who?.id);
  return participant?.name || who?.name || (who?.side === "bot" && profile.bot_name) || profile.name;
}

/** Whether there is something to say, and nothing of it too long or still on its way. */
export function canSay({ draft, files, maxTextChars }: State): boolean {
  const text = draft.trim();
  return (text !== "" || files.length > 0) && text.length <= maxTextChars && files.every(({ state }) => state === "ready");
}

/** What the newest message asks for, until it has been answered. */
export function findQuestion({ transcript }: State): MessageData | null {
  const last = transcript.events.findLast(({ kind }) => kind === "message_posted");
  const data = last?.data as MessageData | undefined;
  return data?.next_input && transcript.pending.length === 0 ? data : null;
}

export function passagesFromState(state: State): Passage[] {
  return passagesFrom(state.transcript, RULES);
}

/** Whether it is a message of the other side. */
export const isNews = ({ kind, who }: EventFrame): boolean => kind === "message_posted" && !isOwn(who);

/** The newest message of the other side. */
export function findNews({ transcript }: State): EventFrame | undefined {
  return transcript.events.findLast(isNews);
}

/** Messages of the other side that the visitor has not read. */
export function countUnread({ transcript, readSeq }: State): number {
  return transcript.events.filter((event) => event.seq > readSeq && isNews(event)).length;
}

/** What stands under a group that ends in `message`; `isLast`: it is the visitor's latest. */
export function standingFrom(
  message: Message,
  isLast: boolean,
  state: State,
  words: Words,
  language: string,
): Standing {
  const quiet = (text: string): Standing => ({ text, tone: "quiet" });
  const { pending } = message;
  if (pending?.state === "refused") {
    return { text: pending.refusal?.message ?? words.refused, tone: "refused" };
  }
  if (pending?.state === "failed") return { text: words.notSent, tone: "failed" };
  if (pending?.state === "sending") {
    return state.line === "live" || state.line === "connecting"
      ? { text: words.sending, tone: "late" }
      : { text: words.waitingToBeSent, tone: "waiting" };
  }
  if (!isLast) return quiet(timeText(message.at, language));
  const seenAt = findSeenAt(state.chat, message.seq ?? Infinity);
  return quiet(
    seenAt ? fill(words.seen, timeText(seenAt, language)) : fill(words.sent, timeText(message.at, language)),
  );
}

/** When the first agent had read up to `seq`, or null. */
function findSeenAt(chat: Chat | null, seq: number): number | null {
  const times = chat?.participants
    .filter(({ side, read }) => side === "agent" && read >= seq)
    .map(({ read_at }) => read_at ?? 0);
  return times?.length ? Math.min(...times) || null : null;
}
