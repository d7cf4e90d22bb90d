/**
 * The properties of `haloChatConfig`: one row each, with what is right and what holds when it is absent or
 * wrong.
 */
import { parseHex, type Rgb } from "../shared/colour";

export type Position = "top-left" | "top-right" | "bottom-left" | "bottom-right";
export type Theme = "light" | "dark";

export interface Config {
  chatServiceUrl: string;
  configId: string;
  configKey: string;
  /** Null: the profile decides. */
  colour: Rgb | null;
  /** Null: the profile decides. */
  theme: Theme | null;
  position: Position;
  /** CSS pixels. */
  height: number;
  /** CSS pixels. */
  width: number;
  /** The page's own words, by key. */
  language: Readonly<Record<string, string>>;
  persistChatToken: boolean;
}

/**
 * One property. `read` gives the value to use, or undefined when the given one is wrong; `wants` says what is
 * right.
 */
interface Property<Value> {
  mandatory?: true;
  wants: string;
  default?: Value;
  read(given: unknown): Value | undefined;
}

const PROPERTIES: { readonly [Name in keyof Config]: Property<Config[Name]> } = {
  chatServiceUrl: { mandatory: true, wants: "the hub's address, ending in /api", read: readAddress },
  configId: { mandatory: true, wants: "the id of the chat profile", read: readWord },
  configKey: { mandatory: true, wants: "the key of the chat profile", read: readWord },
  colour: { wants: "a HEX colour such as #E83C4A", default: null, read: readColour },
  theme: { wants: '"light" or "dark"', default: null, read: oneOf("light", "dark") },
  position: {
    wants: '"top-left", "top-right", "bottom-left" or "bottom-right"',
    default: "bottom-right",
    read: oneOf("top-left", "top-right", "bottom-left", "bottom-right"),
  },
  height: { wants: "a number of pixels above 0", default: 700, read: readPixels },
  width: { wants: "a number of pixels above 0", default: 400, read: readPixels },
  language: { wants: "an object of texts", default: {}, read: readTexts },
  persistChatToken: { wants: "true or false", default: true, read: readBoolean },
};

/**
 * The configuration of the page, or null when there is none to start with; `warn` gets one sentence for each
 * wrong property.
 * Only own properties count, so that a page that extends Object.prototype configures nothing by accident.
 */
export function readConfig(given: unknown, warn: (sentence: string) => void): Config | null {
  if (typeof given !== "object" || given === null) {
    warn("haloChatConfig is missing: set it before the script that loads the chat.");
    return null;
  }
  const config: Record<string, unknown> = {};
  let isComplete = true;
  for (const [name, property] of Object.entries<Property<unknown>>(PROPERTIES)) {
    const value = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
    const read = value === undefined || value === null ? undefined : property.read(value);
    config[name] = read ?? property.default;
    if (read !== undefined || (isAbsent(value) && !property.mandatory)) continue;
    isComplete &&= !property.mandatory;
    warn(
      `haloChatConfig.${name} must be ${property.wants}; ${property.mandatory ? "the chat cannot start" : "its default is used"}.`,
    );
  }
  return isComplete ? (config as unknown as Config) : null;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Without a slash at the end, resolved against the page. */
function readAddress(given: unknown): string | undefined {
  if (typeof given !== "string" || given === "") return undefined;
  try {
    const url = new URL(given, document.baseURI);
    return /^https?:$/.test(url.protocol) ? (url.origin + url.pathname).replace(/\/+$/, "") : undefined;
  } catch {
    return undefined;
  }
}

/** Ids and keys: pages write numbers with and without quotes. */
function readWord(given: unknown): string | undefined {
  return (
    (typeof given === "string" && given.trim()) || (typeof given === "number" ? String(given) : undefined)
  );
}

function readColour(given: unknown): Rgb | undefined {
  return (typeof given === "string" && parseHex(given)) || undefined;
}

function oneOf<Value extends string>(...values: Value[]): (given: unknown) => Value | undefined {
  return (given) => values.find((value) => value === given);
}

/** Numbers come as text too where a page takes them from a field. */
function readPixels(given: unknown): number | undefined {
  const pixels = typeof given === "string" ? Number(given.replace(/px$/, "")) : given;
  return typeof pixels === "number" && Number.isFinite(pixels) && pixels > 0 ? pixels : undefined;
}

function readBoolean(given: unknown): boolean | undefined {
  return given === "true" ? true : given === "false" ? false : typeof given === "boolean" ? given : undefined;
}

function readTexts(given: unknown): Record<string, string> | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  return Object.fromEntries(Object.entries(given).filter(([, text]) => typeof text === "string"));
}
