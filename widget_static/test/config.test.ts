import assert from "node:assert/strict";
import { before, test } from "node:test";
import { readConfig } from "../src/loader/config";
import { DEFAULT_LANGUAGE } from "../src/loader/language";
import { fill, wordsFrom } from "../src/widget/words";

const MANDATORY = { chatServiceUrl: "https://hub.example/api", configId: "3", configKey: "pk_3fQ2" };

before(() => {
  // The one thing the table asks of a page: what addresses are relative to.
  Object.assign(globalThis, { document: { baseURI: "https://shop.example/bikes/" } });
});

function read(given: unknown) {
  const warnings: string[] = [];
  return { config: readConfig(given, (sentence) => warnings.push(sentence)), warnings };
}

test("the three mandatory properties are enough, and every other has its default", () => {
  const { config, warnings } = read(MANDATORY);
  assert.deepEqual(warnings, []);
  assert.deepEqual(config, {
    ...MANDATORY,
    colour: null,
    theme: null,
    position: "bottom-right",
    height: 700,
    width: 400,
    language: {},
    persistChatToken: true,
    tenantId: null,
    chatMode: "websocket",
    sound: null,
    icon: null,
    iconSize: 50,
    includeFont: true,
    frameInheritHead: false,
    debug: false,
    keepChatWindowOpen: false,
    bubbleContainerStyles: {},
    bubbleStyles: {},
    windowStyles: {},
    showEndChatOptionOnBubble: false,
    forceFullScreen: false,
    areYouStillThereReopenChat: false,
    hideNewChatBubble: false,
    hideExistingChatBubble: false,
    autoInitialize: true,
    draggableBubble: false,
    retainPreviousChat: false,
    hideBubbleInactivitySeconds: 0,
    enableInboundEvents: false,
    enableOutboundEvents: false,
    enableFunctions: false,
    hideHeader: false,
    customFields: {},
  });
});

test("without a mandatory property there is no chat, and the sentence names the property", () => {
  for (const name of Object.keys(MANDATORY)) {
    const { config, warnings } = read({ ...MANDATORY, [name]: undefined });
    assert.equal(config, null);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, new RegExp(`haloChatConfig\\.${name} `));
  }
});

test("a wrong value gives one sentence that names the property, and its default", () => {
  const wrong = {
    colour: "teal",
    theme: "blue",
    position: "middle",
    height: "tall",
    width: -4,
    language: "English",
    persistChatToken: "yes",
    tenantId: {},
    chatMode: "pigeon",
    sound: 7,
    icon: "javascript:alert(1)",
    iconSize: 0,
    includeFont: "perhaps",
    frameInheritHead: 1,
    debug: "loud",
    keepChatWindowOpen: [],
    bubbleContainerStyles: "bottom: 0",
    bubbleStyles: { background: "url(https://elsewhere.example/pixel)" },
    windowStyles: { backgroundImage: "u\\72l(https://elsewhere.example/pixel)" },
    showEndChatOptionOnBubble: 2,
    forceFullScreen: "full",
    areYouStillThereReopenChat: "no",
    hideNewChatBubble: "no",
    hideExistingChatBubble: "no",
    autoInitialize: "later",
    draggableBubble: {},
    retainPreviousChat: "no",
    hideBubbleInactivitySeconds: -1,
    enableInboundEvents: "no",
    enableOutboundEvents: "no",
    enableFunctions: "no",
    hideHeader: "no",
  };
  const plain = read(MANDATORY).config;
  for (const [name, value] of Object.entries(wrong)) {
    const { config, warnings } = read({ ...MANDATORY, [name]: value });
    assert.deepEqual(config, plain, name);
    assert.equal(warnings.length, 1, name);
    assert.match(warnings[0]!, new RegExp(`haloChatConfig\\.${name} must be`));
  }
});

test("there are 36 properties", () => {
  assert.equal(Object.keys(read(MANDATORY).config!).length, 36);
});

test("numbers and booleans may come as text, ids as numbers", () => {
  const { config, warnings } = read({
    ...MANDATORY,
    configId: 3,
    height: "640px",
    width: "360",
    persistChatToken: "false",
  });
  assert.deepEqual(warnings, []);
  assert.equal(config?.configId, "3");
  assert.equal(config?.height, 640);
  assert.equal(config?.width, 360);
  assert.equal(config?.persistChatToken, false);
});

test("the address loses its slash at the end and may be relative to the page", () => {
  assert.equal(
    read({ ...MANDATORY, chatServiceUrl: "https://hub.example/api/" }).config?.chatServiceUrl,
    "https://hub.example/api",
  );
  assert.equal(
    read({ ...MANDATORY, chatServiceUrl: "/api" }).config?.chatServiceUrl,
    "https://shop.example/api",
  );
  assert.equal(read({ ...MANDATORY, chatServiceUrl: "javascript:alert(1)" }).config, null);
});

test("only own properties count, and what nobody knows is ignored", () => {
  const inherited = Object.assign(Object.create({ theme: "dark" }) as object, MANDATORY, { colours: 7 });
  const { config, warnings } = read(inherited);
  assert.equal(config?.theme, null);
  assert.deepEqual(warnings, []);
});

test("a value that throws when it is read is a wrong value", () => {
  const unwilling = { toString: () => assert.fail("told"), valueOf: () => assert.fail("told") };
  for (const name of Object.keys(read(MANDATORY).config!)) {
    const throwing = Object.defineProperty({ ...MANDATORY }, name, {
      enumerable: true,
      get: () => assert.fail("read"),
    });
    for (const given of [throwing, { ...MANDATORY, [name]: Symbol("s") }, { ...MANDATORY, [name]: unwilling }]) {
      // An object is an object to those that want one.
      if (given !== throwing && /Styles|language|customFields/.test(name)) continue;
      const { config, warnings } = read(given);
      assert.equal(config === null, name in MANDATORY, name);
      assert.equal(warnings.length, 1, name);
    }
  }
});

test("words named like prototypes are words", () => {
  const given = JSON.parse('{"__proto__": {"send": "Polluted"}, "constructor": "x", "close": "Shut"}') as object;
  const words = wordsFrom(read({ ...MANDATORY, language: given }).config!.language);
  assert.equal(words.send, DEFAULT_LANGUAGE.send);
  assert.equal(words.close, "Shut");
  assert.equal(Object.getPrototypeOf(words), Object.prototype);
  assert.equal(({} as Record<string, unknown>)["send"], undefined);
});

test("a page without configuration is told what is missing", () => {
  for (const given of [undefined, null, "config"]) {
    const { config, warnings } = read(given);
    assert.equal(config, null);
    assert.match(warnings[0]!, /^haloChatConfig is missing/);
  }
});

test("of the 25 language keys the widget says 20, and a page replaces each by itself", () => {
  const keys = Object.keys(DEFAULT_LANGUAGE) as (keyof typeof DEFAULT_LANGUAGE)[];
  assert.equal(keys.length, 20);
  for (const key of keys) {
    const { config } = read({ ...MANDATORY, language: { [key]: "Mein Wort" } });
    const words = wordsFrom(config!.language);
    assert.equal(words[key], "Mein Wort");
    for (const other of keys) if (other !== key) assert.equal(words[other], DEFAULT_LANGUAGE[other]);
  }
});

test("a word that is no text is left out", () => {
  const { config } = read({ ...MANDATORY, language: { send: 7, close: null, cancel: "Abbrechen" } });
  assert.deepEqual(config?.language, { cancel: "Abbrechen" });
});

test("@@@ is filled with a name or a number", () => {
  assert.equal(fill(DEFAULT_LANGUAGE.isTyping, "Marta"), "Marta is typing");
  assert.equal(fill(DEFAULT_LANGUAGE.unreadCount, 3), "3 unread message(s)");
  assert.equal(fill(DEFAULT_LANGUAGE.isTyping, "$& $1"), "$& $1 is typing");
});
