/** The list of chats: what is looked for, or tabs and the sections of the chosen one. */
import { useRef } from "preact/hooks";
import type { Row, Talk } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { isFiltered, loadedOf, NO_FILTERS, rowsShown, viewToLoad } from "../state/finding";
import { countsFrom, sectionsFrom, sectionsOf, tabsFrom, type Section, type Tab } from "../state/inbox";
import type { ConsoleState } from "../state/state";
import { unreadInTalks } from "../state/talks";
import { alertsOf, limitOf } from "../state/waiting";
import { clockText, PROMISE_MS } from "../times";
import { rowAfter } from "./focus";
import { FoundList } from "./found_list";
import { InboxHead } from "./inbox_head";
import { InboxRow } from "./inbox_row";
import { InboxTabs } from "./inbox_tabs";
import { Strip } from "./strip";
import { TalkList } from "./talk_list";
import { useFocusKept } from "./use_focus_kept";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onOpen(row: Row | Talk): void;
  /** Starts a chat with colleagues. */
  onWrite(): void;
}

const TITLES: Record<Section, string> = {
  waiting: "Waiting",
  mine: "Mine",
  colleagues: "With colleagues",
  ended: "Ended",
};

const EMPTY: Record<Tab, { title: string; hint: string }> = {
  all: { title: "No chats yet", hint: "A visitor who writes appears here at once." },
  waiting: { title: "Nobody is waiting", hint: "A visitor who asks for a person appears here at once." },
  mine: { title: "You have no open chats", hint: "Accept one that is waiting, and it stands here." },
  team: { title: "Your team has no open chats", hint: "A chat that is given to it appears here at once." },
  ended: { title: "No chat has ended yet", hint: "Ended chats stay here to be read again." },
  talks: { title: "Nothing said yet", hint: "Write to a colleague, or to several at once." },
};

// More is asked for before the end is reached, so that one rarely waits for it.
const MORE_AHEAD_PX = 600;

export function Inbox({ desk, state, onOpen, onWrite }: Props) {
  const place = useRef<HTMLElement>(null);
  // Rows change their section and their order while somebody moves along them.
  useFocusKept(place, rowAfter);
  const counts = countsFrom(sectionsFrom(state.inbox.rows.values(), state.me.id), state.teams, unreadInTalks(state));
  return (
    <section class="inbox" aria-label="Inbox" ref={place}>
      <InboxHead desk={desk} state={state} />
      {!state.search && (
        <InboxTabs
          tabs={tabsFrom(state.teams)}
          chosen={state.tab}
          counts={counts}
          onChoose={(tab) => desk.chooseTab(tab)}
        />
      )}
      <Strip desk={desk} state={state} />
      <Alerts count={alertsOf(state).length} />
      <div
        class="rows"
        {...(state.search
          ? { role: "region", "aria-label": "Found" }
          : { role: "tabpanel", id: "rows", "aria-labelledby": `tab-${state.tab}` })}
        onScroll={({ currentTarget: list }) => {
          if (list.scrollHeight - list.scrollTop - list.clientHeight < MORE_AHEAD_PX) desk.finder.loadMore();
        }}
      >
        {state.search ? (
          <FoundList desk={desk} state={state} search={state.search} onOpen={onOpen} />
        ) : state.tab === "talks" ? (
          <TalkList desk={desk} state={state} onOpen={onOpen} onWrite={onWrite} />
        ) : (
          <Sections desk={desk} state={state} onOpen={onOpen} />
        )}
      </div>
    </section>
  );
}

/** For those who hear the page: rows say the same to the eye. */
function Alerts({ count }: { count: number }) {
  return (
    <p class="unseen" role="status">
      {count > 0 && (count === 1 ? "One answer is overdue" : `${count} answers are overdue`)}
    </p>
  );
}

function Sections({ desk, state, onOpen }: Omit<Props, "onWrite">) {
  const sections = sectionsFrom(rowsShown(state), state.me.id);
  const shown = sectionsOf(state.tab).filter((section) => sections[section].length > 0);
  const firstRow = shown[0] && sections[shown[0]][0];
  const isOpenShown = shown.some((section) => sections[section].some((row) => row.chat === state.open));
  const tabStop = isOpenShown ? state.open : (firstRow?.chat ?? null);
  if (!state.inbox.isLoaded) return <Skeleton />;
  return (
    <>
      {shown.length === 0 && <Empty desk={desk} state={state} />}
      {shown.map((section) => (
        <section key={section} aria-labelledby={`section-${section}`}>
          <h3 class="section-title" id={`section-${section}`}>
            <span>{TITLES[section]}</span>
            <Aside section={section} rows={sections[section]} />
          </h3>
          <ul>
            {sections[section].map((row) => (
              <li key={row.chat}>
                <InboxRow
                  desk={desk}
                  state={state}
                  row={row}
                  section={section}
                  isTabStop={row.chat === tabStop}
                  onOpen={onOpen}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <More desk={desk} state={state} />
    </>
  );
}

/** What stands at the end of a section's title. */
function Aside({ section, rows }: { section: Section; rows: readonly Row[] }) {
  const isPromised = section === "waiting" && rows.every((row) => limitOf(row) === null);
  if (isPromised) return <span class="section-aside">promise {clockText(PROMISE_MS)}</span>;
  if (section === "ended") return null;
  return (
    <span class="section-aside" aria-hidden="true">
      {rows.length}
    </span>
  );
}

/** Where the list goes on: by itself as one scrolls, and by a button where there is nothing to scroll. */
function More({ desk, state }: { desk: Desk; state: ConsoleState }) {
  const view = viewToLoad(state);
  if (!view) return null;
  const loaded = loadedOf(state, view);
  if (loaded.isDone) return null;
  return (
    <p class="rows-more" role="status">
      {loaded.isLoading ? (
        "Loading older chats"
      ) : (
        <button type="button" class="link-button" onClick={() => desk.finder.loadMore()}>
          Older chats
        </button>
      )}
    </p>
  );
}

function Empty({ desk, state }: { desk: Desk; state: ConsoleState }) {
  if (isFiltered(state.filters)) {
    return (
      <p class="rows-empty">
        <strong>Nothing fits these filters</strong>
        <button type="button" class="link-button" onClick={() => desk.chooseFilters(NO_FILTERS)}>
          Show all chats
        </button>
      </p>
    );
  }
  return (
    <p class="rows-empty">
      <strong>{EMPTY[state.tab].title}</strong>
      {EMPTY[state.tab].hint}
    </p>
  );
}

export function Skeleton() {
  return (
    <div class="skeleton" role="status">
      <span class="unseen">Loading the chats</span>
      {[0, 1, 2, 3, 4].map((index) => (
        <div key={index} class="skeleton-row" aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
