/** Everything that can change what the console knows: frames of the hub, acts of the agent, time. */
import type { Command, FromHub, Reply } from "../../shared/frames";
import type { LineState } from "../../shared/line";
import type { Tab } from "./inbox";
import type { Mode, Readiness } from "./state";

/** A command that must not be lost: it is kept until the hub has answered it. */
export type Errand = Extract<Command, { op: "post" | "note" | Act }>;

/** What is done with a chat as a whole, one thing at a time. */
export type Act = "accept" | "end" | "leave" | "transfer" | "invite" | "decline" | "take_over" | "reopen";

export type Change =
  /** The hub said something; `now` by our clock. */
  | { kind: "frame"; frame: FromHub; now: number }
  | { kind: "line"; line: LineState }
  | { kind: "opened"; chat: number }
  | { kind: "closed" }
  | { kind: "tab_chosen"; tab: Tab }
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
  /** What the agent says of themselves: by choice, or because the choice did not get through. */
  | { kind: "readiness_chosen"; readiness: Readiness }
  | { kind: "notice_told"; chat: number; sentence: string }
  | { kind: "notice_closed"; chat: number }
  /** Time has passed: what has expired goes; `now` by our clock. */
  | { kind: "time_passed"; now: number };
