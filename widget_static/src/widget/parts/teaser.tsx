/** A short word beside the bubble: on pages that the profile has chosen, or of an agent who asks to chat. */
import type { Scene, Teased } from "../scene";
import { Icon } from "./icon";
import { Portrait } from "./portrait";

export function Teaser({ scene, teased: { name, text, dismiss } }: { scene: Scene; teased: Teased }) {
  const putAway = () => {
    dismiss();
    scene.invite(null);
  };
  return (
    <div class="beside teaser" role="status">
      <button class="teaser-text" onClick={scene.open}>
        <Portrait scene={scene} name={name} />
        <span>
          <b dir="auto">{name ?? scene.profile.name}</b>
          <span dir="auto">{text}</span>
        </span>
      </button>
      <button class="tool" aria-label={scene.words.close} onClick={putAway}>
        <Icon name="close" />
      </button>
    </div>
  );
}
