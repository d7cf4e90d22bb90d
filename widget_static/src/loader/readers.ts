/** Values a page may give, as the chat needs them; undefined for what is wrong. */
import { parseHex, type Rgb } from "../shared/colour";

/** Values by property, as React writes them: `{ zIndex: 5, bottom: "100px" }`. */
export type Styles = Readonly<Record<string, string | number>>;

export const POSITIONS = ["top-left", "top-right", "bottom-left", "bottom-right"] as const;

/** One of the four corners. */
export function readPosition(given: unknown): (typeof POSITIONS)[number] | undefined {
  return POSITIONS.find((position) => position === given);
}

/** Without a slash at the end, resolved against the page. */
export function readAddress(given: unknown): string | undefined {
  if (typeof given !== "string" || given === "") return undefined;
  try {
    const url = new URL(given, document.baseURI);
    return /^https?:$/.test(url.protocol) ? (url.origin + url.pathname).replace(/\/+$/, "") : undefined;
  } catch {
    return undefined;
  }
}

/** Ids and keys: pages write numbers with and without quotes. */
export function readWord(given: unknown): string | undefined {
  return (
    (typeof given === "string" && given.trim()) || (typeof given === "number" ? String(given) : undefined)
  );
}

export function readColour(given: unknown): Rgb | undefined {
  return (typeof given === "string" && parseHex(given)) || undefined;
}

export function readFileAddress(given: unknown): string | undefined {
  try {
    const url = new URL(String(given), document.baseURI);
    return typeof given === "string" && given && /^(https?|data|blob):$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever could load something is refused: the page's policy might admit what its visitors would not. */
export function readStyles(given: unknown): Styles | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const isFit = (value: unknown) =>
    Number.isFinite(value) || (typeof value === "string" && !/url\(|image|src\(|\\/i.test(value));
  return Object.values(given).every(isFit) ? { ...given } : undefined;
}

/** Numbers come as text too where a page takes them from a field; NaN for what is none. */
export function readNumber(given: unknown): number {
  return typeof given === "number" || (typeof given === "string" && given.trim()) ? Number(given) : NaN;
}

export function readPixels(given: unknown): number | undefined {
  const pixels = readNumber(typeof given === "string" ? given.replace(/px$/, "") : given);
  return Number.isFinite(pixels) && pixels > 0 ? pixels : undefined;
}

export function readBoolean(given: unknown): boolean | undefined {
  return given === "true" ? true : given === "false" ? false : typeof given === "boolean" ? given : undefined;
}

export function readTexts(given: unknown): Record<string, string> | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  return Object.fromEntries(Object.entries(given).filter(([, text]) => typeof text === "string"));
}
