/** Nothing said yet. */
import type { Scene } from "../scene";

export function Greeting({ scene: { profile, words } }: { scene: Scene }) {
  return (
    <div class="screen">
      <p class="greeting">
        <bdi>{profile.greeting || words.greetingTitle}</bdi>
      </p>
    </div>
  );
}
