import assert from "node:assert/strict";
import { test } from "node:test";
import { partsFrom } from "../src/shared/text";

function linksIn(text: string): [string, string][] {
  return partsFrom(text).flatMap((part) => (part.kind === "link" ? [[part.text, part.href]] : [])) as [
    string,
    string,
  ][];
}

test("the parts joined are the text, whatever it is", () => {
  const texts = [
    "",
    "plain",
    "https://a.example",
    "see https://a.example/x?y=1#z, and (www.b.example).",
    "a@b.example!",
    "x\ny  z",
    "🚲 https://ü.example/ß",
  ];
  for (const text of texts)
    assert.equal(
      partsFrom(text)
        .map((part) => part.text)
        .join(""),
      text,
    );
});

test("http, https, www, mailto and addresses of mail become links", () => {
  assert.deepEqual(
    linksIn("http://a.example https://b.example/x www.c.example mailto:d@e.example f.g@h.example"),
    [
      ["http://a.example", "http://a.example/"],
      ["https://b.example/x", "https://b.example/x"],
      ["www.c.example", "https://www.c.example/"],
      ["mailto:d@e.example", "mailto:d@e.example"],
      ["f.g@h.example", "mailto:f.g@h.example"],
    ],
  );
});

test("no other scheme becomes a link", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://a.example",
    "file:///etc/passwd",
    "JAVASCRIPT://x%0aalert(1)",
    "vbscript:x",
  ]) {
    assert.deepEqual(linksIn(text), [], text);
  }
});

test("what closes the sentence is not part of the link", () => {
  assert.equal(linksIn("See https://a.example/r/48213.")[0]?.[0], "https://a.example/r/48213");
  assert.equal(linksIn("(https://a.example/x)")[0]?.[0], "https://a.example/x");
  assert.equal(linksIn("https://a.example/x_(y)")[0]?.[0], "https://a.example/x_(y)");
  assert.equal(linksIn("Kennen Sie https://a.example/x?")[0]?.[0], "https://a.example/x");
  assert.equal(linksIn("شاهد https://a.example/x،")[0]?.[0], "https://a.example/x");
});

test("an address that is none stays text", () => {
  assert.deepEqual(linksIn("https:// http://[ www."), []);
});
