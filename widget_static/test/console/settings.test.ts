import assert from "node:assert/strict";
import { test } from "node:test";
import { Settings, type Entrance, type StaffMember } from "../../src/console/desk/settings";
import { entranceText, secondsText, staffText, wordsFrom } from "../../src/console/text/settings";
import type { HubCalls, Outcome } from "../../src/console/hub";
import { SilentHub } from "./silent_hub";

const SHOP: Entrance = {
  id: "3",
  name: "Shop",
  _routing: 1,
  _routing_teams: [2],
  agent_roles: [],
  _routing_language: 0,
  _routing_language_seconds: 120,
  _offer_seconds: 30,
  _release_seconds: 60,
  _max_wait_seconds: 0,
  _abandon_seconds: 0,
  _first_answer_seconds: 90,
  _next_answer_seconds: 0,
  _visits: false,
  _draft_preview: true,
};
const MARTA: StaffMember = {
  id: 5,
  name: "Marta",
  is_admin: true,
  team_ids: [],
  role_ids: [],
  languages: ["de", "en"],
  capacity: 3,
};

test("seconds are told as people say them", () => {
  assert.deepEqual([0, 45, 60, 90, 120, 3_600, 5_400].map(secondsText), [
    "never",
    "45 s",
    "1 min",
    "1 min 30 s",
    "2 min",
    "1 h",
    "1 h 30 min",
  ]);
});

test("entrances and agents are told in one line", () => {
  assert.equal(entranceText(SHOP), "In turn · answer in 1 min 30 s");
  assert.equal(entranceText({ ...SHOP, _routing: 0, _first_answer_seconds: 0 }), "Agents choose");
  assert.equal(staffText(MARTA), "3 chats at a time · de, en");
  assert.equal(staffText({ ...MARTA, capacity: 1, languages: [] }), "One chat at a time");
  assert.equal(staffText({ ...MARTA, capacity: null, languages: [] }), "Any number of chats");
});

test("lists are written with commas or spaces", () => {
  assert.deepEqual(wordsFrom(" de, en;pt-BR  fr "), ["de", "en", "pt-BR", "fr"]);
  assert.deepEqual(wordsFrom(" "), []);
});

test("only what can be set here is sent, never what else was read", async () => {
  const saved: [string, object][] = [];
  const save = <Value>(path: string, body: object): Promise<Outcome<Value>> => {
    saved.push([path, body]);
    return Promise.resolve({ ok: true, value: body as Value });
  };
  const hub: HubCalls = { ...new SilentHub(), save };
  const settings = new Settings(hub);
  await settings.saveEntrance({ ...SHOP, ...{ greeting: "old words", key: "k" } });
  await settings.saveStaff({ ...MARTA, ...{ email: "marta@shop.example" } });
  const [[profiles, shop], [agents, marta]] = saved as [[string, Record<string, unknown>], [string, Record<string, unknown>]];
  assert.deepEqual([profiles, agents], ["/ChatProfile", "/Agent"]);
  const { name: _, ...members } = SHOP;
  assert.deepEqual(shop, members);
  assert.deepEqual(Object.keys(marta).sort(), ["capacity", "id", "languages", "role_ids", "team_ids"]);
});
