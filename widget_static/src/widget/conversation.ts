/** The visitor's side of the line: turns what the visitor does into frames, and frames into state. */
import type { Config } from "../loader/config";
import type { Kept } from "../loader/kept";
import type { Profile } from "../loader/profile";
import { beat } from "../shared/beats";
import { makeCid } from "../shared/cid";
import type { Command, CommandArgs, CommandOf, Hello, StartArgs } from "../shared/commands";
import {
  streamFrom,
  type Chat,
  type FromHub,
  type Identified,
  type MessageData,
  type Older,
  type Refusal,
  type Reply,
  type Welcome,
} from "../shared/frames";
import { Line, type LineState } from "../shared/line";
import { applyOlder, findPosition } from "../shared/transcript";
import { findOwnRead } from "./chat";
import { Courier, RETRY_MS } from "./courier";
import type { PlainErrand, PostErrand } from "./errands";
import type { Proof } from "./proof";
import { reduce, retryFailed, takeBack, typingAt, withFile, withPending, type Happening } from "./reduce";
import { initialState, NO_CHAT, type FileUnderway, type State } from "./state";
import { VisitorToken } from "./token";
import { TypingSignal } from "./typing";
import { canSay } from "./view";

const CLIENT = "widget/1";
const OLDER_EVENTS = 50;
// The hub's lease lasts 6 s, and the one before it may have been lost.
const TYPING_REPEAT_MS = 3_000;
// As fine as agents who see the draft would notice.
const DRAFT_REPEAT_MS = 1_000;
// So much after its end a lease has surely ended.
const LEASE_MARGIN_MS = 50;

// For those who build the page.
const NOTHING_TO_UPGRADE = "There is no chat to upgrade.";
const NOT_TAKEN = "The id_token was not accepted.";

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
  readonly #typing: TypingSignal;
  /** False from welcome until it is agreed which token this browser keeps; nothing is asked for before. */
  #isTokenSettled = false;
  /** How far this connection has told the hub that the visitor has read in this chat. */
  #toldSeq = 0;
  #readCid = "";
  /** `page` commands without their answer, by cid, and who waits for it. */
  readonly #pages = new Map<string, { command: CommandOf<"page">; settle(hasCome: boolean): void }>();
  #proof: Proof | null = null;
  /** What the visitor has said of themselves; null: they have not been asked. */
  #introduction: StartArgs | null = null;
  /** The invitation that is being taken. */
  #invited: StartArgs = {};
  readonly #isAskedFirst: boolean;
  readonly #hasTerms: boolean;
  /** Chats of the user that are not taken up. */
  readonly #left = new Set<number>();

  constructor(config: Config, profile: Profile, kept: Kept, onChange: OnChange) {
    this.#config = config;
    this.#kept = kept;
    this.#onChange = onChange;
    this.#hasTerms = profile._consent !== "";
    this.#isAskedFirst = profile._prechat > 0 || this.#hasTerms;
    this.hasToken = kept.token.load() !== null;
    this.state = initialState(kept.draft.load() ?? "", profile._chat_available);
    this.#token = new VisitorToken(kept);
    const showsDraft = profile._draft_preview;
    this.#typing = new TypingSignal(
      (on, text) => {
        const chat = this.#findOpenChat();
        // What is too long to be sent is too long to be shown.
        const draft = showsDraft && text.length <= this.state.maxTextChars && { draft: text };
        if (chat !== null) this.#line.send({ t: "eph", kind: "typing", chat, on, ...draft });
      },
      showsDraft ? DRAFT_REPEAT_MS : TYPING_REPEAT_MS,
    );
    this.#line = new Line({
      url: addressFrom(config),
      beat,
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
      introduce: () => ({ custom_fields: config.customFields, consent: profile._consent, ...this.#introduction, ...this.#invited }),
      onAnswer: (errand, reply) => {
        if (errand.op === "start") this.#invited = {};
        this.#change({ kind: "answered", errand, reply });
      },
    });
    for (const errand of this.#courier.pending()) {
      if (errand.op === "post") this.state = withPending(this.state, errand);
    }
  }

  /** Takes up what an earlier page left, if it left something. */
  resume(): void {
    if (this.hasToken || this.#courier.pending().length > 0) this.#line.open();
  }

  open(): void {
    this.#note({ isOpen: true });
    this.#line.open();
    this.markRead();
  }

  /** The next chat is the user's whom the id token names. Without effect while a chat is in progress. */
  openAs(idToken: string, isChatRetained: boolean): void {
    const isInHello = this.#token.take() === null;
    this.#proof = { idToken, isChatRetained, cid: null, isSaid: false, isInHello };
    this.#prove();
  }

  /** The unknown visitor of this chat is the user whom the id token names. */
  upgrade(idToken: string): void {
    this.#proof = { idToken, isChatRetained: true, cid: makeCid(), isSaid: false, isInHello: false };
    if (this.#token.take() === null) this.#endProof(NOTHING_TO_UPGRADE);
    else this.#prove();
  }

  /** Ends the session of this visitor, not the chat: whoever writes next is somebody new. */
  forget(): void {
    this.#proof = null;
    this.#introduction = null;
    this.close();
    this.#line.close();
    this.#courier.forget();
    this.#token.forget();
    this.hasToken = false;
    this.#kept.chat.save("");
    const { isAvailable, opensAt } = this.state;
    this.#note({ ...initialState("", isAvailable), opensAt });
  }

  close(): void {
    this.#typing.stop();
    this.#note({ isOpen: false, layer: "none" });
    if (this.#isIdle()) this.#hangUp();
  }

  show(layer: State["layer"]): void {
    this.#note({ layer });
  }

  write(text: string): void {
    this.#note({ draft: text });
    this.#typing.type(text);
  }

  stopTyping(): void {
    this.#typing.stop();
  }

  /** Says the draft with its files. The first message of a chat opens it. */
  say(): void {
    if (!canSay(this.state) || this.#asksFirst()) return;
    const attachments = this.state.files.map(({ stored }) => stored!);
    this.#post(this.state.draft.trim(), attachments.length > 0 ? { attachments } : undefined);
    this.#typing.stop();
  }

  /** Answers what a message asked for; the draft stays as it is. */
  answer(text: string, data: MessageData): void {
    this.#post(text, data, false);
  }

  #post(text: string, data?: MessageData, isDraft = true): void {
    const at = Date.now() + this.state.clockAheadMs;
    const errand: PostErrand = { cid: makeCid(), op: "post", chat: this.#findOpenChat(), text, at, ...(data ? { data } : {}) };
    this.#change({ kind: "said", errand, isDraft });
    this.#line.open();
    this.#courier.add(errand);
  }

  /** Who begins a chat says who they are; what is written and chosen goes with it. */
  introduce(introduction: StartArgs): void {
    this.#introduction = introduction;
    if (canSay(this.state)) this.say();
    else this.begin();
  }

  /** Whether it is to be asked first who somebody is, and then asks. */
  #asksFirst(): boolean {
    const isAsked =
      (this.#invited.invitation ? this.#hasTerms : this.#isAskedFirst) && !this.#introduction && this.#findOpenChat() === null && !this.#kept.token.isProven();
    if (isAsked) this.show("intro");
    return isAsked;
  }

  /** Asks for something about this chat. */
  ask<Op extends PlainErrand["op"]>(op: Op, args: Omit<CommandArgs[Op], "chat">): void {
    const { chat } = this.state;
    if (!chat) return;
    const errand = { cid: makeCid(), op, args: { ...args, chat: chat.id } } as PlainErrand;
    this.#change({ kind: "asked", errand });
    this.#courier.add(errand);
  }

  /** Begins a chat before anything is said, for those who bring files, and those who were invited. */
  begin(invited = this.#invited): void {
    this.#invited = invited;
    this.show("none");
    if (this.#asksFirst()) return;
    this.#line.open();
    this.#courier.begin();
  }

  changeFile(file: FileUnderway): void {
    this.#note({ files: withFile(this.state.files, file) });
  }

  dropFile(key: string): void {
    this.#note({ files: this.state.files.filter((file) => file.key !== key) });
  }

  /** Where files go and as whom; null while there is no chat for them. */
  findUpload(): { url: string; token: string } | null {
    const token = this.#isTokenSettled && this.#findOpenChat() !== null ? this.#token.take() : null;
    return token ? { url: `${this.#config.chatServiceUrl}/Attachment`, token } : null;
  }

  restart(): void {
    this.#note(NO_CHAT);
    // A beat that waits would still be told of the chat that is left behind.
    this.#line.poke();
  }

  retry(): void {
    this.#note({ transcript: retryFailed(this.state) });
    this.#line.poke();
    this.#courier.goOn();
  }

  edit(cid: string): void {
    this.#note(takeBack(this.state, cid));
  }

  tryNow(): void {
    this.#line.poke();
  }

  loadOlder(): Promise<boolean> {
    return this.#loadPage(this.#firstSeq(), OLDER_EVENTS);
  }

  /** Whatever older messages there are, for those who take the chat along. */
  async loadAll(): Promise<void> {
    let before = 0;
    while (this.state.transcript.more && before !== this.#firstSeq()) {
      before = this.#firstSeq();
      await this.loadOlder();
    }
  }

  /** Asks anew for an event whose links have run out; false when it does not come. */
  renew(seq: number): Promise<boolean> {
    return this.#loadPage(seq + 1, 1);
  }

  #firstSeq(): number {
    return this.state.transcript.events[0]?.seq ?? 0;
  }

  #loadPage(before: number, limit: number): Promise<boolean> {
    const { stream } = this.state.transcript;
    const command: CommandOf<"page"> = { t: "cmd", cid: makeCid(), op: "page", args: { stream, before, limit } };
    this.#line.send(command);
    return new Promise((settle) => this.#pages.set(command.cid, { command, settle }));
  }

  /** What is on the screen has been read, if there is a screen to read it on. */
  markRead(): void {
    const { isOpen, chat, transcript, readSeq } = this.state;
    if (!isOpen || !chat || document.visibilityState !== "visible") return;
    const heard = transcript.events.findLast(({ who }) => who.side !== "visitor")?.seq ?? 0;
    if (heard > readSeq) this.#note({ readSeq: heard });
    const seq = Math.max(heard, readSeq);
    if (seq <= Math.max(findOwnRead(chat), this.#toldSeq)) return;
    const cid = makeCid();
    if (!this.#line.send({ t: "cmd", cid, op: "read", args: { chat: chat.id, seq } })) return;
    this.#toldSeq = seq;
    this.#readCid = cid;
  }

  #hello(): Hello {
    const token = this.#token.take();
    const { chat, transcript, epoch } = this.state;
    const position = findPosition(transcript, epoch);
    const idToken = this.#proof?.isInHello ? this.#proof.idToken : null;
    return {
      t: "hello",
      v: 1,
      ...(idToken ? { id_token: idToken } : {}),
      ...(token ? { token } : idToken ? {} : { key: this.#config.configKey }),
      ...(chat && position ? { positions: { [streamFrom(chat.id)]: position } } : {}),
      client: CLIENT,
    };
  }

  /** A token the hub refuses is given up: what is not sent yet can still be said as somebody new. */
  #follow(line: LineState): void {
    this.#change({ kind: "line changed", line });
    const proof = this.#proof;
    if (proof?.isSaid && line.kind !== "live") proof.isInHello = true;
    if (line.kind !== "refused" || line.reason !== "token_expired") return;
    if (proof?.isInHello) this.#endProof(NOT_TAKEN);
    else if (!this.#token.giveUp()) return;
    this.#line.poke();
  }

  /** Says who the visitor is once it is known what goes on; on the next line, when this one is lost. */
  #prove(): void {
    const proof = this.#proof;
    if (!proof || proof.isInHello || !this.#isTokenSettled) return;
    const { chat } = this.state;
    if (proof.cid) {
      if (!chat) return this.#endProof(NOTHING_TO_UPGRADE);
      const args = { id_token: proof.idToken, chat: chat.id };
      proof.isSaid = this.#line.send({ t: "cmd", cid: proof.cid, op: "identify", args });
    } else if (this.#findOpenChat() !== null || this.#courier.pending().length > 0) {
      this.#proof = null;
    } else {
      proof.isInHello = true;
      if (chat) this.#note(NO_CHAT);
      this.#line.again();
    }
  }

  #takeProofReply(reply: Reply): void {
    if (reply.ok) {
      this.#token.adopt((reply.result as unknown as Identified).token);
      this.#endProof("");
    } else if (reply.error.retry === "never") this.#endProof(reply.error.message);
    else setTimeout(() => this.#prove(), reply.error.after_ms ?? RETRY_MS);
  }

  /** `error`: why it was not taken. */
  #endProof(error: string): void {
    const isUpgrade = Boolean(this.#proof?.cid);
    this.#proof = null;
    this.#change({ kind: "proven", isUpgrade, error });
  }

  /** The chats of a welcome without those of the user that are not to be taken up. */
  #takeUp(chats: Chat[]): Chat[] {
    if (this.#proof?.isInHello && !this.#proof.isChatRetained) {
      for (const { id, state } of chats) {
        if (state === "ended" || this.#left.has(id)) continue;
        this.#left.add(id);
        this.#courier.add({ cid: makeCid(), op: "end", args: { chat: id } });
      }
    }
    return chats.filter(({ id }) => !this.#left.has(id));
  }

  #receive(frame: FromHub): void {
    if (frame.t === "reply") return this.#receiveReply(frame);
    if (frame.t === "welcome") frame.chats = this.#takeUp(frame.chats);
    if ("stream" in frame && this.#left.has(Number(frame.stream))) return;
    this.#change({ kind: "framed", frame, now: Date.now() });
    if (this.state.isBehind) return this.#line.again();
    if (frame.t === "reauth") return void this.#settleToken(frame.token);
    if (frame.t === "eph" && frame.kind === "typing") this.#expireLater(frame.until);
    if (frame.t === "page" || frame.t === "event") this.markRead();
  }

  #receiveReply(reply: Reply): void {
    if (reply.cid === this.#readCid && !reply.ok && reply.error.retry !== "never") this.#tellReadLater(reply.error);
    if (reply.cid === this.#proof?.cid) return this.#takeProofReply(reply);
    // Said as somebody whom another tab has made somebody else: it is said again as who that is now.
    if (!reply.ok && this.#token.isOutdated()) return this.#line.again();
    const page = this.#pages.get(reply.cid);
    if (!page) return this.#courier.receive(reply);
    this.#pages.delete(reply.cid);
    const hasCome = reply.ok && page.command.args.stream === this.state.transcript.stream;
    if (hasCome) this.#note({ transcript: applyOlder(this.state.transcript, reply.result as unknown as Older) });
    page.settle(hasCome);
  }

  /** The hub could not take the read mark. */
  #tellReadLater({ after_ms }: Refusal): void {
    setTimeout(() => {
      this.#toldSeq = 0;
      this.markRead();
    }, after_ms ?? RETRY_MS);
  }

  async #begin({ token }: Welcome): Promise<void> {
    this.#toldSeq = 0;
    this.#isTokenSettled = false;
    if (this.#proof?.isInHello) {
      this.#token.adopt(token!);
      this.#endProof("");
    } else if (!(await this.#settleToken(token))) return;
    this.#isTokenSettled = true;
    this.#prove();
    if (this.#isIdle()) return this.#hangUp();
    this.#courier.startAnew();
    for (const { command } of this.#pages.values()) this.#line.send(command);
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
    setTimeout(() => this.#note({ typing: typingAt(this.state, Date.now()) }), waitMs);
  }

  #findOpenChat(): number | null {
    const { chat } = this.state;
    return chat && chat.state !== "ended" ? chat.id : null;
  }

  /** Another tab has kept something under this name; `isWriting`: what is written here stands. */
  hear(name: string | null, text: string, isWriting: boolean): void {
    if (name === this.#kept.draft.name && !isWriting) this.#note({ draft: text });
    if (name !== this.#kept.chat.name) return;
    if (text === "") this.forget();
    else if (text !== String(this.state.chat?.id)) this.#line.again();
  }

  /** With nothing to say and nobody looking there is no reason to hold a line. */
  #isIdle(): boolean {
    return !this.state.isOpen && !this.state.chat && this.#courier.pending().length === 0;
  }

  #hangUp(): void {
    this.#line.close();
    this.#note({ line: "idle" });
  }

  #note(change: Partial<State>): void {
    this.#change({ kind: "noted", change });
  }

  #change(happening: Happening): void {
    const before = this.state;
    this.state = reduce(before, happening);
    if (this.state === before) return;
    const { draft, chat } = this.state;
    if (draft !== before.draft) this.#kept.draft.save(draft);
    if (chat && chat.id !== before.chat?.id) {
      this.#toldSeq = 0;
      this.#kept.chat.save(String(chat.id));
    }
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
