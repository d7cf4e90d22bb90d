/** The visitor's token: which one is said, and which one all tabs keep. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Kept } from "../src/loader/kept";
import { makeVisitorToken, type VisitorToken } from "../src/widget/token";

before(() => {
  // A browser without locks; what tabs do at the same moment is for the browser tests.
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
});

/** A tab of one browser, whose tabs share `store`. */
function openTab(store: { token: string | null }): VisitorToken {
  const keep = {
    load: () => store.token,
    save: (token: string) => void (store.token = token),
    forget: () => void (store.token = null),
  };
  return makeVisitorToken({ name: "chat", token: keep, draft: keep, errands: keep } as unknown as Kept);
}

test("a fresh token is said at once, and kept", async () => {
  const store = { token: null as string | null };
  const tab = openTab(store);
  assert.equal(tab.take(), null);
  const settling = tab.settle("vc_1");
  assert.equal(tab.take(), "vc_1");
  assert.equal(await settling, true);
  assert.equal(store.token, "vc_1");
});

test("a renewed token takes the place of the old one", async () => {
  const store = { token: "vc_1" };
  const tab = openTab(store);
  tab.take();
  assert.equal(await tab.settle("vc_2"), true);
  assert.equal(store.token, "vc_2");
  assert.equal(tab.take(), "vc_2");
});

test("the tab that was first with its token wins", async () => {
  const store = { token: null as string | null };
  const [first, second] = [openTab(store), openTab(store)];
  assert.deepEqual([first.take(), second.take()], [null, null]);
  assert.equal(await first.settle("vc_1"), true);
  assert.equal(await second.settle("vc_2"), false);
  assert.equal(second.take(), "vc_1");
  assert.equal(store.token, "vc_1");
});

test("where nothing can be kept the page still says its token", async () => {
  const keep = { load: () => null, save: () => {}, forget: () => {} };
  const tab = makeVisitorToken({ name: "chat", token: keep, draft: keep, errands: keep } as unknown as Kept);
  tab.take();
  assert.equal(await tab.settle("vc_1"), true);
  assert.equal(tab.take(), "vc_1");
  assert.equal(await tab.settle("vc_2"), true);
  assert.equal(tab.take(), "vc_2");
});

test("a token the hub refuses is given up once", async () => {
  const store = { token: "vc_1" as string | null };
  const tab = openTab(store);
  tab.take();
  assert.equal(tab.giveUp(), true);
  assert.equal(store.token, null);
  assert.equal(tab.giveUp(), false);
});
