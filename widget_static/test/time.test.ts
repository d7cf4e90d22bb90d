import assert from "node:assert/strict";
import { test } from "node:test";
import { makeCid } from "../src/shared/cid";
import { comingDayText, dayText, isSameDay, languageFrom, timeText } from "../src/shared/time";

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

test("times are the reader's, with Latin figures everywhere", () => {
  assert.equal(timeText(at(21, 9, 5), "en-GB"), "09:05");
  assert.match(timeText(at(21, 14, 5), "en-US"), /^2:05\sPM$/u);
  assert.match(timeText(at(21, 14, 5), "ar-EG"), /2:05/);
});

test("days are today, yesterday, or named", () => {
  const now = at(21, 0, 30);
  assert.equal(dayText(at(21, 0, 10), now, "en"), "Today");
  assert.equal(dayText(at(20, 23, 59), now, "en"), "Yesterday");
  assert.equal(dayText(at(16, 12), now, "en-GB"), "Monday 16 November");
  assert.match(dayText(new Date(2025, 0, 2).getTime(), now, "en-GB"), /2025/);
  assert.equal(dayText(at(21, 0, 10), now, "de"), "Heute");
});

test("days that come are today, tomorrow, or named", () => {
  const now = at(21, 23, 30);
  assert.equal(comingDayText(at(21, 23, 59), now, "en"), "today");
  assert.equal(comingDayText(at(22, 0, 1), now, "en"), "tomorrow");
  assert.equal(comingDayText(at(27, 9), now, "en"), "Friday");
  assert.equal(comingDayText(at(28, 9), now, "en-GB"), "Saturday 28 November");
  assert.equal(comingDayText(at(22, 9), now, "de"), "morgen");
});

test("a day is a calendar day, not 24 hours", () => {
  assert.equal(isSameDay(at(20, 23, 59), at(21, 0, 1)), false);
  assert.equal(isSameDay(at(21, 0, 1), at(21, 23, 59)), true);
});

test("the page's language takes the region the browser knows for it", () => {
  assert.equal(languageFrom("en", ["de-DE", "en-GB", "en"]), "en-GB");
  assert.equal(languageFrom("fr", ["de-DE", "en-GB"]), "fr");
  assert.equal(languageFrom("", ["de-DE"]), "de-DE");
  assert.equal(languageFrom("no such", []), "en");
});

test("cids are UUIDs of version 7 that sort by time and do not repeat", () => {
  const cids = Array.from({ length: 200 }, (_, index) => makeCid(1_795_250_300_000 + index));
  for (const cid of cids)
    assert.match(cid, /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.deepEqual([...cids].sort(), cids);
  assert.equal(new Set(Array.from({ length: 200 }, () => makeCid(0))).size, 200);
  assert.equal(parseInt(cids[0]!.replace("-", "").slice(0, 12), 16), 1_795_250_300_000);
});
