/** A visit as the browser keeps it, for all tabs and pages: its name, when it began, and how many pages it has seen. */
import { makeCid } from "../shared/cid";

export interface KeptVisit {
  id: string;
  since: number;
  pages: number;
  /** When it was last seen. */
  at: number;
}

// Who comes back later begins another visit.
const PAUSE_MS = 30 * 60_000;

/** The visit that goes on with another page, or a new one. `kept` is what the browser has of it. */
export function visitAfter(kept: string | null, now: number): KeptVisit {
  const before = parseVisit(kept);
  if (!before || now - before.at > PAUSE_MS || before.at > now) return { id: makeCid(), since: now, pages: 1, at: now };
  return { ...before, pages: before.pages + 1, at: now };
}

/** What is written there by somebody else counts as nothing. */
function parseVisit(kept: string | null): KeptVisit | null {
  try {
    const { id, since, pages, at } = JSON.parse(kept!);
    return /^[\w-]{16,64}$/.test(id) && since <= at && pages > 0 ? { id, since, pages, at } : null;
  } catch {
    return null;
  }
}
