/** An agent's desk: joins line, state, errands and storage, and offers what can be done as methods. Counterpart: views/. */
import { beat } from "../../shared/beats";
import { makeCid } from "../../shared/cid";
import type { Hello, ToHub } from "../../shared/commands";
import type { Attachment, Colleagues, Found, FromHub, Next } from "../../shared/frames";
import { makeLine, type Line, type LineState } from "../../shared/line";
import { browserWorld, type World } from "../../shared/world";
import type { Agent } from "../account";
import type { HubCalls } from "../hub";
import type { Act, Errand } from "../state/changes";
import { chatOf, leavesHole } from "../state/chats";
import { expectedSeq } from "../state/conversation";
import { isBringing, parseDrafts, readyFiles, renderDrafts, textOf } from "../state/drafts";
import type { Filters } from "../state/finding";
import { isParticipant } from "../state/headers";
import type { Tab } from "../state/inbox";
import { followPositionsFrom, helloFrom, isBehind } from "../state/positions";
import { EMPTY_DRAFT, initialState, type ConsoleState, type Mode, type Readiness } from "../state/state";
import { mentionIdsFrom } from "../text/mentions";
import { Asks } from "./asks";
import { Corrections } from "./corrections";
import { Details } from "./details";
import { Errands } from "./errands";
import { Fields } from "./fields";
import { Files } from "./files";
import { Finder } from "./finder";
import { History } from "./history";
import type { Keeps } from "./keeps";
import { Library } from "./library";
import { Notifier, type Senses } from "./notifier";
import { Reading } from "./reading";
import { Settings } from "./settings";
import { SiteDesk } from "./site";
import { Store } from "./store";
import { Tags } from "./tags";
import { TypingSign } from "./typing_sign";

// PROTOCOL.md: the hub closes the line on a longer frame, and would again at every retry.
const MAX_FRAME_BYTES = 64 * 1024;
const TOO_LONG = "This is too long for one message. Please send it in parts.";
// PROTOCOL.md: of one note.
const MAX_MENTIONS = 20;
// Leases end by themselves; looking once a second is as fine as people notice.
const SWEEP_MS = 1_000;

/** An errand without its envelope. */
type ActOf = { [Name in Act]: Omit<Extract<Errand, { op: Name }>, "t" | "cid"> };

export interface DeskOptions {
  agent: Agent;
  /** Of the hub's realtime entrance. */
  url: string;
  /** Go with what is said over HTTP. */
  headers: Readonly<Record<string, string>>;
  /** What the hello says beside where things stand: on a page, who is there. */
  introduce?(): Partial<Hello>;
  /** Beats from the start and for good. */
  isBeatingOnly?: boolean;
  /** Told of every frame of the hub, after the state knows it. */
  onFrame?(frame: FromHub): void;
  hub: HubCalls;
  senses: Senses;
  /** The agent followed a notification to its chat. */
  onCalled(chat: number): void;
  keeps: Keeps;
  /** The line was lost or refused: the session may have ended. */
  onRefused(reason: string): void;
  onWaiting(): void;
}

export class Desk {
  readonly store: Store;
  readonly finder: Finder;
  readonly files: Files;
  readonly library: Library;
  readonly corrections: Corrections;
  readonly tags: Tags;
  readonly fields: Fields;
  readonly history: History;
  readonly settings: Settings;
  readonly details: Details;
  readonly site: SiteDesk;
  readonly notifier: Notifier;
  private readonly line: Line;
  readonly asks: Asks;
  private readonly errands: Errands;
  private readonly reading: Reading;
  private readonly typing: TypingSign;
  private readonly tellingSeen = new Set<number>();
  private cancelSweep: (() => void) | null = null;

  constructor(
    private readonly options: DeskOptions,
    private readonly world: World = browserWorld,
  ) {
    const send = (frame: ToHub) => this.line.send(frame);
    this.store = new Store(initialState(options.agent, parseDrafts(options.keeps.drafts.load())));
    this.asks = new Asks(send);
    this.errands = new Errands(options.keeps.errands, {
      send,
      apply: (change) => this.store.apply(change),
      hubNow: () => this.hubNow(),
      after: world.after,
    });
    this.finder = new Finder(this.store, this.asks, world.after);
    this.files = new Files(this.store, this.asks, options.hub, options.keeps.drafts, world.now);
    this.library = new Library(this.store, options.hub);
    this.settings = new Settings(options.hub);
    this.corrections = new Corrections(this.store, this.asks);
    this.tags = new Tags(this.store, this.asks);
    this.fields = new Fields(this.store, this.asks);
    this.history = new History(this.store, this.asks, this.files);
    this.details = new Details(this.store, this.asks);
    this.site = new SiteDesk(this.store, this.asks, world.after);
    this.notifier = new Notifier(options.senses, options.onCalled);
    this.store.watch((before, after) => this.notifier.hear(before, after));
    this.reading = new Reading((chat, seq) => this.sayRead(chat, seq), world.after);
    this.typing = new TypingSign((chat, on) => void send({ t: "eph", kind: "typing", chat, on }), world.now);
    this.line = makeLine(
      {
        url: options.url,
        beat,
        headers: options.headers,
        isBeatingOnly: options.isBeatingOnly ?? false,
        hello: () => ({ ...helloFrom(this.state), ...options.introduce?.() }),
        onFrame: (frame) => this.takeFrame(frame),
        onBegin: (welcome) => this.begin(new Set(welcome.chats.map((chat) => chat.id))),
        onState: (state) => this.takeLine(state),
      },
      world,
    );
  }

  get state(): ConsoleState {
    return this.store.state;
  }

  /** By the hub's clock, as well as this side knows it. */
  hubNow(): number {
    return this.world.now() + this.state.skewMs;
  }

  start(): void {
    this.line.open();
    this.sweepLater();
  }

  stop(): void {
    this.line.close();
    this.reading.stop();
    this.site.stop();
    this.cancelSweep?.();
  }

  /** Asks for the chat's header anew, such as for the ticket that was logged with its acceptance. */
  lookAgain(chat: number): void {
    if (this.state.line.kind === "live") this.follow(chat);
  }

  /** Ends the session of an agent's page at the hub; without a line it ends by itself. */
  signOut(): void {
    this.asks.ask({ op: "sign_out", args: {} });
  }

  /** Opens the chat, at what was found in it. */
  openChat(chat: number, found: Found | null = null): void {
    const before = [...this.state.chats.keys()];
    this.typing.stop();
    this.store.apply({ kind: "opened", chat, found });
    for (const gone of before.filter((one) => !this.state.chats.has(one))) {
      this.asks.ask({ op: "unfollow", args: { chat: gone } });
    }
    if (before.includes(chat)) return;
    this.errands.tellAgain(chat);
    if (this.state.line.kind === "live") this.follow(chat);
  }

  closeChat(): void {
    this.typing.stop();
    this.store.apply({ kind: "closed" });
  }

  chooseTab(tab: Tab): void {
    this.store.apply({ kind: "tab_chosen", tab });
  }

  chooseFilters(filters: Filters): void {
    this.store.apply({ kind: "filters_chosen", filters });
  }

  chooseMode(chat: number, mode: Mode): void {
    this.typing.stop();
    this.store.apply({ kind: "mode_chosen", chat, mode });
  }

  writeDraft(chat: number, text: string): void {
    this.store.apply({ kind: "draft_written", chat, text });
    this.options.keeps.drafts.save(renderDrafts(this.state.drafts));
    const isReply = (this.state.drafts.get(chat) ?? EMPTY_DRAFT).mode === "reply";
    if (isReply && text.trim() !== "") this.typing.touch(chat);
    else this.typing.stop();
  }

  leaveComposer(): void {
    this.typing.stop();
  }

  /** Sends what stands in the composer, as reply, note or whisper; nothing while the guard waits for a choice. */
  say(chat: number): void {
    const draft = this.state.drafts.get(chat) ?? EMPTY_DRAFT;
    const text = textOf(draft).trim();
    const isReply = draft.mode === "reply";
    const isHeld = isReply && (this.state.guards.has(chat) || isBringing(draft));
    const files = isReply ? readyFiles(draft) : [];
    if ((text === "" && files.length === 0) || isHeld) return;
    const errand = isReply ? this.postOf(chat, text, files) : this.noteOf(chat, text, draft.mode === "whisper");
    if (text.length > this.state.maxTextChars || countBytes(errand) > MAX_FRAME_BYTES) {
      this.store.apply({ kind: "notice_told", chat, sentence: TOO_LONG });
      return;
    }
    for (const file of files) this.store.apply({ kind: "file_removed", chat, key: `a${file.id}` });
    this.writeDraft(chat, "");
    this.store.apply({ kind: "notice_closed", chat });
    this.errands.run(errand, files);
  }

  accept(chat: number): void {
    this.act({ op: "accept", args: { chat } });
  }

  end(chat: number): void {
    this.act({ op: "end", args: { chat } });
  }

  /** Does something with a chat as a whole, unless something is under way with it already. */
  act(act: ActOf[Act]): void {
    if (this.state.underWay.has(act.args.chat)) return;
    this.errands.run({ t: "cmd", cid: makeCid(), ...act } as Errand);
  }

  /** The chat that waited longest is this agent's; `onChat` is told which, or null when it was none. */
  takeNext(onChat: (chat: number | null) => void): void {
    this.asks.ask({ op: "next", args: {} }, (reply) => {
      onChat(reply?.ok ? (reply.result as unknown as Next).chat : null);
    });
  }

  /** Who is there to hand a chat to; null when the hub cannot be asked now. */
  askColleagues(onColleagues: (colleagues: Colleagues | null) => void): void {
    this.asks.ask({ op: "colleagues", args: {} }, (reply) =>
      onColleagues(reply?.ok ? (reply.result as unknown as Colleagues) : null),
    );
  }

  /** What this agent says of themselves. The hub's word holds: what did not get through is taken back. */
  chooseReadiness(readiness: Readiness): void {
    const before = this.state.readiness;
    if (this.state.line.kind !== "live" || before === null) return;
    this.store.apply({ kind: "readiness_chosen", readiness });
    const { status, reason } = readiness;
    this.asks.ask({ op: "availability", args: { status, ...(reason === null ? {} : { reason }) } }, (reply) => {
      if (!reply?.ok) this.store.apply({ kind: "readiness_chosen", readiness: before });
    });
  }

  /** The guard's three ways out: edit, send all the same, or discard what was held back. */
  settleGuard(chat: number, choice: "edit" | "send" | "discard"): void {
    this.store.apply({ kind: "guard_settled", chat, keepsText: choice !== "discard" });
    this.options.keeps.drafts.save(renderDrafts(this.state.drafts));
    if (choice !== "send") return;
    this.chooseMode(chat, "reply");
    this.say(chat);
  }

  /** Lets go of a reply that can no longer be sent. */
  discardReply(chat: number): void {
    this.store.apply({ kind: "mode_chosen", chat, mode: "reply" });
    this.writeDraft(chat, "");
  }

  closeNotice(chat: number): void {
    this.store.apply({ kind: "notice_closed", chat });
  }

  settleSought(): void {
    this.store.apply({ kind: "sought_settled" });
  }

  /** One sentence about what became of what the agent did. */
  tell(chat: number, sentence: string): void {
    this.store.apply({ kind: "notice_told", chat, sentence });
  }

  /** The newest message of the chat stands before the agent's eyes. */
  sawEnd(chat: number): void {
    this.store.apply({ kind: "end_seen", chat });
    this.tellMentionsSeen(chat);
    const followed = this.state.chats.get(chat);
    if (!followed?.header || !isParticipant(followed.header, this.state.me.id)) return;
    this.reading.saw(chat, followed.said.head);
  }

  /** Once for each time somebody named the agent: the row says no more so when the hub has noted it. */
  private tellMentionsSeen(chat: number): void {
    if (!this.state.inbox.rows.get(chat)?.mentioned || this.tellingSeen.has(chat)) return;
    this.tellingSeen.add(chat);
    this.asks.ask({ op: "saw_mentions", args: { chat } }, () => this.tellingSeen.delete(chat));
  }

  /** Tries now what would be tried later. */
  retry(): void {
    if (this.state.line.kind === "live") this.errands.resume();
    else this.line.poke();
  }

  private takeFrame(frame: FromHub): void {
    const isMissing =
      (frame.t === "event" && leavesHole(this.state, frame)) ||
      ((frame.t === "ping" || frame.t === "pong") && isBehind(this.state, frame.heads));
    if (frame.t === "page") this.files.noteTold(frame.events);
    if (frame.t === "event") this.files.noteTold([frame]);
    if (frame.t === "welcome" && frame.epoch !== this.state.epoch) this.reading.forget();
    this.store.apply({ kind: "frame", frame, now: this.world.now() });
    if (frame.t === "page") this.history.fill(chatOf(frame.stream));
    this.options.onFrame?.(frame);
    if (isMissing) this.line.again();
    if (frame.t === "reply" && !this.asks.answer(frame) && this.errands.answer(frame)) this.keepReturned(frame.ok);
  }

  /** Also where one connection has taken over from another: what that was asked will not be answered. */
  private begin(followed: ReadonlySet<number>): void {
    this.asks.forget();
    for (const chat of this.state.chats.keys()) if (!followed.has(chat)) this.follow(chat);
    this.errands.resume();
    this.reading.resume();
    this.finder.resume();
    this.site.look();
  }

  private takeLine(line: LineState): void {
    this.store.apply({ kind: "line", line });
    if (line.kind === "live") return;
    this.asks.forget();
    this.errands.pause();
    if (line.kind === "waiting") this.options.onWaiting();
    if (line.kind === "refused") this.options.onRefused(line.reason);
  }

  /** A refused message is back in its composer: it must survive a reload there. */
  private keepReturned(isAccepted: boolean): void {
    if (!isAccepted) this.options.keeps.drafts.save(renderDrafts(this.state.drafts));
  }

  private follow(chat: number): void {
    const followed = this.state.chats.get(chat);
    if (!followed) return;
    const positions = followPositionsFrom(followed, this.state.epoch);
    this.asks.ask({ op: "follow", args: { chat, ...positions } }, (reply) => {
      if (reply) this.store.apply({ kind: "follow_answered", chat, reply });
    });
  }

  private postOf(chat: number, text: string, files: readonly Attachment[]): Errand {
    const expected = expectedSeq(this.state, chat);
    const args = {
      chat,
      text,
      ...(expected === null ? {} : { expect_seq: expected }),
      ...(files.length === 0 ? {} : { attachments: files.map(({ id }) => id) }),
    };
    return { t: "cmd", cid: makeCid(), op: "post", args };
  }

  private noteOf(chat: number, text: string, isWhisper: boolean): Errand {
    const mentions = mentionIdsFrom(text, this.state.colleagues).slice(0, MAX_MENTIONS);
    const args = {
      chat,
      text,
      ...(mentions.length === 0 ? {} : { mentions }),
      ...(isWhisper ? { whisper: true } : {}),
    };
    return { t: "cmd", cid: makeCid(), op: "note", args };
  }

  private sayRead(chat: number, seq: number): boolean {
    if (this.state.line.kind !== "live") return false;
    this.asks.ask({ op: "read", args: { chat, seq } }, (reply) => {
      if (!reply) this.reading.lost(chat);
      else if (reply.ok) this.store.apply({ kind: "read_said", chat, seq });
      else if (reply.error.retry !== "never") this.reading.putOff(chat, reply.error.after_ms ?? 0);
    });
    return true;
  }

  private sweepLater(): void {
    this.cancelSweep = this.world.after(SWEEP_MS, () => {
      this.sweepLater();
      this.store.apply({ kind: "time_passed", now: this.world.now() });
    });
  }
}

function countBytes(frame: ToHub): number {
  return new TextEncoder().encode(JSON.stringify(frame)).length;
}
