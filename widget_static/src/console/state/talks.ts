/** Chats with colleagues: what the hub tells of them beside the inbox, what they are called, and what is unread in them. */
import type { Chat, Named, Participant, Row, Rows, Talk } from "../../shared/frames";
import { shortNameFrom } from "../names";
import type { ConsoleState } from "./state";

export type Talks = ReadonlyMap<number, Talk>;

/** In the place of a visitor and a profile, which chats among agents have not: what is drawn of every chat need not ask. */
const NOBODY: Named = { id: 0, name: "" };

/** Whether it is a chat among agents, among the rows that were found. */
export function isTalk(row: Row | Talk): row is Talk {
  return "people" in row;
}

/** The talks after a `rows` frame. Rows are states; one that is older is left out. */
export function talksAfter(talks: Talks, { whole, colleagues = [], gone = [] }: Rows): Talks {
  if (!whole && colleagues.length + gone.length === 0) return talks;
  const after = new Map(whole ? [] : talks);
  for (const talk of colleagues) if (talk.head >= (after.get(talk.chat)?.head ?? 0)) after.set(talk.chat, talk);
  for (const chat of gone) after.delete(chat);
  return after;
}

/** A header as it is kept. */
export function settledHeader(header: Chat): Chat {
  return header.kind === "agents" ? { ...header, profile: NOBODY, visitor: NOBODY } : header;
}

/** What a chat among `people` goes by: its name, else the others in it. */
export function talkTitle({ name, people }: Pick<Talk, "name" | "people">, me: number): string {
  const others = people.filter(({ id }) => id !== me).map((one) => one.name);
  if (name) return name;
  if (others.length < 2) return others[0] ?? "Only you";
  return listText(others.map(shortNameFrom));
}

/** Whom a chat is with: its visitor, or colleagues. */
export function titleOf(header: Chat, me: number): string {
  if (header.kind !== "agents") return header.visitor.name;
  // Of two also who is disabled since is named.
  const people = header.participants.filter((one) => header.pair || !one.left);
  return talkTitle({ name: header.name, people }, me);
}

/** `Jonas, Ines and Kim` */
export function listText(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}

/** Those that go on and those that have ended, each with the newest words on top. */
export function sortedTalks(talks: Talks): { open: Talk[]; ended: Talk[] } {
  const sorted = [...talks.values()].sort((one, other) => saidAt(other) - saidAt(one) || other.chat - one.chat);
  return { open: sorted.filter(({ state }) => state !== "ended"), ended: sorted.filter(({ state }) => state === "ended") };
}

/** When something was last said, or else when it began. */
export function saidAt(talk: Talk): number {
  return talk.last?.at ?? talk.started_at;
}

/** Messages of others this agent has not read; none once the newest event was read here. */
export function unreadOf(talk: Talk, readHere: ReadonlyMap<number, number>): number {
  return (readHere.get(talk.chat) ?? 0) >= talk.head ? 0 : talk.unread;
}

export function unreadInTalks({ talks, readHere }: Pick<ConsoleState, "talks" | "readHere">): number {
  return [...talks.values()].reduce((sum, talk) => sum + unreadOf(talk, readHere), 0);
}

/** The open chat of this agent with one colleague, if there is one. */
export function findPair(talks: Talks, colleague: number): Talk | null {
  const fits = (talk: Talk) => talk.pair && talk.state !== "ended" && talk.people.some(({ id }) => id === colleague);
  return [...talks.values()].find(fits) ?? null;
}

/** Who takes part now, the others first by name. */
export function peopleOf(header: Chat, me: number): Participant[] {
  const rank = (one: Participant) => (one.id === me ? 1 : 0);
  return header.participants
    .filter((one) => !one.left)
    .sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/** How far the others have read an own message: `by` names who has, when that is not simply the other one. */
export function talkReadFrom(header: Chat, me: number, seq: number): { seq: number; at: number | null; by?: string } {
  const others = header.participants.filter((one) => one.id !== me && !one.left);
  const readers = others.filter((one) => one.read >= seq && one.read_at !== null);
  const [first] = readers;
  if (!first || seq === 0) return { seq: 0, at: null };
  const at = Math.max(...readers.map((one) => one.read_at ?? 0));
  if (header.pair) return { seq: first.read, at };
  const by = readers.length === others.length ? "all" : listText(readers.map((one) => shortNameFrom(one.name)));
  return { seq: Math.max(...readers.map((one) => one.read)), at, by };
}

/** The talks in which a colleague has written what this agent has not read. What stood there when the page opened is no news. */
export function talksWithNews(before: ConsoleState, after: ConsoleState): Talk[] {
  if (before.talks === after.talks || !before.inbox.isLoaded) return [];
  return [...after.talks.values()]
    .filter((talk) => talk !== before.talks.get(talk.chat) && talk.last !== null && talk.last.who.id !== after.me.id)
    .filter((talk) => unreadOf(talk, after.readHere) > (before.talks.get(talk.chat)?.unread ?? 0));
}
