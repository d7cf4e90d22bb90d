/**
 * One stream's events as this side knows them, and own messages on their way.
 *
 * Events stand in the hub's order without holes. An own message stands behind the last of them until the
 * event with
 * its cid takes its place. All functions return a new transcript and leave the old one alone.
 */
import type { EventFrame, MessageData, Older, Page, Position, Refusal, Stored } from "./frames";

/**
 * `stored`: the hub has it under `seq`, its event is on the way · `failed`: tried, to be tried again ·
 * `refused`: never.
 */
export type PendingState = "sending" | "stored" | "failed" | "refused";

/** An own message that is no event here yet. */
export interface PendingMessage {
  cid: string;
  text: string;
  /** By the hub's clock, as well as this side knows it. */
  at: number;
  state: PendingState;
  data?: MessageData;
  seq?: number;
  refusal?: Refusal;
}

export interface Transcript {
  readonly stream: string;
  readonly events: readonly EventFrame[];
  /** The highest seq known here; 0 before the first page. */
  readonly head: number;
  /** Whether the hub has older events than these. */
  readonly more: boolean;
  readonly pending: readonly PendingMessage[];
}

export function emptyTranscript(stream: string): Transcript {
  return { stream, events: [], head: 0, more: false, pending: [] };
}

/**
 * Takes a page as it follows a hello: continues what is known when it can, and replaces it when it cannot.
 */
export function applyPage(transcript: Transcript, page: Page): Transcript {
  if (page.stream !== transcript.stream) return transcript;
  const first = page.events[0]?.seq ?? page.head + 1;
  const isContinued = page.resume !== "reset" && transcript.head > 0 && first <= transcript.head + 1;
  if (!isContinued) {
    return settleArrived(
      { ...transcript, events: page.events, head: page.head, more: page.more },
      page.events,
    );
  }
  const fresh = page.events.filter((event) => event.seq > transcript.head);
  const head = Math.max(transcript.head, page.head);
  return settleArrived({ ...transcript, events: [...transcript.events, ...fresh], head }, fresh);
}

export type Outcome = "applied" | "known" | "hole";

/** Takes one live event. `hole`: events before it are missing and it was left out; say hello again. */
export function applyEvent(
  transcript: Transcript,
  event: EventFrame,
): { transcript: Transcript; outcome: Outcome } {
  if (event.seq <= transcript.head) return { transcript, outcome: "known" };
  if (event.seq > transcript.head + 1) return { transcript, outcome: "hole" };
  const grown = { ...transcript, events: [...transcript.events, event], head: event.seq };
  return { transcript: settleArrived(grown, [event]), outcome: "applied" };
}

/**
 * Puts the answer of a `page` command before what is known; what does not join up is left out. Events that are known
 * are taken anew: their files have fresh links.
 */
export function applyOlder(transcript: Transcript, older: Older): Transcript {
  const first = transcript.events[0]?.seq ?? transcript.head + 1;
  const fresh = older.events.filter((event) => event.seq < first);
  if ((fresh.at(-1)?.seq ?? first - 1) !== first - 1) return transcript;
  const renewed = new Map(older.events.map((event) => [event.seq, event]));
  const known = transcript.events.map((event) => renewed.get(event.seq) ?? event);
  // A page of nothing but known events says nothing of what is before them.
  const more = fresh.length === renewed.size ? older.more : transcript.more;
  return { ...transcript, events: [...fresh, ...known], more };
}

/** What `hello` says about this stream, or null when nothing of it is known. */
export function findPosition(transcript: Transcript, epoch: string): Position | null {
  return transcript.head > 0 ? `${epoch}:${transcript.head}` : null;
}

/** Adds an own message. One that is known by its cid, here or as an event, is not added twice. */
export function addPending(transcript: Transcript, message: PendingMessage): Transcript {
  const isKnown =
    transcript.pending.some((own) => own.cid === message.cid) ||
    transcript.events.some((event) => event.cid === message.cid);
  return isKnown ? transcript : { ...transcript, pending: [...transcript.pending, message] };
}

/** The hub has stored the message: it waits for its event, or goes when the event was here first. */
export function settlePending(transcript: Transcript, cid: string, stored: Stored): Transcript {
  if (stored.seq <= transcript.head) return dropPending(transcript, cid);
  return changePending(transcript, cid, (own) => ({
    ...own,
    state: "stored",
    seq: stored.seq,
    at: stored.at,
  }));
}

/** The message is on its way, was tried in vain, or was refused for good. A stored one stays stored. */
export function markPending(
  transcript: Transcript,
  cid: string,
  state: Exclude<PendingState, "stored">,
  refusal?: Refusal,
): Transcript {
  return changePending(transcript, cid, (own) =>
    own.state === "stored" ? own : { ...own, state, ...(refusal ? { refusal } : {}) },
  );
}

/** Takes an own message out, for example to edit it. */
export function dropPending(transcript: Transcript, cid: string): Transcript {
  return { ...transcript, pending: transcript.pending.filter((own) => own.cid !== cid) };
}

function changePending(
  transcript: Transcript,
  cid: string,
  change: (own: PendingMessage) => PendingMessage,
): Transcript {
  return { ...transcript, pending: transcript.pending.map((own) => (own.cid === cid ? change(own) : own)) };
}

/** Own messages leave the pending list when their event is here: by cid, or by the seq their reply named. */
function settleArrived(transcript: Transcript, arrived: readonly EventFrame[]): Transcript {
  if (transcript.pending.length === 0) return transcript;
  const cids = new Set(arrived.map((event) => event.cid));
  const pending = transcript.pending.filter(
    (own) => !cids.has(own.cid) && !(own.seq !== undefined && own.seq <= transcript.head),
  );
  return { ...transcript, pending };
}
