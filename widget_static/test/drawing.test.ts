import assert from "node:assert/strict";
import { before, test } from "node:test";
import { createElement, render as renderWithPreact } from "preact";
import { Component, jsx, render } from "../src/widget/drawing";
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
  const list = (keys: string[]) => jsx("ul", { children: keys.map((key) => jsx("li", { children: key }, key)) });
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
    jsx("div", { children: [false, ["said"], isAsked && jsx("p", { children: "asked" }, 1)] });
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

test("a class is told when its elements are there, when they have changed and when they go", async () => {
  const told: string[] = [];
  class Counter extends Component {
    override state = { count: 0 };
    override render() {
      return jsx("p", { ref: (dom: unknown) => void told.push(dom ? "element" : "no element"), children: this.state.count });
    }
    override componentDidMount() {
      told.push("there");
      this.setState({ count: 1 });
    }
    override getSnapshotBeforeUpdate() {
      return "snapshot";
    }
    override componentDidUpdate(_: unknown, __: object, snapshot: unknown) {
      told.push(`changed with ${String(snapshot)}`);
    }
    override componentWillUnmount() {
      told.push("gone");
    }
  }
  const place = new FakeElement("main");

  render(jsx("div", { children: jsx(Counter as never, {}) }), place as never);
  await Promise.resolve();

  assert.equal(place.text(), "<main><div><p>1</p></div></main>");
  render(jsx("div", {}), place as never);
  assert.equal(place.text(), "<main><div></div></main>");
  assert.deepEqual(told.filter((one) => !one.includes("element")), ["there", "changed with snapshot", "gone"]);
  assert.equal(told[0], "element");
  assert.equal(told.at(-1), "no element");
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
  return jsx(sketch[0], { children: sketch[2].map(drawOurs) }, sketch[1]);
}

function drawTheirs(sketch: Sketch): unknown {
  if (sketch === null || typeof sketch === "string") return sketch;
  return createElement(sketch[0], { key: sketch[1]! }, ...sketch[2].map(drawTheirs as never) as never[]);
}
