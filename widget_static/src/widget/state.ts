/** Everything the window shows, as one value. `reduce.ts` changes it, `view.ts` reads it for drawing. */
import type { Chat, Who } from "../shared/frames";
import type { LineState } from "../shared/line";
import { emptyTranscript, type Transcript } from "../shared/transcript";

/** Somebody writes, until a time by this machine's clock unless renewed. */
export interface Typing {
  who: Who;
  until: number;
}

export interface State {
  readonly isOpen: boolean;
  /** What lies over the conversation. */
  readonly layer: "none" | "menu" | "end";
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
  readonly draft: string;
  /** Why the last wish was refused, in the hub's words; gone with the next wish. */
  readonly refusal: string | null;
}

// The hub's limit for visitors, until welcome says otherwise.
const MAX_TEXT_CHARS = 4_000;

export function initialState(draft: string, isAvailable = true): State {
  return {
    isOpen: false,
    layer: "none",
    line: "idle",
    isWelcome: false,
    isBehind: false,
    epoch: "",
    clockAheadMs: 0,
    maxTextChars: MAX_TEXT_CHARS,
    isAvailable,
    opensAt: null,
    chat: null,
    transcript: emptyTranscript(""),
    readSeq: 0,
    typing: [],
    draft,
    refusal: null,
  };
}
