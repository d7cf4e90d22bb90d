/** One change in, the next state out. Pure: no clock, no line, no storage. */
import type { FromHub, Older, Reply, Welcome } from "../../shared/frames";
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
  withRowInHeader,
  withoutHeaders,
} from "./chats";
import { draftWith } from "./drafts";
import { withErrandAnswered, withErrandDelayed, withErrandSent, withGuardSettled } from "./errands";
import { mergeRows } from "./inbox";
import { EMPTY_DRAFT, withEntry, type ConsoleState } from "./state";
import { typingAfterEph, typingAfterEvent, typingAfterTime } from "./typing";

export function reduce(state: ConsoleState, change: Change): ConsoleState {
  switch (change.kind) {
    case "frame":
      return reduceFrame(state, change.frame, change.now);
    case "line":
      return { ...state, line: change.line };
    case "opened":
      return { ...state, open: change.chat, chats: chatsAfterOpening(state.chats, change.chat) };
    case "closed":
      return { ...state, open: null };
    case "tab_chosen":
      return { ...state, tab: change.tab };
    case "mode_chosen": {
      const draft = state.drafts.get(change.chat) ?? EMPTY_DRAFT;
      return { ...state, drafts: withEntry(state.drafts, change.chat, { ...draft, mode: change.mode }) };
    }
    case "draft_written": {
      const draft = draftWith(state.drafts.get(change.chat) ?? EMPTY_DRAFT, change.text);
      return { ...state, drafts: withEntry(state.drafts, change.chat, draft) };
    }
    case "errand_sent":
      return withErrandSent(state, change.errand, change.at);
    case "errand_delayed":
      return withErrandDelayed(state, change.errand);
    case "errand_answered":
      return withErrandAnswered(state, change.errand, change.reply);
    case "follow_answered":
      return reduceFollowed(state, change.chat, change.reply);
    case "older_asked":
      return withChat(state, change.chat, (followed) => ({ ...followed, isLoadingOlder: true }));
    case "older_answered":
      return withOlder(state, change.chat, olderFrom(change.reply));
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
      return withTyping(state, typingAfterTime(state.typing, change.now + state.skewMs));
  }
}

function reduceFrame(state: ConsoleState, frame: FromHub, now: number): ConsoleState {
  switch (frame.t) {
    case "welcome":
      return frame.chats.reduce(withHeader, withWelcome(state, frame, now));
    case "rows":
      return frame.rows.reduce(withRowInHeader, { ...state, inbox: mergeRows(state.inbox, frame) });
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

function withWelcome(state: ConsoleState, welcome: Welcome, now: number): ConsoleState {
  const isOtherHistory = state.epoch !== "" && state.epoch !== welcome.epoch;
  return {
    ...state,
    wasLive: true,
    epoch: welcome.epoch,
    readHere: isOtherHistory ? new Map() : state.readHere,
    chats: isOtherHistory ? withoutHeaders(state.chats) : state.chats,
    skewMs: welcome.now - now,
    maxTextChars: welcome.max_text_chars,
    readiness: welcome.you.status ? { status: welcome.you.status, reason: welcome.you.reason ?? null } : state.readiness,
    isSupervisor: welcome.you.supervisor ?? state.isSupervisor,
    teams: welcome.you.teams ?? state.teams,
  };
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
