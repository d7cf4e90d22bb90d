/** The agent's own menu: who is signed in, whether new chats are taken, the keys, the way out. */
import { useRef, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { AwayMenu } from "./away_menu";
import { Icon } from "./icon";
import { KeyCap, Portrait } from "./small_parts";
import { useCloseOutside } from "./use_close_outside";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onKeys(): void;
  onCalls(): void;
  onSettings(): void;
  onSignOut(): void;
}

export function AgentMenu({ desk, state, onKeys, onCalls, onSettings, onSignOut }: Props) {
  const { me: agent, readiness, line } = state;
  const isAccepting = readiness === null ? null : readiness.status === "available";
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useCloseOutside(isOpen, place, () => setOpen(false));
  const choose = (act: () => void) => {
    // What opens now gives the focus back to where it was, and the menu is gone by then.
    button.current?.focus();
    setOpen(false);
    act();
  };
  return (
    <div
      class="agent"
      ref={place}
      onKeyDown={(event) => {
        if (!isOpen || event.key !== "Escape") return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        class="agent-button"
        aria-expanded={isOpen}
        title={agent.name}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="person" />
        <Portrait name={agent.name} />
        {isAccepting !== null && <i class="standing" data-accepting={isAccepting} aria-hidden="true" />}
        <span class="rail-label">Me</span>
        <span class="unseen">
          Signed in as {agent.name}
          {isAccepting === false && ", taking no new chats"}
        </span>
      </button>
      {isOpen && (
        <div class="menu">
          <div class="menu-head">
            <p class="menu-name">{agent.name}</p>
            <p class="menu-email">{agent.email}</p>
          </div>
          {isAccepting !== null && (
            <button
              type="button"
              class="menu-item menu-switch"
              role="switch"
              aria-checked={isAccepting}
              aria-disabled={line.kind !== "live"}
              onClick={() => desk.chooseReadiness({ status: isAccepting ? "away" : "available", reason: null })}
            >
              <span class="switch-words">
                Take new chats
                <span class="switch-note">
                  {isAccepting ? "Visitors can reach you" : "Your open chats go on"}
                </span>
              </span>
              <span class="switch" aria-hidden="true" />
            </button>
          )}
          {readiness !== null && !isAccepting && <AwayMenu desk={desk} readiness={readiness} />}
          <button type="button" class="menu-item" onClick={() => choose(onCalls)}>
            <Icon name="bell" size={18} />
            Sounds and notifications
          </button>
          {state.isSupervisor && (
            <button type="button" class="menu-item" onClick={() => choose(onSettings)}>
              <Icon name="filter" size={18} />
              Routing and alerts
            </button>
          )}
          <button type="button" class="menu-item" onClick={() => choose(onKeys)}>
            <Icon name="keyboard" size={18} />
            Keyboard <KeyCap>?</KeyCap>
          </button>
          <button type="button" class="menu-item" onClick={() => choose(onSignOut)}>
            <Icon name="leave" size={18} />
            Sign out
          </button>
        </div>
      )}
    </div>
  );
}
