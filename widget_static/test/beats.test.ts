/** The heartbeat: what beats ask, how they wait, and what they make of answers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command, Hello } from "../src/shared/commands";
import type { FromHub } from "../src/shared/frames";
import { beat } from "../src/shared/beats";
import { makeLine, type LineState } from "../src/shared/line";
import { FakeWorld, settled, WELCOME, type BeatBody, type FakeRequest } from "./doubles/world";

declare const TEST_FOLDER: string;

const EVENT = { t: "event", stream: "17", chat: 17, seq: 5 } as FromHub;

function post(cid: string, text = "Hello"): Command {
  return { t: "cmd", cid, op: "post", args: { chat: 17, text } };
}

async function openBeats(hello: Partial<Hello> = {}) {
  const world = new FakeWorld();
  const states: LineState[] = [];
  const frames: FromHub[] = [];
  const tokens: (string | undefined)[] = [];
  const positions = { "17": "k3x9:4" };
  const said: Hello = { t: "hello", v: 1, token: "vc_1", positions, client: "test/1", ...hello };
  const line = makeLine(
    {
      url: "https://hub.test/api/realtime",
      headers: { "X-XSRF-TOKEN": "x-1" },
      beat,
      isBeatingOnly: true,
      hello: () => said,
      onFrame: (frame) => frames.push(frame),
      onBegin: ({ token }) => tokens.push(token),
      onState: (state) => states.push(state),
    },
    world,
  );
  line.open();
  await settled();
  return { world, line, said, states, frames, tokens, kind: () => states.at(-1)?.kind };
}

async function goLive() {
  const opened = await openBeats();
  await opened.world.request.tell();
  return opened;
}

/** A sample that the Python tests read, too. */
function sample(name: string): string {
  return readFileSync(join(TEST_FOLDER, "../../hub/live/samples", `${name}.json`), "utf8");
}

/** The beat that waits at the hub. */
function waiting(world: FakeWorld): FakeRequest {
  const [beat, ...others] = world.openRequests.filter(({ body }) => body.wait_ms > 0);
  assert.ok(beat && others.length === 0, "exactly one beat waits");
  return beat;
}

test("the first beat says hello at once, the token as a header, and the next one waits", async () => {
  const { world } = await openBeats();
  assert.deepEqual(world.request.headers, {
    "Content-Type": "application/json",
    "X-XSRF-TOKEN": "x-1",
    Authorization: "Bearer vc_1",
  });
  assert.deepEqual(world.request.body, {
    v: 1,
    positions: { "17": "k3x9:4" },
    client: "test/1",
    reads: { "17": 0 },
    cmds: [],
    eph: [],
    wait_ms: 0,
  });
  await world.request.tell();
  assert.equal(waiting(world).body.wait_ms, 25_000);
});

test("a beat is what the sample says, and the sample's answer is understood frame by frame", async () => {
  const beat = JSON.parse(sample("to_hub/beat")) as BeatBody;
  const { world, line, frames } = await openBeats({ positions: beat.positions!, client: beat.client! });
  await world.request.tell();
  for (const frame of [...beat.cmds!, ...beat.eph!]) line.send(frame);
  await settled();
  assert.deepEqual(world.request.body, beat);
  frames.length = 0;
  await world.request.reply(sample("from_hub/beat_answer"));
  assert.deepEqual(frames, (JSON.parse(sample("from_hub/beat_answer")) as { frames: FromHub[] }).frames);
});

test("a visitor without a token says the key instead", async () => {
  const { world, said } = await openBeats();
  await world.request.tell();
  delete said.token;
  said.key = "pk_1";
  await waiting(world).tell();
  assert.equal(world.request.body.key, "pk_1");
  assert.equal(world.request.headers["Authorization"], undefined);
});

test("what is said in one breath goes at once in one second beat, while the first one waits", async () => {
  const { world, line } = await goLive();
  const beat = waiting(world);
  line.send(post("a"));
  line.send({ t: "eph", kind: "typing", chat: 17, on: false });
  await settled();
  assert.equal(beat.isOpen, true);
  assert.deepEqual(world.request.body.cmds, [post("a")]);
  assert.deepEqual(world.request.body.eph, [{ t: "eph", kind: "typing", chat: 17, on: false }]);
  assert.equal(world.request.body.wait_ms, 0);
});

test("what is said while something is said goes behind it, in its order", async () => {
  const { world, line } = await goLive();
  line.send(post("a"));
  await settled();
  line.send(post("b"));
  line.send(post("c"));
  await settled();
  const [, second] = world.openRequests;
  assert.deepEqual(second?.body.cmds, [post("a")]);
  await second.tell();
  assert.deepEqual(world.request.body.cmds, [post("b"), post("c")]);
});

test("long and many commands are spread over several beats", async () => {
  const { world, line } = await goLive();
  const long = [post("a", "ü".repeat(30_000)), post("b", "ü".repeat(60_000)), post("c", "ü".repeat(60_000))];
  const many = Array.from({ length: 60 }, (_, index) => post(`m-${index}`));
  for (const command of [...long, ...many]) line.send(command);
  await settled();
  const counts: number[] = [];
  const said: Command[] = [];
  for (let beat = world.request; beat.isOpen && beat.body.cmds; beat = world.request) {
    counts.push(beat.body.cmds.length);
    said.push(...beat.body.cmds);
    await beat.tell();
  }
  assert.deepEqual(said, [...long, ...many]);
  assert.deepEqual(counts.slice(0, 3), [1, 1, 1 + 49]);
});

test("every frame of an answer is handed on, and a welcome begins the line only once", async () => {
  const { world, frames, tokens, states } = await goLive();
  await waiting(world).tell(EVENT);
  assert.deepEqual(
    frames.map(({ t }) => t),
    ["welcome", "welcome", "event"],
  );
  assert.equal(tokens.length, 1);
  assert.equal(states.filter(({ kind }) => kind === "live").length, 1);
});

test("another token of the hub is told like a new line, so that it is kept", async () => {
  const { world, tokens } = await goLive();
  await waiting(world).reply(JSON.stringify({ frames: [{ ...WELCOME, token: "vc_2" }], next_ms: 0 }));
  assert.deepEqual(tokens, [undefined, "vc_2"]);
});

test("a welcome says the hub's time as of its answer, not as of the beginning of the waiting", async () => {
  const { world, frames } = await goLive();
  world.pass(20_000);
  await waiting(world).reply(JSON.stringify({ frames: [{ ...WELCOME, now: 1_000 }], next_ms: 0 }));
  assert.deepEqual(frames.at(-1), { ...WELCOME, now: 21_000 });
});

test("the welcome of a beat that began earlier than one already answered is left out, its events are not", async () => {
  const { world, line, frames } = await goLive();
  const beat = waiting(world);
  line.send(post("a"));
  await settled();
  await world.request.tell();
  frames.length = 0;
  await beat.tell(EVENT);
  assert.deepEqual(frames, [EVENT]);
});

test("a beat says how far everybody has read as it was told, so that the hub knows what is news", async () => {
  const { world } = await goLive();
  const { chats } = JSON.parse(sample("from_hub/welcome_visitor")) as typeof WELCOME;
  const told = chats[0]!.participants.reduce((sum, { read }) => sum + read, 0);
  const { id, read } = chats[0]!.participants.find(({ side }) => side === "agent")!;
  assert.deepEqual(waiting(world).body.reads, { "17": 0 });
  await waiting(world).reply(JSON.stringify({ frames: [{ ...WELCOME, chats }], next_ms: 0 }));
  assert.deepEqual(waiting(world).body.reads, { "17": told });
  await waiting(world).tell({ t: "read", chat: 17, id, seq: read + 3, at: 0 });
  assert.deepEqual(waiting(world).body.reads, { "17": told + 3 });
  await waiting(world).tell({ t: "read", chat: 17, id, seq: read + 1, at: 0 });
  assert.deepEqual(waiting(world).body.reads, { "17": told + 3 });
});

test("when another chat is followed, the beat that waits gives way to one that names it", async () => {
  const { world, line, said } = await goLive();
  const beat = waiting(world);
  line.send(post("a"));
  await settled();
  said.positions = { "17": "k3x9:5", "18": "k3x9:1" };
  await world.request.tell();
  assert.equal(beat.signal.aborted, true);
  assert.deepEqual(waiting(world).body.positions, { "17": "k3x9:5", "18": "k3x9:1" });
});

test("two waiting beats that are cut lead to short ones, and long ones are tried again later", async () => {
  const { world, kind } = await goLive();
  for (let cuts = 0; cuts < 2; cuts += 1) {
    world.pass(10_000);
    await waiting(world).fail();
    assert.equal(kind(), "live");
    assert.equal(world.request.body.wait_ms, 0);
    await world.request.tell();
  }
  assert.equal(world.openRequests.length, 0);
  world.pass(1_500);
  await settled();
  assert.equal(world.request.body.wait_ms, 0);
  await world.request.reply(JSON.stringify({ frames: [WELCOME], next_ms: 5_000 }));
  world.pass(4_999);
  await settled();
  assert.equal(world.openRequests.length, 0);
  for (let waited = 0; waited < 10 * 60; waited += 1) {
    world.pass(1_000);
    await settled();
    for (const beat of world.openRequests) if (!beat.body.wait_ms) await beat.tell();
  }
  waiting(world);
  assert.equal(kind(), "live");
});

for (const [what, text, status] of [
  ["nothing", "", 200],
  ["a page of a proxy", "<h1>Gateway Timeout</h1>", 504],
  ["a sign-in page of a network", "<h1>Welcome to our Wi-Fi</h1>", 200],
  ["no frames", '{"frames":[],"next_ms":0}', 200],
  ["null", "null", 200],
  ["a refusal that is not the hub's", "{}", 403],
] as const) {
  test(`${what} is no answer: the line is lost when a beat that does not wait gets it, too`, async () => {
    const { world, kind } = await goLive();
    await waiting(world).reply(text, status);
    assert.equal(kind(), "live");
    await world.request.reply(text, status);
    assert.equal(kind(), "waiting");
    assert.equal(world.openRequests.length, 0);
  });
}

test("a lost line says nothing it was given before: whoever gave it says it again", async () => {
  const { world, line, kind } = await goLive();
  line.send(post("a"));
  await settled();
  await world.request.fail();
  assert.equal(kind(), "waiting");
  assert.equal(line.send(post("b")), false);
  world.pass(1_000);
  await settled();
  assert.deepEqual(world.request.body.cmds, []);
});

for (const [status, reason] of [
  [401, "token_expired"],
  [403, "forbidden"],
  [404, "forbidden"],
  [426, "version"],
] as const) {
  test(`is refused with ${reason} by status ${status} of the hub`, async () => {
    const { world, states } = await goLive();
    await waiting(world).reply('{"error":{"code":"refused","message":"No."}}', status);
    assert.deepEqual(states.at(-1), { kind: "refused", reason });
    assert.equal(world.openRequests.length, 0);
  });
}

test("comes back when the hub says, in a bye or in Retry-After", async () => {
  const { world, states } = await goLive();
  const bye = { t: "bye", reason: "restart", retry: "after", after_ms: 1_200 };
  await waiting(world).reply(JSON.stringify({ frames: [bye], next_ms: 0 }), 503);
  let state = states.at(-1)!;
  assert.ok(state.kind === "waiting" && state.until - world.now() === 1_200);
  world.pass(1_200);
  await settled();
  await world.request.reply('{"error":{"code":"too_many","message":"Wait."}}', 429, 3);
  state = states.at(-1)!;
  assert.ok(state.kind === "waiting" && state.until - world.now() === 3_000);
});

test("a hub that always has something to tell at once is asked once a second", async () => {
  const { world } = await goLive();
  let answers = 0;
  for (let passed = 0; passed < 10_000; passed += 100) {
    for (const beat of world.openRequests) {
      answers += 1;
      await beat.tell(EVENT);
    }
    world.pass(100);
    await settled();
  }
  assert.ok(answers >= 10 && answers <= 16, `${answers} answers`);
});

test("whoever wakes up asks with a beat that does not wait, and is lost without an answer in 3 s", async () => {
  const { world, kind } = await goLive();
  const beat = waiting(world);
  world.wake();
  await settled();
  assert.equal(beat.signal.aborted, true);
  assert.equal(world.request.body.wait_ms, 0);
  await world.request.tell();
  waiting(world);
  world.wake();
  await settled();
  world.pass(3_000);
  assert.equal(kind(), "connecting");
});

test("a waiting beat that is never answered is given up, and short ones tell whether the hub is there", async () => {
  const { world, kind } = await goLive();
  world.pass(34_999);
  assert.equal(waiting(world).signal.aborted, false);
  world.pass(1);
  await settled();
  assert.equal(world.request.body.wait_ms, 0);
  await world.request.tell();
  assert.equal(kind(), "live");
});

test("says hello anew at once, and takes nothing any more from beats before", async () => {
  const { world, line, frames, tokens } = await goLive();
  const beat = waiting(world);
  line.again();
  await settled();
  const known = frames.length;
  await beat.tell(EVENT);
  assert.equal(frames.length, known);
  await world.request.tell();
  assert.equal(tokens.length, 2);
});
