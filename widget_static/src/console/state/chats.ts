/** The followed chats: opening them, and what pages, events and commands make of their transcripts. */
import type { Chat, EventFrame, Older, Page, Read, Row } from "../../shared/frames";
import { staffStreamFrom, streamFrom } from "../../shared/frames";
import { headerAfterRead, mergeHeaders } from "../../shared/header";
import { applyEvent, applyOlder, applyPage, emptyTranscript, type Transcript } from "../../shared/transcript";
import { headerAfterEvent, headerAfterRow } from "./headers";
import { withEntry, type ConsoleState, type FollowedChat } from "./state";
import { settledHeader } from "./talks";

/** More open streams than an agent can mean to watch; beyond it the least recently opened is let go. */
export const MAX_FOLLOWED = 20;

export function newFollowedChat(chat: number): FollowedChat {
  return {
    header: null,
    said: emptyTranscript(streamFrom(chat)),
    notes: emptyTranscript(staffStreamFrom(chat)),
    isPaged: false,
    isLoadingOlder: false,
    onScreen: 0,
  };
}

/** The chats after `chat` was opened: it stands last, and at most MAX_FOLLOWED are kept. */
export function chatsAfterOpening(
  chats: ReadonlyMap<number, FollowedChat>,
  chat: number,
): ReadonlyMap<number, FollowedChat> {
  const copy = new Map(chats);
  const followed = copy.get(chat) ?? newFollowedChat(chat);
  copy.delete(chat);
  copy.set(chat, followed);
  for (const oldest of [...copy.keys()].slice(0, Math.max(0, copy.size - MAX_FOLLOWED))) copy.delete(oldest);
  return copy;
}

/** The state with one followed chat changed; unchanged when it is not followed. */
export function withChat(
  state: ConsoleState,
  chat: number,
  change: (followed: FollowedChat) => FollowedChat,
): ConsoleState {
  const followed = state.chats.get(chat);
  if (!followed) return state;
  const changed = change(followed);
  return changed === followed ? state : { ...state, chats: replaceInPlace(state.chats, chat, changed) };
}

/** Takes a header the hub told. It may be older than what events, read marks or the list have told since. */
export function withHeader(state: ConsoleState, told: Chat): ConsoleState {
  const header = settledHeader(told);
  const row = state.inbox.rows.get(header.id);
  return withChat(state, header.id, (followed) => {
    const merged = followed.header ? mergeHeaders(followed.header, header) : header;
    const isRowNewer = row !== undefined && row.head > merged.head;
    return { ...followed, header: isRowNewer ? headerAfterRow(merged, row, followed.said.head) : merged };
  });
}

/** The chats without their headers: those of another history compare with nothing. */
export function withoutHeaders(chats: ConsoleState["chats"]): ConsoleState["chats"] {
  return new Map([...chats].map(([chat, followed]) => [chat, { ...followed, header: null }]));
}

export function withPage(state: ConsoleState, page: Page): ConsoleState {
  return withChat(state, chatOf(page.stream), (followed) => {
    if (page.stream === followed.notes.stream) return { ...followed, notes: applyPage(followed.notes, page) };
    const onScreen = page.resume === "reset" ? 0 : followed.onScreen;
    const header = followed.header && page.events.reduce(headerAfterEvent, followed.header);
    return { ...followed, header, said: applyPage(followed.said, page), isPaged: true, isLoadingOlder: false, onScreen };
  });
}

/** Takes a live event; one that leaves a hole is left out (positions.ts notices it). */
export function withEvent(state: ConsoleState, event: EventFrame): ConsoleState {
  return withChat(state, event.chat, (followed) => {
    const { transcript, outcome } = applyEvent(transcriptOf(followed, event.stream), event);
    if (outcome === "hole") return followed;
    // The header may be older than the events: where one line hands over to another, each has brought its own.
    const header = followed.header && headerAfterEvent(followed.header, event);
    return { ...withTranscript(followed, transcript), header };
  });
}

/** Whether `event` cannot be taken yet, because events before it are missing. */
export function leavesHole(state: ConsoleState, event: EventFrame): boolean {
  const followed = state.chats.get(event.chat);
  if (!followed?.isPaged) return false;
  return event.seq > transcriptOf(followed, event.stream).head + 1;
}

export function withOlder(state: ConsoleState, chat: number, stream: string, older: Older | null): ConsoleState {
  return withChat(state, chat, (followed) => {
    const settled = { ...followed, isLoadingOlder: false };
    return older ? withTranscript(settled, applyOlder(transcriptOf(followed, stream), older)) : settled;
  });
}

/** Whether notes that stand among the messages that are here are not here themselves. */
export function areNotesMissing({ said, notes, isPaged }: FollowedChat): boolean {
  if (!isPaged || !notes.more) return false;
  const firstSaid = said.more ? (said.events[0]?.seq ?? 0) : 1;
  return (notes.events[0]?.after ?? 0) >= firstSaid - 1;
}

/** What is to be loaded next of what is older; null when the chat is here from its beginning on. */
export function missingOf(followed: FollowedChat): Transcript | null {
  if (areNotesMissing(followed)) return followed.notes;
  return followed.said.more ? followed.said : null;
}

/** Takes events anew that are here already: their files have other addresses now. */
export function withRefreshed(state: ConsoleState, chat: number, fresh: readonly EventFrame[]): ConsoleState {
  const bySeq = new Map(fresh.map((event) => [event.seq, event]));
  return withChat(state, chat, (followed) => ({
    ...followed,
    said: { ...followed.said, events: followed.said.events.map((event) => bySeq.get(event.seq) ?? event) },
  }));
}

export function withRead(state: ConsoleState, read: Read): ConsoleState {
  const known = withChat(state, read.chat, (followed) =>
    followed.header ? { ...followed, header: headerAfterRead(followed.header, read) } : followed,
  );
  return read.id === state.me.id ? withReadHere(known, read.chat, read.seq) : known;
}

export function withReadHere(state: ConsoleState, chat: number, seq: number): ConsoleState {
  if (seq <= (state.readHere.get(chat) ?? 0)) return state;
  return { ...state, readHere: withEntry(state.readHere, chat, seq) };
}

export function withRowInHeader(state: ConsoleState, row: Row): ConsoleState {
  return withChat(state, row.chat, (followed) =>
    followed.header
      ? { ...followed, header: headerAfterRow(followed.header, row, followed.said.head) }
      : followed,
  );
}

/** The chat a stream belongs to. */
export function chatOf(stream: string): number {
  return Number.parseInt(stream, 10);
}

/** A chat's own transcript of `stream`: what everybody sees, or what only agents see. */
function transcriptOf(followed: FollowedChat, stream: string): Transcript {
  return stream === followed.notes.stream ? followed.notes : followed.said;
}

function withTranscript(followed: FollowedChat, transcript: Transcript): FollowedChat {
  return transcript.stream === followed.notes.stream
    ? { ...followed, notes: transcript }
    : { ...followed, said: transcript };
}

/** Keeps the order of the map, which is the order of opening. */
function replaceInPlace(
  chats: ReadonlyMap<number, FollowedChat>,
  chat: number,
  changed: FollowedChat,
): ReadonlyMap<number, FollowedChat> {
  return new Map(chats).set(chat, changed);
}
