/** What an agent wants to be called for: somebody waits, for too long perhaps, writes to them, or names them. */
import type { Row } from "../../shared/frames";
import { sectionFrom, unreadFrom } from "./inbox";
import type { ConsoleState } from "./state";
import { isAlertFor } from "./waiting";

export type NewsKind = "waiting" | "message" | "mention" | "overdue";

export interface News {
  kind: NewsKind;
  row: Row;
}

export const NEWS_KINDS: readonly NewsKind[] = ["waiting", "message", "mention", "overdue"];

/**
 * What of `after` is news to who knew `before`. The first inbox of a page is none: nobody wants to be called for what
 * stood there already.
 */
export function newsFrom(before: ConsoleState, after: ConsoleState): News[] {
  if (!before.inbox.isLoaded) return [];
  return [...alertsFrom(before, after), ...newsOfRows(before, after)];
}

function alertsFrom(before: ConsoleState, after: ConsoleState): News[] {
  if (before.overdue === after.overdue) return [];
  return [...after.overdue]
    .filter((chat) => !before.overdue.has(chat))
    .flatMap((chat) => after.inbox.rows.get(chat) ?? [])
    .filter((row) => isAlertFor(row, after))
    .map((row) => ({ kind: "overdue", row }));
}

function newsOfRows(before: ConsoleState, after: ConsoleState): News[] {
  if (before.inbox === after.inbox) return [];
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
