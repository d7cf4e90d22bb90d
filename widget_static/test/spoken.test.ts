/** What the hub and the page know by name has kept its name in what the build made of the chat. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { INBOUND } from "../src/loader/inbound";
import { readConfig } from "../src/loader/config";

declare const TEST_FOLDER: string;

const readUnder = (folder: string, ending: RegExp) =>
  readdirSync(join(TEST_FOLDER, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => ({ name, text: readFileSync(join(TEST_FOLDER, folder, name), "utf8") }));

const built = ["index.js", "widget.js", "visits.js"].map((name) => readFileSync(join(TEST_FOLDER, "../dist/chat", name), "utf8")).join();
const isBuilt = (name: string) => new RegExp(`\\b${name}\\b`).test(built);

function namesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(namesIn)];
}

test("members of frames that the chat uses", () => {
  const samples = readUnder("../../hub/live/samples", /\.json$/)
    .filter(({ name }) => !/rows|find|visits|invite_visitor/.test(name)) // What only agents ask for and are told.
    .flatMap(({ text }) => namesIn(JSON.parse(text)));
  // The types name also what only agents are told.
  const sources = ["../src/loader", "../src/shared", "../src/visits", "../src/widget"]
    .flatMap((folder) => readUnder(folder, /\.tsx?$/))
    .filter(({ name }) => !["frames.ts", "commands.ts", "site.ts"].includes(name))
    .map(({ text }) => text.replace(/\/\*[^]*?\*\/|\/\/.*/g, ""))
    .join();
  // As members, not as names of variables.
  const isMember = (name: string) => new RegExp(`\\.${name}\\b|[{,]\\s*${name}\\s*[,}:=]`).test(sources);
  const used = [...new Set(samples)].filter((name) => new RegExp(`^\\w{3,}$`).test(name) && isMember(name));
  assert.ok(used.includes("after_ms") && used.includes("participants"));
  assert.deepEqual(used.filter((name) => !isBuilt(name)), []);
});

test("properties and events of the page", () => {
  Object.assign(globalThis, { document: { baseURI: "https://shop.example/" } });
  const properties = Object.keys(readConfig({ chatServiceUrl: "https://hub.example/api", configId: "1", configKey: "k" }, () => {})!);
  assert.equal(properties.length, 36);
  const names = [...properties, ...Object.keys(INBOUND), "chatAvailable", "haloChatConfig", "haloChat_functions_getCurrentChatDetails"];
  assert.deepEqual(names.filter((name) => !isBuilt(name)), []);
});
