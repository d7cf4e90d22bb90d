import assert from "node:assert/strict";
import { before, beforeEach, mock, test } from "node:test";
import type { Command } from "../src/shared/commands";
import type { Reply } from "../src/shared/frames";
import { makeCourier } from "../src/widget/courier";
import type { PostErrand } from "../src/widget/errands";

before(() => {
  // The page a chat is started on.
  const page = { title: "Fernweh 3", referrer: "", documentElement: { lang: "en" } };
  Object.assign(globalThis, { document: page, location: { href: "https://shop.example/bikes#token=1" } });
});

beforeEach(() => mock.timers.reset());

function post(cid: string, chat: number | null = 17): PostErrand {
  return { cid, op: "post", chat, text: `text ${cid}`, at: 0 };
}

function openCourier(store = { text: null as string | null }) {
  const world = {
    isLive: true,
    chat: 17 as number | null,
    sent: [] as Command[],
    answers: [] as string[],
    store,
  };
  const courier = makeCourier({
    keep: {
      load: () => store.text,
      save: (text) => {
        store.text = text;
      },
    },
    send: (command) => world.isLive && world.sent.push(command) > 0,
    introduce: () => ({}),
    findOpenChat: () => world.chat,
    onAnswer: (errand) => world.answers.push(errand.cid),
  });
  return { courier, world };
}

const stored = (cid: string): Reply => ({ t: "reply", cid, ok: true, result: { seq: 1, id: 1, at: 1 } });
const refused = (cid: string, retry: "never" | "after"): Reply => ({
  t: "reply",
  cid,
  ok: false,
  error: { code: "storage_unavailable", message: "Not now.", retry, after_ms: 1_500 },
});

test("one errand is under way at a time, in the order they were given", () => {
  const { courier, world } = openCourier();
  courier.add(post("a"));
  courier.add(post("b"));
  assert.deepEqual(
    world.sent.map(({ cid }) => cid),
    ["a"],
  );
  courier.receive(stored("a"));
  assert.deepEqual(
    world.sent.map(({ cid }) => cid),
    ["a", "b"],
  );
});

test("a message that is tried again keeps its place before the next, and its cid", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { courier, world } = openCourier();
  courier.add(post("a"));
  courier.receive(refused("a", "after"));
  mock.timers.tick(1_499);
  assert.equal(world.sent.length, 1);
  mock.timers.tick(1);
  courier.receive(stored("a"));
  courier.add(post("b"));
  assert.deepEqual(
    world.sent.map(({ cid }) => cid),
    ["a", "a", "b"],
  );
});

test("what was under way on a line that is gone goes again on the next, the same to the letter", () => {
  const { courier, world } = openCourier();
  courier.add(post("a"));
  courier.startAnew();
  assert.equal(world.sent.length, 2);
  assert.deepEqual(world.sent[0], world.sent[1]);
});

test("the next page sends what this one had no answer to, and nothing that was answered", () => {
  const { courier, world } = openCourier();
  courier.add(post("a"));
  courier.receive(stored("a"));
  courier.add(post("b"));
  const next = openCourier(world.store);
  next.courier.startAnew();
  assert.deepEqual(
    next.world.sent.map(({ cid }) => cid),
    ["b"],
  );
});

test("a first message starts the chat, once, and goes to it when it has begun", () => {
  const { courier, world } = openCourier();
  world.chat = null;
  courier.add(post("a", null));
  courier.add(post("b", null));
  assert.equal(world.sent.length, 1);
  const [start] = world.sent;
  assert.equal(start?.op, "start");
  assert.equal(start?.op === "start" && start.args.page_url, "https://shop.example/bikes");
  world.chat = 18;
  courier.receive({ t: "reply", cid: start!.cid, ok: true, result: {} });
  assert.deepEqual(world.sent[1], { t: "cmd", cid: "a", op: "post", args: { chat: 18, text: "text a" } });
  courier.receive(stored("a"));
  assert.deepEqual(world.sent[2]?.args, { chat: 18, text: "text b" });
});

test("a reload between the start and the first message loses neither and repeats both under their cids", () => {
  const { courier, world } = openCourier();
  world.chat = null;
  courier.add(post("a", null));
  const next = openCourier(world.store);
  next.world.chat = null;
  next.courier.startAnew();
  assert.deepEqual(next.world.sent, world.sent);
});

test("messages of a chat that cannot begin are given up with it", () => {
  const { courier, world } = openCourier();
  world.chat = null;
  courier.add(post("a", null));
  courier.receive(refused(world.sent[0]!.cid, "never"));
  assert.deepEqual(courier.pending(), []);
  assert.equal(world.answers.length, 1);
});

test("nothing is taken for sent while the line is down", () => {
  const { courier, world } = openCourier();
  world.isLive = false;
  courier.add(post("a"));
  world.isLive = true;
  courier.startAnew();
  assert.deepEqual(
    world.sent.map(({ cid }) => cid),
    ["a"],
  );
});

test("replies to what it did not carry are not its business", () => {
  const { courier, world } = openCourier();
  courier.add(post("a"));
  courier.receive(stored("somebody else's"));
  assert.deepEqual(world.answers, []);
  assert.deepEqual(courier.pending(), [post("a")]);
});
