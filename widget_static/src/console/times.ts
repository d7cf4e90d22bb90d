/** Times as the console writes them, beyond what shared/time.ts has: clocks, spans, days in short, other time zones. */
import { sizeText as sizeIn } from "../shared/sizes";
import { isSameDay, languageFrom, timeText } from "../shared/time";

const MS_PER_MINUTE = 60_000;

/** The console's words are English; times follow the region of the agent's browser. */
export const LANGUAGE = languageFrom("en", typeof navigator === "undefined" ? [] : navigator.languages);

/** A visitor should not wait longer than this for a person. */
export const PROMISE_MS = 5 * MS_PER_MINUTE;

export type Warmth = "calm" | "warning" | "bad";

/** `10:43` today, `Yesterday`, else `17 Nov`, with the year when it is another one. */
export function rowTimeText(at: number, now: number): string {
  if (isSameDay(at, now)) return timeText(at, LANGUAGE);
  if (isSameDay(at + 24 * 60 * MS_PER_MINUTE, now)) return "Yesterday";
  const isSameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(LANGUAGE, {
    day: "numeric",
    month: "short",
    ...(isSameYear ? {} : { year: "numeric" }),
  }).format(at);
}

/** `4:12`, from an hour on `1:04:12`; never negative. */
export function clockText(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** The part of what was promised that is used up, 0 to 1. */
export function promisePart(elapsedMs: number, promiseMs = PROMISE_MS): number {
  return Math.min(1, Math.max(0, elapsedMs / promiseMs));
}

/** Calm, from 40 % of the promise a warning, from 80 % bad. */
export function warmthFrom(part: number): Warmth {
  if (part >= 0.8) return "bad";
  return part >= 0.4 ? "warning" : "calm";
}

/** `less than a minute`, `6 min`, `2 h 5 min`, `3 days`. */
export function spanText(spanMs: number): string {
  const minutes = Math.floor(spanMs / MS_PER_MINUTE);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** `just now`, `8 seconds ago`, `2 minutes ago`. */
export function agoText(spanMs: number): string {
  const seconds = Math.floor(spanMs / 1000);
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.floor(seconds / 60);
  return minutes === 1 ? "a minute ago" : `${minutes} minutes ago`;
}

/** `10:44, London`: the time in another zone, with the weekday when it is another day there. Null for an unknown zone. */
export function localTimeText(now: number, timeZone: string): string | null {
  try {
    const time = new Intl.DateTimeFormat(LANGUAGE, { timeZone, timeStyle: "short" }).format(now);
    const dayThere = new Intl.DateTimeFormat(LANGUAGE, { timeZone, weekday: "long" }).format(now);
    const dayHere = new Intl.DateTimeFormat(LANGUAGE, { weekday: "long" }).format(now);
    const place = timeZone.split("/").at(-1)!.replaceAll("_", " ");
    return `${dayThere === dayHere ? "" : `${dayThere} `}${time}, ${place}`;
  } catch {
    return null;
  }
}

/** `17 Nov, 10:39`, or the time alone when that was today. */
export function momentText(at: number, now: number): string {
  const time = timeText(at, LANGUAGE);
  return isSameDay(at, now) ? time : `${rowTimeText(at, now)}, ${time}`;
}

/** `840 kB`, `2.4 MB`; nothing is less than a kilobyte, as in the lists of every desktop. */
export function sizeText(bytes: number): string {
  return sizeIn(Math.max(bytes, 1024), LANGUAGE);
}

/** `German` for `de-AT`; the tag itself when it has no name. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
