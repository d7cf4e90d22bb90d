import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SiteDesk } from "../../src/console/desk/site";
import { Asks } from "../../src/console/desk/asks";
import { Store } from "../../src/console/desk/store";
import { canInvite, chatOf, findFirstInvitable, pageText, placeOf, siteAfter, UNKNOWN_SITE } from "../../src/console/state/visits";
import type { Command } from "../../src/shared/commands";
import type { Visit, Visits } from "../../src/shared/site";
import { freshState, NOW, row } from "./samples";

declare const TEST_FOLDER: string;
const told = (JSON.parse(readFileSync(join(TEST_FOLDER, "../../hub/live/samples/from_hub/reply_visits.json"), "utf8")) as { result: Visits }).result;
const ADA: Visit = { ...told.visits[0]!, invitation: null };
const SHOWN: Visits = { ...told, visits: [ADA] };

function visit(word: string, members: Partial<Visit> = {}): Visit {
  return { ...ADA, visit: word, visitor: null, ...members };
}

function desk() {
  const sent: Command[] = [];
  const waits: number[] = [];
  const store = new Store(freshState());
  const asks = new Asks((frame) => sent.push(frame as Command) > 0);
  const site = new SiteDesk(store, asks, (waitMs) => (waits.push(waitMs), () => {}));
  store.apply({ kind: "line", line: { kind: "live" } });
  const answer = (result: unknown) =>
    asks.answer({ t: "reply", cid: sent.at(-1)!.cid, ok: true, result: result as Record<string, unknown> });
  const refuse = (message: string) =>
    asks.answer({ t: "reply", cid: sent.at(-1)!.cid, ok: false, error: { code: "already_invited", message, retry: "never" } });
  return { site, store, sent, waits, answer, refuse, asks };
}

test("who came last stands on top, and an unanswered question changes nothing", () => {
  const site = siteAfter(UNKNOWN_SITE, { ...SHOWN, visits: [visit("a", { since: NOW - 9 }), visit("b", { since: NOW })] });
  assert.deepEqual(site.visits.map((one) => one.visit), ["b", "a"]);
  assert.equal(siteAfter(site, null), site);
});

test("an open chat of the visitor with that profile is theirs, and nobody is asked who is in one", () => {
  const theirs = { ...row(17), visitor: { id: 41, name: "Ada Byron" }, profile: { id: 3, name: "Marlow Cycles" } };
  const rows = (one: typeof theirs) => new Map([[one.chat, one]]);
  assert.equal(chatOf(ADA, rows({ ...theirs, state: "active" }))?.chat, theirs.chat);
  assert.equal(chatOf(ADA, rows({ ...theirs, state: "ended" })), null);
  assert.equal(chatOf(ADA, rows({ ...theirs, state: "active", profile: { id: 4, name: "Other" } })), null);
  assert.equal(chatOf(visit("x"), rows({ ...theirs, state: "active" })), null);
  assert.equal(canInvite(ADA, rows({ ...theirs, state: "queued" })), false);
  assert.equal(canInvite(ADA, new Map()), true);
  assert.equal(canInvite(told.visits[0]!, new Map()), false);
});

test("a page is told by its title, else by its path", () => {
  assert.equal(pageText(ADA), "Touring bikes");
  assert.equal(pageText({ ...ADA, page_title: "" }), "/bikes/touring");
  assert.equal(pageText({ ...ADA, page_title: null, page_url: "nonsense" }), "nonsense");
  assert.equal(pageText({ ...ADA, page_title: null, page_url: null }), "Unknown page");
});

test("the hub is asked seldom where nothing is told, and often while somebody looks", () => {
  const { site, sent, waits, answer } = desk();
  site.look();
  answer({ ...SHOWN, shown: false, visits: [] });
  assert.equal(waits.at(-1), 60_000);
  site.look();
  answer(SHOWN);
  assert.equal(waits.at(-1), 10_000);
  site.choose("site");
  assert.equal(waits.at(-1), 2_000);
  assert.equal(sent.length, 3);
  site.look();
  assert.equal(sent.length, 3, "not while an answer is awaited");
});

test("the inbox stands there until visits are told, whatever was chosen", () => {
  const { site, store, answer } = desk();
  site.choose("site");
  assert.equal(placeOf(store.state), "inbox");
  answer(SHOWN);
  assert.equal(placeOf(store.state), "site");
  assert.equal(findFirstInvitable(store.state), ADA.visit);
});

test("an invitation is sent once, and begins next time with the same words", () => {
  const { site, store, sent, answer } = desk();
  let done = 0;
  site.begin(ADA.visit);
  site.write("  Which size do you need?  ");
  site.send(() => (done += 1));
  site.send(() => (done += 1));
  const asked = sent.filter(({ op }) => op === "invite_visitor");
  assert.deepEqual(asked.map(({ args }) => args), [{ visit: ADA.visit, text: "Which size do you need?" }]);
  answer({});
  assert.equal(done, 1);
  assert.equal(Boolean(store.state.inviting), false);
  site.begin("3.other");
  assert.equal(store.state.inviting?.text, "Which size do you need?");
});

test("a refusal stands beside the words until they are changed, and so does a lost line", () => {
  const { site, store, refuse, asks } = desk();
  site.begin(ADA.visit);
  site.write("Hello");
  site.send(() => assert.fail());
  refuse("Jonas Okafor has invited this visitor.");
  assert.equal(store.state.inviting?.refusal, "Jonas Okafor has invited this visitor.");
  site.write("Hello again");
  assert.equal(store.state.inviting?.refusal, null);
  site.send(() => assert.fail());
  asks.forget();
  assert.equal(store.state.inviting?.refusal, "Not sent. Please try again.");
  assert.equal(store.state.inviting?.text, "Hello again");
});

test("an empty invitation is not sent", () => {
  const { site, sent } = desk();
  site.begin(ADA.visit);
  site.write("  ");
  site.send(() => assert.fail());
  assert.equal(sent.length, 0);
});
