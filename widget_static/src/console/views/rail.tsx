/** The rail: where one is, and who one is. On a phone it is the bar at the foot of the inbox. */
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { AgentMenu } from "./agent_menu";
import { Icon } from "./icon";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onInbox(): void;
  onKeys(): void;
  onCalls(): void;
  onSettings(): void;
  onSignOut(): void;
}

export function Rail({ desk, state, onInbox, onKeys, onCalls, onSettings, onSignOut }: Props) {
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
      <AgentMenu desk={desk} state={state} onKeys={onKeys} onCalls={onCalls} onSettings={onSettings} onSignOut={onSignOut} />
    </nav>
  );
}
