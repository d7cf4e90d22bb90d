/** The rail: where one is, and who one is. On a phone it is the bar at the foot of the inbox. */
import type { Agent } from "../account";
import { AgentMenu } from "./agent_menu";
import { Icon } from "./icon";

interface Props {
  agent: Agent;
  onInbox(): void;
  onKeys(): void;
  onSignOut(): void;
}

export function Rail({ agent, onInbox, onKeys, onSignOut }: Props) {
  return (
    <nav class="rail" aria-label="Console">
      <span class="mark" aria-hidden="true">
        <Icon name="mark" />
      </span>
      <button type="button" class="rail-button" aria-current="page" aria-label="Inbox" title="Inbox" onClick={onInbox}>
        <Icon name="inbox" />
        <span class="rail-label" aria-hidden="true">
          Inbox
        </span>
      </button>
      <AgentMenu agent={agent} onKeys={onKeys} onSignOut={onSignOut} />
    </nav>
  );
}
