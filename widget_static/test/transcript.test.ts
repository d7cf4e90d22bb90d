import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventFrame, Page } from "../src/shared/frames";
import {
  addPending,
  applyEvent,
  applyOlder,
  applyPage,
  emptyTranscript,
  findPosition,
  markPending,
  settlePending,
  type Transcript,
} from "../src/shared/transcript";
import { makeRandom } from "./doubles/random";

const STREAM = "17";

function eventOf(seq: number, cid = `c${seq}`): EventFrame {
  return {
    t: "event",
    stream: STREAM,
    chat: 17,
    seq,
    id: 900 + seq,
    kind: "message_posted",
    at: seq * 1000,
    who: { id: seq % 2, side: seq % 2 ? "visitor" : "agent" },
    cid,
    text: `message ${seq}`,
  };
}

function pageOf(from: number, to: number, more: Partial<Page> = {}): Page {
  const events = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => eventOf(from + index));
  return { t: "page", stream: STREAM, resume: "ok", events, head: to, more: from > 1, ...more };
}

function seqsOf(transcript: Transcript): number[] {
  return transcript.events.map(({ seq }) => seq);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

const own = (cid: string) => ({ cid, text: `own ${cid}`, at: 0, state: "sending" as const });

test("whatever order and however often pages and events come, the stream converges without holes", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = makeRandom(seed);
    const last = 1 + random(30);
    let transcript = emptyTranscript(STREAM);
    for (let step = 0; step < 60; step += 1) {
      const seq = 1 + random(last);
      if (random(3) === 0) {
        // What the hub answers to a hello with our position, delayed and repeated at will.
        const from = Math.min(transcript.head, seq) + 1;
        transcript = applyPage(transcript, pageOf(from, Math.max(from - 1, seq)));
      } else {
        const { transcript: next, outcome } = applyEvent(transcript, eventOf(seq));
        const expected = seq <= transcript.head ? "known" : seq === transcript.head + 1 ? "applied" : "hole";
        assert.equal(outcome, expected);
        transcript = next;
      }
      assert.deepEqual(seqsOf(transcript), range(1, transcript.head), `seed ${seed}`);
    }
    transcript = applyPage(transcript, pageOf(transcript.head + 1, last));
    assert.deepEqual(seqsOf(transcript), range(1, last), `seed ${seed}`);
  }
});

test("own messages settle exactly once, whichever of reply, event and page comes first or twice", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = makeRandom(seed);
    const cids = ["a", "b", "c"];
    let transcript = applyPage(emptyTranscript(STREAM), pageOf(1, 2));
    for (const cid of cids) transcript = addPending(transcript, own(cid));
    const events = cids.map((cid, index) => eventOf(3 + index, cid));
    const page: Page = { ...pageOf(1, 2), events: [eventOf(1), eventOf(2), ...events], head: 5, more: false };
    for (let step = 0; step < 40; step += 1) {
      const index = random(3);
      const roll = random(5);
      if (roll === 0) transcript = applyPage(transcript, page);
      else if (roll < 3) transcript = applyEvent(transcript, events[index]!).transcript;
      else transcript = settlePending(transcript, cids[index]!, { seq: 3 + index, id: 1, at: 1 });
      for (const cid of cids) {
        const asEvents = transcript.events.filter((event) => event.cid === cid).length;
        const asPending = transcript.pending.filter((message) => message.cid === cid).length;
        assert.equal(asEvents + asPending, 1, `seed ${seed}, ${cid}`);
      }
    }
    transcript = applyPage(transcript, page);
    assert.equal(transcript.pending.length, 0);
  }
});

test("an own message stands behind the last event until its own comes", () => {
  let transcript = addPending(applyPage(emptyTranscript(STREAM), pageOf(1, 2)), own("mine"));
  transcript = applyEvent(transcript, eventOf(3)).transcript;
  assert.deepEqual(
    transcript.pending.map(({ cid }) => cid),
    ["mine"],
  );
  transcript = settlePending(transcript, "mine", { seq: 4, id: 904, at: 4000 });
  assert.equal(transcript.pending[0]?.state, "stored");
  transcript = applyEvent(transcript, eventOf(4, "mine")).transcript;
  assert.deepEqual(transcript.pending, []);
});

test("a message that is known already is not added again", () => {
  const transcript = applyPage(emptyTranscript(STREAM), pageOf(1, 2));
  assert.equal(addPending(transcript, own("c2")), transcript);
  const once = addPending(transcript, own("mine"));
  assert.equal(addPending(once, own("mine")), once);
});

test("a stored message is not made unsent by a late failure", () => {
  let transcript = addPending(emptyTranscript(STREAM), own("mine"));
  transcript = settlePending(transcript, "mine", { seq: 1, id: 901, at: 1 });
  assert.equal(markPending(transcript, "mine", "failed").pending[0]?.state, "stored");
});

test("reset and a gap too large replace what is known and keep own messages", () => {
  for (const resume of ["reset", "partial"] as const) {
    let transcript = addPending(applyPage(emptyTranscript(STREAM), pageOf(1, 5)), own("mine"));
    transcript = applyPage(transcript, pageOf(600, 610, { resume }));
    assert.deepEqual(seqsOf(transcript), range(600, 610));
    assert.equal(transcript.more, true);
    assert.equal(transcript.pending.length, 1);
  }
});

test("reset forgets a history that was ahead of the hub", () => {
  const transcript = applyPage(
    applyPage(emptyTranscript(STREAM), pageOf(1, 9)),
    pageOf(1, 4, { resume: "reset" }),
  );
  assert.deepEqual(seqsOf(transcript), range(1, 4));
  assert.equal(transcript.head, 4);
});

test("older pages join up in front or are left out", () => {
  const transcript = applyPage(emptyTranscript(STREAM), pageOf(20, 30));
  const joined = applyOlder(transcript, { events: pageOf(10, 19).events, more: true });
  assert.deepEqual(seqsOf(joined), range(10, 30));
  assert.equal(joined.more, true);
  assert.equal(applyOlder(transcript, { events: pageOf(5, 15).events, more: true }), transcript);
  assert.equal(applyOlder(joined, { events: pageOf(1, 9).events, more: false }).more, false);
});

test("an event that is asked for again takes the place of the known one, and says nothing of older ones", () => {
  const transcript = applyPage(emptyTranscript(STREAM), pageOf(20, 30, { more: true }));
  const renewed = { ...eventOf(25), data: { attachments: [{ id: 1, url: "fresh" }] } };
  const after = applyOlder(transcript, { events: [renewed], more: false });
  assert.deepEqual(seqsOf(after), range(20, 30));
  assert.equal(after.events[5], renewed);
  assert.equal(after.more, true);
});

test("a page of another stream changes nothing", () => {
  const transcript = emptyTranscript(STREAM);
  assert.equal(applyPage(transcript, pageOf(1, 3, { stream: "18" })), transcript);
});

test("the position names epoch and head, once there is one", () => {
  assert.equal(findPosition(emptyTranscript(STREAM), "k3x9"), null);
  assert.equal(findPosition(applyPage(emptyTranscript(STREAM), pageOf(1, 4)), "k3x9"), "k3x9:4");
});
