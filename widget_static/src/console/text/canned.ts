/** Canned texts, and the variables in them. Counterpart: hub/domain/canned_text.py keeps the texts as they were written. */
import type { Chat } from "../../shared/frames";
import type { Agent } from "../account";
import { shortNameFrom } from "../names";

export interface CannedText {
  id: number;
  name: string;
  text: string;
  team_id: number | null;
  team_name: string | null;
}

const VARIABLE = /\{\{\s*([\w.]+)\s*\}\}/gu;

/** The variables there are, with what they stand for in this chat; an empty one is not known. */
export function variablesFrom(chat: Chat, agent: Agent): Record<string, string> {
  const { visitor } = chat;
  const isNamed = !/^Visitor [0-9A-F]{4}$/u.test(visitor.name);
  return {
    "visitor.name": isNamed ? visitor.name : "",
    "visitor.first_name": isNamed ? shortNameFrom(visitor.name) : "",
    "visitor.email": chat.email ?? "",
    "visitor.company": chat.company ?? "",
    "agent.name": agent.name,
    "agent.first_name": shortNameFrom(agent.name),
    "chat.number": String(chat.id),
    "profile.name": chat.profile.name,
    "page.title": chat.page_title ?? "",
    "page.url": chat.page_url ?? "",
  };
}

/** The names, for those who write a text. */
export const VARIABLES: readonly string[] = [
  "visitor.name",
  "visitor.first_name",
  "visitor.email",
  "visitor.company",
  "agent.name",
  "agent.first_name",
  "chat.number",
  "profile.name",
  "page.title",
  "page.url",
];

export interface Filled {
  text: string;
  /** The first variable nobody could fill, which is left for the agent to write over; null when all were. */
  gap: [start: number, end: number] | null;
}

/** The text with what is known in its place. What is not known stays to be seen, rather than a hole in a sentence. */
export function fillVariables(text: string, known: Readonly<Record<string, string>>): Filled {
  const filled = text.replaceAll(VARIABLE, (whole, name: string) => known[name] || whole);
  const gap = [...filled.matchAll(VARIABLE)][0];
  return { text: filled, gap: gap ? [gap.index, gap.index + gap[0].length] : null };
}
