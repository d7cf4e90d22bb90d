/** A short word beside the bubble on pages that the profile has chosen; whoever puts it away does not see it again. */
import type { Scene } from "../widget/scene";
import { Icon } from "./icon";
import { kit } from "./kit";

export function Teaser({ scene: { profile, words, teaser } }: { scene: Scene }) {
  return (
    <div class="teaser" role="status">
      <button type="button" class="teaser-text" onClick={teaser!.open}>
        <kit.ProfilePortrait icon={profile.icon} />
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
