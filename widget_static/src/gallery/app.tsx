/**
 * Every state of the widget side by side. What is shown stands in the address, so that pictures of it can be made
 * again: `theme`, `lang`, `dir`, `width` and `state`.
 */
import { render } from "preact";
import { known } from "../widget/upload";
import { languageFrom } from "../shared/time";
import { addFonts } from "../widget/fonts";
import { drawAgentFrame } from "./agent_frame";
import { agentSamplesFrom, type AgentSample } from "./agent_samples";
import { drawFrame, type Looks } from "./frame";
import { takePhoto } from "./photo";
import { PHOTO_KEY, samplesFrom, type Sample } from "./samples";
import { textsFor } from "./texts";

type Change = Readonly<Record<string, string>>;

const query = new URLSearchParams(location.search);
const { lang, dir, dataset } = document.documentElement;
const looks: Looks = {
  theme: dataset["theme"] === "dark" ? "dark" : "light",
  width: query.get("width") === "phone" ? "phone" : "desktop",
  language: languageFrom(lang, navigator.languages),
  direction: dir,
  properties: JSON.parse(document.getElementById("properties")!.textContent),
};

/** The same page but for what changes; without what is the default. */
function addressWith(change: Change): string {
  const shown = { theme: looks.theme, lang, dir, width: looks.width, state: query.get("state") ?? "", ...change };
  const defaults: Change = { theme: "light", lang: "en", dir: shown.lang === "ar" ? "rtl" : "ltr", width: "desktop", state: "" };
  const told = Object.entries(shown).filter(([name, value]) => value !== defaults[name]);
  return `?${new URLSearchParams(told)}`;
}

const CONTROLS: readonly { label: string; ways: readonly (readonly [label: string, change: Change])[] }[] = [
  { label: "Theme", ways: [["Light", { theme: "light" }], ["Dark", { theme: "dark" }]] },
  { label: "Language", ways: [["English", { lang: "en", dir: "ltr" }], ["Arabic", { lang: "ar", dir: "rtl" }]] },
  { label: "Direction", ways: [["Left to right", { dir: "ltr" }], ["Right to left", { dir: "rtl" }]] },
  { label: "Width", ways: [["Desktop", { width: "desktop" }], ["Phone", { width: "phone" }]] },
];

function Controls() {
  const here = addressWith({});
  return (
    <nav class="controls" aria-label="Looks">
      {CONTROLS.map(({ label, ways }) => (
        <div key={label} class="control" role="group" aria-label={label}>
          {ways.map(([name, change]) => (
            <a key={name} href={addressWith(change)} aria-current={addressWith(change) === here ? "true" : undefined}>
              {name}
            </a>
          ))}
        </div>
      ))}
      {query.get("state") && (
        <div class="control">
          <a href={addressWith({ state: "" })}>All states</a>
        </div>
      )}
    </nav>
  );
}

type Named = Pick<Sample, "name" | "title" | "note" | "shows">;

function Frames<One extends Named>({ samples, shows, drawIn }: { samples: readonly One[]; shows: Sample["shows"]; drawIn(place: HTMLElement, sample: One): void }) {
  const shown = samples.filter((sample) => sample.shows === shows);
  return (
    shown.length > 0 && (
      <div class={`samples ${shows}s`}>
        {shown.map((sample) => (
          <figure key={sample.name} id={sample.name}>
            <figcaption lang="en" dir="ltr">
              <a href={addressWith({ state: sample.name })}>{sample.title}</a> <span>{sample.note}</span>
            </figcaption>
            <div class="frame" ref={(place) => void (place && drawIn(place, sample))} />
          </figure>
        ))}
      </div>
    )
  );
}

async function draw(): Promise<void> {
  const texts = textsFor(lang);
  known.set(PHOTO_KEY, await takePhoto(texts.photo));
  addFonts("/chat/");
  // Lists are drawn at their end, and stay there only while their text keeps its size.
  await Promise.allSettled([...document.fonts].map((font) => font.load()));
  const wanted = query.get("state");
  const chosen = <One extends Named>(all: readonly One[]) => all.filter(({ name }) => !wanted || name === wanted);
  const all = samplesFrom(texts, Date.now());
  const { profile } = all[0]!;
  const samples = chosen(all);
  const ofAgents = chosen(agentSamplesFrom(texts, Date.now()));
  const drawIn = (place: HTMLElement, sample: Sample) => drawFrame(place, sample, looks);
  const drawAgentIn = (place: HTMLElement, sample: AgentSample) => drawAgentFrame(place, sample, profile, looks);
  // Its words are for those who build the widget.
  render(
    <>
      <header class="top" lang="en" dir="ltr">
        <h1>Widget states</h1>
        <Controls />
      </header>
      <main class={`${looks.width} ${wanted ? "single" : ""}`}>
        <Frames samples={samples} shows="bubble" drawIn={drawIn} />
        <Frames samples={samples} shows="window" drawIn={drawIn} />
        <Frames samples={ofAgents} shows="bubble" drawIn={drawAgentIn} />
        <Frames samples={ofAgents} shows="window" drawIn={drawAgentIn} />
        {samples.length + ofAgents.length === 0 && <p>There is no state of that name.</p>}
      </main>
    </>,
    document.getElementById("gallery")!,
  );
}

void draw();
