/** What goes to the hub on a live line: hello, commands with their arguments, signs of life. Counterpart: hub/live/arguments.py. */
import type { AgentStatus, Position, Row, Talk, Value } from "./frames";

export interface Hello {
  t: "hello";
  v: 1;
  token?: string;
  key?: string;
  /** Proves who the visitor is, instead of a key. */
  id_token?: string;
  positions?: Record<string, Position>;
  wants?: string[];
  inbox?: string;
  client?: string;
  /** Of beats only: by chat, the read marks that were told, added up. */
  reads?: Record<string, number>;
}

export interface StartArgs {
  page_url?: string;
  page_title?: string;
  referrer?: string;
  language?: string;
  time_zone?: string;
  name?: string;
  email?: string;
  /** A message is left while nobody can answer. */
  offline?: boolean;
  /** Custom fields of the page, by name. */
  custom_fields?: Record<string, string>;
  /** The text to which the visitor has agreed. */
  consent?: string;
  /** The key of the invitation that is taken. */
  invitation?: string;
}

/** The text may be empty when files or a value come along. */
export interface PostArgs {
  chat: number;
  text: string;
  /** Of agents: the reply guard. */
  expect_seq?: number;
  /** Ids of own uploads that were not sent yet. */
  attachments?: number[];
  /** The `next_input_id` of the message that asked. */
  input_id?: number;
  value?: Value;
}

export interface CommandArgs {
  start: StartArgs;
  identify: { id_token: string; chat?: number };
  post: PostArgs;
  /** `whisper`: of supervisors, for whoever holds the chat. */
  note: { chat: number; text: string; mentions?: number[]; whisper?: boolean };
  /** Of agents: an own message, by its public seq. */
  edit: { chat: number; seq: number; text: string };
  delete: { chat: number; seq: number };
  read: { chat: number; seq: number };
  end: { chat: number };
  /** Of visitors: somebody is still there. */
  here: { chat: number };
  rename: { chat: number; name: string };
  /** Of visitors: `score` is 1 to 5. Of several ratings of a chat the newest counts. */
  rate: { chat: number; score: number; comment?: string };
  accept: { chat: number };
  /** The chat that waited longest. */
  next: Record<string, never>;
  leave: { chat: number };
  /** To one agent or one team. */
  transfer: { chat: number; agent?: number; team?: number; note?: string };
  invite: { chat: number; agent: number; note?: string };
  /** Of whom it is offered to; or of who offers it. */
  decline: { chat: number };
  take_over: { chat: number };
  reopen: { chat: number };
  follow: { chat: number; position?: Position; staff_position?: Position };
  unfollow: { chat: number };
  page: { stream: string; before: number; limit: number };
  /** Of agents: whether they take new chats; a reason is for who is away. */
  availability: { status: AgentStatus; reason?: string };
  colleagues: Record<string, never>;
  find: FindArgs;
  tag: { chat: number; tags: string[] };
  tags: Record<string, never>;
  /** Null takes the field away. */
  field: { chat: number; name: string; value: string | null };
  saw_mentions: { chat: number };
  /** Of who holds the chat: a colleague takes part no longer. */
  remove: { chat: number; agent: number };
  /** The chat with these colleagues: of two the one that is open, of more a new one. */
  talk: { agents: number[]; name?: string };
  /** Colleagues come into a chat among several. */
  add: { chat: number; agents: number[] };
  /** What stands by the chat for agents; null takes it away. */
  icon: { chat: number; icon: string | null };
  /** Of agents on pages. */
  sign_out: Record<string, never>;
  visits: Record<string, never>;
  invite_visitor: { visit: string; text: string };
}

export type InboxView = "all" | "open" | "waiting" | "mine" | "team" | "ended";

/** With `text` a search, else a view. */
export interface FindArgs {
  text?: string;
  view?: InboxView;
  profile?: number;
  holder?: number;
  visitor?: number;
  tag?: string;
  offline?: boolean;
  rated?: boolean;
  overdue?: boolean;
  after?: string;
  limit?: number;
}

/** `result` of find. Chats among agents come of a search alone. */
export interface FoundRows {
  rows: (Row | Talk)[];
  after: string | null;
}

export type Op = keyof CommandArgs;
export type CommandOf<Name extends Op> = { t: "cmd"; cid: string; op: Name; args: CommandArgs[Name] };
export type Command = { [Name in Op]: CommandOf<Name> }[Op];

export interface EphToHub {
  t: "eph";
  kind: "typing";
  chat: number;
  on: boolean;
  /** Of visitors, where the profile says so: what stands in their field. */
  draft?: string;
}

export interface PingToHub {
  t: "ping";
}

export interface PongToHub {
  t: "pong";
}

export type ToHub = Hello | Command | EphToHub | PingToHub | PongToHub;
