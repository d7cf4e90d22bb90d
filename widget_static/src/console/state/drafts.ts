/** What stands in the composers, as text that survives a reload. */
import type { Attachment } from "../../shared/frames";
import { EMPTY_DRAFT, withEntry, type ConsoleState, type Draft, type DraftFile } from "./state";

/** The hub takes as many with one message. */
export const MAX_FILES = 10;

/** The draft with `text` in the field that its mode shows. */
export function draftWith(draft: Draft, text: string): Draft {
  return { ...draft, [draft.mode]: text };
}

/** The state with the file among those of the chat's draft, in its place. */
export function withFile(state: ConsoleState, chat: number, file: DraftFile): ConsoleState {
  const draft = state.drafts.get(chat) ?? EMPTY_DRAFT;
  const isKnown = draft.files.some((one) => one.key === file.key);
  const files = isKnown ? draft.files.map((one) => (one.key === file.key ? file : one)) : [...draft.files, file];
  return { ...state, drafts: withEntry(state.drafts, chat, { ...draft, files }) };
}

export function withoutFile(state: ConsoleState, chat: number, key: string): ConsoleState {
  const draft = state.drafts.get(chat) ?? EMPTY_DRAFT;
  const files = draft.files.filter((one) => one.key !== key);
  return { ...state, drafts: withEntry(state.drafts, chat, { ...draft, files }) };
}

/** A file that is at the hub, as part of a draft. */
export function draftFileFrom(stored: Attachment): DraftFile {
  const { id, name, size } = stored;
  return { key: `a${id}`, name, size, sent: size, stored, refusal: null };
}

/** What goes with the reply now. */
export function readyFiles(draft: Draft): Attachment[] {
  return draft.files.flatMap((file) => file.stored ?? []);
}

/** Whether a file is still on its way. */
export function isBringing(draft: Draft): boolean {
  return draft.files.some((file) => file.stored === null && file.refusal === null);
}

/** What the field shows. */
export function textOf(draft: Draft): string {
  return draft[draft.mode];
}

/**
 * The words of a message that came back, joined with what was written since.
 * `heldBefore` are words that came back earlier: these follow them, in the order they were sent.
 */
export function textWithReturned(current: string, returned: string, heldBefore = ""): string {
  const isUntouched = heldBefore !== "" && current.startsWith(heldBefore);
  const before = isUntouched ? [heldBefore, returned] : [returned];
  const after = isUntouched ? current.slice(heldBefore.length) : current;
  return [...before, after.trim() === "" ? "" : after.replace(/^\n+/, "")].filter((part) => part !== "").join("\n\n");
}

export function renderDrafts(drafts: ReadonlyMap<number, Draft>): string {
  const kept = [...drafts].map(([chat, draft]): [number, Draft] => [
    chat,
    { ...draft, files: draft.files.filter((file) => file.stored !== null) },
  ]);
  return JSON.stringify(
    kept.filter(([, draft]) => draft.reply !== "" || draft.note !== "" || draft.whisper !== "" || draft.files.length > 0),
  );
}

/** The drafts in `text`; what cannot be read counts as none. */
export function parseDrafts(text: string | null): ReadonlyMap<number, Draft> {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return new Map(Array.isArray(value) ? value.flatMap(entryFrom) : []);
  } catch {
    return new Map();
  }
}

function entryFrom(value: unknown): [number, Draft][] {
  if (!Array.isArray(value) || typeof value[0] !== "number") return [];
  const draft = value[1] as Partial<Draft> | null;
  return [
    [
      value[0],
      {
        mode: draft?.mode === "note" || draft?.mode === "whisper" ? draft.mode : EMPTY_DRAFT.mode,
        reply: typeof draft?.reply === "string" ? draft.reply : "",
        note: typeof draft?.note === "string" ? draft.note : "",
        whisper: typeof draft?.whisper === "string" ? draft.whisper : "",
        files: Array.isArray(draft?.files) ? draft.files.slice(0, MAX_FILES) : [],
      },
    ],
  ];
}
