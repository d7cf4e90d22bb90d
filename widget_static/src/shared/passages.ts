/** A transcript cut for drawing: days, groups of messages by sender and minute, and facts between them. */
import type { EventFrame, MessageData, Who } from "./frames";
import { isSameDay } from "./time";
import type { PendingMessage, Transcript } from "./transcript";

// Messages of one sender that began within a minute stand together under one time.
const GROUP_MS = 60_000;

/** One message, whether an event already or still on its way. */
export interface Message {
  /** The same before and after an own message has settled, so that it keeps its place on the screen. */
  key: string;
  text: string;
  data: MessageData;
  at: number;
  seq: number | null;
  pending: PendingMessage | null;
  /** Other words stand there now than were said first. */
  isEdited: boolean;
}

export interface Group {
  kind: "group";
  key: string;
  own: boolean;
  who: Who | null;
  messages: Message[];
}

/** An event that is no message: somebody joined, the chat ended. */
export interface Fact {
  kind: "fact";
  key: string;
  event: EventFrame;
}

export interface Day {
  kind: "day";
  key: string;
  at: number;
}

export type Passage = Group | Fact | Day;

export interface PassageRules {
  isOwn(who: Who): boolean;
  /** Kinds of events that are drawn as messages. */
  messageKinds: ReadonlySet<string>;
  /** Kinds of events that are drawn as facts; all others are not drawn. */
  factKinds: ReadonlySet<string>;
}

/** The passages of events in the order given, then those of own messages on their way. */
export function passagesFrom(
  { events, pending }: Pick<Transcript, "events" | "pending">,
  rules: PassageRules,
): Passage[] {
  const passages: Passage[] = [];
  const edits = editsIn(events);
  for (const event of events) {
    if (rules.factKinds.has(event.kind)) {
      openDay(passages, event.at);
      passages.push({ kind: "fact", key: `f${event.stream}:${event.seq}`, event });
    } else if (rules.messageKinds.has(event.kind)) {
      const own = rules.isOwn(event.who);
      addMessage(passages, own, event.who, messageFromEvent(event, own, edits.get(event.seq)));
    }
  }
  for (const message of pending) addMessage(passages, true, null, messageFromPending(message));
  return passages;
}

/** By the seq of the message the edit that counts, which is its last; one of a message that is not loaded is there too. */
export function editsIn(events: readonly EventFrame[]): Map<unknown, EventFrame> {
  return new Map(events.filter(({ kind }) => kind === "message_edited").map((edit) => [edit.data?.["seq"], edit]));
}

function messageFromEvent(event: EventFrame, own: boolean, edit?: EventFrame): Message {
  const key = own && event.cid ? event.cid : `${event.stream}:${event.seq}`;
  const { text = "" } = edit ?? event;
  // Of a deleted message only the words that say so are left.
  const data = (edit?.data?.["deleted"] ? {} : event.data) ?? {};
  return { key, text, data, at: event.at, seq: event.seq, pending: null, isEdited: !!edit };
}

/** What stands for a message that is nothing but files, where these are not drawn. */
export function namesOfFiles({ attachments = [] }: MessageData): string {
  return attachments.map(({ name }) => name).join("\n");
}

function messageFromPending(pending: PendingMessage): Message {
  const { cid, text, data = {}, at, seq = null } = pending;
  return { key: cid, text, data, at, seq, pending, isEdited: false };
}

function addMessage(passages: Passage[], own: boolean, who: Who | null, message: Message): void {
  openDay(passages, message.at);
  const last = passages.at(-1);
  if (
    last?.kind === "group" &&
    isSameSender(last, own, who) &&
    message.at - last.messages[0]!.at < GROUP_MS
  ) {
    last.messages.push(message);
  } else {
    passages.push({ kind: "group", key: `g${message.key}`, own, who, messages: [message] });
  }
}

function isSameSender(group: Group, own: boolean, who: Who | null): boolean {
  if (group.own || own) return group.own === own;
  return group.who?.id === who?.id && group.who?.side === who?.side;
}

function openDay(passages: Passage[], at: number): void {
  const last = passages.findLast((passage) => passage.kind === "day");
  if (last && isSameDay(last.at, at)) return;
  passages.push({ kind: "day", key: `d${new Date(at).toDateString()}`, at });
}
