/** What an agent looks for: the filters over the list, how far each view was loaded, and the search. */
import type { FoundRows, InboxView } from "../../shared/commands";
import type { Named, Row, Talk } from "../../shared/frames";
import { isTalk } from "./talks";
import { isOfTeams, mergeFound, sectionFrom, unreadFrom } from "./inbox";
import type { ConsoleState } from "./state";

/** Which chats the list shows; null and false do not choose. */
export interface Filters {
  readonly profile: number | null;
  readonly holder: number | null;
  readonly tag: string | null;
  readonly isUnread: boolean;
  readonly isOffline: boolean;
  readonly isRated: boolean;
  readonly namesMe: boolean;
  readonly isOverdue: boolean;
}

export const NO_FILTERS: Filters = {
  profile: null,
  holder: null,
  tag: null,
  isUnread: false,
  isOffline: false,
  isRated: false,
  namesMe: false,
  isOverdue: false,
};

/** How far a view was loaded beyond what the hub tells by itself. */
export interface Loaded {
  /** Where the next part begins; null at the beginning. */
  readonly after: string | null;
  readonly isLoading: boolean;
  readonly isDone: boolean;
}

export const NOTHING_LOADED: Loaded = { after: null, isLoading: false, isDone: false };

export interface Search {
  readonly text: string;
  /** What these rows are an answer to; null until the first has come. */
  readonly answered: string | null;
  readonly rows: readonly (Row | Talk)[];
  readonly after: string | null;
  readonly isLoading: boolean;
  /** Why there is no answer. */
  readonly refusal: string | null;
}

/** The rows the list shows, before they are parted into sections. */
export function rowsShown(state: ConsoleState): Row[] {
  const rows = [...state.inbox.rows.values()].filter((row) => isWanted(row, state));
  return state.tab === "team" ? rows.filter((row) => row.state !== "ended" && isOfTeams(row, state.teams)) : rows;
}

export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== null && value !== false);
}

/** Whether the filters leave the row in the list. */
export function isWanted(row: Row, { filters, readHere, me, overdue }: ConsoleState): boolean {
  return (
    (filters.profile === null || row.profile.id === filters.profile) &&
    (filters.holder === null || row.holder?.id === filters.holder) &&
    (filters.tag === null || row.tags.includes(filters.tag)) &&
    (!filters.isUnread || (sectionFrom(row, me.id) !== "ended" && unreadFrom(row, readHere) > 0)) &&
    (!filters.isOffline || row.offline) &&
    (!filters.isRated || row.rating !== null) &&
    (!filters.namesMe || row.mentioned) &&
    (!filters.isOverdue || overdue.has(row.chat))
  );
}

/** What the filters can choose among: what the rows here have. */
export function choicesFrom(rows: Iterable<Row>): { profiles: Named[]; holders: Named[]; tags: string[] } {
  const [profiles, holders, tags] = [new Map<number, Named>(), new Map<number, Named>(), new Set<string>()];
  for (const row of rows) {
    profiles.set(row.profile.id, row.profile);
    if (row.holder) holders.set(row.holder.id, row.holder);
    for (const tag of row.tags) tags.add(tag);
  }
  const byName = (one: Named, other: Named) => one.name.localeCompare(other.name);
  return {
    profiles: [...profiles.values()].sort(byName),
    holders: [...holders.values()].sort(byName),
    tags: [...tags].sort((one, other) => one.localeCompare(other)),
  };
}

/** The view that holds what `tab` shows beyond the rows the hub tells by itself, and null when there can be no more. */
export function viewToLoad(state: ConsoleState): InboxView | null {
  if (state.tab === "talks") return null;
  const view = state.tab === "all" ? (state.inbox.isComplete ? "ended" : "open") : state.tab;
  if (view !== "ended" && state.inbox.isComplete) return null;
  // Only the consoles know what was read and who was named; their ended chats ask for nothing, and nobody waits in one.
  const { isUnread, namesMe, isOverdue } = state.filters;
  if (view === "ended" && (isUnread || namesMe || isOverdue)) return null;
  return view;
}

/** Where a view goes on behind the rows that are here, by PROTOCOL.md's order; null: at its beginning. */
export function placeBehind(state: ConsoleState, view: InboxView): string | null {
  if (isFiltered(state.filters) || (view !== "ended" && view !== "open")) return null;
  let last: { at: number; chat: number } | null = null;
  for (const row of state.inbox.rows.values()) {
    if ((row.state === "ended") !== (view === "ended")) continue;
    const at = (view === "ended" ? row.ended_at : row.started_at) ?? 0;
    if (!last || at < last.at || (at === last.at && row.chat < last.chat)) last = { at, chat: row.chat };
  }
  return last && `${last.at}.${last.chat}`;
}

export function loadedOf(state: ConsoleState, view: InboxView): Loaded {
  return state.loaded.get(view) ?? NOTHING_LOADED;
}

export function withLoading(state: ConsoleState, view: InboxView): ConsoleState {
  return withLoaded(state, view, { ...loadedOf(state, view), isLoading: true });
}

/** Takes a part of a view; null when it did not come. */
export function withPart(state: ConsoleState, view: InboxView, part: FoundRows | null): ConsoleState {
  const before = loadedOf(state, view);
  if (!part) return withLoaded(state, view, { ...before, isLoading: false });
  const fuller = { ...state, inbox: mergeFound(state.inbox, part.rows.filter((row): row is Row => !isTalk(row))) };
  return withLoaded(fuller, view, { after: part.after, isLoading: false, isDone: part.after === null });
}

export function withFilters(state: ConsoleState, filters: Filters): ConsoleState {
  return { ...state, filters, loaded: new Map() };
}

/** Looks for `text`; what was found before stays until the answer is here, so that nothing flickers. */
export function withSearch(state: ConsoleState, text: string | null): ConsoleState {
  if (text === null) return { ...state, search: null };
  const before = state.search ?? { answered: null, rows: [], after: null, refusal: null };
  const isEmpty = text.trim() === "";
  const kept = isEmpty ? { answered: null, rows: [], after: null, refusal: null } : before;
  return { ...state, search: { ...kept, text, isLoading: !isEmpty } };
}

/** Takes an answer to `text`, which goes on behind the rows before when `isMore`. */
export function withFound(
  state: ConsoleState,
  text: string,
  isMore: boolean,
  found: FoundRows | string | null,
): ConsoleState {
  const { search } = state;
  if (!search || search.text !== text) return state;
  if (found === null || typeof found === "string") {
    return { ...state, search: { ...search, isLoading: false, refusal: found } };
  }
  const before = isMore ? search.rows : [];
  const known = new Set(before.map((row) => row.chat));
  const rows = [...before, ...found.rows.filter((row) => !known.has(row.chat))];
  return { ...state, search: { text, answered: text, rows, after: found.after, isLoading: false, refusal: null } };
}

function withLoaded(state: ConsoleState, view: InboxView, loaded: Loaded): ConsoleState {
  return { ...state, loaded: new Map(state.loaded).set(view, loaded) };
}
