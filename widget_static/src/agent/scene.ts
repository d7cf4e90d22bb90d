/** What every part of the agents' window draws from. To parts that visitors see, too, it is a scene of theirs. */
import type { Desk } from "../console/desk/desk";
import { EMPTY_DRAFT, type ConsoleState, type DraftFile } from "../console/state/state";
import { textOf } from "../console/state/drafts";
import type { Colleague } from "../shared/frames";
import { emptyTranscript } from "../shared/transcript";
import type { Acts, Scene } from "../widget/scene";
import { initialState, type FileUnderway, type State } from "../widget/state";
import type { AgentWords } from "./words";

/** What lies over list or conversation. */
export type Layer = "none" | "menu" | "end" | "details" | "emoji" | "canned" | "colleagues";

/** What only this window knows. */
export interface Ui {
  readonly isOpen: boolean;
  readonly layer: Layer;
  /** What is looked for among the canned texts. */
  readonly search: string;
  /** Null until the hub has said who is here. */
  readonly colleagues: readonly Colleague[] | null;
  /** The request that is told of beside the bubble; null: none, or it has been put away. */
  readonly told: number | null;
}

export const INITIAL_UI: Ui = { isOpen: false, layer: "none", search: "", colleagues: null, told: null };

export interface AgentActs {
  show(layer: Layer): void;
  openChat(chat: number): void;
  closeChat(): void;
  search(text: string): void;
  insert(text: string): void;
  putAway(): void;
  /** The newest message may stand before the agent's eyes. */
  sawEnd(): void;
}

export interface AgentScene extends Scene {
  words: AgentWords;
  ui: Ui;
  /** Null while nobody is identified. */
  known: ConsoleState | null;
  desk: Desk;
  /** The open chat; null before the list. */
  chat: number | null;
  agent: AgentActs;
}

/** The open chat as visitors' parts know theirs. */
export function stateFrom(known: ConsoleState | null, ui: Ui): State {
  const plain: State = { ...initialState(""), isOpen: ui.isOpen, isWelcome: true };
  const chat = known?.open ?? null;
  if (!known || chat === null) return { ...plain, line: known?.line.kind ?? "idle" };
  const followed = known.chats.get(chat);
  const draft = known.drafts.get(chat) ?? EMPTY_DRAFT;
  return {
    ...plain,
    layer: ui.layer === "canned" || ui.layer === "colleagues" ? "none" : ui.layer,
    line: known.wasLive || known.line.kind === "refused" ? known.line.kind : "live",
    clockAheadMs: known.skewMs,
    maxTextChars: known.maxTextChars,
    maxFileBytes: known.maxFileBytes,
    chat: followed?.header ?? null,
    transcript: followed?.said ?? emptyTranscript(String(chat)),
    readSeq: followed?.onScreen ?? 0,
    files: draft.files.map(underwayFrom),
    draft: textOf(draft),
    refusal: known.notices.get(chat) ?? null,
  };
}

function underwayFrom({ key, name, size, sent, stored, refusal }: DraftFile): FileUnderway {
  const state = stored ? "ready" : refusal === null ? "sending" : "failed";
  return { key, name, size, sent, state, ...(stored ? { stored } : {}), ...(refusal === null ? {} : { error: refusal }) };
}

const nothing = () => {};

/** What visitors' parts ask for, done at the agent's desk. */
export function actsFrom(desk: Desk, read: () => State, show: AgentActs["show"]): Acts {
  const chat = desk.state.open ?? 0;
  const eventOf = (seq: number) => desk.state.chats.get(chat)?.said.events.find((event) => event.seq === seq);
  return {
    get state() {
      return read();
    },
    show: (layer) => show(layer as Layer),
    write: (text) => desk.writeDraft(chat, text),
    stopTyping: () => desk.leaveComposer(),
    say: () => desk.say(chat),
    dropFile: (key) => desk.files.remove(chat, key),
    retry: () => desk.retry(),
    tryNow: () => desk.retry(),
    async loadOlder() {
      desk.history.loadOlder(chat);
      return true;
    },
    async loadAll() {
      await desk.history.loadAll(chat);
    },
    async renew(seq) {
      const event = eventOf(seq);
      if (event) desk.files.refresh(event, true);
      // The fresh address is drawn when it is here; the click is the agent's to repeat.
      return false;
    },
    ask(op) {
      show("none");
      if (op === "end") desk.end(chat);
    },
    answer: nothing,
    introduce: nothing,
    begin: nothing,
    changeFile: nothing,
    findUpload: () => null,
    edit: nothing,
  };
}
