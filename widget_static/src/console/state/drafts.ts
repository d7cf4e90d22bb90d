/** What stands in the composers, as text that survives a reload. */
import { EMPTY_DRAFT, type Draft } from "./state";

/** The draft with `text` in the field that its mode shows. */
export function draftWith(draft: Draft, text: string): Draft {
  return { ...draft, [draft.mode]: text };
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
  return JSON.stringify([...drafts].filter(([, draft]) => draft.reply !== "" || draft.note !== ""));
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
        mode: draft?.mode === "note" ? "note" : EMPTY_DRAFT.mode,
        reply: typeof draft?.reply === "string" ? draft.reply : "",
        note: typeof draft?.note === "string" ? draft.note : "",
      },
    ],
  ];
}
