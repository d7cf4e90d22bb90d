/**
 * A hub in memory, met through a fake world: one chat, its events numbered, commands carried out once by
 * their cid. It answers when it is told to, so that a test decides what is lost on the way.
 */
import type { Command } from "../../src/shared/commands";
import type { Chat, EventFrame, FromHub, Page, Welcome, Who } from "../../src/shared/frames";
import { FakeWorld, WELCOME, type BeatBody, type FakeRequest, type FakeSocket } from "./world";

const VISITOR: Who = { id: 41, side: "visitor" };

/** What a request or a websocket has been told. */
interface Told {
  frames: FromHub[];
  /** The seq up to which events have been told; null before the chat is followed. */
  upTo: number | null;
}

export class MemoryHub {
  readonly events: EventFrame[] = [];
  readonly #replies = new Map<string, FromHub>();
  readonly #beats = new Map<FakeRequest, Told>();
  readonly #lines = new Map<FakeSocket, Told & { heard: number }>();

  constructor(
    readonly world: FakeWorld,
    readonly agent: Who,
    readonly header: Chat,
  ) {
    this.append("chat_started", VISITOR, null);
  }

  append(kind: string, who: Who, cid: string | null, text?: string): EventFrame {
    const seq = this.events.length + 1;
    const event: EventFrame = {
      t: "event",
      stream: String(this.header.id),
      chat: this.header.id,
      seq,
      id: 900 + seq,
      kind,
      at: this.world.now(),
      who,
      cid,
      ...(text === undefined ? {} : { text }),
    };
    this.events.push(event);
    return event;
  }

  visitorSays(text: string): void {
    this.append("message_posted", VISITOR, `visitor-${this.events.length}`, text);
  }

  /** Takes in what a beat asks; what it is told is read now, and again when it is answered. */
  take(request: FakeRequest): void {
    if (this.#beats.has(request)) return;
    const told: Told = { frames: [], upTo: null };
    this.#beats.set(request, told);
    this.#greet(told, request.body.positions ?? {});
    for (const command of request.body.cmds ?? []) this.#carryOut(told, command);
  }

  /** Whether a beat that was taken in has to be answered now. */
  hasNews(request: FakeRequest): boolean {
    const told = this.#beats.get(request)!;
    return told.upTo !== null && told.upTo < this.events.length;
  }

  async answer(request: FakeRequest): Promise<void> {
    const told = this.#beats.get(request)!;
    this.#tellNews(told);
    await request.reply(JSON.stringify({ frames: told.frames, next_ms: request.body.wait_ms ? 0 : 1_500 }));
  }

  /** Reads what has been sent on a websocket, and tells it what is new. */
  serve(socket: FakeSocket): void {
    const line = this.#lines.get(socket) ?? { frames: [], upTo: null, heard: 0 };
    this.#lines.set(socket, line);
    for (; line.heard < socket.sent.length; line.heard += 1) {
      const frame = socket.sent[line.heard]!;
      if (frame.t === "hello") this.#greet(line, frame.positions ?? {});
      if (frame.t === "cmd") this.#carryOut(line, frame);
      if (frame.t === "ping") line.frames.push({ t: "pong", heads: {}, now: this.world.now() });
    }
    this.#tellNews(line);
    for (const frame of line.frames.splice(0)) if (!socket.isClosed) socket.hear(frame);
  }

  #greet(told: Told, positions: NonNullable<BeatBody["positions"]>): void {
    const position = positions[String(this.header.id)];
    const chat = { ...this.header, head: this.events.length };
    const welcome: Welcome = { ...WELCOME, now: this.world.now(), chats: position ? [chat] : [] };
    told.frames.push(welcome);
    if (position) this.#page(told, Number(position.split(":")[1]));
  }

  #page(told: Told, after: number): void {
    const head = this.events.length;
    const stream = String(this.header.id);
    const page: Page = { t: "page", stream, resume: "ok", events: this.events.slice(after), head, more: false };
    told.frames.push(page);
    told.upTo = head;
  }

  #tellNews(told: Told): void {
    if (told.upTo === null) return;
    told.frames.push(...this.events.slice(told.upTo));
    told.upTo = this.events.length;
  }

  #carryOut(told: Told, { cid, op, args }: Command): void {
    if (op === "post" && !this.#replies.has(cid)) {
      const { seq, id, at } = this.append("message_posted", this.agent, cid, args.text);
      this.#replies.set(cid, { t: "reply", cid, ok: true, result: { seq, id, at } });
    }
    const chat = { ...this.header, head: this.events.length };
    const result = op === "visits" ? { shown: false, away: false, visits: [], total: 0 } : { chat };
    told.frames.push(this.#replies.get(cid) ?? { t: "reply", cid, ok: true, result });
    if (op === "follow") this.#page(told, Number(args.position?.split(":")[1] ?? 0));
  }
}
