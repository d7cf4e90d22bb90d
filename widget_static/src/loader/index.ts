/** The script a page includes: shows the bubble, and loads the widget when somebody means to use it. */
import { readConfig, type Config } from "./config";
import { kit, type App, type AppModule, type Handover, type VisitsModule } from "./handover";
import { loaderOf } from "../shared/load";
import { isAnythingKept, keptFor } from "./kept";
import { AGENTS, fetchProfile } from "./profile";
import { INBOUND } from "./inbound";
import { drawStage, HOST_NAME, type Stage } from "./stage";

/** Names and versions of the files beside this one, put in by the build. */
declare const WIDGET_FILE: string;
/** The same for pages of agents. */
declare const AGENT_FILE: string;
declare const VISITS_FILE: string;
declare global {
  interface Window {
    haloChatConfig?: unknown;
  }
}

// A page that is never idle still gets its chat.
const LATEST_START_MS = 2_000;

const INBOUND_PREFIX = "haloChat_inboundEvent_";
const OUTBOUND = "haloChat_outboundEvent_";

function isTeased({ profile, kept }: Handover): boolean {
  return profile.teaser !== "" && kept.teaser.load() !== profile.teaser;
}

type Load = () => Promise<App>;

/** A chat whose bubble is there. */
interface Chat {
  load: Load;
  stage: Stage;
}

const source = (document.currentScript as HTMLScriptElement | null)?.src ?? "";
const claim = Symbol.for("halo-chat-widget");

function warn(sentence: string): void {
  console.warn(`Chat: ${sentence}`);
}

function whenIdle(call: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(call, { timeout: LATEST_START_MS });
  else setTimeout(call, 1);
}

function whenParsed(call: () => void): void {
  if (document.readyState !== "loading") call();
  else document.addEventListener("DOMContentLoaded", call, { once: true });
}

/** How a page begins the chat, and what it can ask of it from then on. */
function begin(): void {
  const given = window["haloChatConfig"];
  const config = readConfig(given, warn);
  if (!config) return;
  let app: App | null = null;
  let starting: Promise<Chat | null> | null = null;
  const initialize = (detail?: unknown) => {
    starting ??= start(detail ? readConfig({ ...(given as object), ...detail }, warn) : config);
    starting.then((chat) => {
      // A page may try again.
      if (!chat) starting = null;
    });
  };
  const use = (load: Load, call: (loaded: App) => void) =>
    void load().then(
      (loaded) => call((app = loaded)),
      (fault) => warn(`The chat window could not be loaded. Check the network and try again. ${fault}`),
    );

  async function start(config: Config | null): Promise<Chat | null> {
    if (!config) return null;
    const log = config.debug ? (...words: unknown[]) => console.log("Chat:", ...words) : () => {};
    const tell = (name: string, detail: unknown) => {
      log("out", name);
      if (config.enableOutboundEvents) dispatchEvent(new CustomEvent(OUTBOUND + name, { detail }));
    };
    const profile = await fetchProfile(config, warn);
    if (!profile) {
      tell("initialized", { ["chatAvailable"]: false });
      return null;
    }
    const assets = new URL(".", source || `${config.chatServiceUrl}/../chat/`).href;
    const kept = keptFor(config);
    const isKept = isAnythingKept(kept);
    const handover: Handover = { ...drawStage(config, profile), config, profile, kept, assets, kit, tell, log };
    const isForAgents = profile.access_type === AGENTS;
    const loadModule = loaderOf<AppModule>(assets + (isForAgents ? AGENT_FILE : WIDGET_FILE));
    let mounted: Promise<App> | null = null;
    const load = async () => {
      const module = await loadModule();
      return (mounted ??= module["mount"](handover));
    };
    const loadAhead = () => use(load, () => {});
    const { bubble, spot } = handover;
    spot.hidden = isKept ? config.hideExistingChatBubble : config.hideNewChatBubble;
    bubble.addEventListener("pointerenter", loadAhead, { once: true });
    bubble.addEventListener("focus", loadAhead, { once: true });
    bubble.addEventListener("click", () => use(load, (loaded) => loaded.toggle()));
    if (isForAgents || isKept || (config.keepChatWindowOpen && kept.open.load()) || isTeased(handover)) whenIdle(loadAhead);
    if (profile._visits) {
      // Nobody misses it where it does not come.
      whenIdle(() => void loaderOf<VisitsModule>(assets + VISITS_FILE)().then((visits) => visits["watch"](handover, load), () => {}));
    }
    tell("initialized", { ["chatAvailable"]: profile._chat_available });
    return { load, stage: handover };
  }

  if (config.enableInboundEvents) {
    const listen = (name: string, call: (detail: unknown) => void) =>
      addEventListener(INBOUND_PREFIX + name, (event) => {
        let { detail } = event as CustomEvent<unknown>;
        try {
          // A plain copy: nothing of it can throw later.
          if (Object(detail) === detail) detail = { ...(detail as object) };
        } catch {
          return;
        }
        if (config.debug) console.log("Chat:", "in", name);
        call(detail);
      });
    listen("initialize", initialize);
    for (const [name, act] of Object.entries(INBOUND)) {
      listen(name, (detail) => starting?.then((chat) => chat && use(chat.load, (app) => act(app, detail, chat.stage))));
    }
  }
  if (config.enableFunctions) {
    Object.assign(window, { ["haloChat_functions_getCurrentChatDetails"]: () => app?.describe() ?? [] });
  }
  if (config.autoInitialize || isAnythingKept(keptFor(config))) whenIdle(() => initialize());
}

/**
 * A page that includes the script twice gets one chat: the mark is on the document, not a name on `window`.
 */
function isFirst(): boolean {
  const marked = document as { [claim]?: true };
  if (marked[claim] || document.getElementsByTagName(HOST_NAME)[0]) return false;
  return (marked[claim] = true);
}

whenParsed(() => {
  if (isFirst()) begin();
});
