import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../../src/console/desk/desk";
import { FakeWorld } from "./fake_world";
import { NO_SENSES, SilentHub } from "./silent_hub";
import { after, freshState, MARTA, NOW, sample, sampleToHub } from "./samples";

function liveDesk() {
  const world = new FakeWorld();
  const keep = () => ({ load: () => null, save: () => {} });
  const desk = new Desk(
    {
      agent: MARTA,
      url: "https://hub.example/api/realtime",
      xsrf: "xsrf-1", hub: new SilentHub(), senses: NO_SENSES, onCalled: () => {},
      keeps: { errands: keep(), drafts: keep(), clear: () => {} },
      onRefused: () => {},
      onWaiting: () => {},
    },
    world,
  );
  desk.start();
  world.open({ ...sample("welcome_agent", "welcome"), now: NOW });
  return { desk, world };
}

test("the hub says whether the agent takes new chats, at the welcome and when it changes elsewhere", () => {
  assert.equal(freshState().isAccepting, null);
  const welcomed = after(freshState(), sample("welcome_agent", "welcome"));
  assert.equal(welcomed.isAccepting, true);
  assert.equal(after(welcomed, sample("eph_accepting", "eph")).isAccepting, false);
});

test("a choice shows at once and is told to the hub as the sample says", () => {
  const { desk, world } = liveDesk();
  desk.chooseAccepting(false);
  const [command] = world.commands("availability");
  assert.equal(desk.state.isAccepting, false);
  assert.deepEqual({ ...command, cid: "" }, { ...(sampleToHub("cmd_availability") as object), cid: "" });
  world.say({ t: "reply", cid: command!.cid, ok: true, result: { accepting: false } });
  assert.equal(desk.state.isAccepting, false);
});

test("a choice that was refused or lost with the line is taken back", () => {
  const { desk, world } = liveDesk();
  desk.chooseAccepting(false);
  const [command] = world.commands("availability");
  const error = { code: "storage_unavailable", message: "Not now.", retry: "after" as const };
  world.say({ t: "reply", cid: command!.cid, ok: false, error });
  assert.equal(desk.state.isAccepting, true);
});

test("without a line nothing is promised", () => {
  const { desk, world } = liveDesk();
  world.close(1006);
  desk.chooseAccepting(false);
  assert.equal(desk.state.isAccepting, true);
  assert.equal(world.commands("availability").length, 0);
});
