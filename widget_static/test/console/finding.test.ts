import assert from "node:assert/strict";
import { test } from "node:test";
import type { FoundRows } from "../../src/shared/commands";
import type { Row } from "../../src/shared/frames";
import {
  choicesFrom,
  NO_FILTERS,
  placeBehind,
  rowsShown,
  viewToLoad,
  type Filters,
} from "../../src/console/state/finding";
import type { ConsoleState } from "../../src/console/state/state";
import { after, freshState, JONAS, MARTA, row, sample } from "./samples";

const mine = { id: MARTA.id, name: MARTA.name };

function consoleWith(...rows: Row[]): ConsoleState {
  return after(freshState(), { t: "rows", cursor: "1", rows, whole: true, complete: true });
}

function shownWith(state: ConsoleState, filters: Partial<Filters>): number[] {
  const filtered = after(state, { kind: "filters_chosen", filters: { ...NO_FILTERS, ...filters } });
  return rowsShown(filtered).map((one) => one.chat);
}

function found(text: string, chats: number[], next: string | null): FoundRows {
  return { rows: chats.map((chat) => row(chat, { found: { ...sampleFound(), passage: [text] } })), after: next };
}

function sampleFound() {
  const reply = sample("reply_find", "reply");
  assert.ok(reply.ok);
  return (reply.result as unknown as FoundRows).rows[0]!.found!;
}

test("each filter leaves the rows it is about, and several those that all of them leave", () => {
  const shop = { id: 9, name: "Shop" };
  const state = consoleWith(
    row(1, { profile: shop, holder: mine, unread: 2, offline: true, rating: null, tags: [], mentioned: false }),
    row(2, { holder: JONAS, rating: 4, tags: ["refund"], mentioned: true, unread: 0 }),
    row(3, { state: "ended", holder: mine, rating: null, tags: [], mentioned: false, unread: 7 }),
  );
  assert.deepEqual(shownWith(state, {}), [1, 2, 3]);
  assert.deepEqual(shownWith(state, { profile: 9 }), [1]);
  assert.deepEqual(shownWith(state, { holder: MARTA.id }), [1, 3]);
  assert.deepEqual(shownWith(state, { tag: "refund" }), [2]);
  assert.deepEqual(shownWith(state, { isUnread: true }), [1]);
  assert.deepEqual(shownWith(state, { isOffline: true }), [1]);
  assert.deepEqual(shownWith(state, { isRated: true }), [2]);
  assert.deepEqual(shownWith(state, { namesMe: true }), [2]);
  assert.deepEqual(shownWith(state, { holder: MARTA.id, isOffline: true }), [1]);
});

test("what can be chosen is what the rows have, by name", () => {
  const choices = choicesFrom([row(1, { tags: ["vip", "refund"] }), row(2, { holder: JONAS, tags: ["refund"] })]);
  assert.deepEqual(choices.tags, ["refund", "vip"]);
  assert.deepEqual(choices.holders.map((one) => one.name), [JONAS.name, MARTA.name]);
});

test("older ended chats follow behind the last one that is here", () => {
  const state = consoleWith(
    row(1, { state: "ended", ended_at: 500 }),
    row(2, { state: "ended", ended_at: 300 }),
    row(3, { holder: mine }),
  );
  assert.equal(viewToLoad(state), "ended");
  assert.equal(placeBehind(state, "ended"), "300.2");
});

test("with filters a view is asked for from its beginning, without those only this page knows", () => {
  const state = consoleWith(row(1, { state: "ended", ended_at: 500 }));
  const rated = after(state, { kind: "filters_chosen", filters: { ...NO_FILTERS, isRated: true } });
  assert.equal(placeBehind(rated, "ended"), null);
  const unread = after(state, { kind: "filters_chosen", filters: { ...NO_FILTERS, isUnread: true } });
  assert.equal(viewToLoad(unread), null);
});

test("open chats are asked for only where the hub has not told all of them", () => {
  const state = after(consoleWith(row(1, { holder: mine })), { kind: "tab_chosen", tab: "mine" });
  assert.equal(viewToLoad(state), null);
  const partial = after(state, { t: "rows", cursor: "2", rows: [row(1)], whole: true, complete: false });
  assert.equal(viewToLoad(partial), "mine");
});

test("a part of a view joins the rows, and a whole inbox forgets how far it was loaded", () => {
  const older = row(8, { state: "ended", ended_at: 100 });
  const asked = after(consoleWith(row(1)), { kind: "part_asked", view: "ended" });
  const state = after(asked, { kind: "part_answered", view: "ended", part: { rows: [older], after: null } });
  assert.ok(state.inbox.rows.has(8));
  assert.equal(state.inbox.cursor, "1");
  assert.equal(state.loaded.get("ended")?.isDone, true);
  assert.equal(consoleAgain(state).loaded.size, 0);
});

function consoleAgain(state: ConsoleState): ConsoleState {
  return after(state, { t: "rows", cursor: "3", rows: [], whole: true, complete: true });
}

test("what was found stays until the answer to other words is here, and late answers are left out", () => {
  const first = after(
    freshState(),
    { kind: "search_written", text: "fern" },
    { kind: "search_answered", text: "fern", isMore: false, found: found("fern", [1, 2], "60") },
  );
  const typed = after(first, { kind: "search_written", text: "fernw" });
  assert.deepEqual(typed.search?.rows.map((one) => one.chat), [1, 2]);
  const late = after(typed, { kind: "search_answered", text: "fern", isMore: false, found: found("fern", [3], null) });
  assert.deepEqual(late.search, typed.search);
});

test("a later part of a search names each chat once", () => {
  const state = after(
    freshState(),
    { kind: "search_written", text: "fern" },
    { kind: "search_answered", text: "fern", isMore: false, found: found("fern", [1, 2], "60") },
    { kind: "search_more" },
    { kind: "search_answered", text: "fern", isMore: true, found: found("fern", [2, 3], null) },
  );
  assert.deepEqual(state.search?.rows.map((one) => one.chat), [1, 2, 3]);
  assert.equal(state.search?.after, null);
});

test("an emptied field shows nothing found, and ending the search brings the list back", () => {
  const state = after(
    freshState(),
    { kind: "search_written", text: "fern" },
    { kind: "search_answered", text: "fern", isMore: false, found: "At most 200 characters are looked for." },
  );
  assert.equal(state.search?.refusal, "At most 200 characters are looked for.");
  assert.deepEqual(after(state, { kind: "search_written", text: "" }).search?.rows, []);
  assert.equal(after(state, { kind: "search_written", text: null }).search, null);
});

test("a chat that was found opens at the place of the words", () => {
  const state = after(freshState(), { kind: "opened", chat: 17, found: sampleFound() });
  assert.deepEqual(state.sought, { chat: 17, stream: "17", seq: 3 });
  assert.equal(after(state, { kind: "opened", chat: 17 }).sought, null);
});
