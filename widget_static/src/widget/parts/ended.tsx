/** The foot of a chat that has ended: thanks, and the way to a new one. */
import { takeFocus } from "../focus";
import type { Scene } from "../scene";

export function Ended({ scene: { words, state, restart } }: { scene: Scene }) {
  return (
    <div class="ended">
      <p class="sentence">{words.endThanks}</p>
      {/* The composer that had the focus is gone; whoever writes by keyboard goes on from here. */}
      <button
        ref={state.isOpen ? takeFocus : null}
        type="button"
        class="button primary"
        onClick={restart}
      >
        {words.restartChat}
      </button>
    </div>
  );
}
