/** Plain text as parts: what is a link and what is not. Only http, https and mailto become links. */

export type Part = { kind: "text"; text: string } | { kind: "link"; text: string; href: string };

const CANDIDATE = /(?:https?:\/\/|www\.|mailto:)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;

/** The parts of `text` in order; joined again they are `text`. */
export function partsFrom(text: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const found = trimEnd(match[0]);
    const href = findHref(found);
    if (!href) continue;
    if (match.index > done) parts.push({ kind: "text", text: text.slice(done, match.index) });
    parts.push({ kind: "link", text: found, href });
    done = match.index + found.length;
  }
  if (done < text.length) parts.push({ kind: "text", text: text.slice(done) });
  return parts;
}

/** Leaves out what closes the sentence, not the address: `.` `,` `)` without its `(` and their like. */
function trimEnd(found: string): string {
  let end = found.length;
  while (end > 0) {
    const last = found[end - 1]!;
    const isOpened =
      last === ")" && found.slice(0, end).split("(").length >= found.slice(0, end).split(")").length;
    if (isOpened || !/[.,;:!?'’”»)\]}*…،؛؟。，！？]/u.test(last)) break;
    end -= 1;
  }
  return found.slice(0, end);
}

/** Null when it is no address after all. Its scheme is one of those of CANDIDATE, or one given here. */
function findHref(found: string): string | null {
  const address = /^(?:https?:|mailto:)/i.test(found)
    ? found
    : /^www\./i.test(found)
      ? `https://${found}`
      : `mailto:${found}`;
  try {
    return new URL(address).href;
  } catch {
    return null;
  }
}
