/** Colleagues named in notes: `@Jonas Okafor`. */
import type { Named } from "../../shared/frames";

export interface MentionPart {
  kind: "text" | "mention";
  text: string;
}

/** The ids of those whom the text names in full. */
export function mentionIdsFrom(text: string, colleagues: readonly Named[]): number[] {
  const named = new Set(partsOf(text, colleagues).flatMap((part) => (part.kind === "mention" ? [part.text] : [])));
  return colleagues.filter(({ name }) => named.has(`@${name}`)).map(({ id }) => id);
}

/** The text cut where it names somebody; of two names of which one begins the other the longer counts. */
export function partsOf(text: string, colleagues: readonly Named[]): MentionPart[] {
  if (!text.includes("@") || colleagues.length === 0) return [{ kind: "text", text }];
  const names = colleagues.map(({ name }) => name).sort((one, other) => other.length - one.length);
  const pattern = new RegExp(`(@(?:${names.map(escapeRegExp).join("|")}))(?![\\p{L}\\p{N}])`, "gu");
  return text
    .split(pattern)
    .map((part, index): MentionPart => ({ kind: index % 2 === 1 ? "mention" : "text", text: part }))
    .filter((part) => part.text !== "");
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&");
}
