import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../src/shared/commands";
import { Outbox, type Keep } from "../src/shared/outbox";

function keepOf(text: string | null = null): Keep & { text: string | null } {
  const keep = {
    text,
    load: () => keep.text,
    save: (saved: string) => {
      keep.text = saved;
    },
  };
  return keep;
}

const post = (cid: string, text = cid): Command => ({ t: "cmd", cid, op: "post", args: { chat: 17, text } });

test("keeps commands in their order until each is settled, once", () => {
  const outbox = new Outbox(keepOf());
  outbox.add(post("a"));
  outbox.add(post("b"));
  assert.deepEqual(outbox.settle("a"), post("a"));
  assert.equal(outbox.settle("a"), null);
  assert.deepEqual(outbox.pending(), [post("b")]);
});

test("gives the next page what this one had no answer to, under the same cids", () => {
  const keep = keepOf();
  const before = new Outbox(keep);
  before.add(post("a"));
  before.add(post("b"));
  before.settle("a");
  assert.deepEqual(new Outbox(keep).pending(), [post("b")]);
});

test("puts a command that is known in its own place", () => {
  const outbox = new Outbox(keepOf());
  outbox.add(post("a"));
  outbox.add(post("b"));
  outbox.add(post("a", "addressed"));
  assert.deepEqual(outbox.pending(), [post("a", "addressed"), post("b")]);
});

test("begins empty when what was kept cannot be read", () => {
  for (const text of [null, "", "{", "7", "null", '{"cid":"a"}', "[7,null,{}]"]) {
    assert.deepEqual(new Outbox(keepOf(text)).pending(), [], String(text));
  }
});
