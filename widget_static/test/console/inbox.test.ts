import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row } from "../../src/shared/frames";
import {
  countsFrom,
  EMPTY_INBOX,
  mergeHeader,
  mergeRows,
  sectionsFrom,
  sectionsOf,
  tabsFrom,
  titleFrom,
  unreadFrom,
  unreadTotal,
  type Inbox,
} from "../../src/console/state/inbox";
import { header, JONAS, MARTA, row, sample } from "./samples";

const mine = { id: MARTA.id, name: MARTA.name };

function inboxOf(...rows: Row[]): Inbox {
  return mergeRows(EMPTY_INBOX, { t: "rows", cursor: "1", rows, whole: true, complete: true });
}

function rowsOf(...rows: Row[]): Row[] {
  return [...inboxOf(...rows).rows.values()];
}

function chatsOf(rows: Row[]): number[] {
  return rows.map((one) => one.chat);
}

test("the sample rows frame fills an empty inbox and leaves its cursor", () => {
  const inbox = mergeRows(EMPTY_INBOX, sample("rows", "rows"));
  assert.deepEqual([...inbox.rows.keys()], [17]);
  assert.equal(inbox.cursor, "7731");
  assert.equal(inbox.isLoaded, true);
});

test("a newer row takes the place of the one of the same chat, others stay", () => {
  const before = inboxOf(row(1), row(2, { head: 4 }));
  const frame = { t: "rows" as const, cursor: "9", rows: [row(2, { head: 5, unread: 3 })], complete: true };
  const inbox = mergeRows(before, frame);
  assert.equal(inbox.rows.size, 2);
  assert.equal(inbox.rows.get(2)?.unread, 3);
  assert.equal(inbox.cursor, "9");
});

test("a row with a lower head is older and changes nothing", () => {
  const before = inboxOf(row(2, { head: 5, state: "ended" }));
  const late = { t: "rows" as const, cursor: "9", rows: [row(2, { head: 4, state: "active" })], complete: true };
  assert.equal(mergeRows(before, late).rows.get(2)?.state, "ended");
});

test("a whole inbox forgets rows that are not in it", () => {
  const inbox = mergeRows(inboxOf(row(1), row(2)), {
    t: "rows",
    cursor: "9",
    rows: [row(2)],
    whole: true,
    complete: false,
  });
  assert.deepEqual([...inbox.rows.keys()], [2]);
  assert.equal(inbox.isComplete, false);
});

test("merging does not touch the inbox it began with", () => {
  const before = inboxOf(row(1));
  mergeRows(before, { t: "rows", cursor: "2", rows: [row(2)], complete: true });
  assert.deepEqual([...before.rows.keys()], [1]);
});

test("every chat stands in exactly one section by its state and holder", () => {
  const sections = sectionsFrom(
    rowsOf(
      row(1, { state: "queued", holder: null }),
      row(2, { state: "active", holder: mine }),
      row(3, { state: "active", holder: JONAS }),
      row(4, { state: "flow", holder: null }),
      row(5, { state: "ended", holder: mine, ended_at: 1 }),
    ),
    MARTA.id,
  );
  assert.deepEqual(chatsOf(sections.waiting), [1]);
  assert.deepEqual(chatsOf(sections.mine), [2]);
  assert.deepEqual(chatsOf(sections.colleagues).sort(), [3, 4]);
  assert.deepEqual(chatsOf(sections.ended), [5]);
});

test("who waits longest stands first", () => {
  const waiting = [1, 2, 3].map((chat) => row(chat, { state: "queued", holder: null, queued_at: 1000 - chat * 10 }));
  assert.deepEqual(chatsOf(sectionsFrom(rowsOf(...waiting), MARTA.id).waiting), [3, 2, 1]);
});

test("own chats stand by their newest message, and one without any by its beginning", () => {
  const said = (at: number): Row["last"] => ({ text: "hi", who: { id: 41, side: "visitor", name: "Visitor 7F2C" }, at });
  const sections = sectionsFrom(
    rowsOf(
      row(1, { holder: mine, last: said(100) }),
      row(2, { holder: mine, last: said(300) }),
      row(3, { holder: mine, last: null, started_at: 200 }),
    ),
    MARTA.id,
  );
  assert.deepEqual(chatsOf(sections.mine), [2, 3, 1]);
});

test("ended chats stand by their end, the newest first", () => {
  const ended = [10, 30, 20].map((at) => row(at, { state: "ended", ended_at: at }));
  assert.deepEqual(chatsOf(sectionsFrom(rowsOf(...ended), MARTA.id).ended), [30, 20, 10]);
});

test("the tab All shows every section and counts the open chats", () => {
  const sections = sectionsFrom(
    rowsOf(row(1, { state: "queued" }), row(2, { holder: mine }), row(3, { holder: JONAS }), row(4, { state: "ended" })),
    MARTA.id,
  );
  assert.deepEqual(sectionsOf("all"), ["waiting", "mine", "colleagues", "ended"]);
  assert.deepEqual(countsFrom(sections, []), { all: 3, waiting: 1, mine: 1, team: 0, ended: 0, talks: 0 });
});

test("the view of a team is there for who belongs to one, and counts its open chats", () => {
  const [ours, theirs] = [{ id: 2, name: "Repairs" }, { id: 3, name: "Sales" }];
  const sections = sectionsFrom(
    rowsOf(
      row(1, { state: "queued", team: ours }),
      row(2, { holder: mine, team: ours }),
      row(3, { holder: JONAS, team: theirs }),
      row(4, { state: "ended", team: ours }),
    ),
    MARTA.id,
  );
  assert.equal(countsFrom(sections, [2]).team, 2);
  assert.ok(tabsFrom([2]).includes("team"));
  assert.ok(!tabsFrom([]).includes("team"));
});

test("the title counts unread messages of waiting and own chats, not of colleagues'", () => {
  const inbox = inboxOf(
    row(1, { state: "queued", holder: null, unread: 1 }),
    row(2, { holder: mine, unread: 2 }),
    row(3, { holder: JONAS, unread: 40 }),
  );
  assert.equal(titleFrom(unreadTotal(inbox, MARTA.id, new Map())), "(3) Inbox");
  assert.equal(titleFrom(0), "Inbox");
});

test("what was read here counts as read before the hub's next row says so", () => {
  const unread = row(2, { holder: mine, unread: 2, head: 8 });
  assert.equal(unreadFrom(unread, new Map([[2, 8]])), 0);
  assert.equal(unreadFrom(unread, new Map([[2, 7]])), 2);
});

test("a fresh header moves the chat to its new holder at once", () => {
  const inbox = inboxOf(row(17, { state: "queued", holder: null, head: 2 }));
  const moved = mergeHeader(inbox, header({ holder: JONAS.id, participants: [{ ...header().participants[1]!, ...JONAS }] }));
  assert.deepEqual(chatsOf(sectionsFrom(moved.rows.values(), MARTA.id).colleagues), [17]);
  assert.equal(moved.rows.get(17)?.holder?.name, JONAS.name);
});
