/** What an agent on a page is shown of the inbox, and what can be done with a chat. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { countAwaiting, footingFrom, rowsShown, standingFrom } from "../../src/agent/view";
import { agentWordsFrom } from "../../src/agent/words";
import { newFollowedChat } from "../../src/console/state/chats";
import { initialState, type ConsoleState } from "../../src/console/state/state";
import type { Chat, Offer, Row } from "../../src/shared/frames";
import { header, MARTA, NOW, row as sampleRow } from "../console/samples";

const JONAS = { id: 6, name: "Jonas Okafor" };
const row = (chat: number, change: Partial<Row> = {}) => sampleRow(chat, { offer: null, ...change });
const HELD = { state: "active" as const, holder: { id: MARTA.id, name: MARTA.name } };

function offer(change: Partial<Offer> = {}): Offer {
  return { kind: "invite", until: NOW + 1000, to: { id: MARTA.id, name: MARTA.name }, team: null, sender: JONAS, note: null, ...change };
}

function knowing(rows: Row[], headers: Chat[] = []): ConsoleState {
  const state = initialState(MARTA, new Map());
  return {
    ...state,
    teams: [2],
    inbox: { ...state.inbox, rows: new Map(rows.map((one) => [one.chat, one])), isLoaded: true },
    chats: new Map(headers.map((one) => [one.id, { ...newFollowedChat(one.id), header: one, isPaged: true }])),
  };
}

const ids = (rows: Row[]) => rows.map(({ chat }) => chat);

test("requests are what waits for anybody and what is offered to this agent", () => {
  const shown = rowsShown(
    knowing([
      row(1, { state: "queued", queued_at: NOW - 5 }),
      row(2, { state: "queued", offer: offer({ kind: "route", to: JONAS, sender: null }) }),
      row(3, { state: "queued", queued_at: NOW, offer: offer({ kind: "route", sender: null }) }),
      row(4, { state: "active", holder: JONAS, offer: offer() }),
      row(5, { state: "active", holder: JONAS, offer: offer({ kind: "transfer", to: null, team: { id: 2, name: "Repairs" } }) }),
      row(6, { state: "active", holder: JONAS, offer: offer({ to: JONAS }) }),
    ]),
  );
  assert.deepEqual(ids(shown.requests).sort(), [1, 3, 4, 5]);
});

test("of chats of colleagues only those are shown whose words the hub tells", () => {
  const told = row(3, { state: "active", holder: JONAS });
  const shown = rowsShown(
    knowing([row(1, HELD), row(2, { state: "active", holder: JONAS, last: null }), told, row(4, { ...HELD, state: "ended" }), row(5, { state: "ended", holder: JONAS, last: null })]),
  );
  assert.deepEqual([ids(shown.own).sort(), ids(shown.ended)], [told.last ? [1, 3] : [1], [4]]);
});

test("what awaits are requests and unread messages of own chats", () => {
  const state = knowing([row(1, { ...HELD, unread: 2 }), row(2, { state: "queued", unread: 4 }), row(3, { ...HELD, state: "ended", unread: 7 })]);
  assert.equal(countAwaiting(state), 3);
});

test("what can be done with a chat follows from who holds it", () => {
  const state = knowing(
    [row(1, { state: "queued" }), row(2, { state: "active", holder: JONAS, last: null }), row(3, { state: "ended" }), row(4, HELD), row(5, { state: "active", holder: JONAS, offer: offer() })],
    [header({ id: 4, state: "active", holder: MARTA.id })],
  );
  assert.deepEqual([1, 2, 3, 4, 5, 9].map((chat) => footingFrom(state, chat)), ["request", "taken", "ended", "talking", "request", "none"]);
});

test("who was sent out can write no more", () => {
  const left = { id: MARTA.id, side: "agent" as const, name: MARTA.name, read: 0, read_at: null, left: true };
  const chat = header({ id: 4, state: "active", holder: JONAS.id, participants: [left] });
  assert.equal(footingFrom(knowing([row(4, { state: "active", holder: JONAS })], [chat]), 4), "taken");
});

test("own words say whether the visitor has seen them, and that they wait while the line is away", () => {
  const words = agentWordsFrom({});
  const message = { key: "a", text: "Hi", data: {}, at: NOW, seq: 4, pending: null, isEdited: false };
  const visitor = { id: 41, side: "visitor" as const, name: "Ada", read: 4, read_at: NOW, left: false };
  const state = { ...knowing([]), line: { kind: "live" as const } };
  const say = (seq: number, isLast = true) => standingFrom({ ...message, seq }, isLast, state, header({ participants: [visitor] }), words, "en").text;
  assert.match(say(4), /^Seen /);
  assert.match(say(5), /^Sent /);
  assert.doesNotMatch(say(4, false), /Seen|Sent/);
  const pending = { cid: "a", text: "Hi", at: NOW, state: "sending" as const };
  assert.equal(standingFrom({ ...message, seq: null, pending }, true, { ...state, line: { kind: "waiting", until: 0 } }, null, words, "en").tone, "waiting");
});
