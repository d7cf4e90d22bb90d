/** What stands beside the bubble: how much awaits the agent, and a new request with its way in. */
import { Icon } from "../../widget/parts/icon";
import { PersonPortrait } from "../../widget/parts/portrait";
import type { AgentScene } from "../scene";
import { countAwaiting } from "../view";

export function AgentBeside({ scene }: { scene: AgentScene }) {
  const { known, ui, words, agent } = scene;
  const awaiting = known && !ui.isOpen ? countAwaiting(known) : 0;
  const row = !ui.isOpen && ui.told !== null ? known?.inbox.rows.get(ui.told) : undefined;
  return (
    <>
      {/* Not in the button: its name says the same in words. */}
      <span class="marks" aria-hidden="true">
        {awaiting > 0 && <span class="pill">{awaiting > 99 ? "99+" : awaiting}</span>}
      </span>
      {row && (
        <div class="beside teaser" role="status">
          <button type="button" class="teaser-text" onClick={() => agent.openChat(row.chat)}>
            <PersonPortrait name={row.visitor.name} />
            <span>
              <b>{words.newChatRequest}</b>
              <span dir="auto">{row.last?.text || row.visitor.name}</span>
            </span>
          </button>
          <button type="button" class="tool" aria-label={words.close} onClick={agent.putAway}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </>
  );
}
