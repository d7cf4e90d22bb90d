/** Who is there, the menu, and the way out. */
import { timeText } from "../../shared/time";
import type { Scene } from "../scene";
import { findAgent, isWaiting } from "../view";
import { Menu } from "./menu";
import { Icon } from "./icon";
import { Portrait } from "./portrait";

export function Header({ scene }: { scene: Scene }) {
  const { state, phase, profile, words, acts } = scene;
  const agent = findAgent(state.chat);
  const isPresent = phase === "greeting" || (phase === "talking" && (agent !== null || state.isAvailable));
  const isMenuShown = state.layer === "menu";
  return (
    <header class="header">
      <Portrait name={agent?.name} scene={scene} isPresent={isPresent} />
      <div class="who">
        <h2 id="title" class="title">
          <bdi>{agent?.name || profile.name}</bdi>
        </h2>
        <p class="subtitle">{subtitleFrom(scene)}</p>
      </div>
      {(state.chat || scene.fullScreen) && (
        <button
         
          class="tool menu-button"
          aria-label={words.more}
          aria-haspopup="menu"
          aria-expanded={isMenuShown}
          onClick={() => acts.show(isMenuShown ? "none" : "menu")}
        >
          <Icon name="more" />
        </button>
      )}
      <button class="tool" aria-label={words.close} onClick={scene.close}>
        <Icon name="down" />
        <Icon name="close" />
      </button>
      {isMenuShown && <Menu scene={scene} />}
    </header>
  );
}

function subtitleFrom({ state, phase, profile, words, language }: Scene): string {
  const { chat } = state;
  if (phase === "ended") {
    return chat?.ended_at ? `${words.ended} · ${timeText(chat.ended_at, language)}` : words.ended;
  }
  if (phase === "unavailable") return words.closedNow;
  if (isWaiting(state)) return words.waitingForAgent;
  return findAgent(chat) ? profile.name : words.liveChatName;
}
