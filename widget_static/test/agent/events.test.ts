/** What a page is told of its agent's chats, and what it finds when it asks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeAll, eventsOf } from "../../src/agent/events";
import { initialState, type ConsoleState } from "../../src/console/state/state";
import type { Row } from "../../src/shared/frames";
import { MARTA, NOW, row } from "../console/samples";

const HOLDER = { id: MARTA.id, name: MARTA.name };
const said = (text: string, at: number): Row["last"] => ({ text, at, who: { id: 41, side: "visitor", name: "Ada" } });

function knowing(...rows: Row[]): ConsoleState {
  const state = initialState(MARTA, new Map());
  return { ...state, inbox: { ...state.inbox, rows: new Map(rows.map((one) => [one.chat, one])), isLoaded: true } };
}

const namesOf = (before: ConsoleState, after: ConsoleState) => eventsOf(before, after).map(([name]) => name);

test("a request, its acceptance, a message and the end are told in turn", () => {
  const waiting = row(1, { state: "queued", holder: null, last: said("Hello", NOW) });
  const held = { ...waiting, state: "active" as const, holder: HOLDER };
  const more = { ...held, last: said("And?", NOW + 1) };
  assert.deepEqual(namesOf(knowing(), knowing(waiting)), ["awaitingAgent", "newMessage"]);
  assert.deepEqual(namesOf(knowing(waiting), knowing(held)), ["agentJoined"]);
  assert.deepEqual(namesOf(knowing(held), knowing(more)), ["newMessage"]);
  assert.deepEqual(namesOf(knowing(more), knowing({ ...more, state: "ended" })), ["chatEnded"]);
});

test("the first list of a page is no news, and chats of colleagues never are", () => {
  const waiting = row(1, { state: "queued" });
  assert.deepEqual(namesOf(initialState(MARTA, new Map()), knowing(waiting)), []);
  const theirs = row(2, { state: "active", holder: { id: 6, name: "Jonas" }, last: null });
  assert.deepEqual(namesOf(knowing(row(2, { state: "active", holder: theirs.holder, last: said("x", NOW) })), knowing(theirs)), []);
});

test("an array of the chats under way comes back, with what is unread", () => {
  const own = row(1, { state: "active", holder: HOLDER, last: said("Hello", NOW), unread: 2 });
  const over = row(2, { state: "ended", holder: HOLDER });
  const told = describeAll(knowing(own, over, row(3, { state: "queued" }))) as Record<string, unknown>[];
  assert.deepEqual(told.map(({ id, unread_count, lastmessage, closed }) => [id, unread_count, lastmessage, closed]), [[1, 2, "Hello", false]]);
});
