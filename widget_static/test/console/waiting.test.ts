import assert from "node:assert/strict";
import { test } from "node:test";
import { newsFrom } from "../../src/console/state/news";
import { isWanted, NO_FILTERS } from "../../src/console/state/finding";
import type { ConsoleState } from "../../src/console/state/state";
import { alertsOf, urgencyFrom } from "../../src/console/state/waiting";
import type { Row } from "../../src/shared/frames";
import { after, freshState, JONAS, MARTA, NOW, row } from "./samples";

const MARTAS = { id: MARTA.id, name: MARTA.name };
const WAIT = { since: NOW - 50_000, limit_s: 60 };
const QUIET = { mentioned: false, unread: 0 };

function told(...rows: Row[]): ConsoleState {
  return after(freshState(), { t: "rows", cursor: "1", rows, whole: true, complete: true });
}

function later(state: ConsoleState, ms: number): ConsoleState {
  return after(state, { kind: "time_passed", now: NOW + ms });
}

test("an answer is due soon for the last quarter of its time, and overdue from the limit on", () => {
  const at = [0, 44_999, 45_000, 59_999, 60_000, 90_000].map((waitedMs) => urgencyFrom(waitedMs, 60_000));
  assert.deepEqual(at, ["calm", "calm", "due_soon", "due_soon", "overdue", "overdue"]);
});

test("a chat becomes overdue by the clock alone, and is so at once after a reload", () => {
  const before = told(row(1, { ...QUIET, wait: WAIT }), row(2, { ...QUIET, wait: { ...WAIT, limit_s: null } }));
  assert.deepEqual([...before.overdue], []);
  assert.equal(later(before, 9_999), before);
  assert.deepEqual([...later(before, 10_000).overdue], [1]);
  assert.deepEqual([...told(row(1, { ...QUIET, wait: { ...WAIT, since: NOW - 60_000 } })).overdue], [1]);
});

test("it goes by the hub's clock", () => {
  const state = { ...told(row(1, { ...QUIET, wait: WAIT })), skewMs: 10_000 };
  assert.deepEqual([...later(state, 0).overdue], [1]);
});

test("an answer takes the alert back", () => {
  const late = later(told(row(1, { ...QUIET, wait: WAIT })), 10_000);
  const answered = after(late, { t: "rows", cursor: "2", rows: [row(1, { ...QUIET, wait: null })], complete: true });
  assert.deepEqual([...answered.overdue], []);
});

test("who holds the chat is called once, a supervisor for every chat, others for none", () => {
  const before = told(
    row(1, { ...QUIET, holder: MARTAS, wait: WAIT }),
    row(2, { ...QUIET, holder: JONAS, wait: WAIT }),
    row(3, { ...QUIET, state: "queued", holder: null, wait: WAIT }),
  );
  const kinds = (from: ConsoleState, to: ConsoleState) => newsFrom(from, to).map(({ kind, row: one }) => `${kind} ${one.chat}`);
  const late = later(before, 10_000);
  assert.deepEqual(kinds(before, late), ["overdue 1"]);
  assert.deepEqual(kinds(late, later(late, 20_000)), []);
  assert.deepEqual(alertsOf(late).map(({ chat }) => chat), [1]);
  const supervisor = { ...before, isSupervisor: true };
  assert.deepEqual(kinds(supervisor, later(supervisor, 10_000)), ["overdue 1", "overdue 2", "overdue 3"]);
});

test("the list can show what is overdue alone", () => {
  const late = later(told(row(1, { ...QUIET, wait: WAIT }), row(2, { ...QUIET, wait: null })), 10_000);
  const state = { ...late, filters: { ...NO_FILTERS, isOverdue: true } };
  assert.deepEqual([...state.inbox.rows.values()].filter((one) => isWanted(one, state)).map(({ chat }) => chat), [1]);
});
