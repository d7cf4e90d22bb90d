/** What errands make of the state: own words on their way, stored, held back by the guard, or returned. */
import type { Attachment, Chat, EventFrame, Refused, Reply, Stored } from "../../shared/frames";
import {
  addPending,
  dropPending,
  markPending,
  settlePending,
  type PendingMessage,
  type Transcript,
} from "../../shared/transcript";
import type { Errand } from "./changes";
import { withChat, withHeader } from "./chats";
import { draftFileFrom, textWithReturned, withFile } from "./drafts";
import { mergeHeader } from "./inbox";
import { EMPTY_DRAFT, withEntry, type ConsoleState, type FollowedChat, type Guard, type Mode } from "./state";

type Saying = Extract<Errand, { op: "post" | "note" }>;

/** Own words stand in the transcript from the moment they are sent; sent again they are on their way again. */
export function withErrandSent(
  state: ConsoleState,
  errand: Errand,
  at: number,
  files: readonly Attachment[] = [],
): ConsoleState {
  if (!isSaying(errand)) return { ...state, underWay: withEntry(state.underWay, errand.args.chat, errand.op) };
  const isWhisper = modeOf(errand) === "whisper";
  const data = files.length > 0 ? { data: { attachments: [...files] } } : isWhisper ? { data: { whisper: true } } : {};
  const message: PendingMessage = { cid: errand.cid, text: errand.args.text, at, state: "sending", ...data };
  return withOwnWords(state, errand, (transcript) =>
    markPending(addPending(transcript, message), errand.cid, "sending"),
  );
}

export function withErrandDelayed(state: ConsoleState, errand: Errand): ConsoleState {
  return withOwnWords(state, errand, (transcript) => markPending(transcript, errand.cid, "failed"));
}

export function withErrandAnswered(
  state: ConsoleState,
  errand: Errand,
  reply: Reply,
  files: readonly Attachment[] = [],
): ConsoleState {
  if (!reply.ok && reply.error.retry !== "never") return withErrandDelayed(state, errand);
  const done = isSaying(errand) ? state : { ...state, underWay: withEntry(state.underWay, errand.args.chat, null) };
  if (!reply.ok) {
    const returned = files.map(draftFileFrom).reduce((one, file) => withFile(one, errand.args.chat, file), done);
    return withRefusal(reply.chat ? withFreshHeader(returned, reply.chat) : returned, errand, reply);
  }
  const stored = reply.result as unknown as Stored;
  return withOwnWords(done, errand, (transcript) => settlePending(transcript, errand.cid, stored));
}

/** The state after the agent has chosen what becomes of the words the guard held back. */
export function withGuardSettled(state: ConsoleState, chat: number, keepsText: boolean): ConsoleState {
  const guard = state.guards.get(chat);
  if (!guard) return state;
  const answered = Math.max(...guard.answers.map((event) => event.seq), 0);
  const seen = withChat(state, chat, (followed) => ({
    ...followed,
    onScreen: Math.max(followed.onScreen, answered),
  }));
  const open = { ...seen, guards: withEntry(seen.guards, chat, null) };
  if (keepsText) return open;
  const draft = { ...(open.drafts.get(chat) ?? EMPTY_DRAFT), files: [] };
  return withDraftText({ ...open, drafts: withEntry(open.drafts, chat, draft) }, chat, "reply", "");
}

export function withDraftText(state: ConsoleState, chat: number, mode: Mode, text: string): ConsoleState {
  const draft = { ...(state.drafts.get(chat) ?? EMPTY_DRAFT), [mode]: text };
  return { ...state, drafts: withEntry(state.drafts, chat, draft) };
}

/** A failed guard brings the header as it is now: chat and list heal in one trip. */
function withFreshHeader(state: ConsoleState, header: Chat): ConsoleState {
  return { ...withHeader(state, header), inbox: mergeHeader(state.inbox, header) };
}

function withRefusal(state: ConsoleState, errand: Errand, reply: Refused): ConsoleState {
  if (!isSaying(errand)) return withNotice(state, errand.args.chat, refusalText(state, errand, reply));
  const gone = withOwnWords(state, errand, (transcript) => dropPending(transcript, errand.cid));
  if (reply.error.code === "answered_meanwhile") return withHeldBack(gone, errand, answersFrom(reply));
  return withNotice(withReturned(gone, errand, ""), errand.args.chat, refusalText(state, errand, reply));
}

/** The words return to the composer, and the guard shows what was written meanwhile. */
function withHeldBack(state: ConsoleState, errand: Saying, answers: readonly EventFrame[]): ConsoleState {
  const { chat, text } = errand.args;
  const before = state.guards.get(chat);
  const guard: Guard = {
    answers: mergeAnswers(before?.answers ?? [], answers),
    text: before ? `${before.text}\n\n${text}` : text,
  };
  const returned = withReturned(state, errand, before?.text ?? "");
  return { ...returned, guards: withEntry(returned.guards, chat, guard) };
}

function withReturned(state: ConsoleState, errand: Saying, heldBefore: string): ConsoleState {
  const mode = modeOf(errand);
  const { chat, text } = errand.args;
  const current = (state.drafts.get(chat) ?? EMPTY_DRAFT)[mode];
  return withDraftText(state, chat, mode, textWithReturned(current, text, heldBefore));
}

function withNotice(state: ConsoleState, chat: number, sentence: string | null): ConsoleState {
  return sentence === null ? state : { ...state, notices: withEntry(state.notices, chat, sentence) };
}

/** One sentence for the agent, or null when the new header alone says it. */
function refusalText(state: ConsoleState, errand: Errand, reply: Refused): string | null {
  const { code, message } = reply.error;
  if (errand.op === "end" && code === "chat_ended") return null;
  if (code !== "already_taken") return message;
  const { chat } = reply;
  if (chat?.holder === state.me.id) return null;
  const holder = chat?.participants.find((one) => one.id === chat.holder);
  return holder ? `${holder.name} took this chat first.` : message;
}

/** What colleagues wrote; what the visitor wrote between stands in the conversation as ever. */
function answersFrom(reply: Refused): EventFrame[] {
  const events = reply.error.data?.["events"];
  return Array.isArray(events) ? (events as EventFrame[]).filter((event) => event.who.side !== "visitor") : [];
}

function mergeAnswers(before: readonly EventFrame[], fresh: readonly EventFrame[]): EventFrame[] {
  const bySeq = new Map([...before, ...fresh].map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

function withOwnWords(
  state: ConsoleState,
  errand: Errand,
  change: (transcript: Transcript) => Transcript,
): ConsoleState {
  if (!isSaying(errand)) return state;
  const place = errand.op === "note" ? "notes" : "said";
  return withChat(state, errand.args.chat, (followed): FollowedChat => ({
    ...followed,
    [place]: change(followed[place]),
  }));
}

function isSaying(errand: Errand): errand is Saying {
  return errand.op === "post" || errand.op === "note";
}

function modeOf(errand: Saying): Mode {
  if (errand.op === "post") return "reply";
  return errand.args.whisper ? "whisper" : "note";
}
