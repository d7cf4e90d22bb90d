import assert from "node:assert/strict";
import { before, test } from "node:test";
import { createElement, render as renderWithPreact } from "preact";
import { jsx, render } from "../src/widget/drawing";
import { FakeElement, FakeText } from "./doubles/dom";
import { makeRandom } from "./doubles/random";

before(() => {
  Object.assign(globalThis, {
    Text: FakeText,
    document: { createElementNS: (_: string, name: string) => new FakeElement(name), createTextNode: (text: string) => new FakeText(text) },
  });
});

type Chance = (below: number) => number;
/** `[name, key, children]` or text. */
type Sketch = string | null | [string, string | undefined, Sketch[]];

test("whatever is drawn after whatever, it comes out as Preact draws it", () => {
  const random = makeRandom(7);
  const [ours, theirs] = [new FakeElement("main"), new FakeElement("main")];
  for (let round = 0; round < 400; round += 1) {
    const sketch = ["div", undefined, makeList(random, 3)] as Sketch;
    render(drawOurs(sketch) as never, ours as never);
    renderWithPreact(drawTheirs(sketch) as never, theirs as never);
    assert.equal(ours.text(), theirs.text(), `round ${round}`);
  }
});

test("what has a key stays the same element wherever it goes", () => {
  const place = new FakeElement("main");
  const list = (keys: string[]) => jsx("ul", null, keys.map((key) => jsx("li", { key }, key)));
  render(list(["a", "b", "c", "d"]), place as never);
  const before = new Map(place.childNodes[0]!.childNodes.map((one) => [one.text(), one]));

  render(list(["d", "x", "b", "a"]), place as never);

  const after = place.childNodes[0]!.childNodes;
  assert.deepEqual(after.map((one) => one.text()), ["<li>d</li>", "<li>x</li>", "<li>b</li>", "<li>a</li>"]);
  for (const one of after) if (one.text() !== "<li>x</li>") assert.equal(one, before.get(one.text()));
});

test("a key that is a number is never taken for the place of a sibling", () => {
  const place = new FakeElement("main");
  const list = (isAsked: boolean) =>
    jsx("div", null, false, ["said"], isAsked && jsx("p", { key: 1 }, "asked"));
  for (const isAsked of [false, true, true, false, true]) render(list(isAsked), place as never);
  assert.equal(place.childNodes[0]!.text(), "<div>said<p>asked</p></div>");
});

test("attributes come, change and go; listeners are properties", () => {
  const place = new FakeElement("main");
  const press = () => {};
  render(jsx("button", { class: "a", disabled: true, "aria-expanded": false, onClick: press }), place as never);
  const [button] = place.childNodes as FakeElement[];
  assert.deepEqual(Object.fromEntries(button!.attributes), { class: "a", disabled: "", "aria-expanded": "false" });
  assert.equal((button as unknown as Record<string, unknown>)["onclick"], press);

  render(jsx("button", { disabled: false, "aria-expanded": true }), place as never);

  assert.deepEqual(Object.fromEntries(button!.attributes), { "aria-expanded": "true" });
  assert.equal((button as unknown as Record<string, unknown>)["onclick"], undefined);
});

test("a ref that is a new function is told of its element after every drawing, and when it goes", () => {
  const place = new FakeElement("main");
  const told: string[] = [];
  const draw = (count: number) =>
    render(jsx("div", null, jsx("p", { ref: (dom: unknown) => void told.push(`${count} ${(dom as FakeElement | null)?.text()}`) }, count)), place as never);

  draw(1);
  draw(2);
  render(jsx("div", null), place as never);

  assert.deepEqual(told, ["1 <p>1</p>", "2 <p>2</p>", "2 undefined"]);
});

function makeList(random: Chance, depth: number): Sketch[] {
  const keys = ["a", "b", "c", "d", "e"].filter(() => random(10) < 6).sort(() => random(3) - 1);
  return [random(10) < 4 ? null : "words", ...keys.map((key) => makeSketch(random, key, depth - 1))];
}

function makeSketch(random: Chance, key: string, depth: number): Sketch {
  const name = random(2) < 1 ? "p" : "b";
  return [name, key, depth > 0 ? makeList(random, depth) : [key]];
}

function drawOurs(sketch: Sketch): unknown {
  if (sketch === null || typeof sketch === "string") return sketch;
  return jsx(sketch[0], { key: sketch[1] }, ...sketch[2].map(drawOurs));
}

function drawTheirs(sketch: Sketch): unknown {
  if (sketch === null || typeof sketch === "string") return sketch;
  return createElement(sketch[0], { key: sketch[1]! }, ...sketch[2].map(drawTheirs as never) as never[]);
}
