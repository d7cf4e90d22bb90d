/** What the agent's state means for the eye: which chats are shown, what can be done with one, what stands under own words. */
import { isParticipant, visitorReadFrom } from "../console/state/headers";
import { sectionFrom, sectionsFrom, unreadFrom } from "../console/state/inbox";
import type { ConsoleState } from "../console/state/state";
import type { Chat, Offer, Row, Who } from "../shared/frames";
import { passagesFrom, type Message, type Passage } from "../shared/passages";
import { timeText } from "../shared/time";
import type { Transcript } from "../shared/transcript";
import type { Standing } from "../widget/view";
import { fill } from "../widget/words";
import type { AgentWords } from "./words";

const RULES = {
  messageKinds: new Set(["message_posted"]),
  factKinds: new Set(["agent_joined", "agent_left", "chat_ended"]),
};

/** The chats of the list, each kind in its order: what waits for an answer of the agent's, what they talk in, what is over. */
export interface Shown {
  requests: Row[];
  own: Row[];
  ended: Row[];
}

export function rowsShown({ inbox, me, teams }: ConsoleState): Shown {
  const { waiting, mine, colleagues, ended } = sectionsFrom(inbox.rows.values(), me.id);
  // The hub tells agents on pages the last words of those chats alone that concern them.
  const isOwn = (row: Row) => row.last !== null || row.holder?.id === me.id;
  const isOffered = (row: Row) => isForMe(row, me.id, teams);
  return {
    requests: [...colleagues.filter(isOffered), ...waiting.filter((row) => !row.offer || isOffered(row))],
    own: [...mine, ...colleagues.filter((row) => isOwn(row) && !isOffered(row))],
    ended: ended.filter(isOwn),
  };
}

function isForMe({ offer }: Row, me: number, teams: readonly number[]): boolean {
  if (!offer) return false;
  return offer.to ? offer.to.id === me : offer.team !== null && teams.includes(offer.team.id) && offer.sender?.id !== me;
}

/** The offer of this chat that the agent may answer. */
export function findOffer(row: Row | undefined, { me, teams }: ConsoleState): Offer | null {
  return row && isForMe(row, me.id, teams) ? row.offer : null;
}

/** What awaits the agent: unread messages of chats of theirs, and requests. */
export function countAwaiting(state: ConsoleState): number {
  const { requests, own } = rowsShown(state);
  return requests.length + own.reduce((sum, row) => sum + unreadFrom(row, state.readHere), 0);
}

/** What the agent can do with an open chat. `none`: nothing is known of it yet. */
export type Footing = "none" | "request" | "talking" | "ended" | "taken";

export function footingFrom(state: ConsoleState, chat: number): Footing {
  const row = state.inbox.rows.get(chat);
  const header = state.chats.get(chat)?.header;
  const now = header?.state ?? row?.state;
  if (!now) return "none";
  if (now === "ended") return "ended";
  if (header && isParticipant(header, state.me.id)) return "talking";
  if (now === "queued" || findOffer(row, state)) return "request";
  return row && sectionFrom(row, state.me.id) === "mine" ? "none" : "taken";
}

export function titleOf(state: ConsoleState, chat: number): string {
  const header = state.chats.get(chat)?.header;
  const row = state.inbox.rows.get(chat);
  return header?.name ?? row?.name ?? header?.visitor.name ?? row?.visitor.name ?? "";
}

export function passagesOf(transcript: Transcript, me: number): Passage[] {
  return passagesFrom(transcript, { ...RULES, isOwn: ({ side, id }: Who) => side === "agent" && id === me });
}

export function nameOf(who: Who | null, header: Chat | null): string {
  const known = header?.participants.find(({ id }) => id === who?.id)?.name;
  if (known) return known;
  return (who?.side === "visitor" ? header?.visitor.name : who?.name) ?? header?.profile.name ?? "";
}

/** What stands under a group of own words that ends in `message`; `isLast`: it is the newest. */
export function standingFrom(
  { pending, seq, at }: Message,
  isLast: boolean,
  { line }: ConsoleState,
  header: Chat | null,
  words: AgentWords,
  language: string,
): Standing {
  if (pending?.state === "failed") return { text: words.notSent, tone: "failed" };
  if (pending?.state === "sending") {
    return line.kind === "live"
      ? { text: words.sending, tone: "late" }
      : { text: words.waitingToBeSent, tone: "waiting" };
  }
  const read = header && visitorReadFrom(header);
  const isSeen = read?.at && read.seq >= (seq ?? Infinity);
  const text = isSeen ? fill(words.seen, timeText(read.at!, language)) : fill(words.sent, timeText(at, language));
  return { text: isLast ? text : timeText(at, language), tone: "quiet" };
}
