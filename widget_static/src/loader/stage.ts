/** The one element the chat adds to the page: a shadow root with the bubble, and room for the window. */
import { parseHex, type Rgb } from "../shared/colour";
import styles from "./bubble.css";
import type { Config, Position } from "./config";
import { NEW_CHAT_NAME } from "./language";
import type { Profile } from "./profile";
import { applyStyles } from "./styles";
import { CHAT_ICON, CHEVRON_DOWN, makeIcon } from "./svg";
import { tokensFrom } from "./tokens";

export const HOST_NAME = "halo-chat-widget";
// The colour of the chat when neither page nor profile names one.
const DEFAULT_COLOUR: Rgb = parseHex("#096C5C")!;

// A longer timer would ring at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Stage {
  /** Adds a style sheet after those before it. */
  addStyles(text: string): CSSStyleSheet;
  /** Holds bubble and window; carries the classes of position and theme. */
  stage: HTMLElement;
  bubble: HTMLButtonElement;
  /** Holds the bubble and stands where it stands. */
  spot: HTMLElement;
  /** Puts bubble and window into a corner of the screen, whatever styles the page gave them. */
  moveTo(position: Position): void;
  /** The bubble has been used: it may be idle for another while. */
  wake(): void;
}

/** Adds the element to the body with the bubble in it. */
export function drawStage(config: Config, profile: Profile): Stage {
  const host = document.createElement(HOST_NAME);
  const root = host.attachShadow({ mode: "open" });
  const colour = config.colour ?? parseHex(profile.colour) ?? DEFAULT_COLOUR;
  const theme = config.theme ?? (profile.theme === "dark" ? "dark" : "light");
  // Constructed sheets are no inline styles, so a page's content security policy has nothing against them.
  const addStyles = (text: string) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets.push(sheet);
    return sheet;
  };
  addStyles(`.stage{${tokensFrom(colour, theme)};--icon:${config.iconSize}%}`);
  addStyles(styles);
  const stage = document.createElement("div");
  stage.className = `stage ${theme} ${config.position.replace("-", " ")}`;
  const bubble = makeBubble(config, profile);
  const spot = document.createElement("div");
  spot.className = "spot";
  applyStyles(spot, config.bubbleContainerStyles);
  applyStyles(bubble, config.bubbleStyles);
  spot.append(bubble);
  stage.append(spot);
  root.append(stage);
  document.body.append(host);
  // Single-page navigation may put another body in the place of this one.
  const follow = () => host.isConnected || document.body?.append(host);
  new MutationObserver(follow).observe(document.documentElement, { childList: true });
  const moveTo = (position: Position) => {
    stage.classList.remove("top", "bottom", "left", "right");
    stage.classList.add(...position.split("-"));
    for (const one of root.querySelectorAll<HTMLElement>(".spot, .window")) {
      one.style.inset = one.style.insetInline = one.style.insetBlock = "";
    }
  };
  const wake = idleAfter(config.hideBubbleInactivitySeconds, stage);
  bubble.addEventListener("click", wake);
  wake();
  return { addStyles, stage, bubble, spot, moveTo, wake };
}

/** Marks the stage as idle when the answer was not called for so long; 0 for never. */
function idleAfter(seconds: number, stage: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    stage.classList.remove("idle");
    clearTimeout(timer);
    if (seconds) timer = setTimeout(() => stage.classList.add("idle"), Math.min(seconds * 1000, LONGEST_TIMER_MS));
  };
}

function makeBubble(config: Config, profile: Profile): HTMLButtonElement {
  const bubble = document.createElement("button");
  bubble.type = "button";
  bubble.className = "bubble";
  bubble.setAttribute("aria-label", config.language["newChatName"] ?? NEW_CHAT_NAME);
  bubble.setAttribute("aria-expanded", "false");
  const chat = makeIcon("chat", CHAT_ICON);
  const icon = config.icon ?? profile.icon;
  bubble.append(icon ? imageOr(icon, chat) : chat, makeIcon("fold", [CHEVRON_DOWN]));
  if (config.draggableBubble) makeDraggable(bubble);
  return bubble;
}

/** By the browser's own drag and drop: where it goes is the page's word, by an event. */
function makeDraggable(bubble: HTMLButtonElement): void {
  bubble.draggable = true;
  // Firefox drags nothing that carries nothing.
  bubble.addEventListener("dragstart", ({ dataTransfer }) => dataTransfer?.setData("text/plain", ""));
}

/** The page's or the profile's picture; the chat's own icon takes its place when it cannot be loaded. */
function imageOr(address: string, fallback: Element): HTMLImageElement {
  const image = document.createElement("img");
  image.alt = "";
  image.onerror = () => image.replaceWith(fallback);
  image.src = address;
  return image;
}
