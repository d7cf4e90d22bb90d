/** One sample, drawn into a shadow root of its own by the parts of the product. */
import { render } from "preact";
import { extras } from "../extras";
import { words as arabic } from "../languages/ar";
import { readConfig } from "../loader/config";
import { drawStage } from "../loader/stage";
import { kit } from "../widget/kit";
import { labelBubble } from "../widget/label";
import { BubbleEnd } from "../widget/parts/bubble_end";
import { Marks } from "../widget/parts/marks";
import { Window } from "../widget/parts/window";
import type { Acts, Scene } from "../widget/scene";
import { styles } from "../widget/styles";
import { tokensFrom } from "../widget/tokens";
import { wordsFrom } from "../widget/words";
import frameStyles from "./frame.css";
import type { Sample } from "./samples";

extras.takeKit(kit);

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
const ACTS: Acts = {
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
  loadOlder: nothing,
};

export function drawFrame(place: HTMLElement, sample: Sample, looks: Looks): void {
  const { state, profile } = sample;
  const { theme, properties } = looks;
  const isFullScreen = looks.width === "phone" && sample.shows === "window";
  const given = { chatServiceUrl: `${location.origin}/api`, configId: "1", configKey: "sample", theme, ...properties };
  const config = readConfig(given, console.warn)!;
  const { stage, bubble, spot, addStyles, accent } = drawStage(config, profile);
  const root = stage.getRootNode() as ShadowRoot;
  place.append(root.host);
  for (const text of [tokensFrom(accent, theme, config), styles, extras.styles, frameStyles]) addStyles(text);
  stage.classList.toggle("full", isFullScreen);
  stage.classList.toggle("open", state.isOpen);
  const translated = looks.language === "ar" ? { ...arabic, ...config.language } : config.language;
  const words = wordsFrom(translated, extras.words);

  if (sample.shows === "bubble") {
    const [marks, ending] = [document.createElement("span"), document.createElement("div")];
    marks.className = "marks";
    marks.setAttribute("aria-hidden", "true");
    spot.append(marks, ending);
    labelBubble(bubble, state, words);
    render(<Marks state={state} />, marks);
    if (sample.name === "bubble-end") render(<BubbleEnd words={words} ask={nothing} />, ending);
    return;
  }

  spot.hidden = true;
  const room = document.createElement("div");
  room.className = "room";
  room.dir = looks.direction;
  room.lang = looks.language;
  stage.append(room);
  const scene: Scene = {
    state,
    phase: sample.phase,
    profile,
    words,
    language: looks.language,
    acts: ACTS,
    close: nothing,
    restart: nothing,
    fullScreen: isFullScreen ? null : { isOn: false, toggle: nothing },
    findExtras: () => extras,
    bring: nothing,
    teaser: null,
    hasHeader: true,
  };
  render(<Window scene={scene} isFullScreen={isFullScreen} />, room);
  sample.doings(room);
  // Parts take the focus as they appear; here many appear at once.
  (root.activeElement as HTMLElement | null)?.blur();
}
