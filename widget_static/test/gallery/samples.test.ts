import assert from "node:assert/strict";
import { test } from "node:test";
import { samplesFrom } from "../../src/gallery/samples";
import { textsFor } from "../../src/gallery/texts";
import type { PendingState } from "../../src/shared/transcript";
import type { FileUnderway, State } from "../../src/widget/state";
import type { Phase } from "../../src/widget/view";

const NOON = new Date(2026, 10, 21, 12).getTime();
const SAMPLES = samplesFrom(textsFor("en"), NOON);

// A value that is missing here is refused by the compiler, one that no sample has by the test.
const LAYERS: Record<State["layer"], true> = { none: true, menu: true, end: true, details: true, emoji: true, intro: true };
const PHASES: Record<Phase, true> = { resuming: true, greeting: true, unavailable: true, talking: true, ended: true };
const LINES: Record<"live" | "waiting" | "refused", true> = { live: true, waiting: true, refused: true };
const FILES: Record<FileUnderway["state"], true> = { waiting: true, sending: true, ready: true, failed: true };
const PENDING: Record<Exclude<PendingState, "stored">, true> = { sending: true, failed: true, refused: true };

function expectAll(wanted: Record<string, true>, found: Iterable<string>) {
  assert.deepEqual([...new Set(found)].sort(), Object.keys(wanted).sort());
}

test("every layer and every phase occurs among the samples", () => {
  expectAll(LAYERS, SAMPLES.map(({ state }) => state.layer));
  expectAll(PHASES, SAMPLES.map(({ phase }) => phase));
});

test("so does every state of the line, of files and of messages on their way that is seen", () => {
  expectAll(LINES, SAMPLES.map(({ state }) => state.line));
  expectAll(FILES, SAMPLES.flatMap(({ state }) => state.files.map((file) => file.state)));
  expectAll(PENDING, SAMPLES.flatMap(({ state }) => state.transcript.pending.map((message) => message.state)));
});

test("every state has a name of its own, the same in every language", () => {
  const names = SAMPLES.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(
    samplesFrom(textsFor("ar"), NOON).map(({ name }) => name),
    names,
  );
});

test("samples are the same each time", () => {
  const plain = (samples: typeof SAMPLES) => JSON.stringify(samples);
  assert.equal(plain(samplesFrom(textsFor("en"), NOON)), plain(SAMPLES));
});
