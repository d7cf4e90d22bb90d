/** One change in, the next state out. Pure: no clock, no line, no storage. */
import type { FromHub, Older, Reply, Rows, Welcome } from "../../shared/frames";
import type { Change } from "./changes";
import {
  chatsAfterOpening,
  withChat,
  withEvent,
  withHeader,
  withOlder,
  withPage,
  withRead,
  withReadHere,
  withRefreshed,
  withRowInHeader,
  withoutHeaders,
} from "./chats";
import { draftWith, withFile, withoutFile } from "./drafts";
import { withErrandAnswered, withErrandDelayed, withErrandSent, withGuardSettled } from "./errands";
import { withFilters, withFound, withLoading, withPart, withSearch } from "./finding";
import { mergeRows } from "./inbox";
import { EMPTY_DRAFT, withEntry, type ConsoleState } from "./state";
import { talksAfter } from "./talks";
import { typingAfterEph, typingAfterEvent, typingAfterTime } from "./typing";
import { siteAfter, withInvitingAnswered } from "./visits";
import { withOverdue } from "./waiting";

export function reduce(state: ConsoleState, change: Change): ConsoleState {
  switch (change.kind) {
    case "frame":
      return reduceFrame(state, change.frame, change.now);
    case "line":
      return { ...state, line: change.line };
    case "opened":
      return {
        ...state,
        open: change.chat,
        chats: chatsAfterOpening(state.chats, change.chat),
        editing: state.editing?.chat === change.chat ? state.editing : null,
        sought: change.found ? { chat: change.chat, stream: change.found.stream, seq: change.found.seq } : null,
      };
    case "sought_settled":
      return { ...state, sought: null };
    case "closed":
      return { ...state, open: null };
    case "tab_chosen":
      return { ...state, tab: change.tab };
    case "place_chosen":
      return { ...state, place: change.place };
    case "visits_told":
      return { ...state, site: siteAfter(state.site, change.visits) };
    case "inviting_began":
      return { ...state, inviting: { visit: change.visit, text: change.text, isSending: false, refusal: null } };
    case "inviting_written":
      return state.inviting ? { ...state, inviting: { ...state.inviting, text: change.text, refusal: null } } : state;
    case "inviting_sent":
      return state.inviting ? { ...state, inviting: { ...state.inviting, isSending: true, refusal: null } } : state;
    case "inviting_answered":
      return withInvitingAnswered(state, change.visit, change.refusal);
    case "inviting_ended":
      return { ...state, inviting: null };
    case "filters_chosen":
      return withFilters(state, change.filters);
    case "part_asked":
      return withLoading(state, change.view);
    case "part_answered":
      return withPart(state, change.view, change.part);
    case "search_written":
      return withSearch(state, change.text);
    case "search_more":
      return state.search ? { ...state, search: { ...state.search, isLoading: true } } : state;
    case "search_answered":
      return withFound(state, change.text, change.isMore, change.found);
    case "mode_chosen": {
      const draft = state.drafts.get(change.chat) ?? EMPTY_DRAFT;
      return { ...state, drafts: withEntry(state.drafts, change.chat, { ...draft, mode: change.mode }) };
    }
    case "draft_written": {
      const draft = draftWith(state.drafts.get(change.chat) ?? EMPTY_DRAFT, change.text);
      return { ...state, drafts: withEntry(state.drafts, change.chat, draft) };
    }
    case "file_changed":
      return withFile(state, change.chat, change.file);
    case "file_removed":
      return withoutFile(state, change.chat, change.key);
    case "library_loaded":
      return {
        ...state,
        colleagues: change.colleagues ?? state.colleagues,
        canned: change.canned ?? state.canned,
      };
    case "editing_began":
      return { ...state, editing: { chat: change.chat, seq: change.seq, text: change.text, isSaving: false } };
    case "editing_written":
      return state.editing ? { ...state, editing: { ...state.editing, text: change.text } } : state;
    case "editing_saved":
      return state.editing ? { ...state, editing: { ...state.editing, isSaving: change.isSaving } } : state;
    case "editing_ended":
      return { ...state, editing: null };
    case "events_refreshed":
      return withRefreshed(state, change.chat, change.events);
    case "errand_sent":
      return withErrandSent(state, change.errand, change.at, change.files);
    case "errand_delayed":
      return withErrandDelayed(state, change.errand);
    case "errand_answered":
      return withErrandAnswered(state, change.errand, change.reply, change.files);
    case "follow_answered":
      return reduceFollowed(state, change.chat, change.reply);
    case "older_asked":
      return withChat(state, change.chat, (followed) => ({ ...followed, isLoadingOlder: true }));
    case "older_answered":
      return withOlder(state, change.chat, change.stream, olderFrom(change.reply));
    case "end_seen":
      return withChat(state, change.chat, (followed) =>
        followed.onScreen >= followed.said.head ? followed : { ...followed, onScreen: followed.said.head },
      );
    case "read_said":
      return withReadHere(state, change.chat, change.seq);
    case "guard_settled":
      return withGuardSettled(state, change.chat, change.keepsText);
    case "readiness_chosen":
      return { ...state, readiness: change.readiness };
    case "notice_told":
      return { ...state, notices: withEntry(state.notices, change.chat, change.sentence) };
    case "notice_closed":
      return { ...state, notices: withEntry(state.notices, change.chat, null) };
    case "time_passed":
      return withTyping(
        withOverdue(state, change.now + state.skewMs),
        typingAfterTime(state.typing, change.now + state.skewMs),
      );
  }
}

function reduceFrame(state: ConsoleState, frame: FromHub, now: number): ConsoleState {
  switch (frame.t) {
    case "welcome":
      return frame.chats.reduce(withHeader, withWelcome(state, frame, now));
    case "rows":
      return withOverdue(frame.rows.reduce(withRowInHeader, withRows(state, frame)), now + state.skewMs);
    case "page":
      return withPage(state, frame);
    case "event":
      return withTyping(withEvent(state, frame), typingAfterEvent(state.typing, frame));
    case "read":
      return withRead(state, frame);
    case "eph":
      if (frame.kind === "accepting") return { ...state, readiness: { status: frame.status, reason: frame.reason } };
      return withTyping(state, typingAfterEph(state.typing, frame, state.me.id));
    case "reauth":
      return frame.token ? state : { ...state, signInEndsAt: frame.expires_at };
    case "ping":
    case "pong":
      return { ...state, skewMs: frame.now - now };
    default:
      return state;
  }
}

/** A whole inbox forgets what was loaded beyond it: it may be hidden now. */
function withRows(state: ConsoleState, frame: Rows): ConsoleState {
  return {
    ...(frame.gone ?? []).reduce(withMeOut, state),
    inbox: mergeRows(state.inbox, frame),
    talks: talksAfter(state.talks, frame),
    loaded: frame.whole ? new Map() : state.loaded,
  };
}

/** The agent takes part in the chat no longer, whether or not its events have come to tell so. */
function withMeOut(state: ConsoleState, chat: number): ConsoleState {
  return withChat(state, chat, (followed) => {
    const participants = followed.header?.participants.map((one) => (one.id === state.me.id ? { ...one, left: true } : one));
    return followed.header && participants ? { ...followed, header: { ...followed.header, participants } } : followed;
  });
}

function withWelcome(state: ConsoleState, welcome: Welcome, now: number): ConsoleState {
  const isOtherHistory = state.epoch !== "" && state.epoch !== welcome.epoch;
  return {
    ...state,
    // On a page nobody knows who the agent is before the hub has said so.
    me: meFrom(state, welcome),
    wasLive: true,
    epoch: welcome.epoch,
    readHere: isOtherHistory ? new Map() : state.readHere,
    chats: isOtherHistory ? withoutHeaders(state.chats) : state.chats,
    skewMs: welcome.now - now,
    maxTextChars: welcome.max_text_chars,
    readiness: welcome.you.status ? { status: welcome.you.status, reason: welcome.you.reason ?? null } : state.readiness,
    isSupervisor: welcome.you.supervisor ?? state.isSupervisor,
    maxFileBytes: welcome.max_file_bytes,
    teams: welcome.you.teams ?? state.teams,
  };
}

function meFrom({ me }: ConsoleState, { you: { id, name } }: Welcome): ConsoleState["me"] {
  return id === null || id === me.id ? me : { ...me, id, name };
}

/** The header of a chat just followed; a chat that cannot be followed says why. */
function reduceFollowed(state: ConsoleState, chat: number, reply: Reply): ConsoleState {
  if (reply.ok) return withHeader(state, reply.result["chat"] as Welcome["chats"][number]);
  return { ...state, notices: withEntry(state.notices, chat, reply.error.message) };
}

function olderFrom(reply: Reply | null): Older | null {
  return reply?.ok ? (reply.result as unknown as Older) : null;
}

function withTyping(state: ConsoleState, typing: ConsoleState["typing"]): ConsoleState {
  return typing === state.typing ? state : { ...state, typing };
}
