/** The agents' widget: on a page where an agent is identified, their chats in the place of a visitor's. */
import { render } from "preact";
import type { App, Handover } from "../loader/handover";
import { Hub } from "../console/hub";
import { Desk } from "../console/desk/desk";
import type { Senses } from "../console/desk/notifier";
import { textOf } from "../console/state/drafts";
import { newsFrom, type News } from "../console/state/news";
import { EMPTY_DRAFT, type ConsoleState } from "../console/state/state";
import type { FromHub } from "../shared/frames";
import { languageFrom } from "../shared/time";
import { takeFocus } from "../widget/focus";
import { addFonts } from "../widget/fonts";
import { inheritHead } from "../widget/head";
import { alertOnce } from "../widget/sound";
import { fill } from "../widget/words";
import { followKeyboard, measuresFrom } from "../widget/viewport";
import { describeAll, describeOpen, eventsOf } from "./events";
import { agentKeep, tabKeep } from "./keeps";
import { AgentBeside } from "./parts/beside";
import { AgentWindow } from "./parts/window";
import { actsFrom, INITIAL_UI, stateFrom, type AgentScene, type Layer, type Ui } from "./scene";
import { PageSession } from "./session";
import styles from "./styles/all.css";
import { loadAgentTranslation } from "./translation";
import { countAwaiting, footingFrom, rowsShown } from "./view";
import { agentWordsFrom } from "./words";

// Where a window of its own would leave nothing of the page.
const SMALL_SCREEN = "(max-width: 479px), (max-height: 479px)";
const COLLEAGUES_EVERY_MS = 3_000;
const TOUCH = "(pointer: coarse)";

/** The desk calls by sound itself only where nobody else does. */
const SILENT: Senses = { load: () => '{"sounds":[]}', save: () => {}, isSeen: () => true, play: () => {}, show: () => {} };

function failed(fault: unknown): null {
  console.warn(`Chat: the language of the page could not be loaded. ${fault}`);
  return null;
}

export async function mount(handover: Handover): Promise<App> {
  const { config, profile, kept, stage, bubble, spot, addStyles, assets, tell, log } = handover;
  const { applyStyles, chatIcon } = handover.kit;
  const pageLanguage = document.documentElement.lang;
  const words = agentWordsFrom(config.language, await loadAgentTranslation(pageLanguage).catch(failed));
  const language = languageFrom(pageLanguage, navigator.languages);
  const smallScreen = matchMedia(SMALL_SCREEN);
  const root = stage.getRootNode() as ShadowRoot;
  addStyles(styles);
  const sizes = addStyles(measuresFrom(config));
  if (config.includeFont) addFonts(assets);
  followKeyboard(addStyles(""));
  if (config.frameInheritHead) inheritHead(root);

  const { direction } = getComputedStyle(document.documentElement);
  const name = `${kept.name}_agent`;
  const session = new PageSession(tabKeep(name, config.persistChatToken));
  const hub = new Hub(config.chatServiceUrl, session.headers);
  let ui: Ui = INITIAL_UI;
  let desk = makeDesk();
  let isKnown = false;
  /** Of a page that asked whether an agent is the one it says: to be told when the hub has said so. */
  let isAnswerDue = false;
  /** Why the hub ended the line, in its own word. */
  let farewell = "";
  let isFullScreenWanted = false;
  const isFullScreen = () => config.forceFullScreen || isFullScreenWanted || smallScreen.matches;

  function makeDesk(): Desk {
    const keep = (what: string) => agentKeep(`${name}_${what}`, () => session.agent);
    const made: Desk = new Desk({
      agent: { id: 0, name: "", email: "" },
      url: `${config.chatServiceUrl}/realtime?profile=${encodeURIComponent(config.configId)}`,
      headers: {},
      introduce: session.introduce,
      isBeatingOnly: config.chatMode === "heartbeat" || profile._chat_mode === "heartbeat",
      onFrame: (frame) => desk === made && takeFrame(frame),
      hub,
      senses: SILENT,
      onCalled: () => {},
      keeps: { errands: keep("errands"), drafts: keep("drafts"), clear: () => {} },
      onRefused: (reason) => desk === made && refuse(reason),
      onWaiting: () => {},
    });
    made.store.watch((before, after) => desk === made && follow(before, after));
    return made;
  }

  function takeFrame(frame: FromHub): void {
    if (frame.t === "bye") farewell = frame.reason;
    if (frame.t !== "welcome") return;
    if (frame.token && frame.you.id) session.take(frame.token, frame.you.id);
    if (!isKnown) {
      isKnown = true;
      void desk.library.loadCanned();
      answerPage("");
      if (ui.isOpen) focusWindow();
    }
  }

  /** The hub does not believe the page, or believes it no longer. */
  function refuse(closing: string): void {
    const reason = farewell || closing;
    farewell = "";
    log("line", "refused", reason);
    session.forget();
    begin();
    console.warn(`Chat: no agent is known on this page (${reason}). Send openChatWindow with an id_token that proves one.`);
    answerPage(reason);
  }

  function answerPage(error: string): void {
    if (isAnswerDue) tell("upgradeAnonChat", { ["success"]: !error, ["error"]: error });
    isAnswerDue = false;
  }

  /** From the beginning, as whoever is known now. */
  function begin(): void {
    desk.stop();
    isKnown = false;
    desk = makeDesk();
    change({ layer: "none", told: null });
    if (session.isIdentified) desk.start();
  }

  function identify(idToken: string): void {
    if (!idToken || isKnown) return;
    session.identify(idToken);
    begin();
  }

  // What is done in the window.

  function change(part: Partial<Ui>): void {
    ui = { ...ui, ...part };
    if (config.keepChatWindowOpen) kept.open.save(ui.isOpen ? "1" : "");
    draw();
  }

  function show(layer: Layer): void {
    change({ layer, ...(layer === "colleagues" ? { colleagues: null } : {}) });
    if (layer === "colleagues") askColleagues();
  }

  /** Now and again as long as they are looked at: people come and go. */
  function askColleagues(): void {
    const asked = desk;
    desk.askColleagues((found) => {
      if (desk !== asked || ui.layer !== "colleagues") return;
      if (found) change({ colleagues: found.agents.filter(({ id }) => id !== desk.state.me.id) });
      setTimeout(() => ui.layer === "colleagues" && desk === asked && askColleagues(), COLLEAGUES_EVERY_MS);
    });
  }

  function openChat(chat: number): void {
    desk.openChat(chat);
    change({ layer: "none", told: null });
    if (!ui.isOpen) open();
    else focusWindow();
  }

  function closeChat(): void {
    desk.closeChat();
    change({ layer: "none" });
    focusWindow();
  }

  function insert(text: string): void {
    const chat = desk.state.open;
    if (chat === null) return;
    const before = textOf(desk.state.drafts.get(chat) ?? EMPTY_DRAFT);
    desk.writeDraft(chat, before.trim() ? `${before.trimEnd()}\n${text}` : text);
    change({ layer: "none" });
    takeFocus(findField());
  }

  function open(): void {
    handover.wake();
    if (ui.isOpen) return;
    change({ isOpen: true, told: null });
    focusWindow();
    tell("chatOpened", describeOpen(desk.state));
  }

  function close(): void {
    if (!ui.isOpen) return;
    change({ isOpen: false, layer: "none" });
    desk.leaveComposer();
    bubble.focus({ preventScroll: true });
    tell("chatClosed", null);
  }

  function askToEnd(): void {
    const chat = desk.state.open ?? rowsShown(desk.state).own[0]?.chat ?? null;
    if (!isKnown || chat === null) return;
    if (desk.state.open !== chat) desk.openChat(chat);
    if (footingFrom(desk.state, chat) === "ended") return;
    open();
    show("end");
  }

  function setFullScreen(isWanted: boolean): void {
    isFullScreenWanted = isWanted;
    draw();
  }

  function findField(): HTMLElement | null {
    return stage.querySelector(".grow > textarea");
  }

  function focusWindow(): void {
    // On touch the keyboard would cover what is to be read first.
    const field = matchMedia(TOUCH).matches ? null : findField();
    takeFocus(field ?? stage.querySelector<HTMLElement>(".window"));
  }

  /** What stands at the end of the open list has been read. */
  function sawEnd(): void {
    const { open: chat } = desk.state;
    if (chat === null || !ui.isOpen || document.visibilityState !== "visible") return;
    const list = stage.querySelector(".messages");
    if (list && !list.classList.contains("behind") && desk.state.chats.get(chat)?.isPaged) desk.sawEnd(chat);
  }

  // What is seen.

  const agent: AgentScene["agent"] = {
    show,
    openChat,
    closeChat,
    search: (search) => change({ search }),
    insert,
    putAway: () => change({ told: null }),
    sawEnd,
  };

  let awaitingBefore = 0;
  let isDrawing = false;
  function draw(): void {
    if (isDrawing) return;
    isDrawing = true;
    const known = session.isIdentified && isKnown ? desk.state : null;
    const hadFocus = root.activeElement;
    const hadField = findField() !== null;
    const isFull = isFullScreen();
    stage.classList.toggle("full", isFull);
    stage.classList.toggle("open", ui.isOpen);
    const isTalking = known !== null && rowsShown(known).own.length > 0;
    spot.hidden = isTalking ? config.hideExistingChatBubble : config.hideNewChatBubble;
    const awaiting = known ? countAwaiting(known) : 0;
    const label = awaiting && !ui.isOpen ? `${words.liveChatName}, ${fill(words.unreadCount, awaiting)}` : words.liveChatName;
    bubble.setAttribute("aria-label", ui.isOpen ? words.close : label);
    bubble.setAttribute("aria-expanded", String(ui.isOpen));
    if (awaiting !== awaitingBefore) document.title = `${awaiting ? `(${awaiting}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
    awaitingBefore = awaiting;
    const state = stateFrom(known, ui);
    const isFixed = config.forceFullScreen || smallScreen.matches;
    const scene: AgentScene = {
      state,
      phase: "talking",
      profile,
      words,
      chatIcon,
      language,
      acts: actsFrom(desk, () => stateFrom(desk.state, ui), show),
      isFullScreen: isFull,
      fullScreen: isFixed ? null : { isOn: isFullScreenWanted, toggle: () => setFullScreen(!isFullScreenWanted) },
      hasHeader: !config.hideHeader,
      teaser: null,
      askToEnd: null,
      bring: (files) => files?.length && known?.open != null && desk.files.bring(known.open, [...files]),
      close,
      restart: () => {},
      open,
      invite,
      ui,
      known,
      desk,
      chat: known?.open ?? null,
      agent,
    };
    render(<AgentBeside scene={scene} />, spot);
    render(<AgentWindow scene={scene} dir={direction} lang={pageLanguage} />, stage);
    isDrawing = false;
    const isFieldFresh = !hadField && root.activeElement?.classList.contains("window");
    if (hadFocus && (!root.activeElement || isFieldFresh) && ui.isOpen) focusWindow();
    sawEnd();
  }

  function follow(before: ConsoleState, after: ConsoleState): void {
    draw();
    for (const [chat, act] of before.underWay) if (act === "accept" && !after.underWay.has(chat)) desk.lookAgain(chat);
    if (after.line !== before.line) log("line", after.line.kind);
    for (const [event, detail] of eventsOf(before, after)) tell(event, detail);
    const [draftBefore, draft] = [before, after].map(({ drafts, open: chat }) => textOf(drafts.get(chat ?? 0) ?? EMPTY_DRAFT));
    if (before.open === after.open && !draftBefore !== !draft) tell(draft ? "userTyping" : "userStoppedTyping", null);
    const news = newsFrom(before, after).filter(isCalling);
    const [first] = news;
    if (!first) return;
    const request = news.find(({ kind }) => kind === "waiting");
    if (request && !ui.isOpen) change({ told: request.row.chat });
    const { uuid, head } = first.row;
    alertOnce(config.sound, name, uuid, head, () => notify(first)).catch(() => {});
  }

  /** What the agent looks at needs no call; requests of which others are asked do not either. */
  function isCalling({ kind, row }: News): boolean {
    const isSeen = ui.isOpen && document.visibilityState === "visible" && (desk.state.open === row.chat || desk.state.open === null);
    if (isSeen) return false;
    return kind === "waiting" ? rowsShown(desk.state).requests.includes(row) : kind === "message";
  }

  /** Visitors are invited, agents are not. */
  function invite(): void {}

  /** The page may show notifications when its agent has allowed it; the chat never asks for that. */
  function notify({ kind, row }: News): void {
    if (!document.hidden || self.Notification?.permission !== "granted") return;
    const title = kind === "waiting" ? words.newChatRequest : row.visitor.name;
    const notification = new Notification(title, { body: row.last?.text ?? row.visitor.name, tag: `${name}_${row.chat}` });
    notification.onclick = () => {
      focus();
      openChat(row.chat);
    };
  }

  document.addEventListener("visibilitychange", sawEnd);
  smallScreen.addEventListener("change", draw);
  draw();
  const windowElement = stage.querySelector<HTMLElement>(".window")!;
  applyStyles(windowElement, config.windowStyles);
  // Where the page puts the window is known to it alone; the bubble must not lie on top.
  const { top, right, bottom, left } = windowElement.style;
  stage.classList.toggle("placed", [top, right, bottom, left].some(Boolean));
  const wasOpen = config.keepChatWindowOpen && kept.open.load();
  if (session.isIdentified) desk.start();
  if (wasOpen) open();
  return {
    toggle: () => (ui.isOpen ? close() : open()),
    invite,
    openAs(idToken) {
      open();
      identify(idToken);
    },
    close,
    forget() {
      desk.signOut();
      session.forget();
      begin();
    },
    upgrade(idToken) {
      isAnswerDue = true;
      if (isKnown) answerPage("already_identified");
      else identify(idToken);
    },
    askToEnd,
    toggleFullScreen: (isWanted = !isFullScreenWanted) => setFullScreen(isWanted),
    toggleMenu() {
      const isShown = ui.isOpen && ui.layer === "menu";
      open();
      if (desk.state.open !== null) show(isShown ? "none" : "menu");
    },
    resize(width = config.width, height = config.height) {
      Object.assign(config, { width, height });
      sizes.replaceSync(measuresFrom(config));
    },
    describe: () => (isKnown ? describeAll(desk.state) : []),
  };
}
