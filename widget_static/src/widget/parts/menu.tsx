/** What the chat can do, behind the three dots. */
import { takeFocus } from "../focus";
import type { Scene } from "../scene";
import { Icon } from "./icon";

export function Menu({ scene: { words, acts } }: { scene: Scene }) {
  return (
    <>
      <div class="veil" onClick={() => acts.show("none")} />
      <div class="menu" role="menu" aria-label={words.more}>
        <button
          ref={takeFocus}
          type="button"
          role="menuitem"
          class="menu-row bad"
          onClick={() => acts.show("end")}
        >
          <Icon name="check" />
          {words.endChat}
        </button>
      </div>
    </>
  );
}
