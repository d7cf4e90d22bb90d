/** The script a page includes: shows the bubble, and loads the widget when somebody means to use it. */
import { readConfig } from "./config";
import type { App, AppModule, Handover } from "./handover";
import { isAnythingKept, keptFor } from "./kept";
import { fetchProfile } from "./profile";
import { drawStage, HOST_NAME } from "./stage";

/** Name and version of the widget's file beside this one, put in by the build. */
declare const WIDGET_FILE: string;
declare global {
  interface Window {
    haloChatConfig?: unknown;
  }
}

// A page that is never idle still gets its chat.
const LATEST_START_MS = 2_000;

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

async function start(): Promise<void> {
  const config = readConfig(window.haloChatConfig, warn);
  const profile = config && (await fetchProfile(config, warn));
  if (!config || !profile) return;
  const assets = new URL(".", source || `${config.chatServiceUrl}/../chat/`).href;
  const handover: Handover = {
    ...drawStage(config, profile),
    config,
    profile,
    kept: keptFor(config),
    assets,
  };
  const load = loadOnce(handover);
  const loadAhead = () => void load().catch(() => {});
  const { bubble } = handover;
  bubble.addEventListener("pointerenter", loadAhead, { once: true });
  bubble.addEventListener("focus", loadAhead, { once: true });
  bubble.addEventListener("click", () => {
    load().then(
      (app) => app.toggle(),
      () => warn("The chat window could not be loaded. Check the network and click again."),
    );
  });
  if (isAnythingKept(handover.kept)) whenIdle(loadAhead);
}

/** Loads the widget at the first call; after a failure the next call tries anew. */
function loadOnce(handover: Handover): () => Promise<App> {
  let loading: Promise<App> | null = null;
  let attempt = 0;
  return () => {
    // Browsers remember an address whose module failed to load, so every attempt has its own.
    const address = `${handover.assets}${WIDGET_FILE}${attempt ? `&attempt=${attempt}` : ""}`;
    loading ??= (import(address) as Promise<AppModule>).then(
      (module) => module.mount(handover),
      (fault: unknown) => {
        loading = null;
        attempt += 1;
        throw fault;
      },
    );
    return loading;
  };
}

/**
 * A page that includes the script twice gets one chat: the mark is on the document, not a name on `window`.
 */
function isFirst(): boolean {
  const marked = document as { [claim]?: true };
  if (marked[claim] || document.querySelector(HOST_NAME)) return false;
  return (marked[claim] = true);
}

whenParsed(() => {
  if (isFirst()) whenIdle(() => void start());
});
