import assert from "node:assert/strict";
import { test } from "node:test";
import { leavesHole, MAX_FOLLOWED } from "../../src/console/state/chats";
import { conversationFrom, countUnseen, lastOwnSeq, mergeNotes } from "../../src/console/state/conversation";
import { visitorReadFrom } from "../../src/console/state/headers";
import type { TypingEph } from "../../src/shared/frames";
import type { FollowedChat } from "../../src/console/state/state";
import { after, freshState, header, JONAS, MARTA, message, NOW, openedChat, page, row, sample, sampleTyping } from "./samples";

const VISITOR = { id: 41, side: "visitor" as const };

function chat17(state: { chats: ReadonlyMap<number, FollowedChat> }): FollowedChat {
  return state.chats.get(17)!;
}

test("an opened chat holds the header and the events the hub sent", () => {
  const followed = chat17(openedChat());
  assert.equal(followed.header?.visitor.name, "Visitor 7F2C");
  assert.equal(followed.said.head, 4);
  assert.equal(followed.isPaged, true);
});

test("at most twenty chats are kept, and the least recently opened one goes", () => {
  let state = freshState();
  for (let chat = 1; chat <= MAX_FOLLOWED; chat += 1) state = after(state, { kind: "opened", chat });
  state = after(state, { kind: "opened", chat: 1 }, { kind: "opened", chat: 99 });
  assert.equal(state.chats.size, MAX_FOLLOWED);
  assert.equal(state.chats.has(1), true);
  assert.equal(state.chats.has(2), false);
  assert.equal([...state.chats.keys()].at(-1), 99);
});

test("an event of a chat that is not followed changes nothing", () => {
  const state = freshState();
  assert.equal(after(state, sample("event_message", "event")).chats.size, 0);
});

test("an event beyond the next is a hole and is left out", () => {
  const state = openedChat();
  const far = message(6, VISITOR, "too early");
  assert.equal(leavesHole(state, far), true);
  assert.equal(chat17(after(state, far)).said.head, 4);
  assert.equal(leavesHole(state, message(5, VISITOR, "next")), false);
});

test("the visitor's end of the chat ends it here, too", () => {
  const state = after(openedChat(), sample("event_ended", "event"));
  assert.equal(chat17(state).header?.state, "ended");
  assert.equal(chat17(state).header?.ended_at, 1_795_250_500_000);
});

test("a visitor who signs in stands in the header in the place of who they were", () => {
  const state = after(openedChat(), { ...sample("event_identified", "event"), seq: 5, id: 905 });
  const known = chat17(state).header;
  assert.deepEqual(known?.visitor, { id: 31, name: "Ada Byron" });
  const visitors = known?.participants.filter((one) => one.side === "visitor").map(({ id, name, read }) => ({ id, name, read }));
  assert.deepEqual(visitors, [{ id: 31, name: "Ada Byron", read: 2 }]);
});

test("accepting makes the joined agent the holder and a participant", () => {
  const waiting = header({ state: "queued", holder: null, head: 2, participants: [], accepted_at: null });
  const state = after(
    freshState(),
    { kind: "opened", chat: 17 },
    { ...sample("welcome_agent", "welcome"), chats: [waiting] },
    page([sample("page_reset", "page").events[0]!, sample("page_reset", "page").events[1]!]),
    sample("event_joined", "event"),
  );
  assert.equal(chat17(state).header?.state, "active");
  assert.equal(chat17(state).header?.holder, MARTA.id);
  assert.deepEqual(chat17(state).header?.participants.map((one) => one.name), ["Marta Lindqvist"]);
});

test("a row that knows more moves the open chat, an older one does not", () => {
  const newer = { t: "rows" as const, cursor: "2", complete: true, rows: [row(17, { holder: JONAS, head: 4 })] };
  const older = { ...newer, rows: [row(17, { state: "queued", holder: null, head: 1 })] };
  assert.equal(chat17(after(openedChat(), newer)).header?.holder, JONAS.id);
  assert.equal(chat17(after(openedChat(), older)).header?.state, "active");
});

test("the visitor's read mark only ever grows", () => {
  const read = { t: "read" as const, chat: 17, id: VISITOR.id, seq: 4, at: NOW };
  const state = after(openedChat(), read, { ...read, seq: 3, at: NOW + 1 });
  assert.deepEqual(visitorReadFrom(chat17(state).header!), { seq: 4, at: NOW });
});

test("what this agent read elsewhere counts as read here", () => {
  const state = after(openedChat(), sample("read", "read"));
  assert.equal(state.readHere.get(17), 4);
});

test("a note stands behind the message it was written after", () => {
  const state = after(
    openedChat(),
    page([{ ...sample("event_note", "event"), after: 2 }], { stream: "17/staff" }),
    message(5, VISITOR, "later"),
  );
  const order = mergeNotes(chat17(state)).map((event) => `${event.stream}:${event.seq}`);
  assert.deepEqual(order, ["17:1", "17:2", "17/staff:1", "17:3", "17:4", "17:5"]);
});

test("a note of the part that is not loaded waits until that part is", () => {
  const newest = page([message(8, VISITOR, "new")], { resume: "partial", head: 8, more: true });
  const notes = page([{ ...sample("event_note", "event"), after: 3 }], { stream: "17/staff" });
  const state = after(freshState(), { kind: "opened", chat: 17 }, newest, notes);
  assert.deepEqual(mergeNotes(chat17(state)).map((event) => event.kind), ["message_posted"]);
});

test("older events come before the known ones and end the loading", () => {
  const newest = page([message(3, VISITOR, "three")], { resume: "partial", head: 3, more: true });
  const older = { events: [message(1, VISITOR, "one"), message(2, VISITOR, "two")], more: false };
  const asked = after(freshState(), { kind: "opened", chat: 17 }, newest, { kind: "older_asked", chat: 17 });
  assert.equal(chat17(asked).isLoadingOlder, true);
  const state = after(asked, {
    kind: "older_answered",
    stream: "17",
    chat: 17,
    reply: { t: "reply", cid: "x", ok: true, result: older },
  });
  assert.deepEqual(chat17(state).said.events.map((event) => event.text), ["one", "two", "three"]);
  assert.equal(chat17(state).isLoadingOlder, false);
  assert.equal(chat17(state).said.more, false);
});

test("messages of others below the screen are counted until the end is seen", () => {
  const seen = after(openedChat(), { kind: "end_seen", chat: 17 });
  const state = after(seen, message(5, VISITOR, "a"), message(6, { id: MARTA.id, side: "agent" }, "mine"));
  assert.equal(countUnseen(chat17(state), MARTA.id), 1);
  assert.equal(lastOwnSeq(chat17(state), MARTA.id), 6);
  assert.equal(countUnseen(chat17(after(state, { kind: "end_seen", chat: 17 })), MARTA.id), 0);
});

test("the visitor's typing shows until it speaks, and ends by itself", () => {
  const typing = { ...sampleTyping(), who: { id: 41, side: "visitor" as const, name: "Visitor 7F2C" } };
  const state = after(openedChat(), { ...typing, until: NOW + 6000 });
  assert.equal(state.typing.get(17)?.[0]?.name, "Visitor 7F2C");
  assert.equal(after(state, message(5, VISITOR, "there")).typing.size, 0);
  assert.equal(after(state, sample("event_ended", "event")).typing.size, 0);
  assert.equal(after(state, { kind: "time_passed", now: NOW + 5999 }).typing.size, 1);
  assert.equal(after(state, { kind: "time_passed", now: NOW + 6000 }).typing.size, 0);
});

test("what the visitor is writing shows as long as the lease", () => {
  const draft = sample("eph_draft", "eph") as TypingEph;
  const state = after(openedChat(), { ...draft, until: NOW + 6000 });
  assert.equal(state.typing.get(17)?.[0]?.draft, "Is the 54 still in sto");
  assert.equal(after(state, message(5, VISITOR, "Is the 54 still in stock?")).typing.size, 0);
  assert.equal(after(state, { ...draft, on: false }).typing.size, 0);
  assert.equal(after(state, { kind: "time_passed", now: NOW + 6000 }).typing.size, 0);
});

test("one's own typing is not shown to oneself", () => {
  assert.equal(after(openedChat(), sample("eph_typing", "eph")).typing.size, 0);
});

test("another history forgets what had been read in the old one", () => {
  const read = after(openedChat(), sample("read", "read"));
  const state = after(read, { ...sample("welcome_agent", "welcome"), epoch: "other" });
  assert.equal(state.readHere.size, 0);
});

test("days, groups and system lines are drawn in the order they happened", () => {
  const kinds = conversationFrom(chat17(openedChat()), MARTA.id, null).map((passage) => passage.kind);
  assert.deepEqual(kinds, ["day", "group", "fact", "group"]);
});

test("a header older than the events does not turn the chat back, whichever line it came on", () => {
  const ended = after(openedChat(), sample("event_ended", "event"));
  const stale = after(ended, sample("welcome_agent", "welcome"));
  assert.equal(chat17(stale).header?.state, "ended");
  assert.equal(chat17(stale).said.head, sample("event_ended", "event").seq);
});

test("a header of another history is taken, however far the old one was", () => {
  const ended = after(openedChat(), sample("event_ended", "event"));
  const state = after(ended, { ...sample("welcome_agent", "welcome"), epoch: "other" });
  assert.equal(chat17(state).header?.state, "active");
});

test("a header that has not heard of a read mark does not take it back", () => {
  const read = after(openedChat(), { t: "read", chat: 17, id: VISITOR.id, seq: 4, at: NOW });
  const state = after(read, sample("welcome_agent", "welcome"));
  assert.deepEqual(visitorReadFrom(chat17(state).header!), { seq: 4, at: NOW });
});

test("a header older than the row of the list does not take the chat from who has accepted it", () => {
  const queued = header({ state: "queued", holder: null, head: 2 });
  const opened = after(freshState(), { kind: "opened", chat: 17 });
  const rows = { t: "rows" as const, cursor: "2", complete: true, rows: [row(17, { head: 3 })] };
  const welcome = { ...sample("welcome_agent", "welcome"), chats: [queued] };
  const accepted = after(opened, welcome, rows);
  assert.equal(chat17(accepted).header?.holder, MARTA.id);
  assert.equal(chat17(after(accepted, welcome)).header?.holder, MARTA.id);
});

test("a sign-in that ends soon is told with its time, a visitor's fresh token is not", () => {
  const reauth = sample("reauth", "reauth");
  assert.equal(after(freshState(), reauth).signInEndsAt, reauth.expires_at);
  assert.equal(after(freshState(), { ...reauth, token: "vc_2" }).signInEndsAt, null);
});
