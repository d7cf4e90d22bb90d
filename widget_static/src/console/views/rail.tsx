/** The rail: where one is, and who one is. On a phone it is the bar at the foot of the inbox. */
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { placeOf } from "../state/visits";
import { AgentMenu } from "./agent_menu";
import { Icon } from "./icon";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onInbox(): void;
  onSite(): void;
  onKeys(): void;
  onCalls(): void;
  onSettings(): void;
  onSignOut(): void;
}

const MOST_COUNTED = 99;

export function Rail({ desk, state, onInbox, onSite, onKeys, onCalls, onSettings, onSignOut }: Props) {
  const place = placeOf(state);
  const { total } = state.site;
  return (
    <nav class="rail" aria-label="Console">
      <span class="mark" aria-hidden="true">
        <Icon name="mark" />
      </span>
      <button
        type="button"
        class="rail-button"
        aria-current={place === "inbox" ? "page" : undefined}
        aria-label="Inbox"
        title="Inbox"
        onClick={onInbox}
      >
        <Icon name="inbox" />
        <span class="rail-label" aria-hidden="true">
          Inbox
        </span>
      </button>
      {state.site.isShown && (
        <button
          type="button"
          class="rail-button"
          aria-current={place === "site" ? "page" : undefined}
          aria-label={total > 0 ? `On the site, ${total}` : "On the site"}
          aria-keyshortcuts="v"
          title="On the site ( V )"
          onClick={onSite}
        >
          <Icon name="site" />
          {total > 0 && (
            <span class="rail-count" aria-hidden="true">
              {total > MOST_COUNTED ? `${MOST_COUNTED}+` : total}
            </span>
          )}
          <span class="rail-label" aria-hidden="true">
            On the site
          </span>
        </button>
      )}
      <AgentMenu desk={desk} state={state} onKeys={onKeys} onCalls={onCalls} onSettings={onSettings} onSignOut={onSignOut} />
    </nav>
  );
}
