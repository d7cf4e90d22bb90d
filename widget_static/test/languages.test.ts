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
import { words as arAgent } from "../src/agent_languages/ar";
import { words as deAgent } from "../src/agent_languages/de";
import { words as esAgent } from "../src/agent_languages/es";
import { words as frAgent } from "../src/agent_languages/fr";
import { words as heAgent } from "../src/agent_languages/he";
import { words as itAgent } from "../src/agent_languages/it";
import { words as jaAgent } from "../src/agent_languages/ja";
import { words as nlAgent } from "../src/agent_languages/nl";
import { words as ptAgent } from "../src/agent_languages/pt";
import { words as svAgent } from "../src/agent_languages/sv";
import { words as zhAgent } from "../src/agent_languages/zh";
import { agentWordsFrom, AGENT_WORDS } from "../src/agent/words";
import { DEFAULT_LANGUAGE } from "../src/loader/language";
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

const AGENT_LANGUAGES: Readonly<Record<string, typeof deAgent>> = {
  ar: arAgent, de: deAgent, es: esAgent, fr: frAgent, he: heAgent, it: itAgent, ja: jaAgent, nl: nlAgent, pt: ptAgent, sv: svAgent, zh: zhAgent,
};
const AGENT_KEYS = Object.keys(AGENT_WORDS) as (keyof typeof AGENT_WORDS)[];
const SAME_TO_AGENTS: Readonly<Record<string, readonly string[]>> = { de: ["ticket"] };

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

for (const [code, words] of Object.entries(AGENT_LANGUAGES)) {
  test(`${code} has every sentence of agents, with its placeholders, and leaves nothing in English`, () => {
    assert.deepEqual(Object.keys(words).sort(), [...AGENT_KEYS].sort());
    for (const key of AGENT_KEYS) {
      assert.equal(words[key], words[key].trim(), key);
      assert.notEqual(words[key], "", key);
      assert.deepEqual(placeholdersIn(words[key]), placeholdersIn(AGENT_WORDS[key]), key);
      assert.doesNotMatch(words[key], /[!¡！]/, key);
    }
    assert.deepEqual(AGENT_KEYS.filter((key) => words[key] === AGENT_WORDS[key]), SAME_TO_AGENTS[code] ?? []);
  });
}

test("every language of visitors is one of agents, too", () => {
  const files = readdirSync(join(TEST_FOLDER, "../src/agent_languages"));
  assert.deepEqual(files.sort(), Object.keys(LANGUAGES).map((code) => `${code}.ts`).sort());
  assert.deepEqual(Object.keys(AGENT_LANGUAGES), Object.keys(LANGUAGES));
});

test("a page's own words go before those of its language, one by one", () => {
  const words = wordsFrom({ send: "Ab damit" }, de);
  assert.deepEqual(words, { ...de, send: "Ab damit" });
});

test("what the seed has no key for is replaced by its English sentence, and not by a key of ours", () => {
  assert.equal(wordsFrom({ "Retry now": "Noch einmal", retryNow: "Niemals" }, de).retryNow, "Noch einmal");
  assert.equal(wordsFrom({ "Retry now": "Once more" }).retryNow, "Once more");
  assert.equal(agentWordsFrom({ add: "Attach", Decline: "No" }, deAgent).decline, "No");
  assert.equal(agentWordsFrom({ add: "Attach", Decline: "No" }, deAgent).add, "Attach");
  assert.equal(agentWordsFrom({ add: "Attach", Decline: "No" }, { ...de, ...deAgent }).back, deAgent.back);
});

test("keys that pages use are not shortened by the build", () => {
  const built = readFileSync(join(TEST_FOLDER, "../dist/chat/widget.js"), "utf8");
  assert.deepEqual(Object.keys(DEFAULT_LANGUAGE).filter((key) => !new RegExp(`\\b${key}:`).test(built)), []);
});

test("the languages that were built have the names the built widgets know the sentences by", async () => {
  const [widget, agent] = ["widget.js", "agent.js"].map((name) => readFileSync(join(TEST_FOLDER, "../dist/chat", name), "utf8"));
  for (const [code, words] of Object.entries(LANGUAGES)) {
    const built = (await import(join(TEST_FOLDER, "../dist/chat/languages", `${code}.js`))) as { words: Record<string, string> };
    const names = Object.keys(built.words);
    assert.deepEqual(Object.values(built.words), Object.values(words));
    for (const [index, key] of (Object.keys(words) as (keyof Words)[]).entries()) {
      const said = `${names[index]}:${JSON.stringify(ENGLISH[key])}`;
      // The one that the loader says comes from a constant.
      if (key !== "newChatName") assert.ok(widget!.includes(said) && agent!.includes(said), said);
    }
  }
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
