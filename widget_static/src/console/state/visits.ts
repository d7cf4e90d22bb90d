/** Who is on the site now, as the hub tells when it is asked, and the invitation that is being written. */
import type { Visit, Visits } from "../../shared/site";
import type { Row } from "../../shared/frames";
import type { ConsoleState } from "./state";

/** What stands where the list of chats stands. */
export type Place = "inbox" | "site";

export interface Site {
  /** Whether the hub has told of it at all. */
  readonly isLoaded: boolean;
  /** Whether any profile that this agent may see tells of its visits. */
  readonly isShown: boolean;
  /** Whether nobody can say just now. */
  readonly isAway: boolean;
  readonly visits: readonly Visit[];
  readonly total: number;
}

/** What is being written to the visitor of a visit. */
export interface Inviting {
  readonly visit: string;
  readonly text: string;
  readonly isSending: boolean;
  readonly refusal: string | null;
}

export const UNKNOWN_SITE: Site = { isLoaded: false, isShown: false, isAway: false, visits: [], total: 0 };

/** The site after the hub's answer, who came first on top; with null it could not be asked, and what was known stands. */
export function siteAfter(site: Site, told: Visits | null): Site {
  if (!told) return site;
  const visits = [...told.visits].sort((one, other) => other.since - one.since || one.visit.localeCompare(other.visit));
  return { isLoaded: true, isShown: told.shown, isAway: told.away, visits, total: told.total };
}

/** What was refused stays to be changed; another invitation that was begun meanwhile is left alone. */
export function withInvitingAnswered(state: ConsoleState, visit: string, refusal: string | null): ConsoleState {
  const { inviting } = state;
  if (inviting?.visit !== visit) return state;
  return { ...state, inviting: refusal === null ? null : { ...inviting, isSending: false, refusal } };
}

/** What stands where the list of chats stands: nothing else while no visits are told. */
export function placeOf(state: ConsoleState): Place {
  return state.site.isShown ? state.place : "inbox";
}

/** The open chat of the visitor, or null. */
export function chatOf(visit: Visit, rows: ReadonlyMap<number, Row>): Row | null {
  if (!visit.visitor) return null;
  for (const row of rows.values()) {
    const isTheirs = row.visitor.id === visit.visitor.id && row.profile.id === visit.profile.id;
    if (isTheirs && row.state !== "ended") return row;
  }
  return null;
}

/** Whether the visitor can be invited now: in no chat, and not asked by anybody yet. */
export function canInvite(visit: Visit, rows: ReadonlyMap<number, Row>): boolean {
  return visit.invitation === null && chatOf(visit, rows) === null;
}

/** Who can be invited, from the top of the list; null: nobody. */
export function findFirstInvitable({ site, inbox }: ConsoleState): string | null {
  return site.visits.find((visit) => canInvite(visit, inbox.rows))?.visit ?? null;
}

/** What the visitor is called. */
export function visitorName(visit: Visit): string {
  return visit.visitor?.name ?? "Visitor";
}

/** The page by its title, else by its address without the host. */
export function pageText(visit: Visit): string {
  if (visit.page_title) return visit.page_title;
  try {
    const { pathname, search } = new URL(visit.page_url ?? "");
    return pathname + search;
  } catch {
    return visit.page_url ?? "Unknown page";
  }
}
