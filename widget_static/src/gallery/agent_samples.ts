/** Every state of the agents' widget, each made from the first one by a few pure functions. */
import { initialState, withEntry, type ConsoleState, type FollowedChat } from "../console/state/state";
import { newFollowedChat } from "../console/state/chats";
import { INITIAL_UI, type Ui } from "../agent/scene";
import type { Chat, Colleague, EventFrame, Row, Who } from "../shared/frames";
import type { Texts } from "./texts";

export interface AgentSample {
  /** As in `?state=`. */
  name: string;
  title: string;
  note: string;
  shows: "bubble" | "window";
  /** Null: nobody has said who is here. */
  known: ConsoleState | null;
  ui: Ui;
}

const MARTA = 5;
const JONAS = 6;
const PRIYA = 41;

/** All of them, in the order they are shown in. `now`: messages are of that day, at times of their own. */
export function agentSamplesFrom(texts: Texts, now: number): AgentSample[] {
  const clock = (hour: number, minute: number) => new Date(now).setHours(hour, minute, 0, 0);
  const profile = { id: 1, name: texts.shop };
  const row = (chat: number, visitor: string, text: string, at: number, change: Partial<Row> = {}): Row => ({
    chat,
    uuid: `0193b0c0-0000-7000-8000-0000000000${chat}`,
    state: "queued",
    profile,
    visitor: { id: PRIYA + chat, name: visitor },
    holder: null,
    last: { text, who: { id: PRIYA + chat, side: "visitor", name: visitor }, at },
    unread: 1,
    head: 2,
    started_at: at,
    queued_at: at,
    accepted_at: null,
    ended_at: null,
    offer: null,
    name: null,
    icon: null,
    team: null,
    ticket: null,
    wait: null,
    offline: false,
    rating: null,
    tags: [],
    mentioned: false,
    ...change,
  });
  const mine = { state: "active" as const, holder: { id: MARTA, name: texts.marta }, accepted_at: clock(10, 40) };
  const own = row(17, texts.visitor, texts.neighbour, clock(10, 42), { ...mine, unread: 0, icon: "🚲" });
  const marta = { id: MARTA, side: "agent" as const, name: texts.marta };
  const second = row(18, "Visitor 7F2C", texts.yesterdayAnswer, clock(10, 12), { ...mine, unread: 0, last: { text: texts.yesterdayAnswer, who: marta, at: clock(10, 12) } });
  const request = row(19, "Visitor 33F3", texts.photoSaid, clock(10, 51));
  const offered = row(20, texts.jonas, texts.cable, clock(10, 30), {
    ...mine,
    holder: { id: JONAS, name: texts.jonas },
    visitor: { id: 60, name: "Visitor A4C1" },
    offer: { kind: "invite", until: clock(23, 0), to: { id: MARTA, name: texts.marta }, team: null, sender: { id: JONAS, name: texts.jonas }, note: texts.numberAsked },
  });
  const over = row(16, "Visitor 9244", texts.bye, clock(9, 20), { ...mine, state: "ended", unread: 0, ended_at: clock(9, 31) });

  const header: Chat = {
    id: 17,
    uuid: own.uuid,
    profile,
    name: null,
    state: "active",
    head: 5,
    visitor: { id: PRIYA, name: texts.visitor },
    holder: MARTA,
    participants: [
      { id: PRIYA, side: "visitor", name: texts.visitor, read: 4, read_at: clock(10, 43), left: false },
      { ...marta, read: 5, read_at: clock(10, 43), left: false },
    ],
    started_at: clock(10, 38),
    queued_at: clock(10, 38),
    accepted_at: clock(10, 40),
    ended_at: null,
    ticket: 48213,
    icon: "🚲",
  };
  const visitor: Who = { id: PRIYA, side: "visitor" };
  const event = (seq: number, kind: string, who: Who, at: number, text?: string): EventFrame => ({
    t: "event", stream: "17", chat: 17, seq, id: seq, kind, at, who, cid: null, ...(text ? { text } : {}), data: kind === "agent_joined" ? { name: texts.marta } : {},
  });
  const said = [
    event(1, "message_posted", visitor, clock(10, 38), texts.hello),
    event(2, "agent_joined", { id: MARTA, side: "agent" }, clock(10, 40)),
    event(3, "message_posted", { id: MARTA, side: "agent" }, clock(10, 41), texts.morning),
    event(4, "message_posted", { id: MARTA, side: "agent" }, clock(10, 41), texts.courier),
    event(5, "message_posted", visitor, clock(10, 42), texts.neighbour),
  ];
  const plain = newFollowedChat(17);
  const followed: FollowedChat = { ...plain, header, isPaged: true, onScreen: 5, said: { ...plain.said, events: said, head: 5 } };

  const first: ConsoleState = {
    ...initialState({ id: MARTA, name: texts.marta, email: "" }, new Map()),
    line: { kind: "live" },
    readiness: { status: "available", reason: null },
    wasLive: true,
    epoch: "sample",
    canned: [
      { id: 1, name: texts.chatName, text: texts.link, team_id: null, team_name: null },
      { id: 2, name: texts.date, text: texts.yesterdayAnswer, team_id: null, team_name: null },
    ],
  };
  const listing = (...rows: Row[]): ConsoleState => ({
    ...first,
    inbox: { ...first.inbox, rows: new Map(rows.map((one) => [one.chat, one])), isLoaded: true },
  });
  const list = listing(request, offered, own, second, over);
  const talk = (change: Partial<FollowedChat> = {}, state: Partial<ConsoleState> = {}): ConsoleState => ({
    ...list,
    open: 17,
    chats: new Map([[17, { ...followed, ...change }]]),
    ...state,
  });
  const colleagues: Colleague[] = [
    { id: JONAS, name: texts.jonas, status: "available", reason: null, teams: [], active: 1, capacity: null },
    { id: 7, name: "Ada Byron", status: "away", reason: null, teams: [], active: 0, capacity: null },
  ];
  const window = (name: string, title: string, note: string, known: ConsoleState | null, ui: Partial<Ui> = {}): AgentSample => ({
    name: `agent-${name}`, title, note, shows: "window", known, ui: { ...INITIAL_UI, isOpen: true, ...ui },
  });
  const opened = (chat: Row, change: Partial<Chat>): ConsoleState => ({
    ...listing(chat, own),
    open: chat.chat,
    chats: new Map([[chat.chat, { ...followed, header: { ...header, id: chat.chat, ticket: null, icon: null, visitor: chat.visitor, state: chat.state, ...change } }]]),
  });
  const alone: Chat["participants"] = header.participants.slice(0, 1);
  return [
    { name: "agent-told", title: "Request", note: "told beside the bubble", shows: "bubble", known: list, ui: { ...INITIAL_UI, told: 19 } },
    window("unknown", "Not known", "the page has not said who is here", null),
    window("loading", "Loading", "the list is on its way", first),
    window("empty", "Nothing to do", "requests come by themselves", listing()),
    window("list", "List", "a request, an invitation, own chats, one that is over", list),
    window("away", "Away", "takes no new chats", { ...listing(own, second), readiness: { status: "away", reason: null } }),
    window("request", "Request", "read before it is accepted", opened(request, { holder: null, participants: alone })),
    window("talking", "Talking", "seen, ticket, icon", talk()),
    window("typing", "Typing", "the visitor writes", talk({}, { typing: new Map([[17, [{ id: PRIYA, side: "visitor" as const, name: texts.visitor, until: now + 86_400_000 }]]]) })),
    window("failed", "Not sent", "kept and retried", talk({ said: { ...followed.said, pending: [{ cid: "own", text: texts.sending, at: clock(10, 52), state: "failed" }] } }, { line: { kind: "waiting", until: now } })),
    window("meanwhile", "Meanwhile", "a colleague was faster", talk({}, {
      guards: new Map([[17, { answers: [event(6, "message_posted", { id: JONAS, side: "agent", name: texts.jonas }, clock(10, 44), texts.thursday)], text: texts.draft }]]),
      drafts: new Map([[17, { mode: "reply" as const, reply: texts.draft, note: "", whisper: "", files: [] }]]),
    })),
    window("menu", "Menu", "what can be done with the chat", talk(), { layer: "menu" }),
    window("canned", "Canned messages", "filled in with what is known", talk(), { layer: "canned" }),
    window("canned-none", "Canned messages", "none fits", talk(), { layer: "canned", search: "…" }),
    window("details", "Details", "name, icon, ticket, people", talk({ header: { ...header, participants: [...header.participants, { id: JONAS, side: "agent", name: texts.jonas, read: 0, read_at: null, left: false }] } }), { layer: "details" }),
    window("colleagues", "Colleagues", "who can be asked in", talk(), { layer: "colleagues", colleagues }),
    window("colleagues-none", "Colleagues", "nobody is here", talk(), { layer: "colleagues", colleagues: [] }),
    window("refused", "Refused", "in the hub’s words", talk({}, { notices: withEntry(new Map(), 17, texts.refusal) })),
    window("end-question", "Ending", "asked before", talk(), { layer: "end" }),
    window("taken", "Taken", "a colleague has it", opened({ ...own, chat: 21, holder: { id: JONAS, name: texts.jonas } }, { holder: JONAS, participants: alone })),
    window("ended", "Ended", "still to be read", opened({ ...over, chat: 22 }, { ended_at: clock(9, 31) })),
  ];
}
