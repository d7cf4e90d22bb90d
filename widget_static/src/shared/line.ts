/**
 * One line to the hub that keeps itself alive: it reconnects, notices silence, obeys the hub's goodbyes, and
 * takes the way that gets through.
 *
 * Counterpart: hub/live/PROTOCOL.md, sections Liveness, Close codes and Heartbeat.
 */
import type { ToHub } from "./commands";
import type { Bye, FromHub, Welcome } from "./frames";
import { makeWay } from "./way";
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

type Cancel = (() => void) | null;

export interface Line {
  /** Connects, and from now on keeps the line. Without effect on an open line. */
  open(): void;
  /**
   * Whether the frame was handed to a live line. False promises nothing: keep it and send it after the next
   * welcome.
   */
  send(frame: ToHub): boolean;
  /**
   * Says hello anew, at once; after several in a row with growing waits, so that a lasting fault is no loop.
   */
  again(): void;
  /** Tries now what would be tried later; on a live line asks for a sign of life. */
  poke(): void;
  /** Ends the line until the next `open`. */
  close(): void;
}

export function makeLine(options: LineOptions, world: World = browserWorld): Line {
  const way = makeWay(options.isBeatingOnly ?? false);
  let socket: Socket | null = null;
  /** A websocket that takes over from the beats when it is welcomed. */
  let trial: Socket | null = null;
  let state: LineState | null = null;
  let attempts = 0;
  let bye: Bye | null = null;
  let deadAfterMs = WELCOME_MS;
  let heardAt = 0;
  let liveSince: number | null = null;
  let cancelWait: Cancel = null;
  let cancelPatience: Cancel = null;
  let cancelTrial: Cancel = null;
  let cancelProbe: Cancel = null;
  let cancelTick: Cancel = null;
  let cancelWake: Cancel = null;
  return { open, send, again, poke, close };

  function open(): void {
    if (cancelWake) return;
    cancelWake = world.onWake(wake);
    tickLater();
    connect();
  }

  function send(frame: ToHub): boolean {
    if (state?.kind !== "live" || !socket) return false;
    socket.send(frame);
    return true;
  }

  function again(): void {
    if (!cancelWake) return;
    drop();
    if (attempts < EAGER_HELLOS) {
      attempts += 1;
      connect();
    } else {
      connectLater(nextWaitMs());
    }
  }

  function poke(): void {
    if (!cancelWake) return;
    if (state?.kind === "waiting" || state?.kind === "refused") connect();
    else if (state?.kind === "live") probe();
  }

  function close(): void {
    cancelWake?.();
    cancelTick?.();
    cancelWake = cancelTick = null;
    stopWaiting();
    stopPatience();
    drop();
    state = null;
    attempts = 0;
  }

  function connect(): void {
    stopWaiting();
    drop();
    bye = null;
    heardAt = world.now();
    deadAfterMs = WELCOME_MS;
    change({ kind: "connecting" });
    const { isBeating } = way;
    if (!isBeating) cancelPatience ??= world.after(WEBSOCKET_WITHIN_MS, fallBack);
    socket = dial(isBeating);
  }

  function dial(isBeating: boolean): Socket {
    const { url, hello } = options;
    const dialled = isBeating
      ? options.beat({ ...options, url: url.replace(/\?|$/, "/heartbeat$&") }, world)
      : world.connect(url.replace(/^http/, "ws"), SUB_PROTOCOL);
    dialled.onopen = () => dialled.send(hello());
    dialled.onframe = (frame) => receive(dialled, frame);
    dialled.onclose = (code) => lost(dialled, code);
    return dialled;
  }

  function fallBack(): void {
    way.fallBack();
    stopPatience();
    connect();
  }

  function receive(from: Socket, frame: FromHub | null): void {
    if (from === trial && frame?.t === "welcome") takeOver(from);
    if (from !== socket) return;
    heardAt = world.now();
    stopProbe();
    if (frame?.t === "welcome") return takeWelcome(from, frame);
    if (frame?.t === "ping") send({ t: "pong" });
    else if (frame?.t === "bye") bye = frame;
    if (frame) options.onFrame(frame);
  }

  /** Beats are welcomed each: only the first begins the line. */
  function takeWelcome(from: Socket, welcome: Welcome): void {
    const isFirst = liveSince === null;
    bye = null;
    deadAfterMs = welcome.dead_after_s * 1000;
    if (isFirst) {
      stopPatience();
      liveSince = world.now();
      change({ kind: "live" });
      if (way.isBeating) tryLater();
    }
    options.onFrame(welcome);
    if (from === socket && (isFirst || welcome.token)) options.onBegin(welcome);
  }

  function lost(from: Socket, code: number): void {
    if (from === trial) return endTrial();
    if (from !== socket) return;
    const said = bye;
    // Beats that do not get through either say that it is not the kind of line.
    if (!said && way.isBeating) way.isTrialDue = true;
    takeDeath();
    drop();
    const reason = REFUSING_CODES.get(code) ?? (said?.retry === "never" ? said.reason : null);
    // The hub has been reached: how long it takes from here is its word.
    if (reason !== null || said) stopPatience();
    if (reason !== null) change({ kind: "refused", reason });
    else if (said?.retry === "after" && said.after_ms !== undefined) connectLater(said.after_ms);
    else if (said?.retry === "now" && attempts < EAGER_HELLOS) again();
    else connectLater(nextWaitMs());
  }

  /** What dies without a goodbye may be cut by something that does not let websockets through for long. */
  function takeDeath(): void {
    if (liveSince === null || bye || way.isBeating) return;
    const now = world.now();
    way.takeDeath(now, now - liveSince);
  }

  /** While beats are live, sees from time to time whether a websocket gets through. */
  function tryLater(): void {
    stopTrial();
    const waitMs = way.takeTrialMs();
    if (waitMs !== null) cancelTrial = world.after(waitMs, tryWebSocket);
  }

  function tryWebSocket(): void {
    stopTrial();
    trial = dial(false);
    cancelTrial = world.after(WEBSOCKET_WITHIN_MS, endTrial);
  }

  function endTrial(): void {
    stopTrial();
    tryLater();
  }

  function takeOver(from: Socket): void {
    trial = null;
    drop();
    way.comeBack();
    socket = from;
  }

  /**
   * Full jitter: any time up to the limit, and the limit doubles. Never 0, which would be a loop without a
   * breath.
   */
  function nextWaitMs(): number {
    const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts);
    attempts += 1;
    return Math.max(50, world.random() * limit);
  }

  function connectLater(waitMs: number): void {
    change({ kind: "waiting", until: world.now() + waitMs });
    cancelWait = world.after(waitMs, connect);
  }

  function wake(isNetworkBack: boolean): void {
    if (isNetworkBack && way.isBeating) {
      way.isTrialDue = true;
      if (state?.kind === "live") tryLater();
    }
    if (state?.kind === "waiting" || state?.kind === "live") poke();
  }

  /** Takes the line for dead unless something comes in time. */
  function probe(): void {
    if (isSilent()) return die();
    if (cancelProbe || !send({ t: "ping" })) return;
    cancelProbe = world.after(PROBE_MS, () => {
      takeDeath();
      connect();
    });
  }

  function tickLater(): void {
    const due = world.now() + TICK_MS;
    cancelTick = world.after(TICK_MS, () => {
      tickLater();
      if (socket && isSilent()) die();
      else if (Math.abs(world.now() - due) > TICK_MS) wake(false);
    });
  }

  function isSilent(): boolean {
    return world.now() - heardAt > deadAfterMs;
  }

  function die(): void {
    takeDeath();
    drop();
    connectLater(nextWaitMs());
  }

  /** Closes and forgets the connection. */
  function drop(): void {
    const dropped = socket;
    socket = null;
    stopProbe();
    stopTrial();
    if (liveSince !== null && world.now() - liveSince >= STEADY_MS) attempts = 0;
    liveSince = null;
    dropped?.close();
  }

  function change(changed: LineState): void {
    state = changed;
    options.onState(changed);
  }

  function stopWaiting(): void {
    cancelWait?.();
    cancelWait = null;
  }

  function stopPatience(): void {
    cancelPatience?.();
    cancelPatience = null;
  }

  function stopTrial(): void {
    cancelTrial?.();
    cancelTrial = null;
    trial?.close();
    trial = null;
  }

  function stopProbe(): void {
    cancelProbe?.();
    cancelProbe = null;
  }
}
