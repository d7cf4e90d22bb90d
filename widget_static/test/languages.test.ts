/** The widget's words in other languages: complete, true to the English ones, and loaded where a page needs them. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { words as ar } from "../src/languages/ar";
import { words as de } from "../src/languages/de";
import { words as es } from "../src/languages/es";
import { words as fr } from "../src/languages/fr";
import { words as he } from "../src/languages/he";
import { words as it } from "../src/languages/it";
import { words as ja } from "../src/languages/ja";
import { words as nl } from "../src/languages/nl";
import { words as pt } from "../src/languages/pt";
import { words as sv } from "../src/languages/sv";
import { words as zh } from "../src/languages/zh";
import { loadTranslation } from "../src/widget/translation";
import { wordsFrom, type Words } from "../src/widget/words";

declare const TEST_FOLDER: string;

const LANGUAGES: Readonly<Record<string, Words>> = { ar, de, es, fr, he, it, ja, nl, pt, sv, zh };
const ENGLISH = wordsFrom({});
const KEYS = Object.keys(ENGLISH) as (keyof Words)[];

/** Words that are the same in English. */
const SAME: Readonly<Record<string, readonly (keyof Words)[]>> = {
  de: ["name"],
  es: ["no"],
  fr: ["message", "participants"],
  it: ["emoji", "no"],
};

const placeholdersIn = (sentence: string) => (sentence.match(/@@@|###/g) ?? []).sort();

test("every language there is a file of is tested here", () => {
  const files = readdirSync(join(TEST_FOLDER, "../src/languages"));
  assert.deepEqual(files.sort(), Object.keys(LANGUAGES).map((code) => `${code}.ts`).sort());
});

for (const [code, words] of Object.entries(LANGUAGES)) {
  test(`${code} has every sentence, with the placeholders of the English one`, () => {
    assert.deepEqual(Object.keys(words).sort(), [...KEYS].sort());
    for (const key of KEYS) {
      assert.equal(words[key], words[key].trim(), key);
      assert.notEqual(words[key], "", key);
      assert.deepEqual(placeholdersIn(words[key]), placeholdersIn(ENGLISH[key]), key);
      // Nothing is left of one that was mistyped.
      assert.doesNotMatch(words[key].replaceAll(/@@@|###/g, ""), /#|@(?!example\.com)/, key);
    }
  });

  test(`${code} never raises its voice, and leaves nothing in English`, () => {
    for (const key of KEYS) assert.doesNotMatch(words[key], /[!¡！]/, key);
    assert.deepEqual(KEYS.filter((key) => words[key] === ENGLISH[key]).sort(), SAME[code] ?? []);
  });
}

test("a page's own words go before those of its language, one by one", () => {
  const words = wordsFrom({ ...de, send: "Ab damit" });
  assert.deepEqual(words, { ...de, send: "Ab damit" });
});

test("keys that pages use are not shortened by the build", () => {
  const built = readFileSync(join(TEST_FOLDER, "../dist/chat/widget.js"), "utf8");
  assert.deepEqual(KEYS.filter((key) => !new RegExp(`\\b${key}:`).test(built)), []);
});

test("a page's language is loaded, whatever its region, and nothing for English or an unknown one", async () => {
  // Two files are known to the tests; this one is there.
  mkdirSync(new URL("languages/", import.meta.url));
  writeFileSync(new URL("languages/pt.js", import.meta.url), `export const words = ${JSON.stringify(pt)};`);
  for (const pageLanguage of ["pt", "PT-br", "pt_BR"]) assert.deepEqual(await loadTranslation(pageLanguage), pt);
  await assert.rejects(loadTranslation("sv-SE"), /languages\/sv\.js/);
  for (const pageLanguage of ["", "en", "en-GB", "ptx", "constructor", "-pt", "no such"])
    assert.equal(await loadTranslation(pageLanguage), null);
});
