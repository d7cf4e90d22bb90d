/**
 * How frames of the hub and acts of the visitor change the state. Pure: the clock comes with what happened.
 */
import {
  streamFrom,
  type Attachment,
  type Chat,
  type Eph,
  type EventFrame,
  type FromHub,
  type Page,
  type Read,
  type Refusal,
  type Reply,
  type Started,
  type Stored,
  type TypingEph,
  type Welcome,
} from "../shared/frames";
import { headerAfterRead, mergeHeaders } from "../shared/header";
import type { LineState } from "../shared/line";
import {
  addPending,
  applyEvent,
  applyPage,
  dropPending,
  emptyTranscript,
  markPending,
  settlePending,
} from "../shared/transcript";
import { chatAfterEvent, findOwnRead } from "./chat";
import type { Errand, PostErrand } from "./errands";
import type { PlainErrand } from "./errands";
import type { FileUnderway, State } from "./state";

export type Happening =
  /** What needs no more than to be noted. */
  | { kind: "noted"; change: Partial<State> }
  /** `isDraft`: it takes what was written and chosen; else it is an answer beside it. */
  | { kind: "said"; errand: PostErrand; isDraft: boolean }
  | { kind: "asked"; errand: PlainErrand }
  /** What came of an id token; `error`: why it was not taken. */
  | { kind: "proven"; isUpgrade: boolean; error: string }
  | { kind: "line changed"; line: LineState }
  | { kind: "framed"; frame: FromHub; now: number }
  | { kind: "answered"; errand: Errand; reply: Reply };

// Refusals that say the chat cannot take the text, not that the text is wrong: it goes back to the visitor's
// hands.
const CHAT_IS_GONE: ReadonlySet<string> = new Set(["chat_ended", "chat_not_found"]);

export function reduce(state: State, happening: Happening): State {
  switch (happening.kind) {
    case "noted":
      return { ...state, ...happening.change };
    case "said":
      return {
        ...withPending(state, happening.errand),
        ...(happening.isDraft ? { draft: "", files: [] } : {}),
        layer: "none",
        stillThereUntil: 0,
        refusal: null,
      };
    case "asked":
      return afterAsking(state, happening.errand);
    case "proven":
      return { ...state };
    case "line changed":
      // Who is writing is only known while the line tells.
      return {
        ...state,
        line: happening.line.kind,
        typing: happening.line.kind === "live" ? state.typing : [],
      };
    case "framed":
      return afterFrame(state, happening.frame, happening.now);
    case "answered":
      return afterAnswer(state, happening.errand, happening.reply);
  }
}

function afterFrame(state: State, frame: FromHub, now: number): State {
  switch (frame.t) {
    case "welcome":
      return afterWelcome(state, frame, now);
    case "page":
      return afterPage(state, frame);
    case "event":
      return afterEvent(state, frame);
    case "read":
      return frame.chat === state.chat?.id ? afterRead(state, state.chat, frame) : state;
    case "eph":
      return afterEph(state, frame);
    case "ping":
    case "pong":
      return { ...state, isBehind: state.isBehind || isBeyond(state, frame.heads) };
    default:
      return state;
  }
}

function afterWelcome(state: State, welcome: Welcome, now: number): State {
  const welcomed: State = {
    ...state,
    isWelcome: true,
    isBehind: false,
    epoch: welcome.epoch,
    clockAheadMs: welcome.now - now,
    maxTextChars: welcome.max_text_chars,
    maxFileBytes: welcome.max_file_bytes,
    typing: [],
    stillThereUntil: 0,
  };
  const chat =
    welcome.chats.find(({ id }) => id === state.chat?.id) ??
    welcome.chats.find((open) => open.state !== "ended");
  if (chat) return adoptChat(welcomed, chat, state.epoch === welcome.epoch);
  // What the hub no longer knows of is not shown on; own words that wait stay.
  return state.chat ? { ...welcomed, chat: null, transcript: withoutEvents(state, "") } : welcomed;
}

/**
 * Makes `chat` the one that is shown; its events come with its page. Of the same history it may be older than
 * what is known of it.
 */
function adoptChat(state: State, chat: Chat, isSameHistory = true): State {
  const stream = streamFrom(chat.id);
  const isKnown = isSameHistory && state.chat?.id === chat.id;
  return {
    ...state,
    chat: isKnown ? mergeHeaders(state.chat!, chat) : chat,
    readSeq: Math.max(findOwnRead(chat), isKnown ? state.readSeq : 0),
    transcript: isKnown ? state.transcript : withoutEvents(state, stream),
  };
}

function withoutEvents(state: State, stream: string): State["transcript"] {
  return { ...emptyTranscript(stream), pending: state.transcript.pending };
}

function afterPage(state: State, page: Page): State {
  if (!state.chat) return { ...state, isBehind: true };
  if (page.stream !== streamFrom(state.chat.id)) return state;
  return {
    ...state,
    transcript: applyPage(state.transcript, page),
    chat: page.events.reduce(chatAfterEvent, state.chat),
  };
}

function afterEvent(state: State, event: EventFrame): State {
  if (!state.chat) return { ...state, isBehind: true };
  if (event.stream !== streamFrom(state.chat.id)) return state;
  const { transcript, outcome } = applyEvent(state.transcript, event);
  if (outcome === "hole") return { ...state, isBehind: true };
  return {
    ...state,
    transcript,
    chat: chatAfterEvent(state.chat, event),
    typing: state.typing.filter(({ who }) => who.id !== event.who.id),
  };
}

/** What the visitor has read in another tab is read here too. */
function afterRead(state: State, chat: Chat, read: Read): State {
  const readSeq = read.id === chat.visitor.id ? Math.max(state.readSeq, read.seq) : state.readSeq;
  return { ...state, readSeq, chat: headerAfterRead(chat, read) };
}

function afterEph(state: State, eph: Eph): State {
  if (eph.kind === "availability") {
    return { ...state, isAvailable: eph.available, opensAt: eph.opens_at, refusal: null };
  }
  if (!("chat" in eph) || eph.chat !== state.chat?.id) return state;
  switch (eph.kind) {
    case "typing":
      return { ...state, typing: typingAfter(state, eph) };
    case "queue":
      return { ...state, place: eph };
    case "still_there":
      return { ...state, stillThereUntil: eph.until };
  }
}

/** Who still writes at `now`. */
export function typingAt({ typing }: State, now: number): State["typing"] {
  return typing.filter(({ until }) => until > now);
}

function typingAfter(state: State, { who, on, until }: TypingEph): State["typing"] {
  if (who.side === "visitor") return state.typing;
  const others = state.typing.filter((typing) => typing.who.id !== who.id);
  return on ? [...others, { who, until: until - state.clockAheadMs }] : others;
}

function isBeyond({ chat, transcript }: State, heads: Record<string, number>): boolean {
  if (!chat) return false;
  return (heads[streamFrom(chat.id)] ?? 0) > transcript.head;
}

/** A message on its way, from this page or from an earlier one that left it unacknowledged. */
export function withPending(state: State, { cid, text, at, data }: PostErrand): State {
  return { ...state, transcript: addPending(state.transcript, { cid, text, at, state: "sending", ...(data ? { data } : {}) }) };
}

/** What the visitor sees at once of what they ask for. */
function afterAsking(state: State, { op, args }: PlainErrand): State {
  const asked: State = { ...state, layer: "none", refusal: null };
  if (op === "here") return { ...asked, stillThereUntil: 0 };
  return "score" in args ? { ...asked, rating: args } : asked;
}

/** A file was chosen, or came further. */
export function withFile(files: State["files"], file: FileUnderway): State["files"] {
  const isKnown = files.some(({ key }) => key === file.key);
  return isKnown ? files.map((one) => (one.key === file.key ? file : one)) : [...files, file];
}

function afterAnswer(state: State, errand: Errand, reply: Reply): State {
  if (!reply.ok)
    return afterRefusal(
      reply.chat?.id === state.chat?.id ? withChat(state, reply.chat) : state,
      errand,
      reply.error,
    );
  switch (errand.op) {
    case "start":
      return adoptChat(state, (reply.result as unknown as Started).chat);
    case "post":
      return {
        ...state,
        transcript: settlePending(state.transcript, errand.cid, reply.result as unknown as Stored),
      };
    default:
      return state;
  }
}

function withChat(state: State, chat: Chat | undefined): State {
  return chat ? { ...state, chat } : state;
}

function afterRefusal(state: State, errand: Errand, refusal: Refusal): State {
  const isFinal = refusal.retry === "never";
  if (errand.op === "start") {
    return isFinal
      ? { ...takeAllBack(state), refusal: refusal.message }
      : { ...state, transcript: failPending(state) };
  }
  if (errand.op !== "post")
    return isFinal && !CHAT_IS_GONE.has(refusal.code) ? { ...state, refusal: refusal.message } : state;
  if (!isFinal) return { ...state, transcript: markPending(state.transcript, errand.cid, "failed", refusal) };
  if (!CHAT_IS_GONE.has(refusal.code)) {
    return { ...state, transcript: markPending(state.transcript, errand.cid, "refused", refusal) };
  }
  return takeBack(state, errand.cid);
}

function readyFile(stored: Attachment): FileUnderway {
  const { name, size } = stored;
  return { key: `${stored.id}`, name, size, sent: size, state: "ready", stored };
}

/** The words and files of one message return to the composer, before what is there. */
export function takeBack(state: State, cid: string): State {
  const own = state.transcript.pending.find((message) => message.cid === cid);
  if (!own) return state;
  const draft = [own.text, state.draft].filter(Boolean).join("\n");
  const files = (own.data?.attachments ?? []).map(readyFile);
  return { ...state, draft, files: [...files, ...state.files], transcript: dropPending(state.transcript, cid) };
}

function takeAllBack(state: State): State {
  return state.transcript.pending.reduceRight((rest, { cid }) => takeBack(rest, cid), state);
}

function failPending({ transcript }: State): State["transcript"] {
  return transcript.pending.reduce((rest, { cid }) => markPending(rest, cid, "failed"), transcript);
}

/** What was tried in vain is on its way again. */
export function retryFailed({ transcript }: State): State["transcript"] {
  return transcript.pending
    .filter(({ state }) => state === "failed")
    .reduce((rest, { cid }) => markPending(rest, cid, "sending"), transcript);
}
