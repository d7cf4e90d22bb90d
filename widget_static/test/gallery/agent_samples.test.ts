import assert from "node:assert/strict";
import { test } from "node:test";
import type { Layer } from "../../src/agent/scene";
import { footingFrom, type Footing } from "../../src/agent/view";
import { agentSamplesFrom } from "../../src/gallery/agent_samples";
import { textsFor } from "../../src/gallery/texts";

const NOON = new Date(2026, 10, 21, 12).getTime();
const SAMPLES = agentSamplesFrom(textsFor("en"), NOON);

// A value that is missing here is refused by the compiler, one that no sample has by the test. Emoji are seen among those of visitors.
const LAYERS: Record<Exclude<Layer, "emoji">, true> = { none: true, menu: true, end: true, details: true, canned: true, colleagues: true };
const FOOTINGS: Record<Exclude<Footing, "none">, true> = { request: true, talking: true, ended: true, taken: true };

test("every layer and every footing of agents occurs among the samples", () => {
  assert.deepEqual([...new Set(SAMPLES.map(({ ui }) => ui.layer))].sort(), Object.keys(LAYERS).sort());
  const open = SAMPLES.flatMap(({ known }) => (known && known.open !== null ? footingFrom(known, known.open) : []));
  assert.deepEqual([...new Set(open)].sort(), Object.keys(FOOTINGS).sort());
});

test("every state of agents has a name of its own, the same in every language", () => {
  const names = SAMPLES.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(agentSamplesFrom(textsFor("ar"), NOON).map(({ name }) => name), names);
});
