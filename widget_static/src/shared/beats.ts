/**
 * A connection made of requests, for where websockets do not get through: one beat waits at the hub, what is
 * said meanwhile goes in a second one. Looks like a socket; every beat is a hello of its own with positions
 * as they are by then.
 *
 * Counterpart: hub/live/PROTOCOL.md, section Heartbeat.
 */
import type { Command, EphToHub, Hello, ToHub } from "./commands";
import { findFrame } from "./frames";
import type { Answer, Beat, Socket } from "./world";

const WAIT_MS = 25_000;
// Beyond its waiting a beat is answered in milliseconds; this is for slow networks.
const ANSWER_WITHIN_MS = 10_000;
// Proxies that cut waiting beats do so for good, and networks change.
const CUTS_ALLOWED = 2;
const WAIT_AGAIN_MS = 10 * 60_000;
// When the hub does not say when to come again.
const REST_MS = 5_000;
// So many answers at once in a row are no conversation any more; then one a second.
const QUICK_MS = 500;
const QUICK_ALLOWED = 5;
const PACE_MS = 1_000;
// The hub's bounds for one beat, with a wide margin for the longest characters.
const MAX_COMMANDS = 50;
const MAX_EPHEMERALS = 10;
const MAX_COMMAND_CHARS = 64 * 1024;

/** What a websocket would have been closed with, by status. */
const CLOSE_CODES: Readonly<Record<number, number>> = {
  400: 4000,
  401: 4001,
  403: 4003,
  404: 4003,
  426: 4090,
  429: 4029,
  503: 1012,
};

interface Told {
  frames?: unknown[];
  next_ms?: number;
  error?: { code: string };
}

/** What keeps the connection until there is something to say: a waiting beat, or a pause before the next. */
interface Rest {
  /** The streams a waiting beat is told of; null while nothing waits at the hub. */
  streams: string | null;
  stop(): void;
}

export const beat: Beat = (options, world) => {
  const commands: Command[] = [];
  const ephemerals: EphToHub[] = [];
  let isSaying = false;
  let isSayingDue = false;
  let rest: Rest | null = null;
  let isClosed = false;
  let cuts = 0;
  let quick = 0;
  let shortUntil = 0;
  // Beats are numbered as they begin; the highest number that has its answer.
  let begun = 0;
  let answered = 0;
  /** By chat and participant: how far they have read, as it was told here. */
  const marks = new Map<number, Map<number, number>>();
  const requests = new Set<AbortController>();
  const socket: Socket = { onopen: () => {}, onframe: () => {}, onclose: () => {}, send, close };
  queueMicrotask(() => isClosed || socket.onopen());
  return socket;

  function send(frame: ToHub): void {
    if (frame.t === "pong") return;
    if (frame.t === "cmd") commands.push(frame);
    if (frame.t === "eph") ephemerals.push(frame);
    // Whoever asks for a sign of life does not trust the beat that waits.
    if (frame.t === "ping") stopRest();
    isSayingDue = true;
    // What is said in one breath travels together.
    queueMicrotask(say);
  }

  function close(): void {
    isClosed = true;
    stopRest();
    for (const request of requests) request.abort();
  }

  /** Says what there is to say, one beat after the other so that nothing overtakes, and then waits. */
  async function say(): Promise<void> {
    if (isSaying || isClosed || !isSayingDue) return;
    isSaying = true;
    let restMs = 0;
    while (isSayingDue || commands.length + ephemerals.length > 0) {
      isSayingDue = false;
      const told = await ask(0, new AbortController());
      if (isClosed) return;
      if (!told) return end(1006);
      restMs = told.next_ms || REST_MS;
    }
    isSaying = false;
    wait(restMs);
  }

  /** Until there is something to say: a beat that waits or, where those are cut, one after `restMs`. */
  function wait(restMs: number): void {
    const streams = streamsNow();
    if (rest?.streams === streams) return;
    stopRest();
    if (world.now() < shortUntil) pause(restMs, () => send({ t: "ping" }));
    else if (quick < QUICK_ALLOWED) void waitAtHub(streams);
    else pause(PACE_MS, () => void waitAtHub(streams));
  }

  function pause(waitMs: number, call: () => void): void {
    rest = { streams: null, stop: world.after(waitMs, call) };
  }

  async function waitAtHub(streams: string): Promise<void> {
    const control = new AbortController();
    const begunRest = (rest = { streams, stop: () => control.abort() });
    const beganAt = world.now();
    const told = await ask(WAIT_MS, control);
    if (isClosed || rest !== begunRest) return;
    rest = null;
    if (!told) return takeCut();
    cuts = 0;
    quick = world.now() - beganAt < QUICK_MS ? quick + 1 : 0;
    wait(REST_MS);
  }

  /** A waiting beat got no answer: is it the waiting, or the network? One that does not wait tells. */
  function takeCut(): void {
    cuts += 1;
    if (cuts >= CUTS_ALLOWED) {
      cuts = 0;
      shortUntil = world.now() + WAIT_AGAIN_MS;
    }
    send({ t: "ping" });
  }

  /** One beat: what the hub told, its frames handed on; null when the hub did not answer, or ended the connection. */
  async function ask(waitMs: number, control: AbortController): Promise<Told | null> {
    const number = (begun += 1);
    const beganAt = world.now();
    const { token, ...hello } = options.hello();
    const body = { ...hello, reads: addUpReads(hello), t: undefined, ...(waitMs ? {} : takeSaid()), wait_ms: waitMs };
    const headers = {
      "Content-Type": "application/json",
      ...options.headers,
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    };
    const cancelLimit = world.after(waitMs + ANSWER_WITHIN_MS, () => control.abort());
    requests.add(control);
    const answer = await world.post(options.url, headers, JSON.stringify(body), control.signal).catch(() => null);
    cancelLimit();
    requests.delete(control);
    const told = answer && parseTold(answer);
    if (!answer || !told || isClosed || control.signal.aborted) return null;
    const isNewest = number > answered;
    if (isNewest) answered = number;
    handOn(told.frames ?? [], isNewest, world.now() - beganAt);
    if (answer.status === 200) return told;
    end(CLOSE_CODES[answer.status]!, answer.retryAfterS, told);
    return null;
  }

  function handOn(frames: unknown[], isNewest: boolean, tookMs: number): void {
    for (const value of frames) {
      const frame = findFrame(value);
      if (frame?.t === "welcome") {
        // What another beat has told since is newer. A token is good whenever it was given.
        if (!isNewest && !frame.token) continue;
        // It was said as the beat arrived, which was as long ago as the beat has waited.
        frame.now += tookMs;
        for (const { id, participants } of frame.chats) {
          for (const one of participants) noteRead(id, one.id, one.read);
        }
      }
      if (frame?.t === "read") noteRead(frame.chat, frame.id, frame.seq);
      if (!isClosed) socket.onframe(frame);
    }
  }

  function noteRead(chat: number, id: number, seq: number): void {
    const ofChat = marks.get(chat) ?? new Map<number, number>();
    marks.set(chat, ofChat.set(id, Math.max(seq, ofChat.get(id) ?? 0)));
  }

  /** Read marks have no position. What moved between two beats is news only to a hub that hears what was told. */
  function addUpReads({ positions }: Omit<Hello, "token">): Record<string, number> {
    const reads: Record<string, number> = {};
    for (const stream of Object.keys(positions ?? {})) {
      const chat = Number(stream);
      if (chat) reads[stream] = [...(marks.get(chat)?.values() ?? [])].reduce((sum, seq) => sum + seq, 0);
    }
    return reads;
  }

  function takeSaid(): { cmds: Command[]; eph: EphToHub[] } {
    let chars = 0;
    const fitting = commands.findIndex((command, index) => {
      chars += JSON.stringify(command).length;
      return index >= MAX_COMMANDS || (index > 0 && chars > MAX_COMMAND_CHARS);
    });
    const cmds = commands.splice(0, fitting < 0 ? Infinity : fitting);
    return { cmds, eph: ephemerals.splice(0, MAX_EPHEMERALS) };
  }

  function end(code: number, retryAfterS = 0, told?: Told): void {
    if (isClosed) return;
    if (retryAfterS && told?.error) {
      socket.onframe({ t: "bye", reason: told.error.code, retry: "after", after_ms: retryAfterS * 1000 });
    }
    if (isClosed) return;
    close();
    socket.onclose(code);
  }

  function stopRest(): void {
    rest?.stop();
    rest = null;
  }

  /** A beat that waits is only told of the streams it named. */
  function streamsNow(): string {
    return Object.keys(options.hello().positions ?? {}).join();
  }
};

/** What the hub said, or null when the answer is not the hub's: a proxy's page, or nothing at all. */
function parseTold({ status, text }: Answer): Told | null {
  try {
    const told = JSON.parse(text) as Told | null;
    const isRefusal = status in CLOSE_CODES && (told?.frames ?? told?.error);
    return (status === 200 ? told?.frames?.length : isRefusal) ? told : null;
  } catch {
    return null;
  }
}
