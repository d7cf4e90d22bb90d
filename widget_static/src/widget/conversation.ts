/** The visitor's side of the line: turns what the visitor does into frames, and frames into state. */
import type { Config } from "../loader/config";
import type { Kept } from "../loader/kept";
import type { Profile } from "../loader/profile";
import { makeCid } from "../shared/cid";
import {
  streamFrom,
  type Command,
  type FromHub,
  type Hello,
  type Older,
  type Refusal,
  type Reply,
  type Welcome,
} from "../shared/frames";
import { Line, type LineState } from "../shared/line";
import { findPosition } from "../shared/transcript";
import { findOwnRead } from "./chat";
import { beatOnceLoaded } from "./beating";
import { Courier, RETRY_MS } from "./courier";
import type { PostErrand } from "./errands";
import { reduce, type Happening } from "./reduce";
import { initialState, type State } from "./state";
import { VisitorToken } from "./token";
import { TypingSignal } from "./typing";

const CLIENT = "widget/1";
const OLDER_EVENTS = 50;
// So much after its end a lease has surely ended.
const LEASE_MARGIN_MS = 50;

type OnChange = (before: State, happening: Happening) => void;

export class Conversation {
  state: State;
  /** Whether an earlier page left a token. */
  hasToken: boolean;
  readonly #config: Config;
  readonly #kept: Kept;
  readonly #onChange: OnChange;
  readonly #token: VisitorToken;
  readonly #line: Line;
  readonly #courier: Courier;
  readonly #typing = new TypingSignal((on) => this.#tellTyping(on));
  /** False from welcome until it is agreed which token this browser keeps; nothing is asked for before. */
  #isTokenSettled = false;
  /** How far this connection has told the hub that the visitor has read, and in which chat. */
  #told = { chat: 0, seq: 0 };
  #readCid = "";
  #olderCid: string | null = null;

  constructor(config: Config, profile: Profile, kept: Kept, onChange: OnChange) {
    this.#config = config;
    this.#kept = kept;
    this.#onChange = onChange;
    this.hasToken = kept.token.load() !== null;
    this.state = initialState(kept.draft.load() ?? "", profile._chat_available);
    this.#token = new VisitorToken(kept);
    this.#line = new Line({
      url: addressFrom(config),
      beat: beatOnceLoaded,
      isBeatingOnly: [profile._chat_mode, config.chatMode].includes("heartbeat"),
      hello: () => this.#hello(),
      onFrame: (frame) => this.#receive(frame),
      onBegin: (welcome) => void this.#begin(welcome),
      onState: (line) => this.#follow(line),
    });
    this.#courier = new Courier({
      keep: kept.errands,
      send: (command) => this.#send(command),
      findOpenChat: () => this.#findOpenChat(),
      onAnswer: (errand, reply) => this.#change({ kind: "answered", errand, reply }),
    });
    for (const errand of this.#courier.pending()) {
      if (errand.op === "post") this.state = reduce(this.state, { kind: "resumed", errand });
    }
  }

  /** Takes up what an earlier page left, if it left something. */
  resume(): void {
    if (this.hasToken || this.#courier.pending().length > 0) this.#line.open();
  }

  open(): void {
    this.#change({ kind: "opened" });
    this.#line.open();
    this.markRead();
  }

  /** Ends the session of this visitor, not the chat: whoever writes next is somebody new. */
  forget(): void {
    this.close();
    this.#line.close();
    this.#courier.forget();
    this.#token.forget();
    this.hasToken = false;
    this.#change({ kind: "forgotten" });
  }

  close(): void {
    this.#typing.stop();
    this.#change({ kind: "closed" });
    if (this.#isIdle()) this.#hangUp();
  }

  show(layer: State["layer"]): void {
    this.#change({ kind: "layered", layer });
  }

  write(text: string): void {
    this.#change({ kind: "drafted", text });
    this.#typing.type(text);
  }

  stopTyping(): void {
    this.#typing.stop();
  }

  /** Says the draft. The first message of a chat opens it. */
  say(): void {
    const text = this.state.draft.trim();
    if (text === "" || text.length > this.state.maxTextChars) return;
    const at = Date.now() + this.state.clockAheadMs;
    const errand: PostErrand = { cid: makeCid(), op: "post", chat: this.#findOpenChat(), text, at };
    this.#typing.stop();
    this.#change({ kind: "said", errand });
    this.#line.open();
    this.#courier.add(errand);
  }

  end(): void {
    this.show("none");
    if (this.state.chat) this.#courier.add({ cid: makeCid(), op: "end", chat: this.state.chat.id });
  }

  restart(): void {
    this.#change({ kind: "restarted" });
    // A beat that waits would still be told of the chat that is left behind.
    this.#line.poke();
  }

  retry(): void {
    this.#change({ kind: "retried" });
    this.#line.poke();
    this.#courier.goOn();
  }

  edit(cid: string): void {
    this.#change({ kind: "taken back", cid });
  }

  tryNow(): void {
    this.#line.poke();
  }

  loadOlder(): void {
    const { chat, transcript } = this.state;
    const before = transcript.events[0]?.seq;
    if (!chat || this.#olderCid || before === undefined) return;
    const cid = makeCid();
    const args = { stream: streamFrom(chat.id), before, limit: OLDER_EVENTS };
    if (this.#line.send({ t: "cmd", cid, op: "page", args })) this.#olderCid = cid;
  }

  /** What is on the screen has been read, if there is a screen to read it on. */
  markRead(): void {
    const { isOpen, chat, transcript, readSeq } = this.state;
    if (!isOpen || !chat || document.visibilityState !== "visible") return;
    const heard = transcript.events.findLast(({ who }) => who.side !== "visitor")?.seq ?? 0;
    if (heard > readSeq) this.#change({ kind: "read", seq: heard });
    const read = { chat: chat.id, seq: this.state.readSeq };
    const told = Math.max(findOwnRead(chat), this.#told.chat === chat.id ? this.#told.seq : 0);
    if (read.seq <= told) return;
    const cid = makeCid();
    if (!this.#line.send({ t: "cmd", cid, op: "read", args: read })) return;
    this.#told = read;
    this.#readCid = cid;
  }

  #hello(): Hello {
    const token = this.#token.take();
    const { chat, transcript, epoch } = this.state;
    const position = findPosition(transcript, epoch);
    return {
      t: "hello",
      v: 1,
      ...(token ? { token } : { key: this.#config.configKey }),
      ...(chat && position ? { positions: { [streamFrom(chat.id)]: position } } : {}),
      client: CLIENT,
    };
  }

  /** A token the hub refuses is given up: what is not sent yet can still be said as somebody new. */
  #follow(line: LineState): void {
    this.#change({ kind: "line changed", line });
    if (line.kind === "refused" && line.reason === "token_expired" && this.#token.giveUp()) this.#line.poke();
  }

  #receive(frame: FromHub): void {
    if (frame.t === "reply") return this.#receiveReply(frame);
    this.#change({ kind: "framed", frame, now: Date.now() });
    if (this.state.isBehind) return this.#line.again();
    if (frame.t === "reauth") return void this.#settleToken(frame.token);
    if (frame.t === "eph" && frame.kind === "typing") this.#expireLater(frame.until);
    if (frame.t === "page" || frame.t === "event") this.markRead();
  }

  #receiveReply(reply: Reply): void {
    if (reply.cid === this.#readCid && !reply.ok && reply.error.retry !== "never") this.#tellReadLater(reply.error);
    if (reply.cid !== this.#olderCid) return this.#courier.receive(reply);
    this.#olderCid = null;
    if (reply.ok) this.#change({ kind: "older came", older: reply.result as unknown as Older });
  }

  /** The hub could not take the read mark. */
  #tellReadLater({ after_ms }: Refusal): void {
    setTimeout(() => {
      this.#told.seq = 0;
      this.markRead();
    }, after_ms ?? RETRY_MS);
  }

  async #begin({ token }: Welcome): Promise<void> {
    this.#olderCid = null;
    this.#told = { chat: 0, seq: 0 };
    this.#isTokenSettled = false;
    if (!(await this.#settleToken(token))) return;
    this.#isTokenSettled = true;
    if (this.#isIdle()) return this.#hangUp();
    this.#courier.startAnew();
    this.markRead();
  }

  /** False when another token holds: the line begins anew with it. */
  async #settleToken(fresh: string | undefined): Promise<boolean> {
    const isSettled = await this.#token.settle(fresh);
    if (!isSettled) this.#line.again();
    return isSettled;
  }

  /** A chat is only started as the visitor that all tabs agree on: two tabs are one visitor with one chat. */
  #send(command: Command): boolean {
    if (!this.#isTokenSettled) return false;
    if (command.op !== "start" || !this.#token.isOutdated()) return this.#line.send(command);
    this.#line.again();
    return false;
  }

  /** `until` by the hub's clock. */
  #expireLater(until: number): void {
    const waitMs = until - this.state.clockAheadMs - Date.now() + LEASE_MARGIN_MS;
    setTimeout(() => this.#change({ kind: "time passed", now: Date.now() }), waitMs);
  }

  #findOpenChat(): number | null {
    const { chat } = this.state;
    return chat && chat.state !== "ended" ? chat.id : null;
  }

  /** With nothing to say and nobody looking there is no reason to hold a line. */
  #isIdle(): boolean {
    return !this.state.isOpen && !this.state.chat && this.#courier.pending().length === 0;
  }

  #hangUp(): void {
    this.#line.close();
    this.#change({ kind: "line ended" });
  }

  #tellTyping(on: boolean): void {
    const chat = this.#findOpenChat();
    if (chat !== null) this.#line.send({ t: "eph", kind: "typing", chat, on });
  }

  #change(happening: Happening): void {
    const before = this.state;
    this.state = reduce(before, happening);
    if (this.state === before) return;
    if (this.state.draft !== before.draft) this.#kept.draft.save(this.state.draft);
    this.#onChange(before, happening);
  }
}

/**
 * The entrance beside the service the page names; which profile it is for stands in the address, never who
 * it is.
 */
function addressFrom({ chatServiceUrl, configId }: Config): string {
  return `${chatServiceUrl}/realtime?profile=${encodeURIComponent(configId)}`;
}
