import assert from "node:assert/strict";
import { test } from "node:test";
import { controlText, leftText, offersFor, offerText, offerTitle } from "../../src/console/state/control";
import { headerAfterEvent } from "../../src/console/state/headers";
import { mergeRows, EMPTY_INBOX } from "../../src/console/state/inbox";
import type { Offer, Row } from "../../src/shared/frames";
import { MARTA as MARTA_AGENT, row, sample } from "./samples";

const MARTA = { id: 5, name: "Marta Lindqvist" };
const JONAS = { id: 6, name: "Jonas Okafor" };
const OFFER: Offer = { kind: "transfer", until: 9, to: JONAS, team: null, sender: MARTA, note: null };

function offersOf(me: number, rows: Row[], dismissed: string[] = [], teams = [4]) {
  const inbox = mergeRows(EMPTY_INBOX, { t: "rows", cursor: "1", rows, whole: true, complete: true });
  return offersFor({ inbox, me: { ...MARTA_AGENT, id: me }, teams }, new Set(dismissed)).map(({ chat }) => chat);
}

test("offers are shown to whom they are for, the one that ends first on top", () => {
  const rows = [
    row(1, { offer: { ...OFFER, until: 20 } }),
    row(2, { offer: { ...OFFER, kind: "route", sender: null, until: 10 } }),
    row(3, { offer: { ...OFFER, to: MARTA, sender: JONAS } }),
    row(4, { offer: null }),
  ];
  assert.deepEqual(offersOf(JONAS.id, rows), [2, 1]);
  assert.deepEqual(offersOf(MARTA.id, rows), [3]);
});

test("what is offered to a team is shown to all of it but the sender, until they leave it to the others", () => {
  const rows = [row(1, { offer: { ...OFFER, to: null, team: { id: 4, name: "Workshop" } } })];
  assert.deepEqual(offersOf(JONAS.id, rows), [1]);
  assert.deepEqual(offersOf(MARTA.id, rows), []);
  assert.deepEqual(offersOf(JONAS.id, rows, [], [5]), []);
  assert.deepEqual(offersOf(JONAS.id, rows, ["1:9"]), []);
});

test("an offer is told in words", () => {
  assert.equal(offerTitle(row(1, { offer: OFFER })), "Marta Lindqvist hands over Visitor 7F2C");
  assert.equal(offerTitle(row(1, { offer: { ...OFFER, kind: "route", sender: null } })), "Visitor 7F2C is waiting for you");
  assert.equal(offerText(OFFER, MARTA.id), "You have asked Jonas Okafor to take over");
  assert.equal(offerText({ ...OFFER, kind: "route", sender: null }, MARTA.id), "Offered to Jonas Okafor");
});

test("the log tells of offers and of those who went", () => {
  const offered = sample("event_offered", "event");
  assert.equal(controlText(offered, "You"), "You asked Jonas Okafor to take over: “Frames are yours.”");
  assert.equal(controlText(sample("event_routed", "event"), "Hub"), "The hub offered the chat to Jonas Okafor");
  assert.equal(controlText(sample("event_offer_ended", "event"), "Jonas Okafor"), "Jonas Okafor declined");
  assert.equal(controlText(sample("event_joined", "event"), "You"), null);
  assert.equal(leftText(sample("event_left_to_queue", "event"), "Marta"), "Marta left, and the chat waits again");
});

test("the header goes by who holds the chat", () => {
  const [chat] = sample("welcome_agent", "welcome").chats;
  const handedOver = headerAfterEvent(chat!, sample("event_handed_over", "event"));
  assert.deepEqual([handedOver.state, handedOver.holder], ["active", JONAS.id]);
  const waiting = headerAfterEvent(chat!, sample("event_left_to_queue", "event"));
  assert.deepEqual([waiting.state, waiting.holder], ["queued", null]);
  const again = headerAfterEvent({ ...chat!, state: "ended", holder: null, ended_at: 1 }, sample("event_reopened", "event"));
  assert.deepEqual([again.state, again.holder, again.ended_at], ["active", MARTA.id, null]);
});
