import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventFrame, Side } from "../src/shared/frames";
import { passagesFrom, type Passage } from "../src/shared/passages";
import { addPending, applyEvent, applyPage, emptyTranscript } from "../src/shared/transcript";

const RULES = {
  isOwn: (who: { side: Side }) => who.side === "visitor",
  messageKinds: new Set(["message_posted"]),
  factKinds: new Set(["agent_joined"]),
};
const NOON = new Date(2026, 10, 21, 12).getTime();

function said(
  seq: number,
  side: Side,
  at: number,
  id = side === "visitor" ? 41 : 5,
  kind = "message_posted",
): EventFrame {
  return {
    t: "event",
    stream: "17",
    chat: 17,
    seq,
    id: seq,
    kind,
    at,
    who: { id, side },
    cid: `c${seq}`,
    text: `m${seq}`,
  };
}

function shapeOf(passages: Passage[]): string[] {
  return passages.map((passage) =>
    passage.kind === "group"
      ? `${passage.own ? "own" : "other"} ${passage.messages.map(({ text }) => text).join(" ")}`
      : passage.kind,
  );
}

test("messages of one sender within a minute stand together", () => {
  const events = [
    said(1, "visitor", NOON),
    said(2, "visitor", NOON + 59_000),
    said(3, "visitor", NOON + 61_000),
    said(4, "agent", NOON + 62_000),
    said(5, "agent", NOON + 63_000, 6),
  ];
  assert.deepEqual(shapeOf(passagesFrom({ events, pending: [] }, RULES)), [
    "day",
    "own m1 m2",
    "own m3",
    "other m4",
    "other m5",
  ]);
});

test("an edit changes the words of its message where it stands, and the last one counts", () => {
  const events = [
    said(1, "agent", NOON),
    said(2, "visitor", NOON + 1_000),
    { ...said(3, "agent", NOON + 2_000, 5, "message_edited"), text: "better", data: { seq: 1 } },
    { ...said(4, "agent", NOON + 3_000, 5, "message_edited"), text: "best", data: { seq: 1 } },
    { ...said(5, "agent", NOON + 4_000, 5, "message_edited"), text: "lost", data: { seq: 99 } },
  ];
  const passages = passagesFrom({ events, pending: [] }, RULES);
  assert.deepEqual(shapeOf(passages), ["day", "other best", "own m2"]);
  const [, edited, own] = passages;
  assert.ok(edited?.kind === "group" && edited.messages[0]?.isEdited);
  assert.ok(own?.kind === "group" && !own.messages[0]?.isEdited);
});

test("a fact parts a group, an event that is not drawn does not", () => {
  const events = [
    said(1, "agent", NOON),
    said(2, "agent", NOON, 5, "rating_asked"),
    said(3, "agent", NOON),
    said(4, "agent", NOON, 6, "agent_joined"),
    said(5, "agent", NOON),
  ];
  assert.deepEqual(shapeOf(passagesFrom({ events, pending: [] }, RULES)), [
    "day",
    "other m1 m3",
    "fact",
    "other m5",
  ]);
});

test("every calendar day opens once", () => {
  const midnight = new Date(2026, 10, 22).getTime();
  const events = [
    said(1, "agent", midnight - 1000),
    said(2, "agent", midnight + 1000),
    said(3, "visitor", midnight + 2000),
  ];
  assert.deepEqual(shapeOf(passagesFrom({ events, pending: [] }, RULES)), [
    "day",
    "other m1",
    "day",
    "other m2",
    "own m3",
  ]);
});

test("an own message has the same key on its way and as an event, so it is never drawn anew", () => {
  const page = {
    t: "page" as const,
    stream: "17",
    resume: "ok" as const,
    events: [said(1, "agent", NOON)],
    head: 1,
    more: false,
  };
  const waiting = addPending(applyPage(emptyTranscript("17"), page), {
    cid: "c2",
    text: "m2",
    at: NOON,
    state: "sending",
  });
  const settled = applyEvent(waiting, said(2, "visitor", NOON + 400)).transcript;
  const keysOf = (transcript: typeof waiting) =>
    passagesFrom(transcript, RULES).flatMap((passage) =>
      passage.kind === "group" ? [passage.key, ...passage.messages.map(({ key }) => key)] : [passage.key],
    );
  assert.deepEqual(keysOf(waiting), keysOf(settled));
});
