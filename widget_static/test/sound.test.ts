/** Which of several tabs tells of a message. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { alertOnce } from "../src/widget/sound";

/** What a tab reads of the storage: its own copy, which hears late of what others have written. */
function makeStorage() {
  const texts = new Map<string, string>();
  return { getItem: (name: string) => texts.get(name) ?? null, setItem: (name: string, text: string) => void texts.set(name, text) };
}

const held = new Set<string>();
const locks = {
  async request(name: string, _: { ifAvailable: true }, call: (lock: object | null) => Promise<void>) {
    if (held.has(name)) return call(null);
    held.add(name);
    await call({}).finally(() => held.delete(name));
  },
};

let told: string[];

function browse(navigator: object): void {
  Object.defineProperty(globalThis, "navigator", { value: { userActivation: { hasBeenActive: false }, ...navigator }, configurable: true });
}

/** What `tab` does when it hears of the message. */
function hear(tab: string, localStorage: object, seq: number): Promise<void> {
  Object.assign(globalThis, { localStorage });
  return alertOnce(null, "chat", "a1", seq, () => told.push(`${tab} ${seq}`));
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  held.clear();
  told = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("one tab tells of each message, though none reads what another has stored", async () => {
  browse({ locks });
  const [one, other] = [makeStorage(), makeStorage()];
  for (const seq of [4, 5]) {
    void hear("one", one, seq);
    void hear("other", other, seq);
    await settled();
  }
  assert.deepEqual(told, ["one 4", "one 5"]);
});

test("a tab that hears of it later reads that it has been told", async () => {
  browse({ locks });
  const shared = makeStorage();
  void hear("one", shared, 5);
  await settled();
  mock.timers.tick(60_000);
  await settled();
  assert.equal(held.size, 0);
  for (const seq of [4, 5, 6]) void hear("other", shared, seq);
  await settled();
  assert.deepEqual(told, ["one 5", "other 6"]);
});

test("without locks what is stored decides, and what refuses them keeps nobody from telling", async () => {
  const shared = makeStorage();
  browse({});
  await hear("one", shared, 5);
  await hear("other", shared, 5);
  browse({ locks: { request: () => Promise.reject(new Error("This page has no origin.")) } });
  await hear("one", shared, 6);
  assert.deepEqual(told, ["one 5", "one 6"]);
});
