/**
 * One line to the hub that keeps itself alive: it reconnects, notices silence, obeys the hub's goodbyes, and
 * takes the way that gets through.
 *
 * Counterpart: hub/live/PROTOCOL.md, sections Liveness, Close codes and Heartbeat.
 */
import type { ToHub } from "./commands";
import type { Bye, FromHub, Welcome } from "./frames";
import { Way } from "./way";
import { browserWorld, type Beat, type BeatOptions, type Socket, type World } from "./world";

const SUB_PROTOCOL = "hub.v1.json";
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
// A line that lived this long had no fault of its own; the next wait starts small again.
const STEADY_MS = 5_000;
// New hellos in a row before they count as a fault that needs waiting.
const EAGER_HELLOS = 3;
const PROBE_MS = 3_000;
// How often silence is looked for. A tick that comes this much late says that the machine slept, one before its time that
// the clock was set back.
const TICK_MS = 2_000;
// From connecting to welcome; welcome then says how much silence is too much.
const WELCOME_MS = 15_000;
// Within this a websocket that gets through is welcomed, even where it takes several tries.
const WEBSOCKET_WITHIN_MS = 5_000;
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

/** `url` is that of the hub's realtime entrance, as http or https. */
export interface LineOptions extends BeatOptions {
  /** Stands in where websockets do not get through. */
  beat: Beat;
  /** Beats from the start and for good. */
  isBeatingOnly?: boolean;
  /** Every frame of the hub; pings are answered before. */
  onFrame(frame: FromHub): void;
  /**
   * A connection begins, or brings another token: what has no reply yet is to be said again. `onFrame` has had
   * the welcome before.
   */
  onBegin(welcome: Welcome): void;
  onState(state: LineState): void;
}

export class Line {
  #socket: Socket | null = null;
  /** A websocket that takes over from the beats when it is welcomed. */
  #trial: Socket | null = null;
  #state: LineState | null = null;
  #attempts = 0;
  #bye: Bye | null = null;
  #deadAfterMs = WELCOME_MS;
  #heardAt = 0;
  #liveSince: number | null = null;
  #cancelWait: (() => void) | null = null;
  #cancelPatience: (() => void) | null = null;
  #cancelTrial: (() => void) | null = null;
  #cancelProbe: (() => void) | null = null;
  #cancelTick: (() => void) | null = null;
  #cancelWake: (() => void) | null = null;
  readonly #way: Way;
  readonly #options: LineOptions;
  readonly #world: World;

  constructor(options: LineOptions, world: World = browserWorld) {
    this.#options = options;
    this.#world = world;
    this.#way = new Way(options.isBeatingOnly ?? false);
  }

  /** Connects, and from now on keeps the line. Without effect on an open line. */
  open(): void {
    if (this.#cancelWake) return;
    this.#cancelWake = this.#world.onWake((isNetworkBack) => this.#wake(isNetworkBack));
    this.#tickLater();
    this.#connect();
  }

  /**
   * Whether the frame was handed to a live line. False promises nothing: keep it and send it after the next
   * welcome.
   */
  send(frame: ToHub): boolean {
    if (this.#state?.kind !== "live" || !this.#socket) return false;
    this.#socket.send(frame);
    return true;
  }

  /**
   * Says hello anew, at once; after several in a row with growing waits, so that a lasting fault is no loop.
   */
  again(): void {
    if (!this.#cancelWake) return;
    this.#drop();
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
    this.#stopPatience();
    this.#drop();
    this.#state = null;
    this.#attempts = 0;
  }

  #connect(): void {
    this.#stopWaiting();
    this.#drop();
    this.#bye = null;
    this.#heardAt = this.#world.now();
    this.#deadAfterMs = WELCOME_MS;
    this.#change({ kind: "connecting" });
    const { isBeating } = this.#way;
    if (!isBeating) this.#cancelPatience ??= this.#world.after(WEBSOCKET_WITHIN_MS, () => this.#fallBack());
    this.#socket = this.#dial(isBeating);
  }

  #dial(isBeating: boolean): Socket {
    const { url, hello } = this.#options;
    const socket = isBeating
      ? this.#options.beat({ ...this.#options, url: url.replace(/\?|$/, "/heartbeat$&") }, this.#world)
      : this.#world.connect(url.replace(/^http/, "ws"), SUB_PROTOCOL);
    socket.onopen = () => socket.send(hello());
    socket.onframe = (frame) => this.#receive(socket, frame);
    socket.onclose = (code) => this.#lost(socket, code);
    return socket;
  }

  #fallBack(): void {
    this.#way.fallBack();
    this.#stopPatience();
    this.#connect();
  }

  #receive(socket: Socket, frame: FromHub | null): void {
    if (socket === this.#trial && frame?.t === "welcome") this.#takeOver(socket);
    if (socket !== this.#socket) return;
    this.#heardAt = this.#world.now();
    this.#stopProbe();
    if (frame?.t === "welcome") return this.#takeWelcome(socket, frame);
    if (frame?.t === "ping") this.send({ t: "pong" });
    else if (frame?.t === "bye") this.#bye = frame;
    if (frame) this.#options.onFrame(frame);
  }

  /** Beats are welcomed each: only the first begins the line. */
  #takeWelcome(socket: Socket, welcome: Welcome): void {
    const isFirst = this.#liveSince === null;
    this.#bye = null;
    this.#deadAfterMs = welcome.dead_after_s * 1000;
    if (isFirst) {
      this.#stopPatience();
      this.#liveSince = this.#world.now();
      this.#change({ kind: "live" });
      if (this.#way.isBeating) this.#tryLater();
    }
    this.#options.onFrame(welcome);
    if (socket === this.#socket && (isFirst || welcome.token)) this.#options.onBegin(welcome);
  }

  #lost(socket: Socket, code: number): void {
    if (socket === this.#trial) return this.#endTrial();
    if (socket !== this.#socket) return;
    const bye = this.#bye;
    // Beats that do not get through either say that it is not the kind of line.
    if (!bye && this.#way.isBeating) this.#way.isTrialDue = true;
    this.#takeDeath();
    this.#drop();
    const reason = REFUSING_CODES.get(code) ?? (bye?.retry === "never" ? bye.reason : null);
    // The hub has been reached: how long it takes from here is its word.
    if (reason !== null || bye) this.#stopPatience();
    if (reason !== null) this.#change({ kind: "refused", reason });
    else if (bye?.retry === "after" && bye.after_ms !== undefined) this.#connectLater(bye.after_ms);
    else if (bye?.retry === "now" && this.#attempts < EAGER_HELLOS) this.again();
    else this.#connectLater(this.#nextWaitMs());
  }

  /** What dies without a goodbye may be cut by something that does not let websockets through for long. */
  #takeDeath(): void {
    if (this.#liveSince === null || this.#bye || this.#way.isBeating) return;
    const now = this.#world.now();
    this.#way.takeDeath(now, now - this.#liveSince);
  }

  /** While beats are live, sees from time to time whether a websocket gets through. */
  #tryLater(): void {
    this.#stopTrial();
    const waitMs = this.#way.takeTrialMs();
    if (waitMs !== null) this.#cancelTrial = this.#world.after(waitMs, () => this.#try());
  }

  #try(): void {
    this.#stopTrial();
    this.#trial = this.#dial(false);
    this.#cancelTrial = this.#world.after(WEBSOCKET_WITHIN_MS, () => this.#endTrial());
  }

  #endTrial(): void {
    this.#stopTrial();
    this.#tryLater();
  }

  #takeOver(socket: Socket): void {
    this.#trial = null;
    this.#drop();
    this.#way.comeBack();
    this.#socket = socket;
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

  #wake(isNetworkBack: boolean): void {
    if (isNetworkBack && this.#way.isBeating) {
      this.#way.isTrialDue = true;
      if (this.#state?.kind === "live") this.#tryLater();
    }
    if (this.#state?.kind === "waiting" || this.#state?.kind === "live") this.poke();
  }

  /** Takes the line for dead unless something comes in time. */
  #probe(): void {
    if (this.#isSilent()) return this.#die();
    if (this.#cancelProbe || !this.send({ t: "ping" })) return;
    this.#cancelProbe = this.#world.after(PROBE_MS, () => {
      this.#takeDeath();
      this.#connect();
    });
  }

  #tickLater(): void {
    const due = this.#world.now() + TICK_MS;
    this.#cancelTick = this.#world.after(TICK_MS, () => {
      this.#tickLater();
      const now = this.#world.now();
      if (this.#socket && this.#isSilent()) this.#die();
      else if (Math.abs(now - due) > TICK_MS) this.#wake(false);
    });
  }

  #isSilent(): boolean {
    return this.#world.now() - this.#heardAt > this.#deadAfterMs;
  }

  #die(): void {
    this.#takeDeath();
    this.#drop();
    this.#connectLater(this.#nextWaitMs());
  }

  /** Closes and forgets the connection. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#stopProbe();
    this.#stopTrial();
    if (this.#liveSince !== null && this.#world.now() - this.#liveSince >= STEADY_MS) this.#attempts = 0;
    this.#liveSince = null;
    socket?.close();
  }

  #change(state: LineState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  #stopWaiting(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
  }

  #stopPatience(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = null;
  }

  #stopTrial(): void {
    this.#cancelTrial?.();
    this.#cancelTrial = null;
    this.#trial?.close();
    this.#trial = null;
  }

  #stopProbe(): void {
    this.#cancelProbe?.();
    this.#cancelProbe = null;
  }
}
