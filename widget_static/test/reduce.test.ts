import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Chat, FromHub, Page, Refused, Reply, TypingEph, Welcome } from "../src/shared/frames";
import type { PostErrand, StartErrand } from "../src/widget/errands";
import { reduce, retryFailed, takeBack, typingAt, type Happening } from "../src/widget/reduce";
import { initialState, NO_CHAT, type State } from "../src/widget/state";
import {
  countUnread,
  findAgent,
  isWaiting,
  passagesFromState,
  phaseFrom,
  standingFrom,
} from "../src/widget/view";
import { wordsFrom } from "../src/widget/words";

declare const TEST_FOLDER: string;

function sample<Frame extends FromHub>(name: string): Frame {
  const path = join(TEST_FOLDER, "../../hub/live/samples/from_hub", `${name}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as Frame;
}

const WORDS = wordsFrom({});
const START: StartErrand = { cid: "s", op: "start", args: {} };

function post(cid: string, text: string, chat: number | null = 17): PostErrand {
  return { cid, op: "post", chat, text, at: 1_795_250_410_000 };
}

function after(state: State, ...happenings: (Happening | FromHub)[]): State {
  return happenings.reduce<State>(
    (rest, one) =>
      reduce(rest, "kind" in one && !("t" in one) ? one : { kind: "framed", frame: one as FromHub, now: 0 }),
    state,
  );
}

function refusal(cid: string, code: string, retry: "never" | "after" = "never"): Refused {
  return { t: "reply", cid, ok: false, error: { code, message: `Because of ${code}.`, retry } };
}

const visited = () => after(initialState(""), sample("welcome_visitor"), sample<Page>("page_reset"));

/** What stands under the visitor's last group. */
function lastStanding(state: State): string {
  const group = passagesFromState(state).findLast((passage) => passage.kind === "group" && passage.own);
  assert.ok(group?.kind === "group");
  return standingFrom(group.messages.at(-1)!, true, state, WORDS, "en-GB").text;
}

test("a first visit is greeted, and resumes only when a token was kept", () => {
  assert.equal(phaseFrom(initialState(""), false), "greeting");
  assert.equal(phaseFrom(initialState(""), true), "resuming");
  assert.equal(phaseFrom(after(initialState(""), sample("welcome_first_visit")), true), "greeting");
  assert.equal(phaseFrom(after(initialState("", false), sample("welcome_first_visit")), true), "unavailable");
});

test("the door opens and closes under the eyes of who looks on, and says when it opens", () => {
  const closed = after(initialState("Half a wor"), sample("eph_availability"));
  assert.equal(phaseFrom(closed, false), "unavailable");
  assert.equal(closed.opensAt, 1_795_334_400_000);
  const open: FromHub = { t: "eph", kind: "availability", available: true, opens_at: null };
  const opened = after({ ...closed, refusal: "Not now." }, open);
  assert.equal(phaseFrom(opened, false), "greeting");
  assert.deepEqual([opened.opensAt, opened.draft, opened.refusal], [null, "Half a wor", null]);
});

test("a first message that came too late goes back to the composer", () => {
  const said = after(initialState(""), { kind: "said", isDraft: true, errand: post("m", "Hello?", null) });
  const reply = refusal("s", "not_available");
  const closed = after(said, { kind: "answered", errand: START, reply }, sample("eph_availability"));
  assert.deepEqual([phaseFrom(closed, false), closed.draft], ["unavailable", "Hello?"]);
});

test("what is of a kind nobody knows changes nothing", () => {
  const state = visited();
  assert.equal(after(state, { t: "eph", kind: "weather", sunny: true } as unknown as FromHub), state);
  assert.equal(after(state, { t: "tomorrow" } as unknown as FromHub), state);
  assert.equal(after(state, sample("eph_accepting")), state);
});

test("a chat that is open goes on although nobody is available for new ones", () => {
  assert.equal(phaseFrom(after(visited(), sample("eph_availability")), true), "talking");
});

test("the first message is there at once, waits for an agent once stored, and is answered", () => {
  const started = sample<Reply & { ok: true }>("reply_start");
  const chat = {
    ...(started.result["chat"] as Chat),
    state: "queued" as const,
    head: 1,
    holder: null,
    participants: [],
  };
  const reply: Reply = { ...started, result: { chat, created: true } };
  const page = sample<Page>("page_reset");
  let state = after(
    initialState(""),
    { kind: "noted", change: { draft: "Where is my order?" } },
    { kind: "said", isDraft: true, errand: post("m", "Where is my order?", null) },
  );
  assert.equal(state.draft, "");
  assert.equal(phaseFrom(state, false), "talking");
  state = after(
    state,
    { kind: "answered", errand: START, reply },
    { ...page, resume: "ok", events: page.events.slice(0, 1), head: 1 },
  );
  assert.equal(isWaiting(state), true);
  assert.equal(state.transcript.pending.length, 1);
  state = after(state, { ...page.events[1]!, cid: "m" });
  assert.equal(state.transcript.pending.length, 0);
  state = after(state, sample("event_joined"), sample("event_message"));
  assert.equal(isWaiting(state), false);
  assert.equal(findAgent(state.chat)?.name, "Marta Lindqvist");
  assert.equal(state.transcript.head, 4);
});

test("old events of a page do not turn the header back", () => {
  assert.equal(visited().chat?.state, "active");
});

test("a header older than the events and read marks that came since does not turn them back", () => {
  const welcome = sample<Welcome>("welcome_visitor");
  const ended = { ...sample<FromHub & { t: "event" }>("event_message"), seq: 5, kind: "chat_ended" };
  const read = { t: "read" as const, chat: 17, id: 5, seq: 5, at: 1_795_250_600_000 };
  const { chat } = after(visited(), ended, read, welcome);
  assert.equal(chat?.state, "ended");
  assert.equal(chat?.participants.find(({ id }) => id === 5)?.read, 5);
  assert.equal(after(visited(), ended, read, { ...welcome, epoch: "other" }).chat?.state, "active");
});

test("what was read in another history is not read in this one", () => {
  const welcome = { ...sample<Welcome>("welcome_visitor"), epoch: "other" };
  const state = after(visited(), { kind: "noted", change: { readSeq: 4 } }, welcome, sample<Page>("page_reset"));
  assert.equal(countUnread(state), 1);
});

test("an event beyond the next and a head beyond what is known both ask for a new hello, which ends the asking", () => {
  const event = sample<FromHub & { t: "event" }>("event_message");
  assert.equal(after(visited(), event).isBehind, false);
  const holed = after(visited(), { ...event, seq: 9 });
  assert.equal(holed.isBehind, true);
  assert.equal(holed.transcript.head, 4);
  assert.equal(after(holed, sample("welcome_visitor")).isBehind, false);
  assert.equal(after(visited(), sample("ping")).isBehind, false);
  assert.equal(after(visited(), { t: "pong", heads: { "17": 5 }, now: 0 }).isBehind, true);
});

test("what the visitor has not read is counted, here and by what another tab has read", () => {
  const state = visited();
  assert.equal(countUnread(state), 1);
  assert.equal(countUnread(after(state, { kind: "noted", change: { readSeq: 4 } })), 0);
  assert.equal(countUnread(after(state, { t: "read", chat: 17, id: 41, seq: 4, at: 0 })), 0);
});

test("under the last own message stands how far it has come", () => {
  let state = after(visited(), { kind: "line changed", line: { kind: "live" } });
  assert.match(lastStanding(state), /^Seen /);
  state = after(state, { kind: "said", isDraft: true, errand: post("m", "one more") });
  assert.equal(lastStanding(state), "Sending");
  state = after(state, { kind: "line changed", line: { kind: "waiting", until: 0 } });
  assert.equal(lastStanding(state), "Waiting to be sent");
  state = after(state, {
    kind: "answered",
    errand: post("m", "one more"),
    reply: refusal("m", "storage_unavailable", "after"),
  });
  assert.equal(lastStanding(state), WORDS.notSent);
  state = after(state, { kind: "noted", change: { transcript: retryFailed(state) } }, { kind: "line changed", line: { kind: "live" } });
  assert.equal(lastStanding(state), "Sending");
  const reply: Reply = { t: "reply", cid: "m", ok: true, result: { seq: 5, id: 905, at: 1_795_250_500_000 } };
  state = after(state, { kind: "answered", errand: post("m", "one more"), reply });
  assert.match(lastStanding(state), /^Sent /);
  state = after(state, { t: "read", chat: 17, id: 5, seq: 5, at: 1_795_250_600_000 });
  assert.match(lastStanding(state), /^Seen /);
});

test("a message for a chat that is gone returns to the composer, before what is written there", () => {
  for (const code of ["chat_ended", "chat_not_found"]) {
    const errand = post("m", "too late");
    const state = after(
      visited(),
      { kind: "said", isDraft: true, errand },
      { kind: "noted", change: { draft: "and more" } },
      { kind: "answered", errand, reply: refusal("m", code) },
    );
    assert.equal(state.draft, "too late\nand more");
    assert.equal(state.transcript.pending.length, 0);
  }
});

test("a message refused for its text stays where it is, says why, and can be taken back", () => {
  const errand = post("m", "\u0000");
  const state = after(
    visited(),
    { kind: "said", isDraft: true, errand },
    { kind: "answered", errand, reply: refusal("m", "text_invalid") },
  );
  assert.equal(lastStanding(state), "Because of text_invalid.");
  assert.equal(takeBack(state, "m").draft, "\u0000");
});

test("when the chat cannot begin, all its words are back in the composer and the reason is said", () => {
  const state = after(
    initialState(""),
    { kind: "said", isDraft: true, errand: post("a", "one", null) },
    { kind: "said", isDraft: true, errand: post("b", "two", null) },
    { kind: "answered", errand: START, reply: refusal("s", "bad_request") },
  );
  assert.equal(state.draft, "one\ntwo");
  assert.equal(state.refusal, "Because of bad_request.");
  assert.equal(phaseFrom(state, false), "greeting");
});

test("typing ends by its lease, by its message, and with the line", () => {
  const welcome = sample<Welcome>("welcome_visitor");
  const eph = sample<TypingEph>("eph_typing");
  const typing = reduce(reduce(visited(), { kind: "framed", frame: welcome, now: welcome.now }), {
    kind: "framed",
    frame: eph,
    now: 0,
  });
  assert.equal(typing.typing.length, 1);
  assert.equal(typingAt(typing, eph.until - 1).length, 1);
  assert.equal(typingAt(typing, eph.until).length, 0);
  assert.equal(
    after(typing, { ...sample<FromHub & { t: "event" }>("event_message"), seq: 5 }).typing.length,
    0,
  );
  assert.equal(after(typing, { kind: "line changed", line: { kind: "connecting" } }).typing.length, 0);
  assert.equal(after(typing, { ...eph, on: false }).typing.length, 0);
});

test("an ended chat can be started again from nothing", () => {
  const ended = after(visited(), sample("event_ended"));
  assert.equal(phaseFrom(ended, true), "ended");
  const fresh = after(ended, { kind: "noted", change: NO_CHAT });
  assert.equal(phaseFrom(fresh, true), "greeting");
  assert.equal(fresh.transcript.events.length, 0);
});

test("a chat the hub no longer tells of is not shown on, and words on their way stay", () => {
  const state = after(
    visited(),
    { kind: "said", isDraft: true, errand: post("m", "still mine") },
    sample("welcome_first_visit"),
  );
  assert.equal(state.chat, null);
  assert.deepEqual(state.transcript.events, []);
  assert.equal(state.transcript.pending[0]?.text, "still mine");
});
