import assert from "node:assert/strict";
import { test } from "node:test";
import { TypingSignal } from "../src/widget/typing";

function signal() {
  const told: boolean[] = [];
  const clock = { now: 1_000_000 };
  return {
    told,
    clock,
    typing: new TypingSignal(
      (on) => told.push(on),
      () => clock.now,
    ),
  };
}

test("tells at most every 3 s while keys are pressed", () => {
  const { told, clock, typing } = signal();
  for (let key = 0; key < 70; key += 1) {
    typing.type("x".repeat(key + 1));
    clock.now += 100;
  }
  assert.deepEqual(told, [true, true, true]);
});

test("tells once that it ended, by clearing or by leaving, and nothing when it never began", () => {
  const { told, typing } = signal();
  typing.stop();
  typing.type("   ");
  assert.deepEqual(told, []);
  typing.type("x");
  typing.type("");
  typing.stop();
  assert.deepEqual(told, [true, false]);
});

test("tells at once when writing begins again", () => {
  const { told, typing } = signal();
  typing.type("x");
  typing.stop();
  typing.type("y");
  assert.deepEqual(told, [true, false, true]);
});
