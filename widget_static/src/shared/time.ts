/** Times and days in the reader's language and time zone. */

const MS_PER_DAY = 86_400_000;

/**
 * The language to write times in: the page's, with the region the browser adds to the same language
 * (a page in `en` read in Leeds shows 14:05, not 2:05 PM).
 */
export function languageFrom(pageLanguage: string, browserLanguages: readonly string[]): string {
  const wanted = pageLanguage || browserLanguages[0] || "en";
  const regional = browserLanguages.find((language) => language.startsWith(`${wanted}-`)) ?? wanted;
  try {
    return Intl.getCanonicalLocales(regional)[0] ?? "en";
  } catch {
    return "en";
  }
}

/** `10:43` */
export function timeText(at: number, language: string): string {
  return formatterFor(language, { timeStyle: "short" }).format(at);
}

/** `Today`, `Yesterday`, `Monday, 3 November`, with the year when it is another one. */
export function dayText(at: number, now: number, language: string): string {
  const days = countDaysBetween(at, now);
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
    return word.charAt(0).toLocaleUpperCase(language) + word.slice(1);
  }
  const isSameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return formatterFor(language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(isSameYear ? {} : { year: "numeric" }),
  }).format(at);
}

/** `today`, `tomorrow`, `Thursday`, and beyond a week `Thursday 12 March`: a day that comes, within a sentence. */
export function comingDayText(at: number, now: number, language: string): string {
  const days = countDaysBetween(now, at);
  if (days < 2) return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
  return formatterFor(language, {
    weekday: "long",
    ...(days < 7 ? {} : { day: "numeric", month: "long" }),
  }).format(at);
}

/** Whether both fall on one calendar day of the reader. */
export function isSameDay(one: number, other: number): boolean {
  return countDaysBetween(one, other) === 0;
}

/** Calendar days from `at` to `now`; rounding takes out the hour that summer time adds or removes. */
function countDaysBetween(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / MS_PER_DAY);
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * Formatters are costly to make and one list asks for the same one hundreds of times. Figures are Latin
 * everywhere.
 */
function formatterFor(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, { ...options, numberingSystem: "latn" });
  formatters.set(key, made);
  return made;
}
