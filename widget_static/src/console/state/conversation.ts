/** The open conversation cut for drawing: what was said with the notes at their places, and who speaks with which voice. */
import type { Chat, EventFrame, Named, Who } from "../../shared/frames";
import { passagesFrom, type Group, type Passage } from "../../shared/passages";
import { shortNameFrom } from "../names";
import { CONTROL_KINDS } from "./control";
import type { ConsoleState, FollowedChat, Guard } from "./state";

export type Voice = "visitor" | "mine" | "colleague";

const MESSAGE_KINDS: ReadonlySet<string> = new Set(["message_posted"]);
/** Somebody whom the chat's header does not know. */
const UNKNOWN_COLLEAGUE = "A colleague";
const LINE_KINDS: ReadonlySet<string> = new Set([
  "agent_joined",
  "agent_left",
  "chat_ended",
  "chat_renamed",
  "visitor_identified",
  "note_posted",
  "chat_rated",
  "chat_changed",
  ...CONTROL_KINDS,
]);

/**
 * Days, groups, lines and notes in their order, own words on their way last.
 * What the guard shows is left out: it stands there in full until the agent has chosen.
 */
export function conversationFrom(followed: FollowedChat, me: number, guard: Guard | null): Passage[] {
  const guarded = new Set(guard?.answers.map((event) => event.id));
  return passagesFrom(
    { events: mergeNotes(followed).filter((event) => isTold(event) && !guarded.has(event.id)), pending: followed.said.pending },
    {
      isOwn: (who) => who.side === "agent" && who.id === me,
      messageKinds: MESSAGE_KINDS,
      factKinds: LINE_KINDS,
    },
  );
}

/** Of what was changed about a chat the log tells what was done to its fields: that has no other trace. */
function isTold(event: EventFrame): boolean {
  return event.kind !== "chat_changed" || event.data?.["custom_fields"] !== undefined;
}

/** Public events with each note behind the one it stands after; notes of a part not loaded yet are left out. */
export function mergeNotes({ said, notes }: FollowedChat): EventFrame[] {
  const first = said.events[0]?.seq ?? 1;
  const waiting = notes.events.filter((note) => !said.more || (note.after ?? 0) >= first - 1);
  const merged: EventFrame[] = [];
  let next = 0;
  for (const event of said.events) {
    while (next < waiting.length && (waiting[next]!.after ?? 0) < event.seq) merged.push(waiting[next++]!);
    merged.push(event);
  }
  return [...merged, ...waiting.slice(next)];
}

/** Among colleagues everybody else speaks from the other side. */
export function voiceOf(group: Group, header: Chat | null = null): Voice {
  if (group.own) return "mine";
  if (header?.kind === "agents") return "visitor";
  return group.who?.side === "visitor" ? "visitor" : "colleague";
}

/** The name of `who`: as the event says, else as the chat's header knows it, or the colleagues do. */
export function nameOf(who: Who | null, header: Chat | null, colleagues: readonly Named[] = []): string {
  const known =
    header?.participants.find((one) => one.id === who?.id) ??
    (who?.side === "agent" ? colleagues.find((one) => one.id === who.id) : undefined);
  if (known) return known.name;
  if (who?.side === "visitor") return header?.visitor.name ?? "Visitor";
  return who?.name ?? (who?.side === "bot" ? "Flow" : who?.side === "agent" ? UNKNOWN_COLLEAGUE : "Hub");
}

/** What colleagues call `who` in a line of text. */
export function shortNameOf(who: Who | null, header: Chat | null, colleagues: readonly Named[] = []): string {
  const name = nameOf(who, header, colleagues);
  return name === UNKNOWN_COLLEAGUE ? name : shortNameFrom(name);
}

/** The seq of the newest own message that is an event, or 0. */
export function lastOwnSeq(followed: FollowedChat, me: number): number {
  const gone = deletedSeqs(followed);
  const own = followed.said.events.findLast(
    (event) => isMessage(event) && isBy(event, me) && !gone.has(event.seq),
  );
  return own?.seq ?? 0;
}

/** One wording of a message that was put right since. */
export interface Version {
  readonly text: string;
  readonly at: number;
}

/** What the message said before, the first words first; empty when it was never put right. */
export function earlierVersions(followed: FollowedChat, seq: number): Version[] {
  const versions = followed.said.events.filter((event) => event.seq === seq || editedSeq(event) === seq);
  return versions.slice(0, -1).map(({ text = "", at }) => ({ text, at }));
}

/** The words of a message as they stand now; null for one that was deleted or is not here. */
export function newestText(followed: FollowedChat, seq: number): string | null {
  const newest = followed.said.events.findLast((event) => event.seq === seq || editedSeq(event) === seq);
  return newest && !isDeletion(newest) ? (newest.text ?? "") : null;
}

/** The messages that were deleted, by seq. */
export function deletedSeqs(followed: FollowedChat): ReadonlySet<number> {
  return new Set(followed.said.events.filter(isDeletion).map((event) => editedSeq(event)!));
}

function editedSeq(event: EventFrame): number | null {
  return event.kind === "message_edited" ? Number(event.data?.["seq"]) : null;
}

function isDeletion(event: EventFrame): boolean {
  return event.kind === "message_edited" && event.data?.["deleted"] === true;
}

/** How many messages of others stand below what has been on screen. */
export function countUnseen(followed: FollowedChat, me: number): number {
  return followed.said.events.filter(
    (event) => event.seq > followed.onScreen && isMessage(event) && !isBy(event, me),
  ).length;
}

/** What the post's `expect_seq` says: the newest public event that has been before the agent's eyes. */
export function expectedSeq(state: ConsoleState, chat: number): number | null {
  const followed = state.chats.get(chat);
  // Among colleagues there is nobody to be answered twice.
  if (followed?.header?.kind === "agents" || state.talks.has(chat)) return null;
  return followed?.isPaged ? followed.onScreen : null;
}

function isMessage(event: EventFrame): boolean {
  return MESSAGE_KINDS.has(event.kind);
}

function isBy(event: EventFrame, me: number): boolean {
  return event.who.side === "agent" && event.who.id === me;
}
