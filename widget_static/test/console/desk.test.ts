import assert from "node:assert/strict";
import { test } from "node:test";
import type { Accepted, Chat, FromHub } from "../../src/shared/frames";
import type { Keep } from "../../src/shared/outbox";
import { Desk } from "../../src/console/desk/desk";
import type { Keeps } from "../../src/console/desk/keeps";
import { FakeWorld } from "./fake_world";
import { NO_SENSES, SilentHub } from "./silent_hub";
import { header, MARTA, message, NOW, page, sample } from "./samples";

const VISITOR = { id: 41, side: "visitor" as const };

function memoryKeep(): Keep {
  let kept: string | null = null;
  return { load: () => kept, save: (text) => void (kept = text) };
}

function memoryKeeps(): Keeps {
  return { errands: memoryKeep(), drafts: memoryKeep(), clear: () => {} };
}

function welcome(...chats: Chat[]): FromHub {
  return { ...sample("welcome_agent", "welcome"), chats, now: NOW };
}

function stored(cid: string, seq: number): Accepted {
  return { t: "reply", cid, ok: true, result: { seq, id: 900 + seq, at: NOW } };
}

function desk(keeps: Keeps = memoryKeeps()) {
  const world = new FakeWorld();
  const refusals: string[] = [];
  const made = new Desk(
    {
      agent: MARTA,
      url: "https://hub.example/api/realtime",
      headers: {}, hub: new SilentHub(), senses: NO_SENSES, onCalled: () => {},
      keeps,
      onRefused: (reason) => refusals.push(reason),
      onWaiting: () => {},
    },
    world,
  );
  made.start();
  return { desk: made, world, refusals };
}

/** A desk with chat 17 open, live and caught up. */
function openDesk(keeps?: Keeps, chat: Chat = header()) {
  const made = desk(keeps);
  made.world.open(welcome());
  made.desk.openChat(17);
  const [follow] = made.world.commands("follow");
  made.world.say({ t: "reply", cid: follow!.cid, ok: true, result: { chat } }, sample("page_reset", "page"));
  return made;
}

test("opening a chat follows it, and coming back to it does not follow twice", () => {
  const { desk: one, world } = openDesk();
  one.closeChat();
  one.openChat(17);
  assert.equal(world.commands("follow").length, 1);
});

test("a chat opened before the line was live is followed with the welcome", () => {
  const { desk: one, world } = desk();
  one.openChat(17);
  assert.equal(world.commands("follow").length, 0);
  world.open(welcome());
  assert.deepEqual(world.commands("follow").map((command) => command.args), [{ chat: 17 }]);
});

test("the chat pushed out by the twenty-first is unfollowed", () => {
  const { desk: one, world } = desk();
  world.open(welcome());
  for (let chat = 1; chat <= 21; chat += 1) one.openChat(chat);
  assert.deepEqual(world.commands("unfollow").map((command) => command.args.chat), [1]);
});

test("after a lost line the next hello carries the positions", () => {
  const { world } = openDesk();
  world.close(1006);
  world.pass(1000);
  world.open(welcome(header()));
  const hello = world.sent.findLast((frame) => frame.t === "hello");
  assert.deepEqual(hello?.positions, { "17": "k3x9:4" });
});

test("a hole makes the line say hello again", () => {
  const { world } = openDesk();
  const before = world.sent.length;
  world.say(message(9, VISITOR, "far ahead"));
  world.open(welcome(header()));
  assert.equal(world.sent[before]?.t, "hello");
});

test("a head beyond what is here makes the line say hello again", () => {
  const { world } = openDesk();
  world.say({ t: "ping", heads: { "17": 5 }, now: NOW });
  world.open(welcome(header()));
  assert.equal(world.sent.filter((frame) => frame.t === "hello").length, 2);
});

test("a reply without an answer is sent again after a reload, with the same cid and body", () => {
  const keeps = memoryKeeps();
  const first = openDesk(keeps);
  first.desk.sawEnd(17);
  first.desk.writeDraft(17, "Only once");
  first.desk.say(17);
  const [posted] = first.world.commands("post");
  first.desk.stop();

  const second = openDesk(keeps);
  const [again] = second.world.commands("post");
  assert.deepEqual(again, posted);
  assert.deepEqual(second.desk.state.chats.get(17)?.said.pending.map((own) => own.text), ["Only once"]);
  second.world.say({ ...stored(posted!.cid, 4), duplicate: true });
  assert.deepEqual(second.desk.state.chats.get(17)?.said.pending, []);
  second.desk.stop();

  assert.deepEqual(openDesk(keeps).world.commands("post"), []);
});

test("replies of one chat go one after the other", () => {
  const { desk: one, world } = openDesk();
  for (const text of ["first", "second"]) {
    one.writeDraft(17, text);
    one.say(17);
  }
  assert.deepEqual(world.commands("post").map((command) => command.args.text), ["first"]);
  world.say(stored(world.commands("post")[0]!.cid, 5));
  assert.deepEqual(world.commands("post").map((command) => command.args.text), ["first", "second"]);
});

test("a refusal that says when is repeated then with the same cid", () => {
  const { desk: one, world } = openDesk();
  one.writeDraft(17, "patience");
  one.say(17);
  const [posted] = world.commands("post");
  const error = { code: "storage_unavailable", message: "Not now.", retry: "after" as const, after_ms: 1500 };
  world.say({ t: "reply", cid: posted!.cid, ok: false, error });
  world.pass(1499);
  assert.equal(world.commands("post").length, 1);
  world.pass(1);
  assert.deepEqual(world.commands("post")[1], posted);
});

test("a reply that stays without an answer on a live line is sent again", () => {
  const { desk: one, world } = openDesk();
  one.writeDraft(17, "hello?");
  one.say(17);
  world.pass(10_000);
  assert.equal(world.commands("post").length, 2);
  assert.equal(one.state.chats.get(17)?.said.pending[0]?.state, "failed");
});

test("what is said without a line stands as not sent yet, and goes with the next welcome", () => {
  const { desk: one, world } = openDesk();
  world.close(1006);
  one.writeDraft(17, "kept");
  one.say(17);
  assert.equal(one.state.chats.get(17)?.said.pending[0]?.state, "failed");
  assert.equal(world.commands("post").length, 0);
  world.pass(1000);
  world.open(welcome(header()));
  assert.equal(world.commands("post").length, 1);
});

test("a message too long for one frame is kept in the composer and never sent", () => {
  const { desk: one, world } = openDesk();
  const long = "ü".repeat(40_000);
  one.writeDraft(17, long);
  one.say(17);
  assert.equal(world.commands("post").length, 0);
  assert.equal(one.state.drafts.get(17)?.reply, long);
  assert.match(one.state.notices.get(17) ?? "", /too long/);
});

test("nothing is sent while the guard waits, but a note is", () => {
  const { desk: one, world } = openDesk();
  one.writeDraft(17, "mine");
  one.say(17);
  const data = { events: [message(5, { id: 6, side: "agent" }, "theirs")] };
  const error = { code: "answered_meanwhile", message: "Answered.", retry: "never" as const, data };
  world.say({ t: "reply", cid: world.commands("post")[0]!.cid, ok: false, error });
  one.say(17);
  assert.equal(world.commands("post").length, 1);
  one.chooseMode(17, "note");
  one.writeDraft(17, "for us");
  one.say(17);
  assert.equal(world.commands("note").length, 1);
  world.say(stored(world.commands("note")[0]!.cid, 1));
  one.settleGuard(17, "send");
  assert.deepEqual(world.commands("post").at(-1)?.args, { chat: 17, text: "mine", expect_seq: 5 });
});

test("read marks go at most once a second, the newest one last", () => {
  const { desk: one, world } = openDesk();
  one.sawEnd(17);
  for (const seq of [5, 6]) {
    world.say(message(seq, VISITOR, "more"));
    one.sawEnd(17);
  }
  assert.deepEqual(world.commands("read").map((command) => command.args.seq), [4]);
  world.pass(1000);
  assert.deepEqual(world.commands("read").map((command) => command.args.seq), [4, 6]);
});

test("a read mark lost with its line is said again", () => {
  const { desk: one, world } = openDesk();
  one.sawEnd(17);
  world.close(1006);
  world.pass(1000);
  world.open(welcome(header()));
  assert.deepEqual(world.commands("read").map((command) => command.args.seq), [4, 4]);
});

test("a read mark the hub could not take is said again, when the hub says", () => {
  const { desk: one, world } = openDesk();
  one.sawEnd(17);
  const [read] = world.commands("read");
  const error = { code: "too_many", message: "Slower.", retry: "after" as const, after_ms: 3_000 };
  world.say({ t: "reply", cid: read!.cid, ok: false, error });
  world.pass(2_999);
  assert.equal(world.commands("read").length, 1);
  world.pass(1);
  assert.deepEqual(world.commands("read").map((command) => command.args.seq), [4, 4]);
});

test("in another history read marks begin anew", () => {
  const { desk: one, world } = openDesk();
  one.sawEnd(17);
  world.close(1006);
  world.pass(1000);
  const other = { ...sample("welcome_agent", "welcome"), epoch: "other", chats: [header({ head: 2 })] };
  world.open(other, page([message(1, VISITOR, "One"), message(2, VISITOR, "Two")], { resume: "reset" }));
  one.sawEnd(17);
  world.pass(1000);
  assert.deepEqual(world.commands("read").map((command) => command.args.seq), [4, 2]);
});

test("who only reads along says no read marks", () => {
  const { desk: one, world } = openDesk(memoryKeeps(), header({ holder: 6, participants: [] }));
  one.sawEnd(17);
  assert.deepEqual(world.commands("read"), []);
});

test("typing is told every three seconds while it lasts, and its end at once", () => {
  const { desk: one, world } = openDesk();
  const told = () => world.sent.flatMap((frame) => (frame.t === "eph" ? [frame.on] : []));
  one.writeDraft(17, "a");
  one.writeDraft(17, "ab");
  assert.deepEqual(told(), [true]);
  world.pass(3000);
  one.writeDraft(17, "abc");
  assert.deepEqual(told(), [true, true]);
  one.writeDraft(17, "");
  assert.deepEqual(told(), [true, true, false]);
});

test("a note is typed in silence", () => {
  const { desk: one, world } = openDesk();
  one.chooseMode(17, "note");
  one.writeDraft(17, "psst");
  assert.deepEqual(world.sent.filter((frame) => frame.t === "eph"), []);
});

test("drafts survive a reload", () => {
  const keeps = memoryKeeps();
  openDesk(keeps).desk.writeDraft(17, "half a sent");
  assert.equal(desk(keeps).desk.state.drafts.get(17)?.reply, "half a sent");
});

test("a refused reply that came back to its composer survives a reload, too", () => {
  const keeps = memoryKeeps();
  const { desk: one, world } = openDesk(keeps);
  one.writeDraft(17, "back again");
  one.say(17);
  const error = { code: "chat_ended", message: "The chat has ended.", retry: "never" as const };
  world.say({ t: "reply", cid: world.commands("post")[0]!.cid, ok: false, error, chat: header({ state: "ended" }) });
  assert.equal(desk(keeps).desk.state.drafts.get(17)?.reply, "back again");
});

test("pressing accept twice asks once", () => {
  const { desk: one, world } = openDesk(memoryKeeps(), header({ state: "queued", holder: null }));
  one.accept(17);
  one.accept(17);
  assert.equal(world.commands("accept").length, 1);
});

test("older messages are asked for once, from the first that is known", () => {
  const { desk: one, world } = openDesk();
  world.say(page([message(60, VISITOR, "new")], { resume: "partial", head: 60, more: true }));
  one.history.loadOlder(17);
  one.history.loadOlder(17);
  assert.deepEqual(world.commands("page").map((command) => command.args), [{ stream: "17", before: 60, limit: 50 }]);
});

test("a session that has ended is told with its reason", () => {
  const { world, refusals } = openDesk();
  world.close(4001);
  assert.deepEqual(refusals, ["token_expired"]);
});
