/** The window: header, the screen of the moment, and what one can do on it. */
import { loopFocus } from "../focus";
import type { Scene } from "../scene";
import { Composer } from "./composer";
import { Extra } from "./extra";
import { Ended } from "./ended";
import { Greeting } from "./greeting";
import { Header } from "./header";
import { Messages } from "./messages";
import { Resuming } from "./resuming";
import { Strip } from "./strip";

export function Window({ scene, isFullScreen }: { scene: Scene; isFullScreen: boolean }) {
  const { state, phase, acts } = scene;
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
          {state.layer === "menu" && <Extra name="Menu" scene={scene} />}
        </>
      )}
      <Strip scene={scene} />
      {scene.profile._banners.length > 0 && <Extra name="Banner" scene={scene} />}
      <Screen scene={scene} />
      {phase === "ended" && <Ended scene={scene} />}
      {state.layer !== "intro" && (phase === "greeting" || phase === "talking" || phase === "resuming") && (
        <Composer scene={scene} />
      )}
      {state.layer === "end" && <Extra name="EndQuestion" scene={scene} />}
      {state.layer === "details" && <Extra name="Details" scene={scene} />}
    </section>
  );
}

function Screen({ scene }: { scene: Scene }) {
  if (scene.state.layer === "intro") return <Extra name="IntroForm" scene={scene} />;
  switch (scene.phase) {
    case "resuming":
      return <Resuming />;
    case "greeting":
      return <Greeting scene={scene} />;
    case "unavailable":
      return <Extra name="Unavailable" scene={scene} />;
    default:
      return <Messages scene={scene} />;
  }
}
