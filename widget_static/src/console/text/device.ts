/** What a visitor's browser says of itself, as people say it. Hearsay, like all that a page tells. */

const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/u, "Edge"],
  [/\bOPR\/(\d+)/u, "Opera"],
  [/\bSamsungBrowser\/(\d+)/u, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/(\d+)/u, "Firefox"],
  [/\b(?:Chrome|CriOS)\/(\d+)/u, "Chrome"],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//u, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPhone\b/u, "iPhone"],
  [/\biPad\b/u, "iPad"],
  [/\bAndroid\b/u, "Android"],
  [/\bWindows\b/u, "Windows"],
  [/\bCrOS\b/u, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/u, "Mac"],
  [/\bLinux\b/u, "Linux"],
];

/** `Firefox 145, Android`; what is not known is left out, null when that is all of it. */
export function deviceText(userAgent: string | null | undefined): string | null {
  const agent = userAgent ?? "";
  const browser = BROWSERS.map(([pattern, name]) => [pattern.exec(agent)?.[1], name]).find(([version]) => version);
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return [browser && `${browser[1]} ${browser[0]}`, system].filter(Boolean).join(", ") || null;
}
