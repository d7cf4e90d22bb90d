/** A browser's own socket, and pages where there is none. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { browserWorld } from "../src/shared/world";

const original = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");

afterEach(() => {
  if (original) Object.defineProperty(globalThis, "WebSocket", original);
  else delete (globalThis as { WebSocket?: unknown }).WebSocket;
});

function without(kind: "none" | "throwing"): void {
  const value =
    kind === "none"
      ? undefined
      : class {
          constructor() {
            throw new DOMException("Not here", "SecurityError");
          }
        };
  Object.defineProperty(globalThis, "WebSocket", { value, configurable: true, writable: true });
}

for (const kind of ["none", "throwing"] as const) {
  test(`a page whose websocket is ${kind} has a connection that never comes about`, async () => {
    without(kind);
    const socket = browserWorld.connect("wss://hub.test/api/realtime", "hub.v1.json");
    const code = await new Promise<number>((resolve) => (socket.onclose = resolve));
    assert.equal(code, 1006);
    socket.send({ t: "ping" });
    socket.close();
  });

  test(`a connection that is given up before it fails (${kind}) says nothing`, async () => {
    without(kind);
    const socket = browserWorld.connect("wss://hub.test/api/realtime", "hub.v1.json");
    socket.onclose = () => assert.fail("told after close");
    socket.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
}
