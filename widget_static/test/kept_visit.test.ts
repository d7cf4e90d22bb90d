import assert from "node:assert/strict";
import { test } from "node:test";
import { visitAfter } from "../src/visits/kept_visit";

const NOW = 1_795_250_400_000;
const MINUTE = 60_000;

test("whoever was never here begins a visit", () => {
  const visit = visitAfter(null, NOW);
  assert.match(visit.id, /^[\w-]{16,64}$/);
  assert.deepEqual({ ...visit, id: "" }, { id: "", since: NOW, pages: 1, at: NOW });
  assert.notEqual(visitAfter(null, NOW).id, visit.id);
});

test("another page within half an hour is of the same visit", () => {
  const first = visitAfter(null, NOW);
  const second = visitAfter(JSON.stringify(first), NOW + 29 * MINUTE);
  assert.deepEqual(second, { ...first, pages: 2, at: NOW + 29 * MINUTE });
  assert.notEqual(visitAfter(JSON.stringify(second), NOW + 60 * MINUTE).id, first.id);
});

test("what the browser keeps that is no visit counts as none", () => {
  const visit = visitAfter(null, NOW);
  for (const kept of ["", "{", "null", "7", "{}", JSON.stringify({ ...visit, id: "<b>" }), JSON.stringify({ ...visit, pages: "x" })]) {
    assert.equal(visitAfter(kept, NOW).pages, 1, kept);
  }
});

test("a clock that was set back begins another visit", () => {
  const visit = visitAfter(null, NOW);
  assert.notEqual(visitAfter(JSON.stringify(visit), NOW - MINUTE).id, visit.id);
});
