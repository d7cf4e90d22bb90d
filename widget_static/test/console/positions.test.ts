import assert from "node:assert/strict";
import { test } from "node:test";
import { helloFrom, isBehind } from "../../src/console/state/positions";
import { after, freshState, openedChat, page, sample, sampleToHub } from "./samples";

const notes = page([sample("event_note", "event")], { stream: "17/staff" });

test("the first hello asks for the inbox and knows nothing", () => {
  assert.deepEqual(helloFrom(freshState()), { t: "hello", v: 1, wants: ["inbox"], positions: {}, client: "console/1" });
});

test("after a lost line hello carries what is known, as in the sample", () => {
  const state = after(openedChat(), notes, sample("rows", "rows"));
  assert.deepEqual(helloFrom(state), sampleToHub("hello_console"));
});

test("a chat of which nothing came yet has no position", () => {
  const state = after(openedChat(), { kind: "opened", chat: 18 });
  assert.deepEqual(Object.keys(helloFrom(state).positions ?? {}), ["17"]);
});

test("heads beyond what is here mean that something was missed", () => {
  const state = after(openedChat(), notes);
  assert.equal(isBehind(state, sample("ping", "ping").heads), false);
  assert.equal(isBehind(state, { "17": 5, "17/staff": 1 }), true);
  assert.equal(isBehind(state, { "17": 4, "17/staff": 2 }), true);
});

test("heads of a chat whose first page is still on its way mean nothing", () => {
  const state = after(openedChat(), { kind: "opened", chat: 18 });
  assert.equal(isBehind(state, { "17": 4, "18": 9 }), false);
});
