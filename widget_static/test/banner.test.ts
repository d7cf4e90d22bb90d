import assert from "node:assert/strict";
import { test } from "node:test";
import { findBanner } from "../src/widget/parts/banner";

const NOON = Date.parse("2026-11-25T12:00:00Z");

test("of the banners of this moment the first stands there", () => {
  const always = { message: "always" };
  const cases: [Parameters<typeof findBanner>[0], string | null][] = [
    [[], null],
    [[always], "always"],
    [[{ message: "later", startdate: "2026-11-25T12:00:01Z" }, always], "always"],
    [[{ message: "since now", startdate: "2026-11-25T12:00:00Z" }, always], "since now"],
    [[{ message: "over", enddate: "2026-11-25T12:00:00Z" }], null],
    [[{ message: "until soon", startdate: "2026-11-24T00:00:00Z", enddate: "2026-11-25T12:00:01Z" }], "until soon"],
  ];
  for (const [banners, message] of cases) assert.equal(findBanner(banners, NOON), message);
});
