import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row } from "../../src/shared/frames";
import { DEFAULT_SETTINGS, Notifier, settingsFrom, type Senses } from "../../src/console/desk/notifier";
import { newsFrom } from "../../src/console/state/news";
import type { ConsoleState } from "../../src/console/state/state";
import { deviceText } from "../../src/console/text/device";
import { after, freshState, MARTA, row } from "./samples";

const mine = { id: MARTA.id, name: MARTA.name };
const QUIET = { mentioned: false, unread: 0 };
const FROM_VISITOR = { text: "hi", who: { id: 41, side: "visitor" as const, name: "Ada" }, at: 1 };

function rows(state: ConsoleState, ...changed: Row[]): ConsoleState {
  return after(state, { t: "rows", cursor: "2", rows: changed, complete: true });
}

function whole(...known: Row[]): ConsoleState {
  return after(freshState(), { t: "rows", cursor: "1", rows: known, whole: true, complete: true });
}

function kinds(before: ConsoleState, now: ConsoleState): string[] {
  return newsFrom(before, now).map(({ kind, row: { chat } }) => `${kind} ${chat}`);
}

test("what stands there when the page opens is no news", () => {
  const first = whole(row(1, { ...QUIET, state: "queued" }), row(2, { holder: mine, unread: 5, mentioned: true }));
  assert.deepEqual(kinds(freshState(), first), []);
});

test("who begins to wait, writes to this agent, or names them is news, once", () => {
  const before = whole(
    row(2, { ...QUIET, holder: mine, head: 4 }),
    row(3, { ...QUIET, holder: { id: 6, name: "Jonas" }, head: 4 }),
    row(4, { ...QUIET, state: "flow", holder: null }),
  );
  const now = rows(
    before,
    row(1, { ...QUIET, state: "queued", holder: null }),
    row(2, { ...QUIET, holder: mine, unread: 1, head: 5, last: FROM_VISITOR }),
    row(3, { ...QUIET, holder: { id: 6, name: "Jonas" }, unread: 1, head: 5, mentioned: true }),
    row(4, { ...QUIET, state: "queued", holder: null }),
  );
  assert.deepEqual(kinds(before, now), ["message 2", "mention 3", "waiting 4", "waiting 1"]);
  assert.deepEqual(kinds(now, rows(now, row(1, { ...QUIET, state: "queued", holder: null, head: 9 }))), []);
});

test("what one has said oneself, and what others' visitors write, is no news", () => {
  const own = { ...FROM_VISITOR, who: { id: MARTA.id, side: "agent" as const, name: MARTA.name } };
  const before = whole(row(2, { ...QUIET, holder: mine }), row(3, { ...QUIET, holder: { id: 6, name: "Jonas" } }));
  const now = rows(
    before,
    row(2, { ...QUIET, holder: mine, head: 9, last: own }),
    row(3, { ...QUIET, holder: { id: 6, name: "Jonas" }, head: 9, unread: 4, last: FROM_VISITOR }),
  );
  assert.deepEqual(kinds(before, now), []);
});

function listener(kept: string | null, isSeen: boolean) {
  const heard: string[] = [];
  const senses: Senses = {
    load: () => kept,
    save: (text) => void heard.push(`kept ${text}`),
    isSeen: () => isSeen,
    play: (kind, volume) => void heard.push(`sound ${kind} ${volume}`),
    show: (title) => void heard.push(`shown ${title}`),
  };
  return { heard, notifier: new Notifier(senses, () => {}) };
}

test("many pieces of news are one sound, and each is shown while nobody looks", () => {
  const before = whole();
  const now = rows(before, row(1, { ...QUIET, state: "queued" }), row(2, { ...QUIET, state: "queued" }));
  const away = listener(JSON.stringify({ ...DEFAULT_SETTINGS, notifications: ["waiting"] }), false);
  away.notifier.hear(before, now);
  assert.deepEqual(away.heard, [
    "sound waiting 0.5",
    "shown Visitor 7F2C is waiting",
    "shown Visitor 7F2C is waiting",
  ]);
  const here = listener(null, true);
  here.notifier.hear(before, now);
  assert.deepEqual(here.heard, ["sound waiting 0.5"]);
});

test("the chat before one's eyes calls nobody", () => {
  const opened = after(whole(row(2, { ...QUIET, holder: mine })), { kind: "opened", chat: 2 });
  const now = rows(opened, row(2, { ...QUIET, holder: mine, unread: 1, head: 9, last: FROM_VISITOR }));
  const here = listener(null, true);
  here.notifier.hear(opened, now);
  assert.deepEqual(here.heard, []);
});

test("settings that cannot be read are as they come", () => {
  assert.deepEqual(settingsFrom("nonsense"), DEFAULT_SETTINGS);
  assert.deepEqual(settingsFrom('{"sounds":[],"volume":7}'), { ...DEFAULT_SETTINGS, sounds: [], volume: 1 });
});

test("a browser's own words become those of people", () => {
  const chrome = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
  const safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
  const edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
  assert.equal(deviceText(chrome), "Chrome 142, Android");
  assert.equal(deviceText(safari), "Safari 18, Mac");
  assert.equal(deviceText(edge), "Edge 142, Windows");
  assert.equal(deviceText("curl/8"), null);
  assert.equal(deviceText(null), null);
});
