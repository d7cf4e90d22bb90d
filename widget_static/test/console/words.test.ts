import assert from "node:assert/strict";
import { test } from "node:test";
import { retryText } from "../../src/console/account";
import { actFrom } from "../../src/console/keys";
import { hueFrom, initialsFrom, shortNameFrom } from "../../src/console/names";
import { findPageAddress } from "../../src/console/pages";
import { chatFromHash } from "../../src/console/route";
import { agoText, clockText, localTimeText, promisePart, spanText, warmthFrom } from "../../src/console/times";

const press = { isTyping: false, hasModifier: false };

test("keys act outside of fields, and Escape everywhere", () => {
  assert.equal(actFrom({ ...press, key: "j" }), "next");
  assert.equal(actFrom({ ...press, key: "E" }), "end");
  assert.equal(actFrom({ ...press, key: "?" }), "keys");
  assert.equal(actFrom({ ...press, key: "e", isTyping: true }), null);
  assert.equal(actFrom({ ...press, key: "Escape", isTyping: true }), "back");
});

test("keys with Ctrl, Alt or Meta are the browser's", () => {
  assert.equal(actFrom({ ...press, key: "r", hasModifier: true }), null);
});

test("initials tell people apart, whatever their script", () => {
  assert.equal(initialsFrom("Priya Raman"), "PR");
  assert.equal(initialsFrom("Bartholomew Featherstonehaugh-Cholmondeley"), "BF");
  assert.equal(initialsFrom("Visitor from Graz"), "G");
  assert.equal(initialsFrom("Visitor 7F2C"), "7F");
  assert.equal(initialsFrom("Zoë"), "Z");
  assert.equal(initialsFrom("ليلى الحداد").replace("\u200c", ""), "لا");
  assert.equal(initialsFrom("  "), "?");
  assert.equal(initialsFrom("<b>x</b>"), "BB");
});

test("one name has one hue", () => {
  assert.equal(hueFrom("Priya Raman"), hueFrom("Priya Raman"));
  assert.ok(new Set(["a", "b", "c", "d", "e", "f", "g", "h"].map(hueFrom)).size > 3);
});

test("a short name is the first word", () => {
  assert.equal(shortNameFrom(" Marta Lindqvist"), "Marta");
});

test("the wait clock counts minutes and hours and never backwards", () => {
  assert.equal(clockText(252_000), "4:12");
  assert.equal(clockText(3_852_000), "1:04:12");
  assert.equal(clockText(-5), "0:00");
});

test("the wait warms at two and at four of the five promised minutes", () => {
  const warmthAt = (minutes: number) => warmthFrom(promisePart(minutes * 60_000));
  assert.deepEqual([0, 1.99, 2, 3.99, 4, 50].map(warmthAt), ["calm", "calm", "warning", "warning", "bad", "bad"]);
});

test("spans are told in the words people use", () => {
  assert.equal(spanText(20_000), "less than a minute");
  assert.equal(spanText(6 * 60_000), "6 min");
  assert.equal(spanText(125 * 60_000), "2 h 5 min");
  assert.equal(spanText(72 * 3_600_000), "3 days");
  assert.equal(agoText(500), "just now");
  assert.equal(agoText(8000), "8 seconds ago");
  assert.equal(agoText(60_000), "a minute ago");
});

test("the visitor's local time names the place, and a zone nobody knows names nothing", () => {
  assert.match(localTimeText(Date.UTC(2026, 0, 15, 12), "Asia/Ho_Chi_Minh") ?? "", /7:00.*, Ho Chi Minh$/);
  assert.equal(localTimeText(0, "Nowhere/Else"), null);
});

test("only web pages become links", () => {
  assert.deepEqual(findPageAddress("https://shop.example/"), { href: "https://shop.example/", short: "shop.example" });
  assert.equal(findPageAddress("javascript:alert(1)"), null);
  assert.equal(findPageAddress("data:text/html,x"), null);
  assert.equal(findPageAddress("not an address"), null);
  assert.equal(findPageAddress(null), null);
});

test("too many tries name the time to wait", () => {
  assert.equal(retryText("45"), "in 45 seconds");
  assert.equal(retryText("90"), "in 2 minutes");
  assert.equal(retryText(null), "in a minute");
});

test("only a chat's number in the address opens a chat", () => {
  assert.equal(chatFromHash("#17"), 17);
  assert.equal(chatFromHash("#17x"), null);
  assert.equal(chatFromHash("#conversation-name"), null);
  assert.equal(chatFromHash(""), null);
});
