/** What the list shows: a small panel of choices, at once in force. */
import { useEffect, useRef } from "preact/hooks";
import type { Named } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { choicesFrom, isFiltered, NO_FILTERS, type Filters } from "../state/finding";
import type { ConsoleState } from "../state/state";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onClose(): void;
}

const SWITCHES: readonly { name: "isOverdue" | "isUnread" | "namesMe" | "isOffline" | "isRated"; label: string }[] = [
  { name: "isOverdue", label: "Overdue" },
  { name: "isUnread", label: "Unread" },
  { name: "namesMe", label: "A note names me" },
  { name: "isOffline", label: "Left as a message" },
  { name: "isRated", label: "Rated" },
];

export function InboxFilters({ desk, state, onClose }: Props) {
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const { filters } = state;
  const choices = choicesFrom(state.inbox.rows.values());
  const choose = (change: Partial<Filters>) => desk.chooseFilters({ ...filters, ...change });
  return (
    <div
      class="menu filters"
      role="group"
      aria-label="Filters"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <label class="filter">
        Profile
        <select
          ref={first}
          value={filters.profile ?? ""}
          onChange={(event) => choose({ profile: numberOf(event.currentTarget.value) })}
        >
          <Choices all="Every profile" named={choices.profiles} />
        </select>
      </label>
      <label class="filter">
        Agent
        <select
          value={filters.holder ?? ""}
          onChange={(event) => choose({ holder: numberOf(event.currentTarget.value) })}
        >
          <Choices all="Everybody" named={choices.holders} />
        </select>
      </label>
      {(choices.tags.length > 0 || filters.tag !== null) && (
        <label class="filter">
          Tag
          <select value={filters.tag ?? ""} onChange={(event) => choose({ tag: event.currentTarget.value || null })}>
            <option value="">Every tag</option>
            {choices.tags.map((tag) => (
              <option key={tag} value={tag}>
                {tag}
              </option>
            ))}
          </select>
        </label>
      )}
      {SWITCHES.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          class="menu-item"
          role="switch"
          aria-checked={filters[name]}
          onClick={() => choose({ [name]: !filters[name] })}
        >
          <span class="switch-words">{label}</span>
          <span class="switch" aria-hidden="true" />
        </button>
      ))}
      {isFiltered(filters) && (
        <button
          type="button"
          class="menu-item filters-clear"
          onClick={() => {
            desk.chooseFilters(NO_FILTERS);
            onClose();
          }}
        >
          Show all chats
        </button>
      )}
    </div>
  );
}

function Choices({ all, named }: { all: string; named: readonly Named[] }) {
  return (
    <>
      <option value="">{all}</option>
      {named.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </>
  );
}

function numberOf(text: string): number | null {
  return text === "" ? null : Number(text);
}
