/** A desk whose line is cut, blocked and handed over at random: nothing is lost, doubled or out of order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../../src/console/desk/desk";
import type { Keeps } from "../../src/console/desk/keeps";
import type { EventFrame } from "../../src/shared/frames";
import type { Keep } from "../../src/shared/outbox";
import { MemoryHub } from "../doubles/hub";
import { makeRandom } from "../doubles/random";
import { FakeWorld, settled } from "../doubles/world";
import { header, MARTA } from "./samples";
import { NO_SENSES, SilentHub } from "./silent_hub";

const CHAT = 17;
const STEPS = 400;

function memoryKeep(): Keep {
  let kept: string | null = null;
  return { load: () => kept, save: (text) => void (kept = text) };
}

function setUp() {
  const world = new FakeWorld();
  const hub = new MemoryHub(world, { id: MARTA.id, side: "agent" }, header({ head: 0 }));
  const keeps: Keeps = { errands: memoryKeep(), drafts: memoryKeep(), clear: () => {} };
  const options = { agent: MARTA, url: "https://hub.test/api/realtime", headers: {}, hub: new SilentHub(), senses: NO_SENSES, onCalled: () => {}, keeps };
  const desk = new Desk({ ...options, onRefused: assert.fail, onWaiting: () => {} }, world);
  return { world, hub, desk };
}

/** What stands on the agent's screen as sent and received. */
function shown(desk: Desk): readonly EventFrame[] {
  return desk.state.chats.get(CHAT)?.said.events ?? [];
}

/** Lets the network treat every open connection somehow; `chance` of 0 is a good day. */
async function live(
  { world, hub }: ReturnType<typeof setUp>,
  random: (below: number) => number,
  chance: number,
  isBlocked: boolean,
): Promise<void> {
  const isBad = () => random(100) < chance;
  for (const socket of world.sockets.filter(({ isClosed }) => !isClosed)) {
    if (isBlocked && isBad()) socket.lose();
    else if (isBlocked) continue;
    else {
      if (socket.sent.length === 0) socket.onopen();
      if (!isBad()) hub.serve(socket);
      if (isBad()) socket.lose();
    }
  }
  // In any order: a beat that began later may be answered earlier.
  for (const request of [...world.openRequests].sort(() => random(3) - 1)) {
    if (!request.isOpen) continue;
    if (isBad()) await request.fail();
    else {
      hub.take(request);
      if (isBad()) await request.fail();
      else if (!request.body.wait_ms || hub.hasNews(request) || random(4) === 0) {
        if (!isBad()) await hub.answer(request);
      }
    }
  }
  await settled();
}

for (let seed = 1; seed <= 12; seed += 1) {
  test(`the screen equals the hub's log after days like number ${seed}`, async () => {
    const made = setUp();
    const { world, hub, desk } = made;
    const random = makeRandom(seed);
    const said: string[] = [];
    let isBlocked = random(2) === 0;
    desk.start();
    desk.openChat(CHAT);
    for (let step = 0; step < STEPS; step += 1) {
      if (random(20) === 0) isBlocked = !isBlocked;
      if (random(6) === 0) hub.visitorSays(`visitor ${step}`);
      if (random(6) === 0) {
        desk.writeDraft(CHAT, `agent ${step}`);
        desk.say(CHAT);
        said.push(`agent ${step}`);
      }
      if (random(30) === 0) world.wake(random(2) === 0);
      world.pass(random(4) === 0 ? random(20_000) : random(300));
      await live(made, random, 15, isBlocked);
      assert.deepEqual(shown(desk), hub.events.slice(0, shown(desk).length));
    }
    for (let step = 0; step < 60 || shown(desk).length < hub.events.length; step += 1) {
      assert.ok(step < 2_000, "it comes to rest");
      world.pass(2_000);
      await live(made, random, 0, isBlocked);
    }
    assert.deepEqual(shown(desk), hub.events);
    assert.deepEqual(desk.state.chats.get(CHAT)?.said.pending, []);
    const own = hub.events.filter(({ who }) => who.side === "agent").map(({ text }) => text);
    assert.deepEqual(own, said);
    const isBeating = world.openRequests.length > 0;
    assert.ok(isBeating || !isBlocked, "it is on the line that gets through");
    desk.stop();
  });
}
