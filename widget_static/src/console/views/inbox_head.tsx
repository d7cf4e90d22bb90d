/** The head of the list: its name, the search, and the filters. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import { isFiltered } from "../state/finding";
import type { ConsoleState } from "../state/state";
import { moveInRows } from "./focus";
import { Icon } from "./icon";
import { InboxFilters } from "./inbox_filters";
import { useCloseOutside } from "./use_close_outside";

interface Props {
  desk: Desk;
  state: ConsoleState;
}

export function InboxHead({ desk, state }: Props) {
  const [isChoosing, setChoosing] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useCloseOutside(isChoosing, place, () => setChoosing(false));
  if (state.search) return <SearchField desk={desk} text={state.search.text} />;
  return (
    <header class="pane-header">
      <h2>Inbox</h2>
      <div class="head-tools" ref={place}>
        <button
          type="button"
          class="icon-button"
          aria-label="Search"
          aria-keyshortcuts="/"
          title="Search ( / )"
          onClick={() => desk.finder.search("")}
        >
          <Icon name="search" />
        </button>
        <button
          ref={button}
          type="button"
          class="icon-button"
          aria-label={isFiltered(state.filters) ? "Filters, some are set" : "Filters"}
          aria-expanded={isChoosing}
          title="Filters ( F )"
          aria-keyshortcuts="f"
          data-filters=""
          onClick={() => setChoosing(!isChoosing)}
        >
          <Icon name="filter" />
          {isFiltered(state.filters) && <i class="filter-dot" aria-hidden="true" />}
        </button>
        {isChoosing && (
          <InboxFilters
            desk={desk}
            state={state}
            onClose={() => {
              setChoosing(false);
              button.current?.focus();
            }}
          />
        )}
      </div>
    </header>
  );
}

function SearchField({ desk, text }: { desk: Desk; text: string }) {
  const field = useRef<HTMLInputElement>(null);
  // Before the next key: who pressed the one for the search goes on typing at once.
  useLayoutEffect(() => field.current?.focus(), []);
  const leave = () => {
    desk.finder.search(null);
    queueMicrotask(() => document.querySelector<HTMLElement>(".inbox [aria-keyshortcuts='/']")?.focus());
  };
  return (
    <search class="pane-header search">
      <Icon name="search" size={18} />
      <input
        ref={field}
        id="search"
        type="search"
        aria-label="Search all chats"
        placeholder="Words, names, e-mail, number"
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        value={text}
        onInput={(event) => desk.finder.search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === "Escape") leave();
          else if (event.key === "ArrowDown" || event.key === "Enter") moveInRows(1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <button type="button" class="icon-button" aria-label="End the search" onClick={leave}>
        <Icon name="close" />
      </button>
    </search>
  );
}
