/** What an agent wants to be called for: somebody waits, writes to them, or names them. */
import type { Row } from "../../shared/frames";
import { sectionFrom, unreadFrom } from "./inbox";
import type { ConsoleState } from "./state";

export type NewsKind = "waiting" | "message" | "mention";

export interface News {
  kind: NewsKind;
  row: Row;
}

export const NEWS_KINDS: readonly NewsKind[] = ["waiting", "message", "mention"];

/**
 * What of `after` is news to who knew `before`. The first inbox of a page is none: nobody wants to be called for what
 * stood there already.
 */
export function newsFrom(before: ConsoleState, after: ConsoleState): News[] {
  if (!before.inbox.isLoaded || before.inbox === after.inbox) return [];
  const news: News[] = [];
  for (const row of after.inbox.rows.values()) {
    const known = before.inbox.rows.get(row.chat);
    if (known === row) continue;
    const kind = kindOf(known, row, after);
    if (kind) news.push({ kind, row });
  }
  return news;
}

function kindOf(known: Row | undefined, row: Row, { me, readHere }: ConsoleState): NewsKind | null {
  if (row.mentioned && !known?.mentioned) return "mention";
  const section = sectionFrom(row, me.id);
  // A chat that was loaded from further down the list waits no shorter for that; only what began just now is news.
  if (section === "waiting" && known?.state !== "queued") return "waiting";
  const isMine = section === "mine" && row.last?.who.side === "visitor";
  return isMine && known !== undefined && unreadFrom(row, readHere) > known.unread ? "message" : null;
}
