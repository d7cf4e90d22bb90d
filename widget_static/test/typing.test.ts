import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { makeTypingSignal } from "../src/widget/typing";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
});

function signal(repeatMs = 3_000) {
  const told: (string | false)[] = [];
  const typing = makeTypingSignal((on, text) => told.push(on && text), repeatMs);
  return { told, typing, pass: (ms: number) => mock.timers.tick(ms) };
}

test("tells at most every 3 s while keys are pressed, and of the last keys too", () => {
  const { told, typing, pass } = signal();
  for (let key = 1; key <= 70; key += 1) {
    typing.type(String(key));
    pass(100);
  }
  assert.deepEqual(told, ["1", "30", "60"]);
  pass(60_000);
  assert.deepEqual(told, ["1", "30", "60", "70"]);
});

test("tells once that it ended, by clearing or by leaving, and nothing when it never began", () => {
  const { told, typing } = signal();
  typing.stop();
  typing.type("   ");
  assert.deepEqual(told, []);
  typing.type("x");
  typing.type("");
  typing.stop();
  assert.deepEqual(told, ["x", false]);
});

test("tells at once when writing begins again", () => {
  const { told, typing } = signal();
  typing.type("x");
  typing.stop();
  typing.type("y");
  assert.deepEqual(told, ["x", false, "y"]);
});

test("what was sent meanwhile is not told afterwards", () => {
  const { told, typing, pass } = signal(1_000);
  typing.type("H");
  typing.type("Hello");
  typing.stop();
  pass(60_000);
  assert.deepEqual(told, ["H", false]);
});
