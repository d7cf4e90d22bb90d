/** The one element the chat adds to the page: a shadow root with the bubble, and room for the window. */
import { accentFrom, cssFrom, parseHex, type Rgb } from "../shared/colour";
import styles from "./bubble.css";
import type { Config, Theme } from "./config";
import { NEW_CHAT_NAME } from "./language";
import type { Profile } from "./profile";
import { CHAT_ICON, CHAT_LINES, CHEVRON_DOWN, makeIcon } from "./svg";

export const HOST_NAME = "halo-chat-widget";
// The colour of the chat when neither page nor profile names one.
const DEFAULT_COLOUR: Rgb = parseHex("#096C5C")!;

export interface Stage {
  /** Adds a style sheet after those before it. */
  addStyles(text: string): CSSStyleSheet;
  /** Holds bubble and window; carries the classes of position and theme. */
  stage: HTMLElement;
  bubble: HTMLButtonElement;
  /** The colour as a surface that text reads on. */
  accent: Rgb;
  theme: Theme;
}

/** Adds the element to the body with the bubble in it. */
export function drawStage(config: Config, profile: Profile): Stage {
  const host = document.createElement(HOST_NAME);
  const root = host.attachShadow({ mode: "open" });
  const { accent, onAccent } = accentFrom(config.colour ?? parseHex(profile.colour) ?? DEFAULT_COLOUR);
  const theme = config.theme ?? (profile.theme === "dark" ? "dark" : "light");
  // Constructed sheets are no inline styles, so a page's content security policy has nothing against them.
  const addStyles = (text: string) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets.push(sheet);
    return sheet;
  };
  addStyles(`.stage{--accent:${cssFrom(accent)};--on-accent:${cssFrom(onAccent)}}`);
  addStyles(styles);
  const stage = document.createElement("div");
  stage.className = `stage ${theme} ${config.position.replace("-", " ")}`;
  const bubble = makeBubble(config, profile);
  stage.append(bubble);
  root.append(stage);
  document.body.append(host);
  // Single-page navigation may put another body in the place of this one.
  const follow = () => host.isConnected || document.body?.append(host);
  new MutationObserver(follow).observe(document.documentElement, { childList: true });
  return { addStyles, stage, bubble, accent, theme };
}

function makeBubble({ language }: Config, { icon }: Profile): HTMLButtonElement {
  const bubble = document.createElement("button");
  bubble.type = "button";
  bubble.className = "bubble";
  bubble.setAttribute("aria-label", language["newChatName"] ?? NEW_CHAT_NAME);
  bubble.setAttribute("aria-expanded", "false");
  const chat = makeIcon("chat", [CHAT_ICON, CHAT_LINES]);
  bubble.append(icon ? imageOr(icon, chat) : chat, makeIcon("fold", [CHEVRON_DOWN]));
  return bubble;
}

/** The profile's picture; the chat's own icon takes its place when it cannot be loaded. */
function imageOr(address: string, fallback: Element): HTMLImageElement {
  const image = document.createElement("img");
  image.alt = "";
  image.onerror = () => image.replaceWith(fallback);
  image.src = address;
  return image;
}
