import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventFrame, Refused } from "../../src/shared/frames";
import type { Errand } from "../../src/console/state/changes";
import { conversationFrom, expectedSeq } from "../../src/console/state/conversation";
import { EMPTY_DRAFT, type ConsoleState } from "../../src/console/state/state";
import { after, header, JONAS, message, NOW, openedChat, row, sample, sampleToHub } from "./samples";

const AGENT_JONAS = { id: JONAS.id, side: "agent" as const, name: JONAS.name };

function post(cid: string, text: string): Errand {
  return { t: "cmd", cid, op: "post", args: { chat: 17, text, expect_seq: 4 } };
}

function heldBack(cid: string, events: EventFrame[]): Refused {
  const error = { code: "answered_meanwhile", message: "Somebody answered.", retry: "never" as const, data: { events } };
  return { t: "reply", cid, ok: false, error };
}

function refused(cid: string, code: string, message: string): Refused {
  return { t: "reply", cid, ok: false, error: { code, message, retry: "never" } };
}

function sent(state: ConsoleState, errand: Errand): ConsoleState {
  return after(state, { kind: "errand_sent", errand, at: NOW });
}

function pendingTexts(state: ConsoleState): string[] {
  return state.chats.get(17)!.said.pending.map((own) => own.text);
}

const ANSWER = message(5, AGENT_JONAS, "I have the courier on the phone.");

function guarded(): ConsoleState {
  const errand = post("a", "It is on its way.");
  return after(sent(openedChat(), errand), { kind: "errand_answered", errand, reply: heldBack("a", [ANSWER]) });
}

test("a reply says which public event was on screen, as in the sample", () => {
  const seen = after(openedChat(), { kind: "end_seen", chat: 17 });
  assert.equal(expectedSeq(seen, 17), (sampleToHub("cmd_post_guarded") as { args: { expect_seq: number } }).args.expect_seq);
});

test("what arrived while the agent looked elsewhere does not count as on screen", () => {
  const seen = after(openedChat(), { kind: "end_seen", chat: 17 });
  assert.equal(expectedSeq(after(seen, message(5, AGENT_JONAS, "unseen")), 17), 4);
});

test("before anything of a chat is here a reply guards nothing", () => {
  assert.equal(expectedSeq(openedChat(), 99), null);
});

test("a reply held back returns to the composer and the guard shows what was written", () => {
  const state = guarded();
  assert.equal(state.drafts.get(17)?.reply, "It is on its way.");
  assert.deepEqual(state.guards.get(17)?.answers.map((event) => event.text), ["I have the courier on the phone."]);
  assert.deepEqual(pendingTexts(state), []);
});

test("words typed since stand behind the ones that return", () => {
  const errand = post("a", "First.");
  const typed = after(sent(openedChat(), errand), { kind: "draft_written", chat: 17, text: "And more" });
  const state = after(typed, { kind: "errand_answered", errand, reply: heldBack("a", [ANSWER]) });
  assert.equal(state.drafts.get(17)?.reply, "First.\n\nAnd more");
});

test("two replies held back return in the order they were written", () => {
  const second = post("b", "Second.");
  const state = after(sent(guarded(), second), { kind: "errand_answered", errand: second, reply: heldBack("b", [ANSWER]) });
  assert.equal(state.drafts.get(17)?.reply, "It is on its way.\n\nSecond.");
  assert.equal(state.guards.get(17)?.answers.length, 1);
});

test("what the visitor wrote meanwhile is no answer of a colleague", () => {
  const errand = post("a", "Mine");
  const visitor = message(6, { id: 41, side: "visitor" }, "Hello?");
  const state = after(sent(openedChat(), errand), {
    kind: "errand_answered",
    errand,
    reply: heldBack("a", [ANSWER, visitor]),
  });
  assert.deepEqual(state.guards.get(17)?.answers.map((event) => event.seq), [5]);
});

test("the answer in the guard is not drawn a second time until the agent has chosen", () => {
  const state = after(guarded(), ANSWER);
  const texts = (one: ConsoleState) =>
    conversationFrom(one.chats.get(17)!, 5, one.guards.get(17) ?? null).flatMap((passage) =>
      passage.kind === "group" ? passage.messages.map((own) => own.text) : [],
    );
  assert.equal(texts(state).includes(ANSWER.text!), false);
  const chosen = after(state, { kind: "guard_settled", chat: 17, keepsText: true });
  assert.equal(texts(chosen).includes(ANSWER.text!), true);
});

test("keeping the text closes the guard and counts the answer as seen", () => {
  const state = after(guarded(), { kind: "guard_settled", chat: 17, keepsText: true });
  assert.equal(state.guards.size, 0);
  assert.equal(state.drafts.get(17)?.reply, "It is on its way.");
  assert.equal(expectedSeq(state, 17), 5);
});

test("discarding empties the composer", () => {
  const state = after(guarded(), { kind: "guard_settled", chat: 17, keepsText: false });
  assert.equal(state.drafts.get(17)?.reply, "");
});

test("an own message stands in its place from the key press on and settles once", () => {
  const errand = post("own", "On its way");
  const pending = sent(openedChat(), errand);
  assert.deepEqual(pendingTexts(pending), ["On its way"]);
  const event = message(5, { id: 5, side: "agent" }, "On its way", { cid: errand.cid });
  const reply = { ...sample("reply_post", "reply"), result: { seq: 5, id: 905, at: NOW } } as const;
  const replyFirst = after(pending, { kind: "errand_answered", errand, reply }, event);
  const eventFirst = after(pending, event, { kind: "errand_answered", errand, reply });
  for (const state of [replyFirst, eventFirst]) {
    assert.deepEqual(pendingTexts(state), []);
    assert.equal(state.chats.get(17)!.said.events.filter((one) => one.cid === errand.cid).length, 1);
  }
});

test("a reply that may be repeated stays in its place as not sent yet", () => {
  const errand = post("0198c1f0-5c9e-7000-8000-00000000000d", "Later");
  const reply = sample("reply_storage_unavailable", "reply");
  const state = after(sent(openedChat(), errand), { kind: "errand_answered", errand, reply });
  assert.equal(state.chats.get(17)!.said.pending[0]?.state, "failed");
});

test("words refused for good return to the composer with the reason", () => {
  const errand = post("a", "Too late");
  const reply = refused("a", "chat_ended", "The chat has ended.");
  const state = after(sent(openedChat(), errand), { kind: "errand_answered", errand, reply });
  assert.equal(state.drafts.get(17)?.reply, "Too late");
  assert.equal(state.notices.get(17), "The chat has ended.");
});

test("a chat another agent took says who, in place and in the list", () => {
  const errand: Errand = { t: "cmd", cid: "x", op: "accept", args: { chat: 17 } };
  const waiting = row(17, { state: "queued", holder: null, head: 2 });
  const rows = { t: "rows" as const, cursor: "1", complete: true, rows: [waiting] };
  const participant = { ...header().participants[1]!, ...JONAS };
  const taken = sample("reply_refused", "reply");
  assert.equal(taken.ok, false);
  const reply = { ...taken, chat: header({ holder: JONAS.id, participants: [participant] }) } as Refused;
  const asked = after(openedChat(), rows, { kind: "errand_sent", errand, at: NOW });
  const state = after(asked, { kind: "errand_answered", errand, reply });
  assert.equal(state.notices.get(17), "Jonas Weber took this chat first.");
  assert.equal(state.inbox.rows.get(17)?.holder?.name, "Jonas Weber");
  assert.equal(state.underWay.size, 0);
});

test("a note returns to the note, never into the reply", () => {
  const errand: Errand = { t: "cmd", cid: "n", op: "note", args: { chat: 17, text: "for us only" } };
  const state = after(sent(openedChat(), errand), {
    kind: "errand_answered",
    errand,
    reply: refused("n", "text_invalid", "This text cannot be stored."),
  });
  assert.equal(state.drafts.get(17)?.note, "for us only");
  assert.equal(state.drafts.get(17)?.reply, "");
});

test("a whisper stands as one while it is on its way, and returns to the whisper", () => {
  const errand: Errand = { t: "cmd", cid: "w", op: "note", args: { chat: 17, text: "offer them 10 %", whisper: true } };
  const saying = sent(openedChat(), errand);
  assert.equal(saying.chats.get(17)?.notes.pending[0]?.data?.whisper, true);
  const refusal = refused("w", "forbidden", "Only supervisors whisper.");
  const state = after(saying, { kind: "errand_answered", errand, reply: refusal });
  assert.deepEqual(state.drafts.get(17), { ...EMPTY_DRAFT, whisper: "offer them 10 %" });
});
