import assert from "node:assert/strict";
import { test } from "node:test";
import type { FromHub } from "../src/shared/frames";
import { beat } from "../src/shared/beats";
import { makeLine, type LineState } from "../src/shared/line";
import { FakeWorld, settled } from "./doubles/world";

function openLine(isBeatingOnly = false) {
  const world = new FakeWorld();
  const states: LineState[] = [];
  const frames: FromHub[] = [];
  const beginnings: string[] = [];
  const line = makeLine(
    {
      url: "https://hub.test/api/realtime",
      beat,
      isBeatingOnly,
      hello: () => ({ t: "hello", v: 1, key: `pk_${world.sockets.length}` }),
      onFrame: (frame) => frames.push(frame),
      onBegin: ({ connection }) => beginnings.push(connection),
      onState: (state) => states.push(state),
    },
    world,
  );
  line.open();
  return { world, states, frames, beginnings, line, kind: () => states.at(-1)?.kind };
}

function goLive() {
  const opened = openLine();
  opened.world.socket.welcome();
  return opened;
}

test("says hello first and is live after welcome", () => {
  const { world, kind, frames } = openLine();
  assert.equal(kind(), "connecting");
  world.socket.onopen();
  assert.deepEqual(world.socket.sent, [{ t: "hello", v: 1, key: "pk_1" }]);
  world.socket.welcome();
  assert.equal(kind(), "live");
  assert.equal(frames[0]?.t, "welcome");
});

test("takes frames only while it is live", () => {
  const { world, line } = openLine();
  assert.equal(line.send({ t: "ping" }), false);
  world.socket.welcome();
  assert.equal(line.send({ t: "ping" }), true);
  world.socket.onclose(1006);
  assert.equal(line.send({ t: "ping" }), false);
});

test("answers a ping and hands it on", () => {
  const { world, frames } = goLive();
  world.socket.hear({ t: "ping", heads: { "17": 4 }, now: 0 });
  assert.deepEqual(world.socket.sent.at(-1), { t: "pong" });
  assert.equal(frames.at(-1)?.t, "ping");
});

test("ignores what is no frame", () => {
  const { world, frames, kind } = goLive();
  world.socket.onframe(null);
  assert.equal(frames.length, 1);
  assert.equal(kind(), "live");
});

test("waits a random part of a limit that doubles up to 30 s", async () => {
  const { world, states } = openLine(true);
  world.chance = 0.999999;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 9; attempt += 1) {
    await settled();
    await world.request.fail();
    const state = states.at(-1)!;
    assert.equal(state.kind, "waiting");
    const wait = state.kind === "waiting" ? state.until - world.now() : 0;
    waits.push(Math.round(wait));
    world.pass(wait);
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test("starts with short waits again after it has lived a while", async () => {
  const { world, states } = openLine(true);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await settled();
    await world.request.fail();
    world.pass(30_000);
  }
  await settled();
  await world.request.tell();
  world.pass(6_000);
  await world.request.reply('{"frames":[{"t":"bye","reason":"silent","retry":"after"}]}', 503);
  const state = states.at(-1)!;
  assert.ok(state.kind === "waiting" && state.until - world.now() <= 500);
});

test("keeps growing the waits when every welcome is followed by a loss", () => {
  const { world, states } = openLine();
  world.chance = 0.999999;
  let waitMs = 0;
  for (let attempt = 0; attempt < 7; attempt += 1) {
    world.socket.welcome();
    world.socket.hear({ t: "bye", reason: "full", retry: "after" });
    world.socket.onclose(1012);
    const state = states.at(-1)!;
    waitMs = state.kind === "waiting" ? state.until - world.now() : 0;
    world.pass(waitMs);
  }
  assert.ok(waitMs > 20_000);
});

test("comes back when a bye says, and not before", () => {
  const { world, states, kind } = goLive();
  world.socket.hear({ t: "bye", reason: "restart", retry: "after", after_ms: 1200 });
  world.socket.onclose(1012);
  const state = states.at(-1)!;
  assert.ok(state.kind === "waiting" && state.until - world.now() === 1200);
  world.pass(1199);
  assert.equal(world.sockets.length, 1);
  world.pass(1);
  assert.equal(kind(), "connecting");
});

test("comes back at once when a bye says now", () => {
  const { world } = goLive();
  world.socket.hear({ t: "bye", reason: "elsewhere", retry: "now" });
  world.socket.onclose(1013);
  assert.equal(world.sockets.length, 2);
});

test("stays away after a bye that says never, until somebody asks", () => {
  const { world, states, line } = goLive();
  world.socket.hear({ t: "bye", reason: "replaced", retry: "never" });
  world.socket.onclose(4009);
  assert.deepEqual(states.at(-1), { kind: "refused", reason: "replaced" });
  world.pass(600_000);
  world.wake();
  assert.equal(world.sockets.length, 1);
  line.poke();
  assert.equal(world.sockets.length, 2);
});

for (const [code, reason] of [
  [4001, "token_expired"],
  [4003, "forbidden"],
  [4090, "version"],
] as const) {
  test(`is refused with ${reason} by close code ${code}`, () => {
    const { world, states } = goLive();
    world.socket.onclose(code);
    assert.deepEqual(states.at(-1), { kind: "refused", reason });
  });
}

test("takes a silent hub for dead after the time welcome named, and any frame for a sign of life", () => {
  const { world, kind } = goLive();
  world.pass(40_000);
  world.socket.hear({ t: "pong", heads: {}, now: 0 });
  world.pass(40_000);
  assert.equal(kind(), "live");
  world.pass(15_000);
  assert.notEqual(kind(), "live");
  assert.equal(world.sockets[0]?.isClosed, true);
});

test("does not wait for ever for a welcome", async () => {
  const { world } = openLine(true);
  await settled();
  world.pass(11_000);
  await settled();
  assert.equal(world.requests[0]?.signal.aborted, true);
  world.pass(1_000);
  await settled();
  assert.equal(world.requests.length, 2);
});

test("asks for a sign of life on waking and reconnects when none comes within 3 s", () => {
  const { world } = goLive();
  world.wake();
  assert.deepEqual(world.socket.sent.at(-1), { t: "ping" });
  world.pass(2_999);
  assert.equal(world.sockets.length, 1);
  world.pass(1);
  assert.equal(world.sockets.length, 2);
});

test("stays on the line when a frame answers in time", () => {
  const { world } = goLive();
  world.wake();
  world.pass(1_000);
  world.socket.hear({ t: "pong", heads: {}, now: 0 });
  world.pass(10_000);
  assert.equal(world.sockets.length, 1);
});

test("asks for a sign of life when a timer comes so late that the machine must have slept", () => {
  const { world } = goLive();
  world.sleep(30_000);
  assert.deepEqual(world.socket.sent.at(-1), { t: "ping" });
});

test("after ten minutes of sleep is back within three seconds, without waiting for a line that is dead", () => {
  for (const notice of ["timer", "shown", "network"]) {
    const { world } = goLive();
    if (notice === "timer") world.sleep(600_000);
    else {
      world.set(600_000);
      world.wake(notice === "network");
    }
    world.pass(2_999);
    assert.equal(world.sockets.length, 2, notice);
    assert.equal(world.sockets[0]?.isClosed, true);
  }
});

test("looks for sleep every two seconds", () => {
  const { world } = goLive();
  world.set(600_000);
  world.pass(2_500);
  assert.equal(world.sockets.length, 2);
});

test("asks for a sign of life when the clock is set back, so that a dead line is noticed all the same", () => {
  const { world } = goLive();
  world.set(-3 * 3_600_000);
  world.pass(2_000);
  assert.deepEqual(world.socket.sent.at(-1), { t: "ping" });
  world.pass(3_000);
  assert.equal(world.sockets.length, 2);
});

test("stays on a line that answers when the clock is set back", () => {
  const { world } = goLive();
  world.set(-3 * 3_600_000);
  world.pass(2_000);
  world.socket.hear({ t: "pong", heads: {}, now: 0 });
  world.pass(40_000);
  assert.equal(world.sockets.length, 1);
});

test("ends the waiting on waking", () => {
  const { world } = goLive();
  world.socket.onclose(1006);
  world.wake();
  assert.equal(world.sockets.length, 2);
});

test("says hello anew at once, and ignores the line before", () => {
  const { world, line, frames } = goLive();
  const old = world.socket;
  line.again();
  assert.equal(old.isClosed, true);
  assert.equal(world.sockets.length, 2);
  old.hear({ t: "ping", heads: {}, now: 0 });
  old.onclose(1000);
  assert.equal(frames.length, 1);
  assert.equal(world.sockets.length, 2);
});

test("makes no loop of hellos that do not help", () => {
  const { world, line } = goLive();
  for (let count = 0; count < 10; count += 1) {
    if (world.socket.sent.length === 0) world.socket.welcome();
    line.again();
  }
  assert.ok(world.sockets.length < 6);
});

test("says and hears nothing after it was closed, and opens anew", () => {
  const { world, line, kind } = goLive();
  line.close();
  world.wake();
  world.pass(120_000);
  assert.equal(world.sockets.length, 1);
  line.open();
  assert.equal(world.sockets.length, 2);
  assert.equal(kind(), "connecting");
});
