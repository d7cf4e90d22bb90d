/** Which way a line takes, and how it changes from one to the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FromHub } from "../src/shared/frames";
import { beat } from "../src/shared/beats";
import { makeLine, type LineState } from "../src/shared/line";
import { FakeWorld, settled, WELCOME } from "./doubles/world";

const MINUTE_MS = 60_000;

function openLine(isBeatingOnly = false) {
  const world = new FakeWorld();
  const states: LineState[] = [];
  const frames: FromHub[] = [];
  let beginnings = 0;
  const line = makeLine(
    {
      url: "https://hub.test/api/realtime?profile=3",
      beat,
      isBeatingOnly,
      hello: () => ({ t: "hello", v: 1, token: "vc_1", positions: { "17": `k3x9:${frames.length}` } }),
      onFrame: (frame) => frames.push(frame),
      onBegin: () => (beginnings += 1),
      onState: (state) => states.push(state),
    },
    world,
  );
  line.open();
  return { world, line, states, frames, kind: () => states.at(-1)?.kind, beginnings: () => beginnings };
}

/** A line whose websocket never opened and whose first beat has been answered. */
async function goBeating() {
  const opened = openLine();
  opened.world.pass(5_000);
  await settled();
  await opened.world.request.tell();
  return opened;
}

test("takes beats when no welcome has come for 5 s, and lets the websocket go", async () => {
  const { world, kind, beginnings } = openLine();
  world.socket.onopen();
  world.pass(4_999);
  await settled();
  assert.equal(world.requests.length, 0);
  world.pass(1);
  await settled();
  assert.equal(world.socket.isClosed, true);
  assert.equal(world.request.url, "https://hub.test/api/realtime/heartbeat?profile=3");
  assert.equal(kind(), "connecting");
  await world.request.tell();
  assert.equal(kind(), "live");
  assert.equal(beginnings(), 1);
});

test("counts all tries of a websocket that is refused at once towards the 5 s", async () => {
  const { world } = openLine();
  for (let waited = 0; waited < 5_000; waited += 100) {
    if (world.requests.length === 0 && !world.socket.isClosed) world.socket.onclose(1006);
    world.pass(100);
  }
  await settled();
  assert.equal(world.requests.length, 1);
});

test("takes beats after two deaths within 30 s", async () => {
  const { world } = openLine();
  for (const livedMs of [10_000, 15_000]) {
    world.socket.welcome();
    world.pass(livedMs);
    world.socket.onclose(1006);
    world.pass(1_000);
  }
  await settled();
  assert.equal(world.requests.length, 1);
});

test("stays with websockets that die seldom", async () => {
  const { world } = openLine();
  for (let count = 0; count < 5; count += 1) {
    world.socket.welcome();
    world.pass(31_000);
    world.socket.hear({ t: "pong", heads: {}, now: 0 });
    world.socket.onclose(1006);
    world.pass(1_000);
  }
  await settled();
  assert.equal(world.requests.length, 0);
});

test("takes no goodbye of the hub for a death, and comes back when it says, not earlier by beats", async () => {
  const { world } = openLine();
  for (let count = 0; count < 4; count += 1) {
    world.socket.welcome();
    world.socket.hear({ t: "bye", reason: "restart", retry: "after", after_ms: 7_000 });
    world.socket.onclose(1012);
    world.pass(7_000);
  }
  await settled();
  assert.equal(world.requests.length, 0);
  assert.equal(world.sockets.length, 5);
});

test("tries the websocket again after 1, 2, 4, 8 and then every 10 minutes, and goes on beating meanwhile", async () => {
  const { world, kind } = await goBeating();
  const gaps: number[] = [];
  let last = world.now();
  for (let tries = 0; tries < 6; tries += 1) {
    const known = world.sockets.length;
    while (world.sockets.length === known) {
      world.pass(1_000);
      if (world.openRequests.some(({ body }) => body.wait_ms > 0) && world.now() % 20_000 === 0)
        await world.openRequests[0]!.tell();
    }
    gaps.push(Math.round((world.now() - last) / MINUTE_MS));
    last = world.now();
    world.socket.onclose(1006);
    assert.equal(kind(), "live");
  }
  assert.deepEqual(gaps, [1, 2, 4, 8, 10, 10]);
});

test("a websocket that is welcomed takes over with the positions of the moment, and the beats end", async () => {
  const { world, kind, frames, beginnings } = await goBeating();
  const waiting = world.request;
  assert.equal(waiting.body.wait_ms, 25_000);
  world.pass(MINUTE_MS / 4);
  await waiting.tell();
  world.wake(true);
  world.pass(0);
  await settled();
  world.socket.onopen();
  assert.deepEqual(world.socket.sent[0], {
    t: "hello",
    v: 1,
    token: "vc_1",
    positions: { "17": `k3x9:${frames.length}` },
  });
  assert.equal(world.openRequests.length, 1);
  world.socket.hear(WELCOME);
  await settled();
  assert.deepEqual([kind(), beginnings(), world.openRequests.length], ["live", 2, 0]);
  const told = world.requests.length;
  world.pass(20_000);
  await settled();
  assert.equal(world.requests.length, told);
});

test("tries the websocket at once when the network is back", async () => {
  const { world } = await goBeating();
  world.wake(false);
  world.pass(0);
  assert.equal(world.sockets.length, 1);
  world.wake(true);
  world.pass(0);
  assert.equal(world.sockets.length, 2);
});

test("a hub that was out of reach for beats, too, is tried by websocket as soon as it answers", async () => {
  const { world, kind } = openLine();
  world.pass(5_000);
  await settled();
  for (let tries = 0; tries < 3; tries += 1) {
    await world.request.fail();
    assert.equal(kind(), "waiting");
    world.pass(30_000);
    await settled();
  }
  await world.request.tell();
  assert.equal(kind(), "live");
  world.pass(0);
  world.socket.welcome();
  await settled();
  assert.equal(world.openRequests.length, 0);
});

test("a websocket that is tried in vain is let go after 5 s, and nobody notices", async () => {
  const { world, states } = await goBeating();
  world.wake(true);
  world.pass(0);
  await settled();
  await world.request.tell();
  const known = states.length;
  world.socket.onopen();
  world.pass(5_000);
  assert.equal(world.socket.isClosed, true);
  assert.equal(states.length, known);
});

test("waits longer with every websocket that came back and did not last", async () => {
  const { world } = await goBeating();
  world.wake(true);
  world.pass(0);
  for (let deaths = 0; deaths < 2; deaths += 1) {
    world.socket.welcome();
    world.socket.onclose(1006);
    world.pass(1_000);
  }
  await settled();
  await world.request.tell();
  const known = world.sockets.length;
  for (let waited = 0; waited < 110; waited += 10) {
    world.pass(10_000);
    if (waited % 20 === 0) await world.openRequests[0]!.tell();
  }
  assert.equal(world.sockets.length, known);
  world.pass(15_000);
  assert.equal(world.sockets.length, known + 1);
});

test("beats for good where that is wanted", async () => {
  const { world, kind } = openLine(true);
  await settled();
  await world.request.tell();
  for (let waited = 0; waited < 60; waited += 1) {
    world.pass(20_000);
    await world.openRequests[0]!.tell();
  }
  world.wake(true);
  world.pass(1_000);
  assert.equal(world.sockets.length, 0);
  assert.equal(kind(), "live");
});

test("a line that is closed while it tries a websocket leaves nothing behind", async () => {
  const { world, line } = await goBeating();
  world.wake(true);
  world.pass(0);
  line.close();
  await settled();
  assert.equal(world.socket.isClosed, true);
  world.pass(20 * MINUTE_MS);
  await settled();
  assert.equal(world.openRequests.length, 0);
  assert.equal(world.sockets.length, 2);
});
