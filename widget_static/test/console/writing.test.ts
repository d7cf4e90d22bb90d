import assert from "node:assert/strict";
import { test } from "node:test";
import { fillVariables, variablesFrom } from "../../src/console/text/canned";
import { mentionIdsFrom, partsOf } from "../../src/console/text/mentions";
import { bestFirst, tokenAt } from "../../src/console/text/suggesting";
import { transcriptName, transcriptText } from "../../src/console/text/transcript_text";
import { header, MARTA, message } from "./samples";

const JONAS = { id: 6, name: "Jonas Okafor" };
const JO = { id: 7, name: "Jo" };

test("a slash that begins a word asks for canned texts, one within a word does not", () => {
  assert.deepEqual(tokenAt("/tra", 4, "reply"), { kind: "canned", start: 0, query: "tra" });
  assert.deepEqual(tokenAt("Hello /", 7, "reply"), { kind: "canned", start: 6, query: "" });
  assert.deepEqual(tokenAt("one\n/two three", 8, "note"), { kind: "canned", start: 4, query: "two" });
  for (const text of ["and/or", "https://shop", "/two words", "a //"]) assert.equal(tokenAt(text, text.length, "reply"), null);
});

test("an at sign asks for colleagues in notes, and in replies it is a letter", () => {
  assert.deepEqual(tokenAt("ask @jo", 7, "note"), { kind: "mention", start: 4, query: "jo" });
  assert.deepEqual(tokenAt("@Jonas Ok", 9, "note"), { kind: "mention", start: 0, query: "Jonas Ok" });
  assert.equal(tokenAt("@jo", 3, "reply"), null);
  assert.equal(tokenAt("ada@shop", 8, "note"), null);
});

test("what begins so comes before what holds a word that does, and that before the rest", () => {
  const found = bestFirst(["retract", "track", "the track", "other"], "tra", (name) => name);
  assert.deepEqual(found, ["track", "the track", "retract"]);
});

test("variables are filled with what is known, and the first gap is told", () => {
  const known = variablesFrom(header({ visitor: { id: 41, name: "Ada Lovelace" }, email: null }), MARTA);
  const filled = fillVariables("Hello {{visitor.first_name}}, {{ agent.name }} here: {{order}} {{visitor.email}}", known);
  assert.equal(filled.text, "Hello Ada, Marta Lindqvist here: {{order}} {{visitor.email}}");
  assert.equal(filled.text.slice(...filled.gap!), "{{order}}");
  assert.equal(fillVariables("Hello {{agent.first_name}}", known).gap, null);
});

test("a visitor without a name is not greeted by a number", () => {
  const known = variablesFrom(header({ visitor: { id: 41, name: "Visitor 7F2C" } }), MARTA);
  assert.equal(fillVariables("{{visitor.name}}", known).text, "{{visitor.name}}");
});

test("who is named in full is mentioned, and the longer of two names counts", () => {
  assert.deepEqual(mentionIdsFrom("@Jonas Okafor, please", [JONAS, JO]), [6]);
  assert.deepEqual(mentionIdsFrom("@Jo and @Jonas Okafor", [JONAS, JO]), [6, 7]);
  assert.deepEqual(mentionIdsFrom("@Jonas", [JONAS, JO]), []);
  assert.deepEqual(partsOf("Hi @Jo!", [JO]), [
    { kind: "text", text: "Hi " },
    { kind: "mention", text: "@Jo" },
    { kind: "text", text: "!" },
  ]);
  assert.deepEqual(mentionIdsFrom("@A.(b)", [{ id: 1, name: "A.(b)" }]), [1]);
});

test("the transcript has the newest words, names of files, and nothing of what was deleted", () => {
  const visitor = { id: 41, side: "visitor" as const };
  const marta = { id: 5, side: "agent" as const };
  const file = { id: 1, name: "photo.jpg", type: "image/jpeg", size: 1 };
  const text = transcriptText(header({ visitor: { id: 41, name: "Ada" } }), [
    message(2, visitor, "Here", { data: { attachments: [file] } }),
    message(3, marta, "It is gren"),
    message(4, marta, "Secret"),
    message(5, marta, "It is green", { kind: "message_edited", data: { seq: 3 } }),
    message(6, marta, "This message was deleted.", { kind: "message_edited", data: { seq: 4, deleted: true } }),
    message(7, visitor, "", { kind: "chat_rated", data: { score: 5, comment: "Kind" } }),
  ]);
  assert.match(text, /: Here \[photo\.jpg\]\n/);
  assert.match(text, /Marta Lindqvist: It is green\n/);
  assert.match(text, /: rated the chat 5 of 5: Kind\n/);
  assert.doesNotMatch(text, /gren\n|Secret/);
});

test("the file of a transcript is named by the chat and the visitor", () => {
  assert.equal(transcriptName(header({ id: 17, visitor: { id: 41, name: "Ada Lovelace / 2" } })), "chat-17-ada-lovelace-2.txt");
});
