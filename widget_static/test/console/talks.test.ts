import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Chat, Participant, Rows, Talk } from "../../src/shared/frames";
import { hearTalks } from "../../src/console/desk/talk_news";
import { Notifier, type Senses } from "../../src/console/desk/notifier";
import { expectedSeq, voiceOf } from "../../src/console/state/conversation";
import { headerAfterEvent, isParticipant } from "../../src/console/state/headers";
import type { ConsoleState } from "../../src/console/state/state";
import {
  findPair,
  settledHeader,
  sortedTalks,
  talkReadFrom,
  talksWithNews,
  talkTitle,
  titleOf,
  unreadInTalks,
} from "../../src/console/state/talks";
import { after, freshState, MARTA } from "./samples";

declare const TEST_FOLDER: string;
const me = { id: MARTA.id, name: MARTA.name };
const jonas = { id: 60, name: "Jonas Okafor" };
const ines = { id: 70, name: "Ines Prado" };
const kim = { id: 80, name: "Kim Berg" };

function talk(chat: number, changes: Partial<Talk> = {}): Talk {
  const last = { text: "hi", who: { id: jonas.id, side: "agent" as const, name: jonas.name }, at: chat };
  return {
    chat,
    uuid: String(chat),
    state: "active",
    name: null,
    pair: true,
    starter: me.id,
    people: [me, jonas],
    last,
    unread: 0,
    head: 4,
    started_at: 1,
    ended_at: null,
    ...changes,
  };
}

function told(state: ConsoleState, colleagues: Talk[], more: Partial<Rows> = {}): ConsoleState {
  return after(state, { t: "rows", cursor: "2", rows: [], complete: true, colleagues, ...more });
}

function header(changes: Partial<Chat> = {}): Chat {
  const sample = readFileSync(join(TEST_FOLDER, "../../hub/live/samples/from_hub/reply_talk.json"), "utf8");
  const chat = (JSON.parse(sample) as { result: { chat: Chat } }).result.chat;
  return settledHeader({ ...chat, ...changes });
}

function person({ id, name }: { id: number; name: string }, read = 0, left = false): Participant {
  return { id, name, side: "agent", read, read_at: read > 0 ? read : null, left };
}

test("rows bring talks, a whole inbox forgets the others, and what one has left is gone", () => {
  const both = told(freshState(), [talk(1), talk(2)], { whole: true });
  assert.deepEqual([...both.talks.keys()], [1, 2]);
  assert.deepEqual([...told(both, [], { gone: [1] }).talks.keys()], [2]);
  assert.deepEqual([...told(both, [talk(3)], { whole: true }).talks.keys()], [3]);
  assert.equal(told(both, [talk(2, { head: 3, unread: 9 })]).talks.get(2)!.unread, 0, "an older row is left out");
  assert.equal(after(both, { t: "rows", cursor: "3", rows: [], complete: true }).talks, both.talks);
});

test("who is out of a talk takes part no longer, also where no event has told so", () => {
  const opened = after(freshState(), { kind: "opened", chat: 23 });
  const sample = readFileSync(join(TEST_FOLDER, "../../hub/live/samples/from_hub/reply_talk.json"), "utf8");
  const followed = after(opened, { kind: "follow_answered", chat: 23, reply: JSON.parse(sample) });
  assert.equal(isParticipant(followed.chats.get(23)!.header!, me.id), true);
  assert.equal(isParticipant(told(followed, [], { gone: [23] }).chats.get(23)!.header!, me.id), false);
});

test("a talk goes by its name, else by who is in it besides oneself", () => {
  assert.equal(talkTitle(talk(1), me.id), "Jonas Okafor");
  assert.equal(talkTitle({ name: null, people: [me, jonas, ines, kim] }, me.id), "Jonas, Ines and Kim");
  assert.equal(talkTitle({ name: "Late shift", people: [me, jonas] }, me.id), "Late shift");
  assert.equal(talkTitle({ name: null, people: [me] }, me.id), "Only you");
  assert.equal(titleOf(header({ name: null, participants: [person(me), person(ines), person(kim, 0, true)] }), me.id), "Ines Prado");
});

test("the newest words stand on top, ended talks apart; of a pair the open one is found", () => {
  const state = told(freshState(), [talk(1), talk(3), talk(2, { state: "ended" })], { whole: true });
  const { open, ended } = sortedTalks(state.talks);
  assert.deepEqual([open.map(({ chat }) => chat), ended.map(({ chat }) => chat)], [[3, 1], [2]]);
  assert.equal(findPair(state.talks, jonas.id)?.pair, true);
  assert.equal(findPair(state.talks, ines.id), null);
});

test("what was read here counts no longer", () => {
  const state = told(freshState(), [talk(1, { unread: 2 }), talk(2, { unread: 1 })], { whole: true });
  assert.equal(unreadInTalks(state), 3);
  assert.equal(unreadInTalks({ ...state, readHere: new Map([[1, 4]]) }), 1);
});

test("of two the other one has seen; of several it says who, or all", () => {
  const pair = header({ pair: true, participants: [person(me, 9), person(jonas, 4)] });
  assert.deepEqual(talkReadFrom(pair, me.id, 4), { seq: 4, at: 4 });
  assert.equal(talkReadFrom(pair, me.id, 5).seq, 0);
  const group = (kimRead: number) => header({ participants: [person(me), person(jonas, 4), person(ines, 5), person(kim, kimRead)] });
  assert.deepEqual(talkReadFrom(group(0), me.id, 4), { seq: 5, at: 5, by: "Jonas and Ines" });
  assert.equal(talkReadFrom(group(6), me.id, 4).by, "all");
});

test("colleagues speak from the other side, nobody holds the talk, and no reply is guarded", () => {
  const group = { kind: "group", key: "1", own: false, who: { id: jonas.id, side: "agent" }, messages: [] } as never;
  assert.equal(voiceOf(group, header()), "visitor");
  assert.equal(voiceOf(group), "colleague");
  assert.equal(header().visitor.name, "");
  const joined = headerAfterEvent(header(), {
    t: "event", stream: "23", chat: 23, seq: 2, id: 9, kind: "agent_joined", at: 5,
    who: { id: kim.id, side: "agent" }, data: { name: kim.name, by: jonas.id },
  });
  assert.deepEqual(joined.participants.at(-1)!.name, kim.name);
  assert.equal(joined.holder, null);
  assert.equal(expectedSeq(told(freshState(), [talk(23)], { whole: true }), 23), null);
});

function listener(isSeen: boolean, notifications: "message"[] = ["message"]) {
  const heard: string[] = [];
  const senses: Senses = {
    load: () => JSON.stringify({ notifications }),
    save: () => {},
    isSeen: () => isSeen,
    play: (kind) => heard.push(`sound ${kind}`),
    show: (title, body) => heard.push(`${title}: ${body}`),
  };
  return { heard, notifier: new Notifier(senses, () => {}) };
}

test("what a colleague writes calls as a message does, but not who has it open or wrote it", () => {
  const before = told(freshState(), [talk(1), talk(2, { pair: false, people: [me, jonas, ines] })], { whole: true });
  const now = told(before, [
    talk(1, { head: 5, unread: 1 }),
    talk(2, { pair: false, people: [me, jonas, ines], head: 5, unread: 1 }),
  ]);
  const away = listener(false);
  hearTalks(away.notifier, before, now);
  assert.deepEqual(away.heard, ["sound message", "Jonas Okafor: hi", "Jonas and Ines: Jonas: hi"]);
  const here = listener(true);
  hearTalks(here.notifier, before, { ...now, open: 1 });
  assert.deepEqual(here.heard, ["sound message"]);
  const own = { text: "me", who: { id: me.id, side: "agent" as const, name: me.name }, at: 9 };
  assert.deepEqual(talksWithNews(before, told(before, [talk(1, { head: 5, last: own })])), []);
  assert.deepEqual(talksWithNews(freshState(), now), [], "what stands there when the page opens is no news");
});
