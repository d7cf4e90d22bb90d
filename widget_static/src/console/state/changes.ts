/** Everything that can change what the console knows: frames of the hub, acts of the agent, time. */
import type { Command, FoundRows, InboxView } from "../../shared/commands";
import type { Attachment, EventFrame, Found, FromHub, Named, Reply } from "../../shared/frames";
import type { LineState } from "../../shared/line";
import type { Visits } from "../../shared/site";
import type { Filters } from "./finding";
import type { Tab } from "./inbox";
import type { CannedText } from "../text/canned";
import type { DraftFile, Mode, Readiness } from "./state";
import type { Place } from "./visits";

/** A command that must not be lost: it is kept until the hub has answered it. */
export type Errand = Extract<Command, { op: "post" | "note" | Act }>;

/** What is done with a chat as a whole, one thing at a time. */
export type Act = "accept" | "end" | "leave" | "transfer" | "invite" | "decline" | "take_over" | "reopen";

export type Change =
  /** The hub said something; `now` by our clock. */
  | { kind: "frame"; frame: FromHub; now: number }
  | { kind: "line"; line: LineState }
  | { kind: "opened"; chat: number; found?: Found | null }
  /** What was sought stands before the agent's eyes, or cannot. */
  | { kind: "sought_settled" }
  | { kind: "closed" }
  | { kind: "tab_chosen"; tab: Tab }
  | { kind: "place_chosen"; place: Place }
  /** Who is on the site; null: the hub could not be asked. */
  | { kind: "visits_told"; visits: Visits | null }
  | { kind: "inviting_began"; visit: string; text: string }
  | { kind: "inviting_written"; text: string }
  | { kind: "inviting_sent" }
  /** A string says why the visitor is not asked. */
  | { kind: "inviting_answered"; visit: string; refusal: string | null }
  | { kind: "inviting_ended" }
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
  | { kind: "file_changed"; chat: number; file: DraftFile }
  | { kind: "file_removed"; chat: number; key: string }
  /** What the hub keeps beside the chats. */
  | { kind: "library_loaded"; colleagues?: readonly Named[]; canned?: readonly CannedText[] }
  | { kind: "editing_began"; chat: number; seq: number; text: string }
  | { kind: "editing_written"; text: string }
  /** The new words are on their way; with false they did not get through. */
  | { kind: "editing_saved"; isSaving: boolean }
  | { kind: "editing_ended" }
  /** Events as the hub has them, with fresh addresses of their files. */
  | { kind: "events_refreshed"; chat: number; events: readonly EventFrame[] }
  /** An errand is under way, for the first time or again; `at` by the hub's clock. */
  | { kind: "errand_sent"; errand: Errand; at: number; files?: readonly Attachment[] }
  | { kind: "errand_delayed"; errand: Errand }
  | { kind: "errand_answered"; errand: Errand; reply: Reply; files?: readonly Attachment[] }
  | { kind: "follow_answered"; chat: number; reply: Reply }
  | { kind: "older_asked"; chat: number }
  | { kind: "older_answered"; chat: number; stream: string; reply: Reply | null }
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
