/** Everything that can change what the console knows: frames of the hub, acts of the agent, time. */
import type { Command, Found, FoundRows, FromHub, InboxView, Reply } from "../../shared/frames";
import type { LineState } from "../../shared/line";
import type { Filters } from "./finding";
import type { Tab } from "./inbox";
import type { Mode } from "./state";

/** A command that must not be lost: it is kept until the hub has answered it. */
export type Errand = Extract<Command, { op: "post" | "note" | "accept" | "end" }>;

export type Change =
  /** The hub said something; `now` by our clock. */
  | { kind: "frame"; frame: FromHub; now: number }
  | { kind: "line"; line: LineState }
  | { kind: "opened"; chat: number; found?: Found | null }
  /** What was sought stands before the agent's eyes, or cannot. */
  | { kind: "sought_settled" }
  | { kind: "closed" }
  | { kind: "tab_chosen"; tab: Tab }
  | { kind: "filters_chosen"; filters: Filters }
  | { kind: "part_asked"; view: InboxView }
  | { kind: "part_answered"; view: InboxView; part: FoundRows | null }
  /** What is looked for; null ends the search. */
  | { kind: "search_written"; text: string | null }
  | { kind: "search_more" }
  /** A string says why there is no answer. */
  | { kind: "search_answered"; text: string; isMore: boolean; found: FoundRows | string | null }
  | { kind: "mode_chosen"; chat: number; mode: Mode }
  | { kind: "draft_written"; chat: number; text: string }
  /** An errand is under way, for the first time or again; `at` by the hub's clock. */
  | { kind: "errand_sent"; errand: Errand; at: number }
  | { kind: "errand_delayed"; errand: Errand }
  | { kind: "errand_answered"; errand: Errand; reply: Reply }
  | { kind: "follow_answered"; chat: number; reply: Reply }
  | { kind: "older_asked"; chat: number }
  | { kind: "older_answered"; chat: number; reply: Reply | null }
  /** The newest message of the chat was visible to the agent. */
  | { kind: "end_seen"; chat: number }
  | { kind: "read_said"; chat: number; seq: number }
  | { kind: "guard_settled"; chat: number; keepsText: boolean }
  /** The agent takes new chats from now on, or none: by choice, or because the choice did not get through. */
  | { kind: "accepting_chosen"; isAccepting: boolean }
  | { kind: "notice_told"; chat: number; sentence: string }
  | { kind: "notice_closed"; chat: number }
  /** Time has passed: what has expired goes; `now` by our clock. */
  | { kind: "time_passed"; now: number };
