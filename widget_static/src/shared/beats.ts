/**
 * A connection made of requests, for where websockets do not get through: one beat waits at the hub, what is
 * said meanwhile goes in a second one. Looks like a socket; every beat is a hello of its own with positions
 * as they are by then.
 *
 * Counterpart: hub/live/PROTOCOL.md, section Heartbeat.
 */
import type { Command, EphToHub, Hello, ToHub } from "./commands";
import { findFrame, type FromHub } from "./frames";
import type { Answer, Beat, BeatOptions, Socket, World } from "./world";

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

export const beat: Beat = (options, world) => new Beats(options, world);

class Beats implements Socket {
  onopen = () => {};
  onframe: (frame: FromHub | null) => void = () => {};
  onclose: (code: number) => void = () => {};
  #commands: Command[] = [];
  #ephemerals: EphToHub[] = [];
  #isSaying = false;
  #isSayingDue = false;
  #rest: Rest | null = null;
  #isClosed = false;
  #cuts = 0;
  #quick = 0;
  #shortUntil = 0;
  /** Beats are numbered as they begin; the highest number that has its answer. */
  #begun = 0;
  #answered = 0;
  /** By chat and participant: how far they have read, as it was told here. */
  readonly #reads = new Map<number, Map<number, number>>();
  readonly #requests = new Set<AbortController>();
  readonly #options: BeatOptions;
  readonly #world: World;

  constructor(options: BeatOptions, world: World) {
    this.#options = options;
    this.#world = world;
    queueMicrotask(() => this.#isClosed || this.onopen());
  }

  send(frame: ToHub): void {
    if (frame.t === "pong") return;
    if (frame.t === "cmd") this.#commands.push(frame);
    if (frame.t === "eph") this.#ephemerals.push(frame);
    // Whoever asks for a sign of life does not trust the beat that waits.
    if (frame.t === "ping") this.#stopRest();
    this.#isSayingDue = true;
    // What is said in one breath travels together.
    queueMicrotask(() => this.#say());
  }

  close(): void {
    this.#isClosed = true;
    this.#stopRest();
    for (const request of this.#requests) request.abort();
  }

  /** Says what there is to say, one beat after the other so that nothing overtakes, and then waits. */
  async #say(): Promise<void> {
    if (this.#isSaying || this.#isClosed || !this.#isSayingDue) return;
    this.#isSaying = true;
    let restMs = 0;
    while (this.#isSayingDue || this.#commands.length + this.#ephemerals.length > 0) {
      this.#isSayingDue = false;
      const told = await this.#beat(0, new AbortController());
      if (this.#isClosed) return;
      if (!told) return this.#end(1006);
      restMs = told.next_ms || REST_MS;
    }
    this.#isSaying = false;
    this.#wait(restMs);
  }

  /** Until there is something to say: a beat that waits or, where those are cut, one after `restMs`. */
  #wait(restMs: number): void {
    const streams = this.#streams();
    if (this.#rest?.streams === streams) return;
    this.#stopRest();
    if (this.#world.now() < this.#shortUntil) this.#pause(restMs, () => this.send({ t: "ping" }));
    else if (this.#quick < QUICK_ALLOWED) void this.#waitAtHub(streams);
    else this.#pause(PACE_MS, () => void this.#waitAtHub(streams));
  }

  #pause(waitMs: number, call: () => void): void {
    this.#rest = { streams: null, stop: this.#world.after(waitMs, call) };
  }

  async #waitAtHub(streams: string): Promise<void> {
    const control = new AbortController();
    const rest = (this.#rest = { streams, stop: () => control.abort() });
    const beganAt = this.#world.now();
    const told = await this.#beat(WAIT_MS, control);
    if (this.#isClosed || this.#rest !== rest) return;
    this.#rest = null;
    if (!told) return this.#takeCut();
    this.#cuts = 0;
    this.#quick = this.#world.now() - beganAt < QUICK_MS ? this.#quick + 1 : 0;
    this.#wait(REST_MS);
  }

  /** A waiting beat got no answer: is it the waiting, or the network? One that does not wait tells. */
  #takeCut(): void {
    this.#cuts += 1;
    if (this.#cuts >= CUTS_ALLOWED) {
      this.#cuts = 0;
      this.#shortUntil = this.#world.now() + WAIT_AGAIN_MS;
    }
    this.send({ t: "ping" });
  }

  /** What the hub told, its frames handed on; null when the hub did not answer, or ended the connection. */
  async #beat(waitMs: number, control: AbortController): Promise<Told | null> {
    const number = (this.#begun += 1);
    const beganAt = this.#world.now();
    const { token, ...hello } = this.#options.hello();
    const reads = this.#addUpReads(hello);
    const body = { ...hello, reads, t: undefined, ...(waitMs ? {} : this.#takeSaid()), wait_ms: waitMs };
    const headers = {
      "Content-Type": "application/json",
      ...this.#options.headers,
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    };
    const cancelLimit = this.#world.after(waitMs + ANSWER_WITHIN_MS, () => control.abort());
    this.#requests.add(control);
    const posting = this.#world.post(this.#options.url, headers, JSON.stringify(body), control.signal);
    const answer = await posting.catch(() => null);
    cancelLimit();
    this.#requests.delete(control);
    const told = answer && parseTold(answer);
    if (!answer || !told || this.#isClosed || control.signal.aborted) return null;
    const isNewest = number > this.#answered;
    if (isNewest) this.#answered = number;
    this.#handOn(told.frames ?? [], isNewest, this.#world.now() - beganAt);
    if (answer.status === 200) return told;
    this.#end(CLOSE_CODES[answer.status]!, answer.retryAfterS, told);
    return null;
  }

  #handOn(frames: unknown[], isNewest: boolean, tookMs: number): void {
    for (const value of frames) {
      const frame = findFrame(value);
      if (frame?.t === "welcome") {
        // What another beat has told since is newer. A token is good whenever it was given.
        if (!isNewest && !frame.token) continue;
        // It was said as the beat arrived, which was as long ago as the beat has waited.
        frame.now += tookMs;
        for (const { id, participants } of frame.chats) {
          for (const one of participants) this.#noteRead(id, one.id, one.read);
        }
      }
      if (frame?.t === "read") this.#noteRead(frame.chat, frame.id, frame.seq);
      if (!this.#isClosed) this.onframe(frame);
    }
  }

  #noteRead(chat: number, id: number, seq: number): void {
    const marks = this.#reads.get(chat) ?? new Map<number, number>();
    this.#reads.set(chat, marks.set(id, Math.max(seq, marks.get(id) ?? 0)));
  }

  /** Read marks have no position. What moved between two beats is news only to a hub that hears what was told. */
  #addUpReads({ positions }: Omit<Hello, "token">): Record<string, number> {
    const reads: Record<string, number> = {};
    for (const stream of Object.keys(positions ?? {})) {
      const chat = Number(stream);
      if (chat) reads[stream] = [...(this.#reads.get(chat)?.values() ?? [])].reduce((sum, seq) => sum + seq, 0);
    }
    return reads;
  }

  #takeSaid(): { cmds: Command[]; eph: EphToHub[] } {
    let chars = 0;
    const fitting = this.#commands.findIndex((command, index) => {
      chars += JSON.stringify(command).length;
      return index >= MAX_COMMANDS || (index > 0 && chars > MAX_COMMAND_CHARS);
    });
    const cmds = this.#commands.splice(0, fitting < 0 ? Infinity : fitting);
    return { cmds, eph: this.#ephemerals.splice(0, MAX_EPHEMERALS) };
  }

  #end(code: number, retryAfterS = 0, told?: Told): void {
    if (this.#isClosed) return;
    if (retryAfterS && told?.error) {
      this.onframe({ t: "bye", reason: told.error.code, retry: "after", after_ms: retryAfterS * 1000 });
    }
    if (this.#isClosed) return;
    this.close();
    this.onclose(code);
  }

  #stopRest(): void {
    this.#rest?.stop();
    this.#rest = null;
  }

  /** A beat that waits is only told of the streams it named. */
  #streams(): string {
    return Object.keys(this.#options.hello().positions ?? {}).join();
  }
}

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
