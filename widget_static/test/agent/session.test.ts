/** By what an agent's page is known: first its own word, then the hub's token, which outlives a reload. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PageSession } from "../../src/agent/session";
import type { Keep } from "../../src/shared/outbox";

function memoryKeep(): Keep {
  let kept: string | null = null;
  return { load: () => kept, save: (text) => void (kept = text) };
}

test("an id token is said once, and what the hub gives for it from then on", () => {
  const place = memoryKeep();
  const session = new PageSession(place);
  assert.equal(session.isIdentified, false);
  session.identify("jwt");
  assert.deepEqual(session.introduce(), { client: "agent-page/1", id_token: "jwt" });
  assert.deepEqual(session.headers(), {});
  session.take("hp_1", 5);
  assert.deepEqual(session.introduce(), { client: "agent-page/1", token: "hp_1" });
  assert.deepEqual(session.headers(), { Authorization: "Bearer hp_1" });
  const next = new PageSession(place);
  assert.deepEqual([next.introduce(), next.agent], [{ client: "agent-page/1", token: "hp_1" }, 5]);
  // Whoever comes next may be somebody else.
  next.identify("another");
  assert.equal(next.agent, null);
});

test("what is forgotten is gone for the next page, too", () => {
  const place = memoryKeep();
  const session = new PageSession(place);
  session.take("hp_1", 5);
  session.forget();
  assert.equal(session.isIdentified, false);
  assert.equal(new PageSession(place).isIdentified, false);
});
