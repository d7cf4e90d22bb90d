/** A short word beside the bubble on pages that the profile has chosen; whoever puts it away does not see it again. */
import type { Scene } from "../scene";
import { Icon } from "./icon";
import { Portrait } from "./portrait";

export function Teaser({ scene }: { scene: Scene }) {
  const { profile, words, teaser } = scene;
  return (
    <div class="beside teaser" role="status">
      <button type="button" class="teaser-text" onClick={teaser!.open}>
        <Portrait scene={scene} />
        <span>
          <b dir="auto">{profile.name}</b>
          <span dir="auto">{profile.teaser}</span>
        </span>
      </button>
      <button type="button" class="tool" aria-label={words.close} onClick={teaser!.dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
