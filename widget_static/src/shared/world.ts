/**
 * What a line needs from the browser: a socket, requests, a clock, chance and the moments of waking up. Tests
 * bring their own.
 */
import type { Hello, ToHub } from "./commands";
import { parseFrame, type FromHub } from "./frames";

/** One connection to the hub, of whichever kind. */
export interface Socket {
  onopen: () => void;
  /** Null: something came that is no frame. */
  onframe: (frame: FromHub | null) => void;
  /** Called once, also when the connection never came about (1006); never after `close`. */
  onclose: (code: number) => void;
  send(frame: ToHub): void;
  close(): void;
}

/** What a connection made of requests needs to know. */
export interface BeatOptions {
  url: string;
  /** What goes with every request besides the token. */
  headers?: Record<string, string>;
  /** Asked for anew at each connection and each request. */
  hello(): Hello;
}

/** Connects by requests; see `beats.ts`. */
export type Beat = (options: BeatOptions, world: World) => Socket;

/** The answer to a request. */
export interface Answer {
  status: number;
  /** What `Retry-After` says, where the page may read it. */
  retryAfterS: number;
  text: string;
}

export interface World {
  connect(url: string, subProtocol: string): Socket;
  /** Rejects when no answer comes, or when `signal` ends the waiting. */
  post(url: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<Answer>;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Calls once after `waitMs`; the answer cancels it. */
  after(waitMs: number, call: () => void): () => void;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Calls whenever the page is shown again or the network is back; the answer ends that. */
  onWake(call: (isNetworkBack: boolean) => void): () => void;
}

export const browserWorld: World = {
  connect: connectWebSocket,
  async post(url, headers, body, signal) {
    const response = await fetch(url, { method: "POST", headers, body, signal });
    const retryAfterS = Number(response.headers.get("Retry-After")) || 0;
    return { status: response.status, retryAfterS, text: await response.text() };
  },
  now: () => Date.now(),
  after(waitMs, call) {
    const timer = setTimeout(call, waitMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  onWake(call) {
    const whenVisible = () => document.visibilityState === "visible" && call(false);
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener("visibilitychange", whenVisible, { signal });
    addEventListener("online", () => call(true), { signal });
    addEventListener("pageshow", whenVisible, { signal });
    return () => listening.abort();
  },
};

function connectWebSocket(url: string, subProtocol: string): Socket {
  const socket: Socket = { onopen: () => {}, onframe: () => {}, onclose: () => {}, send: () => {}, close: () => {} };
  let webSocket: WebSocket;
  try {
    webSocket = new WebSocket(url, subProtocol);
  } catch {
    // The page has none, or its policy admits none here.
    const timer = setTimeout(() => socket.onclose(1006));
    socket.close = () => clearTimeout(timer);
    return socket;
  }
  socket.send = (frame) => webSocket.readyState === WebSocket.OPEN && webSocket.send(JSON.stringify(frame));
  socket.close = () => {
    webSocket.onmessage = webSocket.onclose = null;
    webSocket.close(1000);
  };
  webSocket.onopen = () => socket.onopen();
  webSocket.onmessage = ({ data }) => socket.onframe(typeof data === "string" ? parseFrame(data) : null);
  webSocket.onclose = ({ code }) => socket.onclose(code);
  return socket;
}
