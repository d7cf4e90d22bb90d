import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../../src/console/desk/desk";
import { FakeWorld } from "./fake_world";
import { NO_SENSES, SilentHub } from "./silent_hub";
import { after, freshState, MARTA, NOW, sample, sampleToHub } from "./samples";

const AVAILABLE = { status: "available", reason: null } as const;
const LUNCH = { status: "away", reason: "Lunch" } as const;

function liveDesk() {
  const world = new FakeWorld();
  const keep = () => ({ load: () => null, save: () => {} });
  const desk = new Desk(
    {
      agent: MARTA,
      url: "https://hub.example/api/realtime",
      headers: {}, hub: new SilentHub(), senses: NO_SENSES, onCalled: () => {},
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
  assert.equal(freshState().readiness, null);
  const welcomed = after(freshState(), sample("welcome_agent", "welcome"));
  assert.deepEqual(welcomed.readiness, AVAILABLE);
  assert.deepEqual(after(welcomed, sample("eph_accepting", "eph")).readiness, LUNCH);
});

test("a choice shows at once and is told to the hub as the sample says", () => {
  const { desk, world } = liveDesk();
  desk.chooseReadiness(LUNCH);
  const [command] = world.commands("availability");
  assert.deepEqual(desk.state.readiness, LUNCH);
  assert.deepEqual({ ...command, cid: "" }, { ...(sampleToHub("cmd_away") as object), cid: "" });
  world.say({ t: "reply", cid: command!.cid, ok: true, result: { accepting: false, ...LUNCH } });
  assert.deepEqual(desk.state.readiness, LUNCH);
});

test("a choice that was refused or lost with the line is taken back", () => {
  const { desk, world } = liveDesk();
  desk.chooseReadiness(LUNCH);
  const [command] = world.commands("availability");
  const error = { code: "storage_unavailable", message: "Not now.", retry: "after" as const };
  world.say({ t: "reply", cid: command!.cid, ok: false, error });
  assert.deepEqual(desk.state.readiness, AVAILABLE);
});

test("without a line nothing is promised", () => {
  const { desk, world } = liveDesk();
  world.close(1006);
  desk.chooseReadiness(LUNCH);
  assert.deepEqual(desk.state.readiness, AVAILABLE);
  assert.equal(world.commands("availability").length, 0);
});
