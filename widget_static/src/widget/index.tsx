/** The widget: puts the window beside the bubble and keeps both in step with the conversation. */
import { render } from "preact";
import { readBoolean, readNumber, readPixels, readPosition } from "../loader/readers";
import type { Extras } from "../extras";
import type { App, Handover } from "../loader/handover";
import { applyStyles } from "../loader/styles";
import { loaderOf } from "../shared/load";
import { languageFrom } from "../shared/time";
import { Conversation } from "./conversation";
import { takeFocus } from "./focus";
import { addFonts } from "./fonts";
import { labelBubble } from "./label";
import { BubbleEnd } from "./parts/bubble_end";
import { Extra } from "./parts/extra";
import { Marks } from "./parts/marks";
import { Window } from "./parts/window";
import type { Happening } from "./reduce";
import { kit } from "./kit";
import type { State } from "./state";
import { styles } from "./styles";
import { sizeFrom, tokensFrom } from "./tokens";
import { loadTranslation } from "./translation";
import { canEnd, countUnread, nameFrom, phaseFrom, type Phase } from "./view";
import { followKeyboard } from "./viewport";
import { wordsFrom } from "./words";

// Where a window of its own would leave nothing of the page.
const SMALL_SCREEN = "(max-width: 479px), (max-height: 479px)";
const TOUCH = "(pointer: coarse)";
// The window is drawn and the conversation there.
const EXTRAS_AFTER_MS = 500;
// Each drawing asks for what is missing.
const RETRY_EXTRAS_MS = 3_000;

/** Name and version of the file of the parts that few chats need, put in by the build. */
declare const EXTRAS_FILE: string;

const loadModule = loaderOf<{ extras: Extras }>(`./${EXTRAS_FILE}`);
const failed = (fault: unknown) => console.warn(`Chat: a part could not be loaded. ${fault}`);

export async function mount(handover: Handover): Promise<App> {
  const { config, profile, kept, stage, bubble, spot, addStyles, accent, theme, assets, tell, log } = handover;
  const pageLanguage = document.documentElement.lang;
  const translated = { ...(await loadTranslation(pageLanguage).catch(failed)), ...config.language };
  let words = wordsFrom(translated);
  const language = languageFrom(pageLanguage, navigator.languages);
  const smallScreen = matchMedia(SMALL_SCREEN);
  const root = stage.getRootNode() as ShadowRoot;
  addStyles(tokensFrom(accent, theme, config));
  addStyles(styles);
  const sizes = addStyles("");
  if (config.includeFont) addFonts(assets);
  followKeyboard(addStyles(""));

  const marks = document.createElement("span");
  marks.className = "marks";
  marks.setAttribute("aria-hidden", "true");
  // Beside the button, not in it: its name says the same in words.
  spot.append(marks);
  const room = document.createElement("div");
  room.className = "room";
  room.dir = getComputedStyle(document.documentElement).direction;
  if (pageLanguage) room.lang = pageLanguage;
  stage.append(room);
  const ending = document.createElement("div");
  spot.append(ending);

  const conversation = new Conversation(config, profile, kept, follow);
  let extras: Extras | null = null;
  const loadExtras = async () => {
    const module = await loadModule();
    if (!extras) {
      extras = module.extras;
      extras.takeKit(kit);
      addStyles(extras.styles);
      words = wordsFrom(translated, extras.words);
    }
    return extras;
  };
  let nextTryAt = 0;
  const findExtras = () => {
    if (!extras && Date.now() > nextTryAt) {
      nextTryAt = Date.now() + RETRY_EXTRAS_MS;
      loadExtras().then(() => draw(conversation.state), failed);
    }
    return extras;
  };
  const bring = (files: FileList | null | undefined) => {
    const given = [...(files ?? [])];
    if (given.length > 0) loadExtras().then(({ bringFiles }) => bringFiles(given, conversation), failed);
  };
  if (config.frameInheritHead) loadExtras().then(({ inheritHead }) => inheritHead(root), failed);
  const teaser = {
    open,
    dismiss() {
      kept.teaser.save(profile.teaser);
      draw(conversation.state);
    },
  };
  const findTeaser = ({ isOpen }: State, phase: Phase) => {
    const isTeased = !isOpen && phase === "greeting" && kept.teaser.load() !== profile.teaser;
    return profile.teaser && isTeased ? teaser : null;
  };
  let isFullScreenWanted = false;
  const isFullScreen = () => config.forceFullScreen || isFullScreenWanted || smallScreen.matches;

  function close(): void {
    conversation.close();
    bubble.focus({ preventScroll: true });
  }

  function open(): void {
    handover.wake();
    kept.teaser.save(profile.teaser);
    conversation.open();
    focusWindow();
    // What comes next is there when it is needed.
    setTimeout(findExtras, EXTRAS_AFTER_MS);
  }

  /** The button that was pressed goes with the chat that has ended. */
  function restart(): void {
    conversation.restart();
    focusWindow();
  }

  function askToEnd(): void {
    if (!canEnd(conversation.state)) return;
    open();
    conversation.show("end");
  }

  function setFullScreen(isWanted: boolean): void {
    isFullScreenWanted = isWanted;
    draw(conversation.state);
  }

  function focusWindow(): void {
    // On touch the keyboard would cover what is to be read first.
    const field = matchMedia(TOUCH).matches
      ? null
      : room.querySelector<HTMLElement>(".grow > textarea, .ended > .primary");
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

  let layer: State["layer"] = "none";
  let phaseBefore: Phase | null = null;
  let unreadBefore = 0;
  function draw(state: State): void {
    const phase = phaseFrom(state, conversation.hasToken);
    // Never the focus of the page around.
    const hadFocus = root.activeElement;
    const isFull = isFullScreen();
    stage.classList.toggle("full", isFull);
    stage.classList.toggle("open", state.isOpen);
    spot.hidden = canEnd(state) || phase === "resuming" ? config.hideExistingChatBubble : config.hideNewChatBubble;
    labelBubble(bubble, state, words);
    const unread = countUnread(state);
    if (unread !== unreadBefore) document.title = `${unread ? `(${unread}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
    unreadBefore = unread;
    render(<Marks state={state} />, marks);
    const isEndOffered = config.showEndChatOptionOnBubble && canEnd(state) && !state.isOpen;
    const fullScreen =
      config.forceFullScreen || smallScreen.matches
        ? null
        : { isOn: isFullScreenWanted, toggle: () => setFullScreen(!isFullScreenWanted) };
    const scene = { state, phase, profile, words, language, acts: conversation, close, restart, fullScreen, findExtras, bring, teaser: findTeaser(state, phase), hasHeader: !config.hideHeader };
    render(
      <>
        {isEndOffered && <BubbleEnd words={words} ask={askToEnd} />}
        {scene.teaser && <Extra name="Teaser" scene={scene} />}
      </>,
      ending,
    );
    render(<Window scene={scene} isFullScreen={isFull} />, room);
    // Who has ended the chat stands on the menu's button and goes on to the next chat.
    const hasEnded = phase === "ended" && phaseBefore === "talking";
    const isLost = !root.activeElement || (hasEnded && root.activeElement.matches(".menu-button"));
    if (hadFocus && isLost && state.isOpen) restoreFocus(!hasEnded && layer !== "none" && state.layer === "none");
    layer = state.layer;
    phaseBefore = phase;
  }

  function follow(before: State, happening: Happening): void {
    const { state } = conversation;
    draw(state);
    if (happening.kind === "proven" && happening.error) console.warn(`Chat: ${happening.error}`);
    if (state.line !== before.line) log("line", state.line);
    if (config.keepChatWindowOpen) kept.open.save(state.isOpen ? "1" : "");
    for (const [name, detail] of extras?.eventsBetween(before, state, happening) ?? []) tell(name, detail);
    if (config.areYouStillThereReopenChat && state.stillThereUntil && !before.stillThereUntil && !state.isOpen) open();
    const isNew = before.chat?.id === state.chat?.id && before.transcript.head > 0;
    const isSeen = state.isOpen && document.visibilityState === "visible";
    if (isNew && !isSeen && countUnread(state) > countUnread(before)) {
      loadExtras()
        .then(({ alertOnce }) => alertOnce(config.sound, kept.name, state.chat!.uuid, state.transcript.head, () => notify(state)))
        .catch(() => {});
    }
  }

  /** The page may show notifications when its visitor has allowed it; the chat never asks for that. */
  function notify({ transcript, chat }: State): void {
    const { text = "", who } = transcript.events.at(-1)!;
    if (!document.hidden || self.Notification?.permission !== "granted") return;
    const notification = new Notification(nameFrom(who, chat, profile), { body: text, tag: kept.name });
    notification.onclick = () => {
      focus();
      open();
    };
  }

  /** What the page can ask for. Wrong details are left alone, and told of with `debug`. */
  const inbound: Readonly<Record<string, (detail: unknown) => void>> = {
    openChatWindow(detail) {
      const { retainPreviousChat } = Object(detail) as Record<string, unknown>;
      open();
      const idToken = idTokenFrom(detail);
      if (idToken) conversation.openAs(idToken, readBoolean(retainPreviousChat) ?? config.retainPreviousChat);
    },
    closeChatWindow: () => conversation.state.isOpen && close(),
    loginStateChanged: () => conversation.forget(),
    toggleFullScreen: (detail) => setFullScreen(readBoolean(detail ?? !isFullScreenWanted) ?? isFullScreenWanted),
    resize(detail) {
      const { width, height } = Object(detail) as Record<string, unknown>;
      config.width = readPixels(width) ?? config.width;
      config.height = readPixels(height) ?? config.height;
      sizes.replaceSync(sizeFrom(config.width, config.height));
    },
    reposition(detail) {
      const position = readPosition(detail);
      if (position) handover.moveTo(position);
      else log("no position", detail);
    },
    repositionBubble(detail) {
      const { x, y } = Object(detail) as Record<string, unknown>;
      moveBubble(spot, readNumber(x), readNumber(y));
    },
    upgradeAnonChat: (detail) => conversation.upgrade(idTokenFrom(detail)),
    toggleMenu() {
      const isShown = conversation.state.isOpen && conversation.state.layer === "menu";
      if (!conversation.state.isOpen) open();
      conversation.show(isShown ? "none" : "menu");
    },
    endChat: askToEnd,
  };

  // Those who want to be told miss nothing.
  if (config.enableOutboundEvents || config.enableFunctions) await loadExtras().catch(failed);
  addEventListener("storage", ({ key, newValue }) => {
    conversation.hear(key, newValue ?? "", document.hasFocus() && !!root.activeElement?.matches("textarea"));
  });
  document.addEventListener("visibilitychange", () => conversation.markRead());
  smallScreen.addEventListener("change", () => draw(conversation.state));
  draw(conversation.state);
  const windowElement = room.firstElementChild as HTMLElement;
  applyStyles(windowElement, config.windowStyles);
  // Where the page puts the window is known to it alone; the bubble must not lie on top.
  const { top, right, bottom, left } = windowElement.style;
  stage.classList.toggle("placed", [top, right, bottom, left].some(Boolean));
  const wasOpen = config.keepChatWindowOpen && kept.open.load();
  conversation.resume();
  if (wasOpen) conversation.open();
  return {
    toggle: () => (conversation.state.isOpen ? close() : open()),
    receive: (name, detail) => inbound[name]?.(detail),
    describe: () => (canEnd(conversation.state) ? [extras?.headerFrom(conversation.state)].filter((one) => !!one) : []),
  };
}

/** Empty for what is none. */
function idTokenFrom(detail: unknown): string {
  const { id_token } = Object(detail) as Record<string, unknown>;
  return typeof id_token === "string" ? id_token : "";
}

/** Its middle goes to this point of the screen, as far as it stays on the screen. */
function moveBubble({ style, offsetWidth, offsetHeight }: HTMLElement, x: number, y: number): void {
  if (!Number.isFinite(x + y)) return;
  const within = (at: number, size: number, all: number) => Math.max(0, Math.min(at - size / 2, all - size));
  style.inset =
    `${within(y, offsetHeight, innerHeight)}px auto auto ${within(x, offsetWidth, innerWidth)}px`;
}
