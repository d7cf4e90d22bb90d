/**
 * What a line needs from the browser: a socket, a clock, chance and the moments of waking up. Tests bring
 * their own.
 */

export interface Socket {
  onopen: () => void;
  onmessage: (data: unknown) => void;
  /** Called once, also when the connection never came about (1006). */
  onclose: (code: number) => void;
  send(text: string): void;
  close(code: number): void;
}

export interface World {
  connect(url: string, subProtocol: string): Socket;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Calls once after `waitMs`; the answer cancels it. */
  after(waitMs: number, call: () => void): () => void;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Calls whenever the page is shown again or the network is back; the answer ends that. */
  onWake(call: () => void): () => void;
}

export const browserWorld: World = {
  connect: connectWebSocket,
  now: () => Date.now(),
  after(waitMs, call) {
    const timer = setTimeout(call, waitMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  onWake(call) {
    const whenVisible = () => document.visibilityState === "visible" && call();
    document.addEventListener("visibilitychange", whenVisible);
    addEventListener("online", call);
    addEventListener("pageshow", call);
    return () => {
      document.removeEventListener("visibilitychange", whenVisible);
      removeEventListener("online", call);
      removeEventListener("pageshow", call);
    };
  },
};

function connectWebSocket(url: string, subProtocol: string): Socket {
  const webSocket = new WebSocket(url, subProtocol);
  const socket: Socket = {
    onopen: () => {},
    onmessage: () => {},
    onclose: () => {},
    send: (text) => webSocket.readyState === WebSocket.OPEN && webSocket.send(text),
    close: (code) => webSocket.close(code),
  };
  webSocket.onopen = () => socket.onopen();
  webSocket.onmessage = (message) => socket.onmessage(message.data);
  webSocket.onclose = (event) => socket.onclose(event.code);
  return socket;
}
