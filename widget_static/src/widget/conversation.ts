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
import { makeLine, type LineState } from "../shared/line";
import { applyOlder, findPosition } from "../shared/transcript";
import type { Conversation } from "./acts";
import { findOwnRead } from "./chat";
import { makeCourier, RETRY_MS } from "./courier";
import type { PlainErrand, PostErrand } from "./errands";
import type { Proof } from "./proof";
import { reduce, retryFailed, takeBack, typingAt, withFile, withPending, type Happening } from "./reduce";
import { initialState, NO_CHAT, type FileUnderway, type State } from "./state";
import { makeVisitorToken } from "./token";
import { makeTypingSignal } from "./typing";
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

export function makeConversation(config: Config, profile: Profile, kept: Kept, onChange: OnChange): Conversation {
  const hasTerms = profile._consent !== "";
  const isAskedFirst = profile._prechat > 0 || hasTerms;
  const showsDraft = profile._draft_preview;
  let hasToken = kept.token.load() !== null;
  let state = initialState(kept.draft.load() ?? "", profile._chat_available);
  /** False from welcome until it is agreed which token this browser keeps; nothing is asked for before. */
  let isTokenSettled = false;
  /** How far this connection has told the hub that the visitor has read in this chat. */
  let toldSeq = 0;
  let readCid = "";
  /** `page` commands without their answer, by cid, and who waits for it. */
  const pages = new Map<string, { command: CommandOf<"page">; settle(hasCome: boolean): void }>();
  let proof: Proof | null = null;
  /** What the visitor has said of themselves; null: they have not been asked. */
  let introduced: StartArgs | null = null;
  /** The invitation that is being taken. */
  let taken: StartArgs = {};
  /** Chats of the user that are not taken up. */
  const leftChats = new Set<number>();
  const visitorToken = makeVisitorToken(kept);
  const typing = makeTypingSignal(
    (on, text) => {
      const chat = findOpenChat();
      // What is too long to be sent is too long to be shown.
      const draft = showsDraft && text.length <= state.maxTextChars && { draft: text };
      if (chat !== null) line.send({ t: "eph", kind: "typing", chat, on, ...draft });
    },
    showsDraft ? DRAFT_REPEAT_MS : TYPING_REPEAT_MS,
  );
  const line = makeLine({
    url: addressFrom(config),
    beat,
    isBeatingOnly: [profile._chat_mode, config.chatMode].includes("heartbeat"),
    hello,
    onFrame: receive,
    onBegin: beginLine,
    onState: follow,
  });
  const courier = makeCourier({
    keep: kept.errands,
    send,
    findOpenChat,
    introduce: () => ({ custom_fields: config.customFields, consent: profile._consent, ...introduced, ...taken }),
    onAnswer(errand, reply) {
      if (errand.op === "start") taken = {};
      change({ kind: "answered", errand, reply });
    },
  });
  for (const errand of courier.pending()) {
    if (errand.op === "post") state = withPending(state, errand);
  }
  return {
    get state() {
      return state;
    },
    get hasToken() {
      return hasToken;
    },
    resume,
    open,
    openAs,
    upgrade,
    forget,
    close,
    show,
    write,
    stopTyping,
    say,
    answer,
    introduce,
    ask,
    begin,
    changeFile,
    dropFile,
    findUpload,
    restart,
    retry,
    edit,
    tryNow,
    loadOlder,
    loadAll,
    renew,
    markRead,
    hear,
  };

  function resume(): void {
    if (hasToken || courier.pending().length > 0) line.open();
  }

  function open(): void {
    note({ isOpen: true });
    line.open();
    markRead();
  }

  function openAs(idToken: string, isChatRetained: boolean): void {
    const isInHello = visitorToken.take() === null;
    proof = { idToken, isChatRetained, cid: null, isSaid: false, isInHello };
    prove();
  }

  function upgrade(idToken: string): void {
    proof = { idToken, isChatRetained: true, cid: makeCid(), isSaid: false, isInHello: false };
    if (visitorToken.take() === null) endProof(NOTHING_TO_UPGRADE);
    else prove();
  }

  function forget(): void {
    proof = null;
    introduced = null;
    close();
    line.close();
    courier.forget();
    visitorToken.forget();
    hasToken = false;
    kept.chat.save("");
    const { isAvailable, opensAt } = state;
    note({ ...initialState("", isAvailable), opensAt });
  }

  function close(): void {
    typing.stop();
    note({ isOpen: false, layer: "none" });
    if (isIdle()) hangUp();
  }

  function show(layer: State["layer"]): void {
    note({ layer });
  }

  function write(text: string): void {
    note({ draft: text });
    typing.type(text);
  }

  function stopTyping(): void {
    typing.stop();
  }

  function say(): void {
    if (!canSay(state) || asksFirst()) return;
    const attachments = state.files.map(({ stored }) => stored!);
    post(state.draft.trim(), attachments.length > 0 ? { attachments } : undefined);
    typing.stop();
  }

  function answer(text: string, data: MessageData): void {
    post(text, data, false);
  }

  function post(text: string, data?: MessageData, isDraft = true): void {
    const at = Date.now() + state.clockAheadMs;
    const errand: PostErrand = { cid: makeCid(), op: "post", chat: findOpenChat(), text, at, ...(data ? { data } : {}) };
    change({ kind: "said", errand, isDraft });
    line.open();
    courier.add(errand);
  }

  function introduce(introduction: StartArgs): void {
    introduced = introduction;
    if (canSay(state)) say();
    else begin();
  }

  /** Whether it is to be asked first who somebody is, and then asks. */
  function asksFirst(): boolean {
    const isAsked =
      (taken.invitation ? hasTerms : isAskedFirst) && !introduced && findOpenChat() === null && !kept.token.isProven();
    if (isAsked) show("intro");
    return isAsked;
  }

  function ask<Op extends PlainErrand["op"]>(op: Op, args: Omit<CommandArgs[Op], "chat">): void {
    const { chat } = state;
    if (!chat) return;
    const errand = { cid: makeCid(), op, args: { ...args, chat: chat.id } } as PlainErrand;
    change({ kind: "asked", errand });
    courier.add(errand);
  }

  function begin(invited = taken): void {
    taken = invited;
    show("none");
    if (asksFirst()) return;
    line.open();
    courier.begin();
  }

  function changeFile(file: FileUnderway): void {
    note({ files: withFile(state.files, file) });
  }

  function dropFile(key: string): void {
    note({ files: state.files.filter((file) => file.key !== key) });
  }

  function findUpload(): { url: string; token: string } | null {
    const token = isTokenSettled && findOpenChat() !== null ? visitorToken.take() : null;
    return token ? { url: `${config.chatServiceUrl}/Attachment`, token } : null;
  }

  function restart(): void {
    note(NO_CHAT);
    // A beat that waits would still be told of the chat that is left behind.
    line.poke();
  }

  function retry(): void {
    note({ transcript: retryFailed(state) });
    line.poke();
    courier.goOn();
  }

  function edit(cid: string): void {
    note(takeBack(state, cid));
  }

  function tryNow(): void {
    line.poke();
  }

  function loadOlder(): Promise<boolean> {
    return loadPage(firstSeq(), OLDER_EVENTS);
  }

  async function loadAll(): Promise<void> {
    let before = 0;
    while (state.transcript.more && before !== firstSeq()) {
      before = firstSeq();
      await loadOlder();
    }
  }

  function renew(seq: number): Promise<boolean> {
    return loadPage(seq + 1, 1);
  }

  function firstSeq(): number {
    return state.transcript.events[0]?.seq ?? 0;
  }

  function loadPage(before: number, limit: number): Promise<boolean> {
    const { stream } = state.transcript;
    const command: CommandOf<"page"> = { t: "cmd", cid: makeCid(), op: "page", args: { stream, before, limit } };
    line.send(command);
    return new Promise((settle) => pages.set(command.cid, { command, settle }));
  }

  function markRead(): void {
    const { isOpen, chat, transcript, readSeq } = state;
    if (!isOpen || !chat || document.visibilityState !== "visible") return;
    const heard = transcript.events.findLast(({ who }) => who.side !== "visitor")?.seq ?? 0;
    if (heard > readSeq) note({ readSeq: heard });
    const seq = Math.max(heard, readSeq);
    if (seq <= Math.max(findOwnRead(chat), toldSeq)) return;
    const cid = makeCid();
    if (!line.send({ t: "cmd", cid, op: "read", args: { chat: chat.id, seq } })) return;
    toldSeq = seq;
    readCid = cid;
  }

  function hello(): Hello {
    const token = visitorToken.take();
    const { chat, transcript, epoch } = state;
    const position = findPosition(transcript, epoch);
    const idToken = proof?.isInHello ? proof.idToken : null;
    return {
      t: "hello",
      v: 1,
      ...(idToken ? { id_token: idToken } : {}),
      ...(token ? { token } : idToken ? {} : { key: config.configKey }),
      ...(chat && position ? { positions: { [streamFrom(chat.id)]: position } } : {}),
      client: CLIENT,
    };
  }

  /** A token the hub refuses is given up: what is not sent yet can still be said as somebody new. */
  function follow(changed: LineState): void {
    change({ kind: "line changed", line: changed });
    if (proof?.isSaid && changed.kind !== "live") proof.isInHello = true;
    if (changed.kind !== "refused" || changed.reason !== "token_expired") return;
    if (proof?.isInHello) endProof(NOT_TAKEN);
    else if (!visitorToken.giveUp()) return;
    line.poke();
  }

  /** Says who the visitor is once it is known what goes on; on the next line, when this one is lost. */
  function prove(): void {
    if (!proof || proof.isInHello || !isTokenSettled) return;
    const { chat } = state;
    if (proof.cid) {
      if (!chat) return endProof(NOTHING_TO_UPGRADE);
      const args = { id_token: proof.idToken, chat: chat.id };
      proof.isSaid = line.send({ t: "cmd", cid: proof.cid, op: "identify", args });
    } else if (findOpenChat() !== null || courier.pending().length > 0) {
      proof = null;
    } else {
      proof.isInHello = true;
      if (chat) note(NO_CHAT);
      line.again();
    }
  }

  function takeProofReply(reply: Reply): void {
    if (reply.ok) {
      visitorToken.adopt((reply.result as unknown as Identified).token);
      endProof("");
    } else if (reply.error.retry === "never") endProof(reply.error.message);
    else setTimeout(prove, reply.error.after_ms ?? RETRY_MS);
  }

  /** `error`: why it was not taken. */
  function endProof(error: string): void {
    const isUpgrade = Boolean(proof?.cid);
    proof = null;
    change({ kind: "proven", isUpgrade, error });
  }

  /** The chats of a welcome without those of the user that are not to be taken up. */
  function takeUp(chats: Chat[]): Chat[] {
    if (proof?.isInHello && !proof.isChatRetained) {
      for (const { id, state } of chats) {
        if (state === "ended" || leftChats.has(id)) continue;
        leftChats.add(id);
        courier.add({ cid: makeCid(), op: "end", args: { chat: id } });
      }
    }
    return chats.filter(({ id }) => !leftChats.has(id));
  }

  function receive(frame: FromHub): void {
    if (frame.t === "reply") return receiveReply(frame);
    if (frame.t === "welcome") frame.chats = takeUp(frame.chats);
    if ("stream" in frame && leftChats.has(Number(frame.stream))) return;
    change({ kind: "framed", frame, now: Date.now() });
    if (state.isBehind) return line.again();
    if (frame.t === "reauth") return void settleToken(frame.token);
    if (frame.t === "eph" && frame.kind === "typing") expireLater(frame.until);
    if (frame.t === "page" || frame.t === "event") markRead();
  }

  function receiveReply(reply: Reply): void {
    if (reply.cid === readCid && !reply.ok && reply.error.retry !== "never") tellReadLater(reply.error);
    if (reply.cid === proof?.cid) return takeProofReply(reply);
    // Said as somebody whom another tab has made somebody else: it is said again as who that is now.
    if (!reply.ok && visitorToken.isOutdated()) return line.again();
    const page = pages.get(reply.cid);
    if (!page) return courier.receive(reply);
    pages.delete(reply.cid);
    const hasCome = reply.ok && page.command.args.stream === state.transcript.stream;
    if (hasCome) note({ transcript: applyOlder(state.transcript, reply.result as unknown as Older) });
    page.settle(hasCome);
  }

  /** The hub could not take the read mark. */
  function tellReadLater({ after_ms }: Refusal): void {
    setTimeout(() => {
      toldSeq = 0;
      markRead();
    }, after_ms ?? RETRY_MS);
  }

  async function beginLine({ token }: Welcome): Promise<void> {
    toldSeq = 0;
    isTokenSettled = false;
    if (proof?.isInHello) {
      visitorToken.adopt(token!);
      endProof("");
    } else if (!(await settleToken(token))) return;
    isTokenSettled = true;
    prove();
    if (isIdle()) return hangUp();
    courier.startAnew();
    for (const { command } of pages.values()) line.send(command);
    markRead();
  }

  /** False when another token holds: the line begins anew with it. */
  async function settleToken(fresh: string | undefined): Promise<boolean> {
    const isSettled = await visitorToken.settle(fresh);
    if (!isSettled) line.again();
    return isSettled;
  }

  /** A chat is only started as the visitor that all tabs agree on: two tabs are one visitor with one chat. */
  function send(command: Command): boolean {
    if (!isTokenSettled) return false;
    if (command.op !== "start" || !visitorToken.isOutdated()) return line.send(command);
    line.again();
    return false;
  }

  /** `until` by the hub's clock. */
  function expireLater(until: number): void {
    const waitMs = until - state.clockAheadMs - Date.now() + LEASE_MARGIN_MS;
    setTimeout(() => note({ typing: typingAt(state, Date.now()) }), waitMs);
  }

  function findOpenChat(): number | null {
    const { chat } = state;
    return chat && chat.state !== "ended" ? chat.id : null;
  }

  function hear(name: string | null, text: string, isWriting: boolean): void {
    if (name === kept.draft.name && !isWriting) note({ draft: text });
    if (name !== kept.chat.name) return;
    if (text === "") forget();
    else if (text !== String(state.chat?.id)) line.again();
  }

  /** With nothing to say and nobody looking there is no reason to hold a line. */
  function isIdle(): boolean {
    return !state.isOpen && !state.chat && courier.pending().length === 0;
  }

  function hangUp(): void {
    line.close();
    note({ line: "idle" });
  }

  function note(noted: Partial<State>): void {
    change({ kind: "noted", change: noted });
  }

  function change(happening: Happening): void {
    const before = state;
    state = reduce(before, happening);
    if (state === before) return;
    const { draft, chat } = state;
    if (draft !== before.draft) kept.draft.save(draft);
    if (chat && chat.id !== before.chat?.id) {
      toldSeq = 0;
      kept.chat.save(String(chat.id));
    }
    onChange(before, happening);
  }
}

/**
 * The entrance beside the service the page names; which profile it is for stands in the address, never who
 * it is.
 */
function addressFrom({ chatServiceUrl, configId }: Config): string {
  return `${chatServiceUrl}/realtime?profile=${encodeURIComponent(configId)}`;
}
