/** What an agent is about to write with help: a canned text behind a slash, a colleague behind an at sign. */
import type { Mode } from "../state/state";

/** The part of the text from `start` to the cursor that says what is looked for. */
export interface Token {
  kind: "canned" | "mention";
  start: number;
  query: string;
}

const CANNED = /(?:^|\s)\/([^\s/]*)$/u;
const MENTION = /(?:^|\s)@((?:[\p{L}\p{N}.'’-]+ ?){0,3})$/u;
const MAX_SUGGESTED = 8;

/** What stands before the cursor, or null. Colleagues are named in notes and whispers only: visitors do not know them. */
export function tokenAt(text: string, cursor: number, mode: Mode): Token | null {
  const before = text.slice(0, cursor);
  const canned = CANNED.exec(before);
  if (canned) return { kind: "canned", start: cursor - canned[1]!.length - 1, query: canned[1]! };
  const mention = mode !== "reply" ? MENTION.exec(before) : null;
  return mention && { kind: "mention", start: cursor - mention[1]!.length - 1, query: mention[1]! };
}

/** Those that fit what was typed: whose name begins so first, then those with a word that does, then those that hold it. */
export function bestFirst<Thing>(
  things: readonly Thing[],
  query: string,
  wordsOf: (thing: Thing) => string,
  most = MAX_SUGGESTED,
): Thing[] {
  const wanted = query.trim().toLocaleLowerCase();
  const rank = (thing: Thing): number => {
    const words = wordsOf(thing).toLocaleLowerCase();
    if (words.startsWith(wanted)) return 0;
    const at = words.indexOf(wanted);
    if (at < 0) return 3;
    return /[\p{L}\p{N}]/u.test(words[at - 1]!) ? 2 : 1;
  };
  return things
    .map((thing) => ({ thing, rank: rank(thing) }))
    .filter((one) => one.rank < 3)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map((one) => one.thing);
}
