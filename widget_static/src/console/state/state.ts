/** What the console knows: one value, made anew by every change. Counterpart: reduce.ts makes it, views/ draw it. */
import type { InboxView } from "../../shared/commands";
import type { AgentStatus, Attachment, Chat, EventFrame, Named, Side } from "../../shared/frames";
import type { LineState } from "../../shared/line";
import type { Transcript } from "../../shared/transcript";
import type { Agent } from "../account";
import type { CannedText } from "../text/canned";
import type { Act } from "./changes";
import { NO_FILTERS, type Filters, type Loaded, type Search } from "./finding";
import { EMPTY_INBOX, type Inbox, type Tab } from "./inbox";
import type { Talks } from "./talks";
import { UNKNOWN_SITE, type Inviting, type Place, type Site } from "./visits";

export interface ConsoleState {
  readonly me: Agent;
  readonly line: LineState;
  /** Whether this agent takes new chats; null until the hub has said so. */
  readonly readiness: Readiness | null;
  /** Whether this agent may step into the chats of others. */
  readonly isSupervisor: boolean;
  /** Whether this page has been welcomed once; before, there is nothing to reconnect to. */
  readonly wasLive: boolean;
  readonly epoch: string;
  /** The hub's clock minus ours. */
  readonly skewMs: number;
  readonly maxTextChars: number;
  /** When the hub will end this sign-in, by its clock; null unless that is soon. */
  readonly signInEndsAt: number | null;
  readonly inbox: Inbox;
  /** Chats with colleagues, by id. */
  readonly talks: Talks;
  /** Chats whose visitor waits for longer than their profile allows. */
  readonly overdue: ReadonlySet<number>;
  readonly tab: Tab;
  /** What stands where the list of chats stands. */
  readonly place: Place;
  readonly site: Site;
  /** The invitation that is being written; null while none is. */
  readonly inviting: Inviting | null;
  /** The teams this agent belongs to, by id. */
  readonly teams: readonly number[];
  readonly filters: Filters;
  readonly loaded: ReadonlyMap<InboxView, Loaded>;
  /** What is looked for in the place of the list; null while nothing is. */
  readonly search: Search | null;
  /** What the open conversation is to be read from: a public seq, or that of a note; null once it stands there. */
  readonly sought: Sought | null;
  /** The chat in the conversation pane. */
  readonly open: number | null;
  /** Followed chats, the least recently opened first. */
  readonly chats: ReadonlyMap<number, FollowedChat>;
  /** By chat: the highest seq this agent is known to have read. */
  readonly readHere: ReadonlyMap<number, number>;
  readonly typing: ReadonlyMap<number, readonly Typing[]>;
  readonly drafts: ReadonlyMap<number, Draft>;
  readonly editing: Editing | null;
  /** The agents of the tenant, by name; empty until they are known. */
  readonly colleagues: readonly Named[];
  readonly canned: readonly CannedText[];
  readonly maxFileBytes: number;
  readonly guards: ReadonlyMap<number, Guard>;
  /** By chat: what was asked for and not answered yet. */
  readonly underWay: ReadonlyMap<number, Act>;
  /** By chat: one sentence about what did not work. */
  readonly notices: ReadonlyMap<number, string>;
}

/** What an agent says of themselves; a reason is for who is away. */
export interface Readiness {
  readonly status: AgentStatus;
  readonly reason: string | null;
}

/** A chat whose streams come here. */
export interface FollowedChat {
  /** Null until the hub has answered `follow`. */
  readonly header: Chat | null;
  readonly said: Transcript;
  readonly notes: Transcript;
  /** Whether the public stream's first page is here. */
  readonly isPaged: boolean;
  readonly isLoadingOlder: boolean;
  /** The highest public seq that has been before the agent's eyes: what a reply answers to. */
  readonly onScreen: number;
}

export interface Sought {
  readonly chat: number;
  readonly stream: string;
  readonly seq: number;
}

export interface Typing {
  readonly id: number | null;
  readonly side: Side;
  readonly name: string;
  /** By the hub's clock. */
  readonly until: number;
  /** What a visitor is writing, where agents may see it. */
  readonly draft?: string;
}

/** A whisper is a supervisor's note to whoever holds the chat. */
export type Mode = "reply" | "note" | "whisper";

/** What stands in the composer of one chat. Files go with the reply. */
export interface Draft {
  readonly mode: Mode;
  readonly reply: string;
  readonly note: string;
  readonly whisper: string;
  readonly files: readonly DraftFile[];
}

/** A file that is to go with the next reply. */
export interface DraftFile {
  readonly key: string;
  readonly name: string;
  /** Bytes, and those that are at the hub. */
  readonly size: number;
  readonly sent: number;
  /** As the hub has it; null while it is on its way. */
  readonly stored: Attachment | null;
  /** Why it could not be brought. */
  readonly refusal: string | null;
}

/** An own message that is being put right. */
export interface Editing {
  readonly chat: number;
  readonly seq: number;
  readonly text: string;
  readonly isSaving: boolean;
}

/** A reply the hub held back, because colleagues had written what was not on screen yet. */
export interface Guard {
  readonly answers: readonly EventFrame[];
  /** The words held back; they stand in the draft, too. */
  readonly text: string;
}

export const EMPTY_DRAFT: Draft = { mode: "reply", reply: "", note: "", whisper: "", files: [] };

/** PROTOCOL.md's limits for agents, until `welcome` says otherwise. */
const MAX_AGENT_TEXT_CHARS = 100_000;
const MAX_FILE_BYTES = 25 * 1024 * 1024;

export function initialState(me: Agent, drafts: ReadonlyMap<number, Draft>): ConsoleState {
  return {
    me,
    line: { kind: "connecting" },
    readiness: null,
    isSupervisor: false,
    wasLive: false,
    epoch: "",
    skewMs: 0,
    maxTextChars: MAX_AGENT_TEXT_CHARS,
    signInEndsAt: null,
    inbox: EMPTY_INBOX,
    talks: new Map(),
    overdue: new Set(),
    tab: "all",
    place: "inbox",
    site: UNKNOWN_SITE,
    inviting: null,
    teams: [],
    filters: NO_FILTERS,
    loaded: new Map(),
    search: null,
    sought: null,
    open: null,
    chats: new Map(),
    readHere: new Map(),
    typing: new Map(),
    drafts,
    editing: null,
    colleagues: [],
    canned: [],
    maxFileBytes: MAX_FILE_BYTES,
    guards: new Map(),
    underWay: new Map(),
    notices: new Map(),
  };
}

/** A copy of `map` in which `key` means `value`; null takes the key out. */
export function withEntry<Value>(
  map: ReadonlyMap<number, Value>,
  key: number,
  value: Value | null,
): ReadonlyMap<number, Value> {
  const copy = new Map(map);
  if (value === null) copy.delete(key);
  else copy.set(key, value);
  return copy;
}
