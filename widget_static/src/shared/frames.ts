/**
 * The frames of the realtime protocol as types, and reading one from the wire.
 *
 * Counterpart: hub/live/PROTOCOL.md and the sample frames beside it.
 */

export type Side = "visitor" | "agent" | "bot" | "system";
export type ChatState = "flow" | "queued" | "active" | "ended";
/** `EPOCH:SEQ` */
export type Position = string;
/** Milliseconds since 1970 UTC, by the hub's clock. */
export type Instant = number;

/** Whether an agent takes new chats; who is invisible is not seen by colleagues either. */
export type AgentStatus = "available" | "away" | "invisible";

export interface Who {
  id: number | null;
  side: Side;
  name?: string;
}

export interface Participant {
  id: number;
  side: Side;
  name: string;
  read: number;
  read_at: Instant | null;
  left: boolean;
}

export interface Named {
  id: number;
  name: string;
}

export interface Chat {
  id: number;
  uuid: string;
  profile: Named;
  name: string | null;
  state: ChatState;
  head: number;
  staff_head?: number;
  visitor: Named;
  holder: number | null;
  participants: Participant[];
  started_at: Instant;
  queued_at: Instant | null;
  accepted_at: Instant | null;
  ended_at: Instant | null;
  page_url?: string | null;
  page_title?: string | null;
  language?: string | null;
  time_zone?: string | null;
  email?: string | null;
  referrer?: string | null;
  user_agent?: string | null;
  phone?: string | null;
  company?: string | null;
  /** Their page has proved who they are. */
  is_proven?: boolean;
  team?: Named | null;
  ticket?: number | null;
  /** Chosen by agents, and for them. */
  icon?: string | null;
  tags?: string[];
  /** Custom fields, by name. */
  custom_fields?: Record<string, string>;
  /** What the visitor agreed to when the chat began. */
  consent?: string | null;
  /** A chat among agents, which has neither profile nor visitor: who began it, and whether it is for two. */
  kind?: "agents";
  starter?: number;
  pair?: boolean;
}

/** `data` of `chat_rated`. */
export interface Rating {
  /** 1 to 5. */
  score: number;
  comment?: string;
}

export interface EventFrame {
  t: "event";
  stream: string;
  chat: number;
  seq: number;
  id: number;
  kind: string;
  at: Instant;
  who: Who;
  cid?: string | null;
  text?: string;
  /** By `kind`; of `message_posted` a `MessageData`; of `chat_rated` a `Rating`. */
  data?: Record<string, unknown>;
  after?: number;
}

export interface Row {
  chat: number;
  uuid: string;
  state: ChatState;
  profile: Named;
  visitor: Named;
  holder: Named | null;
  last: { text: string; who: Who & { name: string }; at: Instant } | null;
  unread: number;
  head: number;
  started_at: Instant;
  queued_at: Instant | null;
  accepted_at: Instant | null;
  ended_at: Instant | null;
  offer: Offer | null;
  /** Given by people. */
  name: string | null;
  /** Chosen by agents, and for them. */
  icon: string | null;
  team: Named | null;
  ticket: number | null;
  /** A message that was left while nobody could answer. */
  offline: boolean;
  /** 1 to 5, the newest. */
  rating: number | null;
  tags: string[];
  /** A note names this agent, who has not seen it. */
  mentioned: boolean;
  /** The visitor waits for an agent's words, and for how long they may; null: as long as it takes. */
  wait: { since: Instant; limit_s: number | null } | null;
  /** Of a search. */
  found?: Found;
}

/** A chat among agents, as those who take part see it in the inbox. */
export interface Talk {
  chat: number;
  uuid: string;
  state: ChatState;
  /** Given by people. */
  name: string | null;
  pair: boolean;
  starter: number;
  /** Who takes part now. */
  people: Named[];
  last: Row["last"];
  /** Messages of the others. */
  unread: number;
  head: number;
  started_at: Instant;
  ended_at: Instant | null;
  /** Of a search. */
  found?: Found;
}

/** A chat held out until a time: to take it from the queue, to take it over, or to come in too. */
export interface Offer {
  kind: "route" | "transfer" | "invite";
  until: Instant;
  /** Exactly one of these two. */
  to: Named | null;
  team: Named | null;
  /** Who offers it; null: the hub. */
  sender: Named | null;
  note: string | null;
}

/** Where the words stand that were looked for. */
export interface Found {
  stream: string;
  seq: number;
  at: Instant;
  who: Who;
  /** Every second piece is a word that was looked for. */
  passage: string[];
}

/** A file of a message. Without `url` while its message is on its way; images have their size in pixels. */
export interface Attachment {
  id: number;
  name: string;
  type: string;
  /** Bytes. */
  size: number;
  width?: number | null;
  height?: number | null;
  /** Absolute; holds for an hour from when the frame was made. A `page` command for the event brings a fresh one. */
  url?: string;
}

export interface SearchResult {
  id: number;
  name: string;
  description?: string | null;
  link?: string | null;
}

/** What answers a message that asks for something: exactly one of these. Dates are ISO 8601. */
export type Value = { int: number } | { bool: boolean } | { date: string } | { multi: string };

/** What a `message_posted` carries beside its text. */
export interface MessageData {
  html?: string;
  unsafe?: boolean;
  attachments?: Attachment[];
  input_id?: number;
  value?: Value;
  next_input_id?: number;
  next_input?: { id?: number; name?: string | null; type?: number; lookup_values?: { value?: unknown; label?: unknown }[] };
  kb_results?: SearchResult[];
  service_results?: SearchResult[];
  /** Of a note: a supervisor's word for whoever holds the chat. */
  whisper?: boolean;
}

// From the hub

export interface Welcome {
  t: "welcome";
  v: 1;
  connection: string;
  /** From `accepting` on: agents only. */
  you: {
    id: number | null;
    side: Side;
    name: string;
    accepting?: boolean;
    status?: AgentStatus;
    reason?: string | null;
    supervisor?: boolean;
    teams?: number[];
  };
  token?: string;
  epoch: string;
  chats: Chat[];
  ping_every_s: number;
  dead_after_s: number;
  max_text_chars: number;
  /** Of all files of one upload. */
  max_file_bytes: number;
  now: Instant;
}

export interface Page {
  t: "page";
  stream: string;
  resume: "ok" | "partial" | "reset";
  events: EventFrame[];
  head: number;
  more: boolean;
}

export interface Refusal {
  code: string;
  message: string;
  retry: "never" | "now" | "after";
  after_ms?: number;
  field?: string;
  data?: Record<string, unknown>;
}

export interface Accepted {
  t: "reply";
  cid: string;
  ok: true;
  duplicate?: boolean;
  /** By `op` of the command: read it with what you know you asked for. */
  result: Record<string, unknown>;
}

export interface Refused {
  t: "reply";
  cid: string;
  ok: false;
  error: Refusal;
  chat?: Chat;
}

export type Reply = Accepted | Refused;

/** `result` of post, note, rate, end and accept. */
export interface Stored {
  seq: number;
  id: number;
  at: Instant;
}

/** `result` of next. */
export interface Next extends Stored {
  chat: number;
}

/** An agent who is here, as colleagues see them. */
export interface Colleague extends Named {
  status: AgentStatus;
  reason: string | null;
  teams: number[];
  /** Chats they hold; at most `capacity`, null: without limit. */
  active: number;
  capacity: number | null;
}

/** `result` of colleagues. */
export interface Colleagues {
  agents: Colleague[];
  teams: (Named & { present: number })[];
}

/** `result` of start and talk. */
export interface Started {
  chat: Chat;
  created: boolean;
}

/** `result` of identify: `token` is to be kept instead of the old one. */
export interface Identified {
  you: { id: number; side: Side; name: string };
  token: string;
  chat: Chat | null;
}

/** `result` of page. */
export interface Older {
  events: EventFrame[];
  more: boolean;
}

export interface Read {
  t: "read";
  chat: number;
  id: number;
  seq: number;
  at: Instant;
}

export interface TypingEph {
  t: "eph";
  kind: "typing";
  chat: number;
  who: Who;
  on: boolean;
  until: Instant;
  /** To agents: what a visitor is writing and has not sent. */
  draft?: string;
}

/** Whether a visitor can begin a chat, and when opening hours let them in again. */
export interface AvailabilityEph {
  t: "eph";
  kind: "availability";
  available: boolean;
  opens_at: Instant | null;
}

/** Where a chat stands among those that wait, and how long others waited from beginning to acceptance, in seconds. */
export interface QueueEph {
  t: "eph";
  kind: "queue";
  chat: number;
  position: number;
  wait_s: [number, number] | null;
}

/** The chat ends at `until` unless the visitor gives a sign; 0: they have. */
export interface StillThereEph {
  t: "eph";
  kind: "still_there";
  chat: number;
  until: Instant;
}

/** Whether the agent of this line takes new chats. */
export interface AcceptingEph {
  t: "eph";
  kind: "accepting";
  accepting: boolean;
  status: AgentStatus;
  reason: string | null;
}

/** Others may come with a newer hub. */
export type Eph = TypingEph | AvailabilityEph | StillThereEph | QueueEph | AcceptingEph;

export interface Rows {
  t: "rows";
  cursor: string;
  rows: Row[];
  /** Chats among agents; and the ids of those in which this one takes part no longer. */
  colleagues?: Talk[];
  gone?: number[];
  /** These are the inbox: rows known before are gone. */
  whole?: boolean;
  /** False when there are more than were told. */
  complete: boolean;
}

export interface Ping {
  t: "ping";
  heads: Record<string, number>;
  now: Instant;
}

export interface Pong {
  t: "pong";
  heads: Record<string, number>;
  now: Instant;
}

export interface FrameError {
  t: "error";
  error: { code: string; message: string };
}

/** The sign-in or token of this line expires soon. */
export interface Reauth {
  t: "reauth";
  expires_at: Instant;
  /** A visitor's fresh token, to be kept instead; agents get none and sign in again. */
  token?: string;
}

export interface Bye {
  t: "bye";
  reason: string;
  retry: "now" | "after" | "never";
  after_ms?: number;
}

export type FromHub =
  Welcome | Page | EventFrame | Reply | Read | Eph | Rows | Ping | Pong | FrameError | Reauth | Bye;

/** The frame in `text`, or null; see `findFrame`. */
export function parseFrame(text: string): FromHub | null {
  try {
    return findFrame(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The value as a frame, or null when it is no map that names its kind. Members are the hub's word; a kind this version
 * does not know changes nothing where frames are applied.
 */
export function findFrame(value: unknown): FromHub | null {
  const frame = value as FromHub | null;
  return typeof frame?.t === "string" ? frame : null;
}

/** The public stream of a chat. */
export function streamFrom(chat: number): string {
  return String(chat);
}

/** The stream of a chat that only agents see. */
export function staffStreamFrom(chat: number): string {
  return `${chat}/staff`;
}
