/** Settings as people read and write them. */
import type { Entrance, StaffMember } from "../desk/settings";
import { spanText } from "../times";

export const METHODS = ["Agents choose", "In turn", "Fewest chats first"] as const;
export const LANGUAGE_RULES = ["Does not matter", "Who speaks it comes first", "Only who speaks it, for a while"] as const;

export function entranceText({ _routing, _first_answer_seconds }: Entrance): string {
  const method = METHODS[_routing] ?? METHODS[0];
  return _first_answer_seconds > 0 ? `${method} · answer in ${secondsText(_first_answer_seconds)}` : method;
}

export function staffText({ capacity, languages }: StaffMember): string {
  const load = capacity === null ? "Any number of chats" : capacity === 1 ? "One chat at a time" : `${capacity} chats at a time`;
  return [load, languages.join(", ")].filter((part) => part !== "").join(" · ");
}

/** `never`, `45 s`, `2 min`, `1 min 30 s`. */
export function secondsText(seconds: number): string {
  if (seconds <= 0) return "never";
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return rest === 0 || seconds >= 3_600 ? spanText(seconds * 1000) : `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** What is listed with commas or spaces between. */
export function wordsFrom(text: string): string[] {
  return text.split(/[\s,;]+/u).filter((word) => word !== "");
}
