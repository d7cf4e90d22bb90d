/** Everything the window shows, as one value. `reduce.ts` changes it, `view.ts` reads it for drawing. */
import type { Attachment, Chat, Who } from "../shared/frames";
import type { LineState } from "../shared/line";
import { emptyTranscript, type Transcript } from "../shared/transcript";

/** Somebody writes, until a time by this machine's clock unless renewed. */
export interface Typing {
  who: Who;
  until: number;
}

/** A file the visitor has chosen and not sent yet. */
export interface FileUnderway {
  key: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Bytes that the hub has taken. */
  sent: number;
  /** `waiting`: for its chat to begin, or for its turn. */
  state: "waiting" | "sending" | "ready" | "failed";
  /** As the hub knows it, once ready. */
  stored?: Attachment;
  /** Why it failed, in the hub's words. */
  error?: string;
}

/** The place in the queue, and how long that may take: at least and at most so many seconds. */
export interface Place {
  position: number;
  wait_s: readonly [number, number] | null;
}

export interface State {
  readonly isOpen: boolean;
  /** What lies over the conversation. */
  readonly layer: "none" | "menu" | "end" | "details" | "emoji" | "intro";
  readonly line: "idle" | LineState["kind"];
  /** Whether the hub has said what there is to resume. */
  readonly isWelcome: boolean;
  /** Whether the hub has more than this side knows, so that hello must be said anew. */
  readonly isBehind: boolean;
  /** The hub's word for its history, for positions. */
  readonly epoch: string;
  /** The hub's clock minus this machine's. */
  readonly clockAheadMs: number;
  readonly maxTextChars: number;
  /** Whether a new chat can be begun now. */
  readonly isAvailable: boolean;
  /** When opening hours let new chats in again, by the hub's clock; null: nobody knows. */
  readonly opensAt: number | null;
  /** Null until the first message has opened one. */
  readonly chat: Chat | null;
  /** Its stream is empty text until there is a chat. */
  readonly transcript: Transcript;
  /** How far the visitor has read. */
  readonly readSeq: number;
  readonly typing: readonly Typing[];
  /** Of a chat that waits; null: nobody has said. */
  readonly place: Place | null;
  /** Until when the hub wants to hear that somebody is still there, by its clock; 0: it does not ask. */
  readonly stillThereUntil: number;
  /** How the visitor has rated the chat, 1 to 5, and with what comment; 0: not yet. */
  readonly rating: { score: number; comment?: string };
  readonly files: readonly FileUnderway[];
  readonly maxFileBytes: number;
  readonly draft: string;
  /** Why the last wish was refused, in the hub's words; gone with the next wish. */
  readonly refusal: string | null;
}

// The hub's limit for visitors, until welcome says otherwise.
const MAX_TEXT_CHARS = 4_000;
const MAX_FILE_BYTES = 25 * 1024 * 1024;

/** Before a chat, and again after one that is left behind. */
export const NO_CHAT = {
  layer: "none",
  chat: null,
  transcript: emptyTranscript(""),
  readSeq: 0,
  typing: [],
  place: null,
  stillThereUntil: 0,
  rating: { score: 0 },
  refusal: null,
} satisfies Partial<State>;

export function initialState(draft: string, isAvailable = true): State {
  return {
    ...NO_CHAT,
    isOpen: false,
    line: "idle",
    isWelcome: false,
    isBehind: false,
    epoch: "",
    clockAheadMs: 0,
    maxTextChars: MAX_TEXT_CHARS,
    isAvailable,
    opensAt: null,
    files: [],
    maxFileBytes: MAX_FILE_BYTES,
    draft,
  };
}
