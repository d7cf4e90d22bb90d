/** What an agent may know about the page a chat began on. */
import type { StartArgs } from "../shared/commands";

// The hub cuts to what it keeps; this only keeps an address full of data within one frame.
const LONGEST_CHARS = 4_000;

/** Members the page does not have are left out. */
export function describePage(): StartArgs {
  const facts = {
    page_url: withoutFragment(location.href),
    page_title: document.title,
    referrer: withoutFragment(document.referrer),
    language: document.documentElement.lang || navigator.language,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  const known = Object.entries(facts).filter(([, text]) => text);
  return Object.fromEntries(known.map(([name, text]) => [name, text.slice(0, LONGEST_CHARS)]));
}

/** Pages keep in the fragment what is nobody's business, tokens of sign-ins among it. */
function withoutFragment(address: string): string {
  return address.split("#")[0]!;
}
