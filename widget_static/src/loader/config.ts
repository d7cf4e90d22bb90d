/**
 * The properties of `haloChatConfig`: one row each, with what is right and what holds when it is absent or
 * wrong.
 */
import type { Rgb } from "../shared/colour";
import {
  POSITIONS,
  readAddress,
  readBoolean,
  readColour,
  readFileAddress,
  readPixels,
  readStyles,
  readTexts,
  readWord,
  type Styles,
} from "./readers";

export type Position = (typeof POSITIONS)[number];
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
  /** Null: none is told. */
  tenantId: string | null;
  /** `websocket`: as the profile says. */
  chatMode: "websocket" | "heartbeat";
  /** Address of a sound; null: the chat's own. */
  sound: string | null;
  /** Address of an image; null: the profile decides. */
  icon: string | null;
  /** Percent of the bubble. */
  iconSize: number;
  includeFont: boolean;
  frameInheritHead: boolean;
  debug: boolean;
  keepChatWindowOpen: boolean;
  bubbleContainerStyles: Styles;
  bubbleStyles: Styles;
  windowStyles: Styles;
  showEndChatOptionOnBubble: boolean;
  forceFullScreen: boolean;
  /** The window opens by itself when it is asked whether somebody is still there. */
  areYouStillThereReopenChat: boolean;
  hideNewChatBubble: boolean;
  hideExistingChatBubble: boolean;
  autoInitialize: boolean;
  draggableBubble: boolean;
  /** Of chats that are opened with an identity token. */
  retainPreviousChat: boolean;
  /** 0: never. */
  hideBubbleInactivitySeconds: number;
  enableInboundEvents: boolean;
  enableOutboundEvents: boolean;
  enableFunctions: boolean;
  hideHeader: boolean;
  /** What agents are told of the visitor, by names of the page's own. */
  customFields: Readonly<Record<string, string>>;
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

const flag = (byDefault: boolean): Property<boolean> => ({
  wants: "true or false",
  default: byDefault,
  read: readBoolean,
});
const number = { wants: "a number above 0", read: readPixels };
const address: Property<string | null> = { wants: "an address", default: null, read: readFileAddress };
const styles: Property<Styles> = { wants: "an object of styles that load nothing", default: {}, read: readStyles };

const PROPERTIES: { readonly [Name in keyof Config]: Property<Config[Name]> } = {
  chatServiceUrl: { mandatory: true, wants: "the hub's address, ending in /api", read: readAddress },
  configId: { mandatory: true, wants: "the id of the chat profile", read: readWord },
  configKey: { mandatory: true, wants: "the key of the chat profile", read: readWord },
  colour: { wants: "a HEX colour such as #E83C4A", default: null, read: readColour },
  theme: { ...oneOf("light", "dark"), default: null },
  position: { ...oneOf(...POSITIONS), default: "bottom-right" },
  height: { ...number, default: 700 },
  width: { ...number, default: 400 },
  language: { wants: "an object of texts", default: {}, read: readTexts },
  persistChatToken: flag(true),
  tenantId: { wants: "the id of a tenant", default: null, read: readWord },
  chatMode: { ...oneOf("websocket", "heartbeat"), default: "websocket" },
  sound: address,
  icon: address,
  iconSize: { ...number, default: 50 },
  includeFont: flag(true),
  frameInheritHead: flag(false),
  debug: flag(false),
  keepChatWindowOpen: flag(false),
  bubbleContainerStyles: styles,
  bubbleStyles: styles,
  windowStyles: styles,
  showEndChatOptionOnBubble: flag(false),
  forceFullScreen: flag(false),
  areYouStillThereReopenChat: flag(false),
  hideNewChatBubble: flag(false),
  hideExistingChatBubble: flag(false),
  autoInitialize: flag(true),
  draggableBubble: flag(false),
  retainPreviousChat: flag(false),
  hideBubbleInactivitySeconds: {
    wants: "a number of seconds",
    default: 0,
    read: (given) => (Number(given) === 0 ? 0 : readPixels(given)),
  },
  enableInboundEvents: flag(false),
  enableOutboundEvents: flag(false),
  enableFunctions: flag(false),
  hideHeader: flag(false),
  customFields: { wants: "an object of texts", default: {}, read: readTexts },
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
    let value: unknown = name;
    let read: unknown;
    try {
      value = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
      read = value === undefined || value === null ? undefined : property.read(value);
    } catch {
      // What throws when it is read is wrong as well.
    }
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

function oneOf<Value extends string>(...values: Value[]): Pick<Property<Value>, "wants" | "read"> {
  return {
    wants: `"${values.join('" or "')}"`,
    read: (given) => values.find((value) => value === given),
  };
}
