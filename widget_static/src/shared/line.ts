/**
 * One websocket to the hub that keeps itself alive: it reconnects, notices silence and obeys the hub's
 * goodbyes.
 *
 * Counterpart: hub/live/PROTOCOL.md, sections Liveness and Close codes.
 */
import { parseFrame, type Bye, type FromHub, type Hello, type ToHub } from "./frames";
import { browserWorld, type Socket, type World } from "./world";

const SUB_PROTOCOL = "hub.v1.json";
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
// A line that lived this long had no fault of its own; the next wait starts small again.
const STEADY_MS = 5_000;
// New hellos in a row before they count as a fault that needs waiting.
const EAGER_HELLOS = 3;
const PROBE_MS = 3_000;
// How often silence is looked for. A tick that comes this much late says that the machine slept.
const TICK_MS = 5_000;
// From connecting to welcome; welcome then says how much silence is too much.
const WELCOME_MS = 15_000;
const REFUSING_CODES: ReadonlyMap<number, string> = new Map([
  [4001, "token_expired"],
  [4003, "forbidden"],
  [4090, "version"],
]);

export type LineState =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "waiting"; until: number }
  | { kind: "refused"; reason: string };

export interface LineOptions {
  url: string;
  /** Asked for at each connection. */
  hello(): Hello;
  /** Every frame of the hub; pings are answered before. */
  onFrame(frame: FromHub): void;
  onState(state: LineState): void;
}

export class Line {
  #socket: Socket | null = null;
  #state: LineState | null = null;
  #attempts = 0;
  #bye: Bye | null = null;
  #deadAfterMs = WELCOME_MS;
  #heardAt = 0;
  #liveSince: number | null = null;
  #cancelWait: (() => void) | null = null;
  #cancelProbe: (() => void) | null = null;
  #cancelTick: (() => void) | null = null;
  #cancelWake: (() => void) | null = null;
  readonly #options: LineOptions;
  readonly #world: World;

  constructor(options: LineOptions, world: World = browserWorld) {
    this.#options = options;
    this.#world = world;
  }

  /** Connects, and from now on keeps the line. Without effect on an open line. */
  open(): void {
    if (this.#cancelWake) return;
    this.#cancelWake = this.#world.onWake(() => this.#wake());
    this.#tickLater();
    this.#connect();
  }

  /**
   * Whether the frame was handed to a live line. False promises nothing: keep it and send it after the next
   * welcome.
   */
  send(frame: ToHub): boolean {
    if (this.#state?.kind !== "live" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /**
   * Says hello anew, at once; after several in a row with growing waits, so that a lasting fault is no loop.
   */
  again(): void {
    if (!this.#cancelWake) return;
    this.#drop(1000);
    if (this.#attempts < EAGER_HELLOS) {
      this.#attempts += 1;
      this.#connect();
    } else {
      this.#connectLater(this.#nextWaitMs());
    }
  }

  /** Tries now what would be tried later; on a live line asks for a sign of life. */
  poke(): void {
    if (!this.#cancelWake) return;
    if (this.#state?.kind === "waiting" || this.#state?.kind === "refused") this.#connect();
    else if (this.#state?.kind === "live") this.#probe();
  }

  /** Ends the line until the next `open`. */
  close(): void {
    this.#cancelWake?.();
    this.#cancelTick?.();
    this.#cancelWake = this.#cancelTick = null;
    this.#stopWaiting();
    this.#drop(1000);
    this.#state = null;
    this.#attempts = 0;
  }

  #connect(): void {
    this.#stopWaiting();
    this.#drop(1000);
    this.#bye = null;
    this.#heardAt = this.#world.now();
    this.#deadAfterMs = WELCOME_MS;
    this.#change({ kind: "connecting" });
    const socket = this.#world.connect(this.#options.url, SUB_PROTOCOL);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.#options.hello()));
    socket.onmessage = (data) => this.#receive(socket, data);
    socket.onclose = (code) => this.#lost(socket, code);
  }

  #receive(socket: Socket, data: unknown): void {
    if (socket !== this.#socket) return;
    this.#heardAt = this.#world.now();
    this.#stopProbe();
    const frame = typeof data === "string" ? parseFrame(data) : null;
    if (!frame) return;
    if (frame.t === "welcome") {
      this.#deadAfterMs = frame.dead_after_s * 1000;
      this.#liveSince = this.#world.now();
      this.#change({ kind: "live" });
    } else if (frame.t === "ping") {
      this.send({ t: "pong" });
    } else if (frame.t === "bye") {
      this.#bye = frame;
    }
    this.#options.onFrame(frame);
  }

  #lost(socket: Socket, code: number): void {
    if (socket !== this.#socket) return;
    const bye = this.#bye;
    this.#drop();
    const reason = REFUSING_CODES.get(code) ?? (bye?.retry === "never" ? bye.reason : null);
    if (reason !== null) this.#change({ kind: "refused", reason });
    else if (bye?.retry === "after" && bye.after_ms !== undefined) this.#connectLater(bye.after_ms);
    else if (bye?.retry === "now" && this.#attempts < EAGER_HELLOS) this.again();
    else this.#connectLater(this.#nextWaitMs());
  }

  /**
   * Full jitter: any time up to the limit, and the limit doubles. Never 0, which would be a loop without a
   * breath.
   */
  #nextWaitMs(): number {
    const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return Math.max(50, this.#world.random() * limit);
  }

  #connectLater(waitMs: number): void {
    this.#change({ kind: "waiting", until: this.#world.now() + waitMs });
    this.#cancelWait = this.#world.after(waitMs, () => this.#connect());
  }

  #wake(): void {
    if (this.#state?.kind === "waiting" || this.#state?.kind === "live") this.poke();
  }

  /** Takes the line for dead unless something comes in time. */
  #probe(): void {
    if (this.#cancelProbe || !this.send({ t: "ping" })) return;
    this.#cancelProbe = this.#world.after(PROBE_MS, () => this.#connect());
  }

  #tickLater(): void {
    const due = this.#world.now() + TICK_MS;
    this.#cancelTick = this.#world.after(TICK_MS, () => {
      this.#tickLater();
      const now = this.#world.now();
      if (this.#socket && now - this.#heardAt > this.#deadAfterMs) this.#die();
      else if (now - due > TICK_MS) this.#wake();
    });
  }

  #die(): void {
    this.#drop(1000);
    this.#connectLater(this.#nextWaitMs());
  }

  /** Forgets the connection, closing it when `code` is given. */
  #drop(code?: number): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#stopProbe();
    if (this.#liveSince !== null && this.#world.now() - this.#liveSince >= STEADY_MS) this.#attempts = 0;
    this.#liveSince = null;
    if (socket && code !== undefined) socket.close(code);
  }

  #change(state: LineState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  #stopWaiting(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
  }

  #stopProbe(): void {
    this.#cancelProbe?.();
    this.#cancelProbe = null;
  }
}
