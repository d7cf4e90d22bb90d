/** The widget: puts the window beside the bubble and keeps both in step with the conversation. */
import { render } from "preact";
import type { App, Handover } from "../loader/handover";
import type { EventFrame } from "../shared/frames";
import { languageFrom } from "../shared/time";
import { makeConversation } from "./conversation";
import { takeFocus } from "./focus";
import { eventsBetween } from "./events";
import { headerFrom } from "./halo";
import { addFonts } from "./fonts";
import { inheritHead } from "./head";
import { labelBubble } from "./label";
import { Beside } from "./parts/beside";
import { Window } from "./parts/window";
import type { Happening } from "./reduce";
import type { Scene, Teased } from "./scene";
import type { State } from "./state";
import styles from "./styles/all.css";
import { alertOnce } from "./sound";
import { loadTranslation } from "./translation";
import { bringFiles } from "./upload";
import { canEnd, countUnread, findNews, nameFrom, phaseFrom, type Phase } from "./view";
import { followKeyboard, measuresFrom } from "./viewport";
import { wordsFrom } from "./words";

// Where a window of its own would leave nothing of the page.
const SMALL_SCREEN = "(max-width: 479px), (max-height: 479px)";
const TOUCH = "(pointer: coarse)";

function failed(fault: unknown): null {
  console.warn(`Chat: the language of the page could not be loaded. ${fault}`);
  return null;
}

export async function mount(handover: Handover): Promise<App> {
  const { config, profile, kept, stage, bubble, spot, addStyles, assets, tell, log } = handover;
  const { applyStyles, chatIcon } = handover.kit;
  const pageLanguage = document.documentElement.lang;
  const words = wordsFrom(config.language, await loadTranslation(pageLanguage).catch(failed));
  const language = languageFrom(pageLanguage, navigator.languages);
  const smallScreen = matchMedia(SMALL_SCREEN);
  const root = stage.getRootNode() as ShadowRoot;
  addStyles(styles);
  const sizes = addStyles(measuresFrom(config));
  if (config.includeFont) addFonts(assets);
  followKeyboard(addStyles(""));

  const { direction } = getComputedStyle(document.documentElement);
  const conversation = makeConversation(config, profile, kept, follow);
  const bring = (files: FileList | null | undefined) => {
    if (files?.length) bringFiles([...files], conversation);
  };
  if (config.frameInheritHead) inheritHead(root);
  let teased: Teased | null =
    profile.teaser && kept.teaser.load() !== profile.teaser
      ? { text: profile.teaser, dismiss: () => kept.teaser.save(profile.teaser) }
      : null;
  let isFullScreenWanted = false;
  const isFullScreen = () => config.forceFullScreen || isFullScreenWanted || smallScreen.matches;

  function close(): void {
    conversation.close();
    bubble.focus({ preventScroll: true });
  }

  function open(): void {
    handover.wake();
    const taken = teased;
    teased = null;
    conversation.open();
    if (taken?.key && !canEnd(conversation.state)) {
      conversation.restart();
      conversation.begin({ invitation: taken.key });
    } else taken?.dismiss();
    focusWindow();
  }

  function invite(invitation: Teased | null): void {
    teased = invitation;
    draw(conversation.state);
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
      : stage.querySelector<HTMLElement>(".grow > textarea, .ended > .primary");
    takeFocus(field ?? stage.querySelector<HTMLElement>(".window"));
  }

  /**
   * What had the focus went with this drawing. The menu and the question began at the button of the menu; from
   * the composer of a chat that has ended one goes on to the next chat, and when the door closes to the window.
   */
  function restoreFocus(isLayerGone: boolean): void {
    const button = isLayerGone ? stage.querySelector<HTMLElement>(".menu-button") : null;
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
    const fullScreen =
      config.forceFullScreen || smallScreen.matches
        ? null
        : { isOn: isFullScreenWanted, toggle: () => setFullScreen(!isFullScreenWanted) };
    const scene: Scene = {
      state,
      phase,
      profile,
      words,
      chatIcon,
      language,
      acts: conversation,
      close,
      restart,
      isFullScreen: isFull,
      fullScreen,
      bring,
      teaser: !state.isOpen && !canEnd(state) && (phase === "greeting" || teased?.key) ? teased : null,
      open,
      invite,
      askToEnd: config.showEndChatOptionOnBubble && canEnd(state) && !state.isOpen ? askToEnd : null,
      hasHeader: !config.hideHeader,
    };
    render(<Beside scene={scene} />, spot);
    render(<Window scene={scene} dir={direction} lang={pageLanguage} />, stage);
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
    for (const [name, detail] of eventsBetween(before, state, happening)) tell(name, detail);
    if (config.areYouStillThereReopenChat && state.stillThereUntil && !before.stillThereUntil && !state.isOpen) open();
    const isNew = before.chat?.id === state.chat?.id && before.transcript.head > 0;
    const isSeen = state.isOpen && document.visibilityState === "visible";
    if (isNew && !isSeen && countUnread(state) > countUnread(before)) {
      const news = findNews(state)!;
      alertOnce(config.sound, kept.name, state.chat!.uuid, news.seq, () => notify(news)).catch(() => {});
    }
  }

  /** The page may show notifications when its visitor has allowed it; the chat never asks for that. */
  function notify({ who, text = "" }: EventFrame): void {
    if (!document.hidden || self.Notification?.permission !== "granted") return;
    const notification = new Notification(nameFrom(who, conversation.state.chat, profile), { body: text, tag: kept.name });
    notification.onclick = () => {
      focus();
      open();
    };
  }

  addEventListener("storage", ({ key, newValue }) => {
    conversation.hear(key, newValue ?? "", document.hasFocus() && !!root.activeElement?.matches("textarea"));
  });
  document.addEventListener("visibilitychange", () => conversation.markRead());
  smallScreen.addEventListener("change", () => draw(conversation.state));
  draw(conversation.state);
  const windowElement = stage.querySelector<HTMLElement>(".window")!;
  applyStyles(windowElement, config.windowStyles);
  // Where the page puts the window is known to it alone; the bubble must not lie on top.
  const { top, right, bottom, left } = windowElement.style;
  stage.classList.toggle("placed", [top, right, bottom, left].some(Boolean));
  const wasOpen = config.keepChatWindowOpen && kept.open.load();
  conversation.resume();
  if (wasOpen) conversation.open();
  return {
    toggle: () => (conversation.state.isOpen ? close() : open()),
    openAs(idToken, isChatRetained = config.retainPreviousChat) {
      open();
      if (idToken) conversation.openAs(idToken, isChatRetained);
    },
    close: () => conversation.state.isOpen && close(),
    forget: () => conversation.forget(),
    upgrade: (idToken) => conversation.upgrade(idToken),
    askToEnd,
    toggleFullScreen: (isWanted = !isFullScreenWanted) => setFullScreen(isWanted),
    toggleMenu() {
      const isShown = conversation.state.isOpen && conversation.state.layer === "menu";
      if (!conversation.state.isOpen) open();
      conversation.show(isShown ? "none" : "menu");
    },
    resize(width = config.width, height = config.height) {
      Object.assign(config, { width, height });
      sizes.replaceSync(measuresFrom(config));
    },
    invite,
    describe: () => (canEnd(conversation.state) ? [headerFrom(conversation.state)!] : []),
  };
}
