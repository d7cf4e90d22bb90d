import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../../src/console/desk/desk";
import { FakeWorld } from "./fake_world";
import { MARTA, NOW, sample } from "./samples";
import { NO_SENSES, SilentHub } from "./silent_hub";

function liveDesk() {
  const world = new FakeWorld();
  const keep = () => ({ load: () => null, save: () => {} });
  const desk = new Desk(
    {
      agent: MARTA,
      url: "https://hub.example/api/realtime",
      headers: {},
      keeps: { errands: keep(), drafts: keep(), clear: () => {} },
      onRefused: () => {},
      onWaiting: () => {},
      hub: new SilentHub(),
      senses: NO_SENSES,
      onCalled: () => {},
    },
    world,
  );
  desk.start();
  world.open({ ...sample("welcome_agent", "welcome"), now: NOW });
  return { desk, world };
}

test("one thing at a time is done with a chat, and a refusal is told in the chat", () => {
  const { desk, world } = liveDesk();
  desk.act({ op: "transfer", args: { chat: 17, agent: 6 } });
  desk.act({ op: "leave", args: { chat: 17 } });
  assert.equal(world.commands("leave").length, 0);
  const [command] = world.commands("transfer");
  assert.equal(desk.state.underWay.get(17), "transfer");
  const error = { code: "nobody_there", message: "That agent is not there now.", retry: "never" as const };
  world.say({ t: "reply", cid: command!.cid, ok: false, error });
  assert.equal(desk.state.underWay.has(17), false);
  assert.equal(desk.state.notices.get(17), "That agent is not there now.");
});

test("who takes the next one is told which it is, or that there is none", () => {
  const { desk, world } = liveDesk();
  const told: (number | null)[] = [];
  desk.takeNext((chat) => told.push(chat));
  world.say({ t: "reply", cid: world.commands("next")[0]!.cid, ok: true, result: { chat: 17, seq: 2, id: 9, at: NOW } });
  desk.takeNext((chat) => told.push(chat));
  world.close(1006);
  assert.deepEqual(told, [17, null]);
});
