import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chat, EventFrame, Page } from "../src/shared/frames";
import { eventsBetween } from "../src/widget/events";
import { headerFrom } from "../src/widget/halo";
import { reduce, type Happening } from "../src/widget/reduce";
import { initialState, type State } from "../src/widget/state";


const CHAT: Chat = {
  id: 17,
  uuid: "0b6f2c1e-0000-4000-8000-000000000017",
  profile: { id: 3, name: "Marlow Cycles" },
  name: null,
  state: "queued",
  head: 0,
  visitor: { id: 41, name: "Visitor" },
  holder: null,
  participants: [],
  started_at: 1_762_166_580_000,
  queued_at: 1_762_166_580_000,
  accepted_at: null,
  ended_at: null,
};
const POST = { cid: "c1", op: "post", chat: null, text: "Hello <you>", at: 1_762_166_580_000 } as const;
const MARTA = { id: 7, side: "agent", name: "Marta" } as const;

/** Lets all of it happen, and lists the names of what the page was told. */
function tell(state: State, ...happenings: Happening[]) {
  const told: [string, unknown][] = [];
  for (const happening of happenings) {
    const after = reduce(state, happening);
    told.push(...eventsBetween(state, after, happening));
    state = after;
  }
  return { state, told, names: told.map(([name]) => name) };
}

function happened(seq: number, kind: string, more: Partial<EventFrame> = {}): Happening {
  const frame: EventFrame = {
    t: "event", stream: "17", chat: 17, seq, id: 900 + seq, kind, at: 1_762_166_590_000, who: MARTA, ...more,
  };
  return { kind: "framed", frame, now: 0 };
}

const begun: Happening[] = [
  { kind: "noted", change: { isOpen: true } },
  { kind: "noted", change: { draft: "Hello <you>" } },
  { kind: "said", isDraft: true, errand: POST },
  {
    kind: "answered",
    errand: { cid: "c0", op: "start", args: {} },
    reply: { t: "reply", cid: "c0", ok: true, result: { chat: CHAT, created: true } },
  },
  happened(1, "message_posted", { who: { id: 41, side: "visitor" }, cid: "c1", text: "Hello <you>" }),
  {
    kind: "answered",
    errand: POST,
    reply: { t: "reply", cid: "c1", ok: true, result: { seq: 1, id: 901, at: 1_762_166_590_000 } },
  },
];

test("the page is told of a new chat from the first key to its end", () => {
  const { names } = tell(
    initialState(""),
    ...begun,
    happened(2, "agent_joined", { data: { state: "active", name: "Marta" } }),
    happened(3, "message_posted", { text: "Good morning" }),
    happened(4, "chat_ended"),
    { kind: "noted", change: { isOpen: false, layer: "none" } },
  );
  assert.deepEqual(names, [
    "chatOpened", "userTyping", "userStoppedTyping", "newChatStarting", "newChatStarted", "awaitingAgent",
    "messageSent", "agentJoined", "newMessage", "chatEnded", "chatClosed",
  ]);
});

test("a chat that is taken up is told once, and its history not as news", () => {
  const page: Page = {
    t: "page", stream: "17", resume: "reset", head: 3, more: false,
    events: [happened(3, "message_posted", { text: "From yesterday" })].map(
      (one) => (one as { frame: EventFrame }).frame,
    ),
  };
  const welcome = {
    t: "welcome", v: 1, connection: "k", you: { id: 41, side: "visitor", name: "" }, epoch: "e", chats: [CHAT],
    ping_every_s: 20, dead_after_s: 45, max_text_chars: 4000, max_file_bytes: 26_214_400, now: 0,
  } as const;
  const { names, told } = tell(
    initialState(""),
    { kind: "framed", frame: { ...welcome, chats: [{ ...CHAT, state: "active" }] }, now: 0 },
    { kind: "framed", frame: page, now: 0 },
    happened(4, "message_posted", { text: "And of today" }),
  );
  assert.deepEqual(names, ["existingChatResumed", "newMessage"]);
  assert.equal((told[1]![1] as { textplain: string }).textplain, "And of today");
});

test("the header has Halo's members, and the last words of a message that was edited", () => {
  const { state } = tell(
    initialState(""),
    ...begun,
    happened(2, "message_posted", { text: "Good mourning" }),
    happened(3, "message_edited", { text: "Good morning", data: { seq: 2 } }),
  );
  const header = headerFrom(state) as Record<string, unknown>;
  assert.equal(header["id"], 17);
  assert.equal(header["chatprofile_id"], "3");
  assert.equal(header["unread_count"], 1);
  assert.equal(header["closed"], false);
  assert.equal(header["datecreated"], "2025-11-03T10:43:00.000Z");
  const messages = header["messages"] as Record<string, unknown>[];
  assert.deepEqual(messages.map(({ textplain }) => textplain), ["Hello <you>", "Good morning"]);
  assert.equal(messages[0]!["text"], "Hello &#60;you&#62;");
  assert.equal(messages[1]!["agent_id"], 7);
});

test("there is no header before there is a chat, and nothing to tell when the visitor becomes somebody else", () => {
  assert.equal(headerFrom(initialState("")), null);
  const { state } = tell(initialState(""), ...begun, { kind: "noted", change: { isOpen: false, layer: "none" } });
  assert.deepEqual(tell(state, { kind: "noted", change: initialState("") }).names, []);
});
