/** Nobody has said which agent is here, or what was said is good no longer. */
import type { AgentScene } from "../scene";

export function Unknown({ scene: { words } }: { scene: AgentScene }) {
  return (
    <div class="screen">
      <h3 class="greeting">{words.notKnown}</h3>
      <p class="sentence">{words.notKnownExplained}</p>
    </div>
  );
}
