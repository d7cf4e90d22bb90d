/** One sample of the agents' widget, drawn into a shadow root of its own by the parts of the product. */
import { render } from "preact";
import { AgentBeside } from "../agent/parts/beside";
import { AgentWindow } from "../agent/parts/window";
import { actsFrom, stateFrom, type AgentScene } from "../agent/scene";
import styles from "../agent/styles/all.css";
import { agentWordsFrom } from "../agent/words";
import { words as arabicOfAgents } from "../agent_languages/ar";
import type { Desk } from "../console/desk/desk";
import { words as arabic } from "../languages/ar";
import { readConfig } from "../loader/config";
import type { Profile } from "../loader/profile";
import { drawStage } from "../loader/stage";
import { CHAT_ICON } from "../loader/svg";
import { measuresFrom } from "../widget/viewport";
import type { AgentSample } from "./agent_samples";
import type { Looks } from "./frame";
import frameStyles from "./frame.css";

const nothing = () => {};

/** A sample stays as it is, whatever is done to it. */
const IDLE: unknown = new Proxy(nothing, { get: () => IDLE });

export function drawAgentFrame(place: HTMLElement, sample: AgentSample, profile: Profile, looks: Looks): void {
  const { known, ui } = sample;
  const { theme, properties } = looks;
  const isFullScreen = looks.width === "phone" && sample.shows === "window";
  const given = { chatServiceUrl: `${location.origin}/api`, configId: "1", configKey: "sample", theme, ...properties };
  const config = readConfig(given, console.warn)!;
  const { stage, spot, bubble, addStyles } = drawStage(config, profile);
  const root = stage.getRootNode() as ShadowRoot;
  place.append(root.host);
  for (const text of [measuresFrom(config), styles, frameStyles]) addStyles(text);
  stage.classList.toggle("full", isFullScreen);
  stage.classList.toggle("open", ui.isOpen);
  const words = agentWordsFrom(config.language, looks.language === "ar" ? { ...arabic, ...arabicOfAgents } : null);
  const state = stateFrom(known, ui);
  const desk = IDLE as Desk;
  const scene: AgentScene = {
    state,
    phase: "talking",
    profile,
    words,
    chatIcon: CHAT_ICON,
    language: looks.language,
    acts: actsFrom({ state: known ?? { open: null } } as Desk, () => state, nothing),
    isFullScreen,
    fullScreen: isFullScreen ? null : { isOn: false, toggle: nothing },
    hasHeader: true,
    teaser: null,
    askToEnd: null,
    bring: nothing,
    close: nothing,
    restart: nothing,
    open: nothing,
    invite: nothing,
    ui,
    known,
    desk,
    chat: known?.open ?? null,
    agent: { show: nothing, openChat: nothing, closeChat: nothing, search: nothing, insert: nothing, putAway: nothing, sawEnd: nothing },
  };
  if (sample.shows === "bubble") {
    bubble.setAttribute("aria-label", words.liveChatName);
    render(<AgentBeside scene={scene} />, spot);
    return;
  }
  spot.hidden = true;
  render(<AgentWindow scene={scene} dir={looks.direction} lang={looks.language} />, stage);
  // Parts take the focus as they appear; here many appear at once.
  (root.activeElement as HTMLElement | null)?.blur();
}
