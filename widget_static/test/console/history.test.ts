import assert from "node:assert/strict";
import { test } from "node:test";
import type { Accepted, EventFrame } from "../../src/shared/frames";
import { Desk } from "../../src/console/desk/desk";
import { FakeWorld } from "./fake_world";
import { header, MARTA, message, NOW, page, sample } from "./samples";
import { NO_SENSES, SilentHub } from "./silent_hub";

const VISITOR = { id: 41, side: "visitor" as const };
const KEEP = { load: () => null, save: () => {} };

function note(seq: number, after: number): EventFrame {
  return { ...sample("event_note", "event"), seq, id: 5_000 + seq, after, cid: `note-${seq}` };
}

/** A desk that follows chat 17, whose streams end as the pages say. */
function following(said: EventFrame[], notes: EventFrame[], hasOlderMessages: boolean) {
  const world = new FakeWorld();
  const desk = new Desk(
    {
      agent: MARTA,
      url: "https://hub.example/api/realtime",
      headers: {},
      hub: new SilentHub(),
      senses: NO_SENSES,
      onCalled: () => {},
      keeps: { errands: KEEP, drafts: KEEP, clear: () => {} },
      onRefused: () => {},
      onWaiting: () => {},
    },
    world,
  );
  desk.start();
  world.open({ ...sample("welcome_agent", "welcome"), chats: [], now: NOW });
  desk.openChat(17);
  world.say({ t: "reply", cid: world.commands("follow")[0]!.cid, ok: true, result: { chat: header() } });
  world.say(page(said, { resume: "partial", more: hasOlderMessages }));
  world.say(page(notes, { stream: "17/staff", resume: "partial", more: notes[0]!.seq > 1 }));
  const answer = (events: EventFrame[], more: boolean): Accepted => ({
    t: "reply",
    cid: world.commands("page").at(-1)!.cid,
    ok: true,
    result: { events, more },
  });
  const asked = () => world.commands("page").map(({ args }) => `${args.stream} ${args.before}`);
  return { desk, world, answer, asked };
}

test("notes that stand among the messages that are here are loaded at once, and no others", () => {
  const { world, answer, asked } = following([message(50, VISITOR, "a"), message(60, VISITOR, "b")], [note(900, 60)], true);
  assert.deepEqual(asked(), ["17/staff 900"]);
  world.say(answer([note(898, 55), note(899, 59)], true));
  assert.deepEqual(asked(), ["17/staff 900", "17/staff 898"]);
  world.say(answer([note(896, 40), note(897, 49)], true));
  assert.equal(asked().length, 2);
});

test("older messages bring the notes among them", () => {
  const { desk, world, answer, asked } = following([message(50, VISITOR, "a")], [note(9, 48), note(10, 50)], true);
  assert.deepEqual(asked(), []);
  desk.history.loadOlder(17);
  assert.deepEqual(asked(), ["17 50"]);
  world.say(answer([message(48, VISITOR, "x"), message(49, VISITOR, "y")], true));
  assert.deepEqual(asked(), ["17 50", "17/staff 9"]);
  world.say(answer([note(8, 20)], true));
  assert.equal(desk.state.chats.get(17)?.isLoadingOlder, false);
  assert.equal(asked().length, 2);
});

test("the whole chat is its notes, too", async () => {
  const { desk, world, answer, asked } = following([message(2, VISITOR, "a")], [note(3, 2)], true);
  world.say(answer([note(2, 1)], true));
  const whole = desk.history.loadAll(17);
  world.say(answer([note(1, 0)], false));
  await new Promise((resolve) => setImmediate(resolve));
  world.say(answer([message(1, VISITOR, "first")], false));
  assert.equal(await whole, true);
  assert.deepEqual(desk.state.chats.get(17)?.notes.events.map(({ seq }) => seq), [1, 2, 3]);
  assert.deepEqual(asked().slice(-1), ["17 2"]);
});

test("a part that does not come ends the asking", () => {
  const { world, asked } = following([message(50, VISITOR, "a")], [note(900, 50)], false);
  world.say({
    t: "reply",
    cid: world.commands("page")[0]!.cid,
    ok: false,
    error: { code: "internal", message: "No.", retry: "after" },
  });
  assert.equal(asked().length, 1);
});
