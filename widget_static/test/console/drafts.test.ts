import assert from "node:assert/strict";
import { test } from "node:test";
import { draftWith, parseDrafts, renderDrafts, textOf, textWithReturned } from "../../src/console/state/drafts";
import { EMPTY_DRAFT, type Draft } from "../../src/console/state/state";

const NOTE: Draft = { files: [], mode: "note", reply: "half a reply", note: "half a note", whisper: "half a whisper" };

test("drafts survive being written down and read again", () => {
  const drafts = new Map([[17, NOTE]]);
  assert.deepEqual(parseDrafts(renderDrafts(drafts)), drafts);
});

test("empty drafts are not kept", () => {
  assert.equal(parseDrafts(renderDrafts(new Map([[17, EMPTY_DRAFT]]))).size, 0);
});

test("what cannot be read counts as no drafts", () => {
  for (const text of [null, "", "{", "7", '{"17":1}', '[17,["x",{}]]', "[null]"]) {
    assert.equal(parseDrafts(text).size, 0, String(text));
  }
});

test("a draft with foreign members keeps only what it knows", () => {
  assert.deepEqual(parseDrafts('[[17,{"mode":"shout","reply":3,"note":"n"}]]').get(17), { ...EMPTY_DRAFT, note: "n" });
});

test("writing changes the field of the mode that shows, and only that", () => {
  const written = draftWith(NOTE, "more");
  assert.deepEqual(written, { ...NOTE, note: "more" });
  assert.equal(textOf(written), "more");
  assert.equal(textOf({ ...written, mode: "reply" }), "half a reply");
});

test("words that return stand before what was written since, with a line between", () => {
  assert.equal(textWithReturned("", "back"), "back");
  assert.equal(textWithReturned("  \n", "back"), "back");
  assert.equal(textWithReturned("since", "back"), "back\n\nsince");
  assert.equal(textWithReturned("one\n\nsince", "two", "one"), "one\n\ntwo\n\nsince");
});

test("words that return after the earlier ones were edited stand before the edited text", () => {
  assert.equal(textWithReturned("one, edited", "two", "one!"), "two\n\none, edited");
});
