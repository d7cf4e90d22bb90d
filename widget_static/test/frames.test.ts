import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command, Hello } from "../src/shared/commands";
import { parseFrame, type FromHub, type Page, type Welcome } from "../src/shared/frames";
import { commandFrom } from "../src/widget/errands";

declare const TEST_FOLDER: string;
const SAMPLES = join(TEST_FOLDER, "../../hub/live/samples");

function read(folder: "from_hub" | "to_hub", name: string): string {
  return readFileSync(join(SAMPLES, folder, `${name}.json`), "utf8");
}

/** What carries frames by HTTP is no frame itself. */
const fromHub = readdirSync(join(SAMPLES, "from_hub"))
  .map((file) => file.replace(".json", ""))
  .filter((name) => !["beat_answer", "visit_answer"].includes(name));

test("there are samples of every frame the hub sends", () => {
  const kinds = new Set(fromHub.map((name) => (JSON.parse(read("from_hub", name)) as FromHub).t));
  assert.deepEqual([...kinds].sort(), [
    "bye",
    "eph",
    "error",
    "event",
    "page",
    "ping",
    "pong",
    "read",
    "reauth",
    "reply",
    "rows",
    "welcome",
  ]);
});

for (const name of fromHub) {
  test(`the sample ${name} parses to what it says`, () => {
    const text = read("from_hub", name);
    assert.deepEqual(parseFrame(text), JSON.parse(text));
  });
}

test("what names no kind is no frame", () => {
  for (const text of ["[]", "null", "7", '"t"', "{", "", '{"t":{}}']) {
    assert.equal(parseFrame(text), null, text);
  }
});

test("the samples have the members the types promise", () => {
  const welcome = parseFrame(read("from_hub", "welcome_visitor")) as Welcome;
  assert.equal(typeof welcome.chats[0]?.participants[0]?.read, "number");
  const page = parseFrame(read("from_hub", "page_ok")) as Page;
  assert.equal(page.events.at(-1)?.seq, page.head);
});

test("errands become the commands of the samples", () => {
  const post = JSON.parse(read("to_hub", "cmd_post")) as Command & { args: { chat: number; text: string } };
  assert.deepEqual(commandFrom({ ...post.args, cid: post.cid, op: "post", at: 0 }), post);
  const start = JSON.parse(read("to_hub", "cmd_start")) as Command & { op: "start" };
  assert.deepEqual(commandFrom({ cid: start.cid, op: "start", args: start.args }), start);
  const end = JSON.parse(read("to_hub", "cmd_end")) as Command & { args: { chat: number } };
  assert.deepEqual(commandFrom({ cid: end.cid, op: "end", args: end.args }), end);
});

test("a message without a chat is no command yet", () => {
  assert.equal(commandFrom({ cid: "c", op: "post", chat: null, text: "hi", at: 0 }), null);
});

test("the samples of hello have the type of hello", () => {
  const hello = JSON.parse(read("to_hub", "hello_resume")) as Hello;
  assert.deepEqual(Object.keys(hello).sort(), ["client", "positions", "t", "token", "v"]);
});
