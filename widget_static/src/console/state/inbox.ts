/** The agents' list: rows merged by chat, parted into sections, counted. */
import type { Chat, Row, Rows } from "../../shared/frames";

export interface Inbox {
  rows: ReadonlyMap<number, Row>;
  /** What the next `hello` says, so that only what changed since is sent. */
  cursor: string | null;
  /** Whether the hub has told the rows at all. */
  isLoaded: boolean;
  /** Whether the hub has told all of them; an inbox may be longer than anybody reads. */
  isComplete: boolean;
}

export const EMPTY_INBOX: Inbox = { rows: new Map(), cursor: null, isLoaded: false, isComplete: true };

export type Section = "waiting" | "mine" | "colleagues" | "ended";
export type Tab = "all" | "waiting" | "mine" | "team" | "ended" | "talks";

export const SECTIONS: readonly Section[] = ["waiting", "mine", "colleagues", "ended"];
export const TABS: readonly Tab[] = ["all", "waiting", "mine", "team", "ended", "talks"];

/** The inbox after a `rows` frame. Rows are states, so a repeat changes nothing, and one that is older is left out. */
export function mergeRows(inbox: Inbox, frame: Rows): Inbox {
  const rows = new Map(frame.whole ? [] : inbox.rows);
  takeNewer(rows, frame.rows);
  const isComplete = frame.whole ? frame.complete : inbox.isComplete;
  return { rows, cursor: frame.cursor, isLoaded: true, isComplete };
}

/** The inbox with rows that were asked for: they are states like all others. */
export function mergeFound(inbox: Inbox, found: readonly Row[]): Inbox {
  const rows = new Map(inbox.rows);
  takeNewer(rows, found);
  return { ...inbox, rows };
}

/** The inbox with what a chat's header, fresh from the hub, says about its row. */
export function mergeHeader(inbox: Inbox, header: Chat): Inbox {
  const row = inbox.rows.get(header.id);
  if (!row || header.head < row.head) return inbox;
  const { state, head, queued_at, accepted_at, ended_at } = header;
  const holder = header.participants.find((one) => one.id === header.holder);
  const merged: Row = { ...row, state, head, queued_at, accepted_at, ended_at, holder: holder ?? null };
  return { ...inbox, rows: new Map(inbox.rows).set(row.chat, merged) };
}

/** Where `row` stands for the agent `me`. A chat that the flow still holds stands with the colleagues. */
export function sectionFrom(row: Row, me: number): Section {
  if (row.state === "ended") return "ended";
  if (row.state === "queued") return "waiting";
  return row.holder?.id === me ? "mine" : "colleagues";
}

/** Every section's rows: waiting longest first, ended by their end, the others by their newest message. */
export function sectionsFrom(rows: Iterable<Row>, me: number): Record<Section, Row[]> {
  const sections: Record<Section, Row[]> = { waiting: [], mine: [], colleagues: [], ended: [] };
  for (const row of rows) sections[sectionFrom(row, me)].push(row);
  sections.waiting.sort((one, other) => waitingSince(one) - waitingSince(other) || one.chat - other.chat);
  sections.mine.sort(byNewest);
  sections.colleagues.sort(byNewest);
  sections.ended.sort((one, other) => (other.ended_at ?? 0) - (one.ended_at ?? 0) || other.chat - one.chat);
  return sections;
}

/** The sections of visitors' chats that `tab` shows, in their order; all of them under `all`. */
export function sectionsOf(tab: Tab): readonly Section[] {
  if (tab === "talks") return [];
  if (tab === "all") return SECTIONS;
  return tab === "team" ? ["waiting", "mine", "colleagues"] : [tab];
}

/** The tabs there are: who belongs to no team has no view of one. */
export function tabsFrom(teams: readonly number[]): readonly Tab[] {
  return TABS.filter((tab) => tab !== "team" || teams.length > 0);
}

/** Whether the chat was given to one of the teams. */
export function isOfTeams(row: Row, teams: readonly number[]): boolean {
  return row.team !== null && teams.includes(row.team.id);
}

/** The number beside each tab; `all` counts the open chats. Ended ones ask for nothing, and nobody knows them all; of colleagues what is unread counts. */
export function countsFrom(
  sections: Record<Section, Row[]>,
  teams: readonly number[],
  unreadTalks = 0,
): Record<Tab, number> {
  const { waiting, mine, colleagues } = sections;
  const open = [...waiting, ...mine, ...colleagues];
  return {
    all: open.length,
    waiting: waiting.length,
    mine: mine.length,
    team: open.filter((row) => isOfTeams(row, teams)).length,
    ended: 0,
    talks: unreadTalks,
  };
}

/** Since when the visitor waits for a person. */
export function waitingSince(row: Row): number {
  return row.queued_at ?? row.started_at;
}

/** When something was last said, or else when the chat began. */
export function lastAt(row: Row): number {
  return row.last?.at ?? row.started_at;
}

/** Messages of the visitor this agent has not read; none once the newest event was read here. */
export function unreadFrom(row: Row, readHere: ReadonlyMap<number, number>): number {
  return (readHere.get(row.chat) ?? 0) >= row.head ? 0 : row.unread;
}

/** What awaits this agent: unread messages of the chats that wait or are held by `me`. */
export function unreadTotal(inbox: Inbox, me: number, readHere: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const row of inbox.rows.values()) {
    const section = sectionFrom(row, me);
    if (section === "waiting" || section === "mine") total += unreadFrom(row, readHere);
  }
  return total;
}

/** The document's title: `(3) Inbox`, or `Inbox` alone. */
export function titleFrom(unread: number): string {
  return unread > 0 ? `(${unread}) Inbox` : "Inbox";
}

function takeNewer(rows: Map<number, Row>, fresh: readonly Row[]): void {
  for (const row of fresh) if (row.head >= (rows.get(row.chat)?.head ?? 0)) rows.set(row.chat, row);
}

function byNewest(one: Row, other: Row): number {
  return lastAt(other) - lastAt(one) || other.chat - one.chat;
}
