/** The widget: puts the window beside the bubble and keeps both in step with the conversation. */
import { render } from "preact";
import type { App, Handover } from "../loader/handover";
import { languageFrom } from "../shared/time";
import { Conversation } from "./conversation";
import { takeFocus } from "./focus";
import { addFonts } from "./fonts";
import { Marks } from "./parts/marks";
import { Window } from "./parts/window";
import type { State } from "./state";
import { styles } from "./styles";
import { tokensFrom } from "./tokens";
import { countUnread, phaseFrom } from "./view";
import { followKeyboard } from "./viewport";
import { fill, wordsFrom, type Words } from "./words";

// The same condition as in window.css.
const FULL_SCREEN = "(max-width: 479px), (max-height: 479px)";
const TOUCH = "(pointer: coarse)";

export function mount({
  config,
  profile,
  kept,
  stage,
  bubble,
  addStyles,
  accent,
  theme,
  assets,
}: Handover): App {
  const words = wordsFrom(config.language);
  const pageLanguage = document.documentElement.lang;
  const language = languageFrom(pageLanguage, navigator.languages);
  const fullScreen = matchMedia(FULL_SCREEN);
  addStyles(tokensFrom(accent, theme, config));
  addStyles(styles);
  addFonts(assets);
  followKeyboard(addStyles(""));

  const marks = document.createElement("span");
  marks.className = "marks";
  marks.setAttribute("aria-hidden", "true");
  bubble.append(marks);
  const room = document.createElement("div");
  room.className = "room";
  room.dir = getComputedStyle(document.documentElement).direction;
  if (pageLanguage) room.lang = pageLanguage;
  stage.append(room);

  const conversation = new Conversation(config, profile, kept, draw);

  function close(): void {
    conversation.close();
    bubble.focus({ preventScroll: true });
  }

  function open(): void {
    conversation.open();
    focusWindow();
  }

  /** The button that was pressed goes with the chat that has ended. */
  function restart(): void {
    conversation.restart();
    focusWindow();
  }

  function focusWindow(): void {
    // On touch the keyboard would cover what is to be read first.
    const field = matchMedia(TOUCH).matches
      ? null
      : room.querySelector<HTMLElement>("textarea, .ended > button");
    takeFocus(field ?? room.querySelector<HTMLElement>(".window"));
  }

  /**
   * What had the focus went with this drawing. The menu and the question began at the button of the menu; from
   * the composer of a chat that has ended one goes on to the next chat, and when the door closes to the window.
   */
  function restoreFocus(isLayerGone: boolean): void {
    const button = isLayerGone ? room.querySelector<HTMLElement>(".menu-button") : null;
    if (button) takeFocus(button);
    else focusWindow();
  }

  const root = room.getRootNode() as ShadowRoot;
  let layer: State["layer"] = "none";
  function draw(state: State): void {
    const phase = phaseFrom(state, conversation.hasToken);
    // Never the focus of the page around.
    const hadFocus = root.activeElement;
    labelBubble(bubble, state, words);
    render(<Marks state={state} />, marks);
    const scene = { state, phase, profile, words, language, acts: conversation, close, restart };
    render(<Window scene={scene} isFullScreen={fullScreen.matches} />, room);
    if (hadFocus && !root.activeElement && state.isOpen) restoreFocus(layer !== "none" && state.layer === "none");
    layer = state.layer;
  }

  document.addEventListener("visibilitychange", () => conversation.markRead());
  fullScreen.addEventListener("change", () => draw(conversation.state));
  draw(conversation.state);
  conversation.resume();
  return { toggle: () => (conversation.state.isOpen ? close() : open()) };
}

function labelBubble(bubble: HTMLButtonElement, state: State, words: Words): void {
  const unread = countUnread(state);
  const name = state.chat ? words.liveChatName : words.newChatName;
  const label = state.isOpen
    ? words.close
    : unread > 0
      ? `${name}, ${fill(words.unreadCount, unread)}`
      : name;
  bubble.setAttribute("aria-label", label);
  bubble.setAttribute("aria-expanded", String(state.isOpen));
}
