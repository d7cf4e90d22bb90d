/** Where the visitor's token is kept: in a cookie, else in storage, else as long as the page lives. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { readConfig } from "../src/loader/config";
import { keptFor } from "../src/loader/kept";

let cookies: Map<string, string>;
let stored: Map<string, string>;
let warnings: string[];

beforeEach(() => {
  [cookies, stored, warnings] = [new Map(), new Map(), []];
  console.warn = (sentence: string) => void warnings.push(sentence);
  Object.assign(globalThis, { location: { protocol: "https:" } });
});

/** A browser that takes cookies, and one that takes storage, or not. */
function browse(takesCookies: boolean, takesStorage: boolean): void {
  const jar = {
    baseURI: "https://shop.example/",
    get cookie() {
      return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    },
    set cookie(text: string) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(text)!;
      if (!takesCookies) return;
      if (text.includes("max-age=0")) cookies.delete(name!);
      else cookies.set(name!, value!);
    },
  };
  const storage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, text: string) => void stored.set(name, text),
    removeItem: (name: string) => void stored.delete(name),
  };
  const get = () => (takesStorage ? storage : assert.fail("Denied"));
  Object.defineProperty(globalThis, "document", { value: jar, configurable: true });
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(globalThis, name, { get, configurable: true });
  }
}

function keep(members: object = {}) {
  const given = { chatServiceUrl: "https://hub.example/api", configId: "3", configKey: "pk_1", ...members };
  return keptFor(readConfig(given, () => {})!).token;
}

for (const [takesCookies, takesStorage, survives] of [
  [true, true, true],
  [true, false, true],
  [false, true, true],
  [false, false, false],
] as const) {
  test(`with cookies ${takesCookies} and storage ${takesStorage} the next page finds it: ${survives}`, () => {
    browse(takesCookies, takesStorage);
    const token = keep();
    for (const text of ["vc_1", "vc_2"]) token.save(text);
    assert.equal(token.load(), "vc_2");
    assert.equal(keep().load(), survives ? "vc_2" : null);
    assert.equal(warnings.length, survives ? 0 : 1);
    token.forget();
    assert.equal(token.load(), null);
    assert.equal(keep().load(), null);
  });
}

test("who wants nothing kept is not told that nothing is", () => {
  browse(false, false);
  const token = keep({ persistChatToken: false });
  token.save("vc_1");
  assert.equal(token.load(), "vc_1");
  assert.deepEqual(warnings, []);
});
