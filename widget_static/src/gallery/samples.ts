/** Every state of the widget, each made from the first one by a few pure functions. */
import type { Profile } from "../loader/profile";
import type { Attachment, Chat, EventFrame, MessageData, Who } from "../shared/frames";
import { emptyTranscript, type PendingMessage, type PendingState } from "../shared/transcript";
import { initialState, type FileUnderway, type State } from "../widget/state";
import { phaseFrom, type Phase } from "../widget/view";
import { fill } from "../widget/words";
import { PHOTO } from "./photo";
import type { Texts } from "./texts";

export interface Sample {
  /** As in `?state=`. */
  name: string;
  title: string;
  note: string;
  shows: "bubble" | "window";
  state: State;
  phase: Phase;
  profile: Profile;
  /** What stands beside the bubble. */
  teased?: { text: string; name?: string };
  /** What somebody has done in the window since it was drawn. */
  doings(window: HTMLElement): void;
}

type Line = Pick<EventFrame, "kind" | "at" | "who"> & { text?: string; data?: Record<string, unknown> };

/** The file that is shown as a picture before it is sent. */
export const PHOTO_KEY = "photo";

const CHAT_ID = 17;
const STREAM = String(CHAT_ID);
const VISITOR: Who = { id: 41, side: "visitor" };
const MARTA: Who = { id: 5, side: "agent" };
const JONAS: Who = { id: 6, side: "agent" };
const BOT: Who = { id: 1, side: "bot" };
const DAY_MS = 86_400_000;

/** The kinds of `next_input.type`; see PROTOCOL.md. */
const NUMBER = 1;
const ONE_OF = 2;
const SEVERAL = 3;
const DATE = 4;
const YES_NO = 6;

const nothing = () => {};

/** All of them, in the order they are shown in. `now`: messages are of that day, at times of their own. */
export function samplesFrom(texts: Texts, now: number): Sample[] {
  const clock = (hour: number, minute: number, days = 0) => new Date(now + days * DAY_MS).setHours(hour, minute, 0, 0);
  const profile: Profile = {
    name: texts.shop,
    greeting: texts.greeting,
    colour: "#096C5C",
    theme: "light",
    icon: "",
    bot_name: texts.bot,
    _chat_available: true,
    _chat_mode: "websocket",
    enable_feedback: false,
    feedback_message_before: "",
    feedback_message_after: "",
    _prechat: 0,
    _consent: "",
    _offline_form: false,
    _visits: false,
    _draft_preview: false,
    _banners: [],
    teaser: "",
    access_type: 1,
  };
  const chat: Chat = {
    id: CHAT_ID,
    uuid: "0193b0c0-0000-7000-8000-000000000017",
    profile: { id: 1, name: texts.shop },
    name: null,
    state: "active",
    head: 0,
    visitor: { id: 41, name: texts.visitor },
    holder: 5,
    participants: [
      { id: 41, side: "visitor", name: texts.visitor, read: 0, read_at: null, left: false },
      { id: 5, side: "agent", name: texts.marta, read: 99, read_at: clock(10, 43), left: false },
      { id: 6, side: "agent", name: texts.jonas, read: 2, read_at: clock(16, 5, -1), left: true },
    ],
    started_at: clock(10, 40),
    queued_at: clock(10, 40),
    accepted_at: clock(10, 40),
    ended_at: null,
  };
  const alone: Partial<Chat> = { holder: null, participants: chat.participants.slice(0, 1) };

  const greeting: State = { ...initialState(""), isOpen: true, isWelcome: true, line: "live", epoch: "sample" };
  const talk = (lines: Line[], change: Partial<State> = {}, header: Partial<Chat> = {}): State => ({
    ...greeting,
    chat: { ...chat, head: lines.length, ...header },
    transcript: { ...emptyTranscript(STREAM), events: lines.map(eventFrom), head: lines.length },
    readSeq: lines.length,
    ...change,
  });
  const saying = (before: State, text: string, state: PendingState, more: Partial<PendingMessage> = {}): State => ({
    ...before,
    transcript: { ...before.transcript, pending: [{ cid: `own${text}`, text, at: clock(10, 52), state, ...more }] },
  });

  const joined: Line = { kind: "agent_joined", at: clock(10, 40), who: MARTA };
  const [first, marta, jonas, bot] = [VISITOR, MARTA, JONAS, BOT].map(speaker) as [Speaker, Speaker, Speaker, Speaker];
  const opening = [first(texts.hello, clock(10, 38)), joined];
  const answered = [...opening, marta(texts.morning, clock(10, 41)), marta(texts.courier, clock(10, 41))];
  const talking = [
    first(texts.yesterday, clock(16, 2, -1)),
    jonas(texts.yesterdayAnswer, clock(16, 5, -1)),
    ...answered,
    first(texts.neighbour, clock(10, 42)),
    first(texts.ringing, clock(10, 42)),
    marta(texts.link, clock(10, 43)),
  ];
  const asked = [...opening, marta(texts.frameNumber, clock(10, 50))];
  const sent = talk([...asked, first(texts.thursday, clock(10, 51))]);
  const unread = (count: number): State => ({
    ...talk([...opening, ...Array.from({ length: count }, (_, index) => marta(fill(texts.many, index + 1), clock(10, 41)))]),
    isOpen: false,
    readSeq: opening.length,
  });
  const closed = (lines: Line[], change: Partial<State> = {}): State => ({ ...talk(lines, change), isOpen: false });
  const waiting = talk(
    [first(texts.hello, clock(10, 40))],
    {},
    { ...alone, state: "queued", accepted_at: null },
  );
  const ask = (text: string, input: NonNullable<MessageData["next_input"]>): State =>
    talk(
      [first(texts.hello, clock(10, 38)), bot(text, clock(10, 38), { next_input_id: 9, next_input: input })],
      {},
      { ...alone, state: "flow", queued_at: null, accepted_at: null },
    );
  const options = (labels: readonly string[]) => labels.map((label, index) => ({ label, value: index + 1 }));
  const ended = talk(
    [...answered.slice(0, 3), marta(texts.bye, clock(11, 1)), { kind: "chat_ended", at: clock(11, 2), who: VISITOR }],
    {},
    { state: "ended", ended_at: clock(11, 2) },
  );
  const away: State = { ...greeting, isAvailable: false, opensAt: clock(9, 0, 1) };
  const photo: Attachment = { id: 1, name: texts.photo, type: "image/jpeg", size: 840_000, ...PHOTO };
  const plan: Attachment = { id: 2, name: texts.plan, type: "application/pdf", size: 2_400_000, url: "#plan" };
  const files: FileUnderway[] = [
    { key: PHOTO_KEY, name: texts.photo, size: 840_000, sent: 840_000, state: "ready", stored: photo },
    { key: "receipt", name: texts.receipt, size: 2_400_000, sent: 1_600_000, state: "sending" },
    { key: "list", name: texts.list, size: 48_000, sent: 0, state: "waiting" },
  ];
  const failed: FileUnderway[] = [
    { key: "film", name: texts.film, size: 96_000_000, sent: 0, state: "failed" },
    { key: "lost", name: texts.receipt, size: 2_400_000, sent: 0, state: "failed" },
    { key: "full", name: texts.list, size: 48_000, sent: 0, state: "failed", error: texts.storage },
  ];
  const guides = texts.guides.map(([name = "", description], index) => ({
    id: index,
    name,
    description: description ?? null,
    link: index < 2 ? `https://marlowcycles.example/guides/${index}` : null,
  }));

  const bubble = (name: string, title: string, note: string, state: State): Sample => ({
    ...{ name, title, note, state, profile, shows: "bubble", doings: nothing },
    phase: phaseFrom(state, false),
  });
  const window = (name: string, title: string, note: string, state: State, more: Partial<Sample> = {}): Sample => ({
    ...{ name, title, note, state, profile, shows: "window", doings: nothing },
    phase: phaseFrom(state, !state.isWelcome),
    ...more,
  });
  const withForm = { profile: { ...profile, _offline_form: true } };
  const withPreview = { profile: { ...profile, _draft_preview: true } };
  const withIntro = { profile: { ...profile, _prechat: 2 } };
  const withRating = { profile: { ...profile, enable_feedback: true } };

  return [
    bubble("bubble-rest", "At rest", "nothing said yet", { ...greeting, isOpen: false }),
    bubble("bubble-unread", "Unread", "three messages", unread(3)),
    bubble("bubble-many", "Many unread", "more than 99", unread(120)),
    bubble("bubble-agent", "Agent joined", "nothing unread", closed(answered)),
    bubble("bubble-open", "Window open", "folds it", greeting),
    bubble("bubble-end", "Pointed at", "where ending is offered", closed(opening)),
    { ...bubble("bubble-teaser", "Teaser", "on a chosen page", { ...greeting, isOpen: false }), teased: { text: texts.teaser } },
    { ...bubble("bubble-invitation", "Invitation", "an agent asks", { ...greeting, isOpen: false }), teased: { text: texts.teaser, name: texts.marta } },

    window("greeting", "Greeting", "nothing said yet", greeting),
    window("resuming", "Resuming", "a chat is being fetched", { ...greeting, isWelcome: false }),
    window("unavailable", "Unavailable", "with the time when that ends", away),
    window("unavailable-unknown", "Unavailable", "nobody knows how long", { ...away, opensAt: null }),
    window("unavailable-form", "Unavailable", "a message can be left", away, withForm),
    window("intro", "Before the chat", "name and e-mail", { ...greeting, layer: "intro" }, withIntro),
    window("intro-error", "Before the chat", "one field wrong", { ...greeting, layer: "intro" }, {
      ...withIntro,
      doings: (place) => fillIn(place, [texts.visitor, texts.wrongEmail]),
    }),
    window("waiting", "Waiting", "nobody knows how long", waiting),
    window("waiting-place", "Waiting", "place and interval", { ...waiting, place: { position: 2, wait_s: [60, 180] } }),
    window("talking", "Talking", "days, groups, a link, emoji", talk(talking)),
    window("words", "Words", "long, edited, only emoji", talk([
      ...opening,
      marta(texts.slip, clock(10, 41)),
      { kind: "message_edited", at: clock(10, 42), who: MARTA, text: texts.edited, data: { seq: 3 } },
      first(texts.emoji, clock(10, 43)),
      marta(texts.long, clock(10, 44)),
      first(texts.long, clock(10, 45)),
    ])),
    window("typing", "Typing", "the other side writes", talk(talking, { typing: [{ who: MARTA, until: now + DAY_MS }] })),
    window("draft", "Writing", "five lines, then it scrolls", talk(answered, { draft: `${texts.longDraft} ${texts.longDraft}` })),
    window("draft-seen", "Writing", "agents see it", talk(answered, { draft: texts.draft }), withPreview),
    window("draft-too-long", "Writing", "too much for one message", talk(answered, { draft: texts.longDraft, maxTextChars: 160 })),
    window("sending", "Sending", "the line is there", saying(sent, texts.sending, "sending")),
    window("to-be-sent", "Waiting to be sent", "the line is not there", saying({ ...sent, line: "waiting" }, texts.number, "sending")),
    window("failed", "Not sent", "kept, retried, in the visitor’s hands", saying(sent, texts.sending, "failed")),
    window("refused", "Refused", "can be changed", saying(sent, texts.sending, "refused", {
      refusal: { code: "text_too_long", message: texts.refusal, retry: "never" },
    })),
    window("reconnecting", "Reconnecting", "one strip, nothing is lost", { ...sent, line: "waiting", draft: texts.draft }),
    window("not-admitted", "Not admitted", "the page may not chat", { ...sent, line: "refused" }),
    window("older", "Older messages", "there are more above", {
      ...talk(answered),
      transcript: { ...talk(answered).transcript, more: true },
    }),
    window("picture", "Picture and file", "space reserved before it loads", talk([
      ...opening,
      first(texts.photoSaid, clock(10, 52), { attachments: [photo] }),
      marta(texts.photoAnswer, clock(10, 53)),
      marta("", clock(10, 53), { attachments: [plan] }),
    ])),
    window("own-file", "Own file", "on its way", saying(talk(asked), "", "sending", {
      data: { attachments: [{ id: 3, name: texts.receipt, type: "application/pdf", size: 2_400_000 }] },
    })),
    window("files", "Files", "ready, being sent, waiting", talk(asked, { files, draft: texts.draftWithFiles })),
    window("files-failed", "Files", "too large, not uploaded, refused", talk(asked, { files: failed })),
    window("emoji", "Emoji", "for keyboards without", talk(answered, { layer: "emoji" })),
    window("choices", "Choices", "of a flow", ask(texts.menu, { type: ONE_OF, lookup_values: options(texts.choices) })),
    window("yes-no", "Yes or no", "of a flow", ask(texts.yesNo, { type: YES_NO })),
    window("date", "Date", "of a flow", ask(texts.dateAsked, { type: DATE, name: texts.date })),
    window("number", "Number", "of a flow, one field wrong", ask(texts.numberAsked, { type: NUMBER, name: texts.height }), {
      doings: (place) => fillIn(place, [""]),
    }),
    window("several", "Several choices", "of a flow", ask(texts.severalAsked, {
      type: SEVERAL,
      name: texts.severalAsked,
      lookup_values: options(texts.several),
    })),
    window("results", "Knowledge", "results on one surface", talk(
      [first(texts.hello, clock(10, 38)), bot(texts.found, clock(10, 38), { kb_results: guides, next_input_id: 9, next_input: { type: YES_NO } })],
      {},
      { ...alone, state: "flow", queued_at: null, accepted_at: null },
    )),
    window("dangerous", "Dangerous", "held back by the hub", talk([...answered, marta("", clock(10, 44), { unsafe: true })])),
    window("still-there", "Still there", "asked once, says what happens", talk(
      [...opening, first(texts.cable, clock(10, 58)), marta(texts.cableAsked, clock(11, 20))],
      { stillThereUntil: clock(11, 30) },
    )),
    window("menu", "Menu", "what the chat can do", talk(talking, { layer: "menu" })),
    window("end-question", "Ending", "asked before", talk(talking, { layer: "end" })),
    window("details", "Details", "name, people, transcript", talk(talking, { layer: "details" }, { name: texts.chatName })),
    window("ended", "Ended", "thanks, and a way on", ended),
    window("ended-rating", "Ended", "rating in one tap", ended, withRating),
    window("rated", "Rated", "with a comment", { ...ended, rating: { score: 5 } }, {
      ...withRating,
      doings: (place) => (place.querySelector<HTMLTextAreaElement>(".comment textarea")!.value = texts.comment),
    }),
    window("rated-thanks", "Rated", "and thanked for it", { ...ended, rating: { score: 5, comment: texts.comment } }, withRating),
  ];
}

type Speaker = (text: string, at: number, data?: MessageData) => Line;

function speaker(who: Who): Speaker {
  return (text, at, data = {}) => ({ kind: "message_posted", at, who, text, data: { ...data } });
}

function eventFrom(line: Line, index: number): EventFrame {
  return { t: "event", stream: STREAM, chat: CHAT_ID, seq: index + 1, id: index + 1, cid: null, ...line };
}

/** Writes into the fields of the form in order, and sends it. */
function fillIn(place: HTMLElement, values: readonly string[]): void {
  const fields = [...place.querySelectorAll<HTMLInputElement>("form .field")];
  values.forEach((value, index) => (fields[index]!.value = value));
  place.querySelector("form")!.requestSubmit();
}
