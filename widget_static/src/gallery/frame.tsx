/** One sample, drawn into a shadow root of its own by the parts of the product. */
import { render } from "preact";
import { words as arabic } from "../languages/ar";
import { readConfig } from "../loader/config";
import { drawStage } from "../loader/stage";
import { CHAT_ICON } from "../loader/svg";
import { labelBubble } from "../widget/label";
import { Beside } from "../widget/parts/beside";
import { Window } from "../widget/parts/window";
import type { Acts, Scene } from "../widget/scene";
import styles from "../widget/styles/all.css";
import { measuresFrom } from "../widget/viewport";
import { wordsFrom } from "../widget/words";
import frameStyles from "./frame.css";
import type { Sample } from "./samples";

export interface Looks {
  theme: "light" | "dark";
  width: "desktop" | "phone";
  /** Of words, times and days. */
  language: string;
  direction: string;
  /** The widget's own, as a page would set them. */
  properties: Record<string, unknown>;
}

const nothing = () => {};

/** A sample stays as it is, whatever is done to it. */
const ACTS: Omit<Acts, "state"> = {
  show: nothing,
  write: nothing,
  stopTyping: nothing,
  say: nothing,
  answer: nothing,
  introduce: nothing,
  ask: nothing,
  begin: nothing,
  changeFile: nothing,
  dropFile: nothing,
  findUpload: () => null,
  retry: nothing,
  edit: nothing,
  tryNow: nothing,
  loadOlder: async () => false,
  loadAll: async () => {},
  renew: async () => false,
};

export function drawFrame(place: HTMLElement, sample: Sample, looks: Looks): void {
  const { state, profile } = sample;
  const { theme, properties } = looks;
  const isFullScreen = looks.width === "phone" && sample.shows === "window";
  const given = { chatServiceUrl: `${location.origin}/api`, configId: "1", configKey: "sample", theme, ...properties };
  const config = readConfig(given, console.warn)!;
  const { stage, bubble, spot, addStyles } = drawStage(config, profile);
  const root = stage.getRootNode() as ShadowRoot;
  place.append(root.host);
  for (const text of [measuresFrom(config), styles, frameStyles]) addStyles(text);
  stage.classList.toggle("full", isFullScreen);
  stage.classList.toggle("open", state.isOpen);
  const words = wordsFrom(config.language, looks.language === "ar" ? arabic : null);

  const scene: Scene = {
    state,
    phase: sample.phase,
    profile,
    words,
    chatIcon: CHAT_ICON,
    language: looks.language,
    acts: { ...ACTS, state },
    close: nothing,
    restart: nothing,
    fullScreen: isFullScreen ? null : { isOn: false, toggle: nothing },
    bring: nothing,
    isFullScreen,
    teaser: sample.teased ? { ...sample.teased, dismiss: nothing } : null,
    open: nothing,
    invite: nothing,
    askToEnd: sample.name === "bubble-end" ? nothing : null,
    hasHeader: true,
  };
  if (sample.shows === "bubble") {
    labelBubble(bubble, state, words);
    render(<Beside scene={scene} />, spot);
    return;
  }

  spot.hidden = true;
  render(<Window scene={scene} dir={looks.direction} lang={looks.language} />, stage);
  sample.doings(stage.querySelector<HTMLElement>(".window")!);
  // Parts take the focus as they appear; here many appear at once.
  (root.activeElement as HTMLElement | null)?.blur();
}
