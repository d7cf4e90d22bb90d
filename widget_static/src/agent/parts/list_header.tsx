/** Who the agent is, whether they take chats, and the way out. */
import { Icon } from "../../widget/parts/icon";
import { PersonPortrait, Portrait } from "../../widget/parts/portrait";
import { fill } from "../../widget/words";
import type { AgentScene } from "../scene";

export function ListHeader({ scene }: { scene: AgentScene }) {
  const { words, known, desk, fullScreen } = scene;
  const name = known?.me.name;
  const isAvailable = known?.readiness?.status === "available";
  const choose = () => desk.chooseReadiness({ status: isAvailable ? "away" : "available", reason: null });
  return (
    <header class="header">
      {name ? <PersonPortrait name={name} isPresent={isAvailable} /> : <Portrait scene={scene} />}
      <div class="who">
        <h2 id="title" class="title">
          {words.liveChatName}
        </h2>
        <p class="subtitle">{name ? <bdi>{name}</bdi> : scene.profile.name}</p>
      </div>
      {known?.readiness && (
        <button type="button" class="ready" role="switch" aria-checked={isAvailable} aria-label={words.takesChats} title={fill(words.signedInAs, known.me.name)} onClick={choose}>
          <span class="ready-knob" />
          <span aria-hidden="true">{isAvailable ? words.available : words.away}</span>
        </button>
      )}
      {fullScreen && (
        <button type="button" class="tool" aria-label={fullScreen.isOn ? words.exitFullScreen : words.fullScreen} onClick={fullScreen.toggle}>
          <Icon name={fullScreen.isOn ? "shrink" : "grow"} />
        </button>
      )}
      <button type="button" class="tool" aria-label={words.close} onClick={scene.close}>
        <Icon name="down" />
        <Icon name="close" />
      </button>
    </header>
  );
}
