/** What agents have beside the composer: canned texts, and who takes part. */
import type { AgentScene } from "../scene";
import { AgentIcon } from "./icon";

export function ComposerTools({ scene: { words, agent, ui, desk } }: { scene: AgentScene }) {
  return (
    <div class="agent-tools">
      <button
        type="button"
        class="agent-tool"
        aria-expanded={ui.layer === "canned"}
        onClick={() => {
          void desk.library.loadCanned();
          agent.search("");
          agent.show("canned");
        }}
      >
        <AgentIcon name="canned" />
        {words.sendCanned}
      </button>
      <button type="button" class="tool" aria-label={words.participants} title={words.participants} onClick={() => agent.show("details")}>
        <AgentIcon name="people" />
      </button>
    </div>
  );
}
