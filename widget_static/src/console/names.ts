/** People in small: initials, the hue of a portrait, the short name. */

const HUES = [25, 60, 95, 150, 200, 240, 280, 330] as const;
export type Hue = (typeof HUES)[number];

/** One or two letters for `name`; of a name like `Visitor 7F2C` or `Visitor from Graz` what tells it from others. */
export function initialsFrom(name: string): string {
  const words = name.replace(/^visitor\s+(from\s+)?/iu, "").match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu) ?? [];
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  if (!first) return "?";
  if (!last) return (/\p{N}/u.test(first) ? lettersOf(first).slice(0, 2).join("") : lettersOf(first)[0]!).toUpperCase();
  return (lettersOf(first)[0]! + joinerFor(first) + lettersOf(last)[0]!).toUpperCase();
}

/** The same name always has the same hue, on every machine. */
export function hueFrom(name: string): Hue {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return HUES[(hash >>> 0) % HUES.length]!;
}

/** What colleagues call somebody in a line of text: the first word of the name. */
export function shortNameFrom(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name;
}

function lettersOf(word: string): string[] {
  return Array.from(word.normalize("NFC"));
}

/** Arabic letters would join into a word that is none; a zero-width non-joiner keeps them apart. */
function joinerFor(word: string): string {
  return /\p{Script=Arabic}/u.test(word) ? "\u200c" : "";
}
