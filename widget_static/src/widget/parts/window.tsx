/** The window: header, the screen of the moment, and what one can do on it. */
import { loopFocus } from "../focus";
import type { Scene } from "../scene";
import { Composer } from "./composer";
import { Banner } from "./banner";
import { Details } from "./details";
import { EndQuestion } from "./end_question";
import { IntroForm } from "./forms";
import { Menu } from "./menu";
import { Unavailable } from "./unavailable";
import { Ended } from "./ended";
import { Greeting } from "./greeting";
import { Header } from "./header";
import { Messages } from "./messages";
import { Resuming } from "./resuming";
import { Strip } from "./strip";

/** `dir` and `lang` are those of the page. */
export function Window({ scene, dir, lang }: { scene: Scene; dir: string; lang: string }) {
  const { state, phase, acts, isFullScreen } = scene;
  const press = (event: KeyboardEvent) => {
    if (event.key === "Tab" && isFullScreen) loopFocus(event);
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (state.layer === "none") scene.close();
    else acts.show("none");
  };
  return (
    <section
      class={`window ${state.isOpen ? "open" : ""}`}
      dir={dir as "ltr"}
      lang={lang || undefined}
      role="dialog"
      aria-labelledby="title"
      aria-modal={isFullScreen}
      inert={!state.isOpen}
      tabIndex={-1}
      onKeyDown={press}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        scene.bring(event.dataTransfer?.files);
      }}
    >
      {scene.hasHeader ? (
        <Header scene={scene} />
      ) : (
        <>
          <h2 id="title" class="unseen">
            {scene.profile.name}
          </h2>
          {state.layer === "menu" && <Menu scene={scene} />}
        </>
      )}
      <Strip scene={scene} />
      <Banner scene={scene} />
      <Screen scene={scene} />
      {phase === "ended" && <Ended scene={scene} />}
      {state.layer !== "intro" && (phase === "greeting" || phase === "talking" || phase === "resuming") && (
        <Composer scene={scene} />
      )}
      {state.layer === "end" && <EndQuestion scene={scene} />}
      {state.layer === "details" && <Details scene={scene} />}
    </section>
  );
}

function Screen({ scene }: { scene: Scene }) {
  if (scene.state.layer === "intro") return <IntroForm scene={scene} />;
  switch (scene.phase) {
    case "resuming":
      return <Resuming />;
    case "greeting":
      return <Greeting scene={scene} />;
    case "unavailable":
      return <Unavailable scene={scene} />;
    default:
      return <Messages scene={scene} />;
  }
}
