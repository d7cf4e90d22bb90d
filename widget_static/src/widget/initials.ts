/** The letters and the colour that stand for a person without a picture. */

// The eight hues of the tokens, by number.
const HUES = 8;

/** First letters of the first and the last word, whole characters. */
export function initialsFrom(name: string): string {
  const [first = "", ...others] = name.match(/(?<!\S)\S/gu) ?? [];
  return (first + (others.at(-1) ?? "")).toLocaleUpperCase();
}

/** 0–7, the same for the same name everywhere. */
export function hueFrom(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) >>> 0;
  return sum % HUES;
}
