/** The list of chats: tabs, and the sections of the chosen one. */
import { useRef } from "preact/hooks";
import type { Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import {
  countsFrom,
  MAX_ENDED_SHOWN,
  sectionsFrom,
  sectionsOf,
  type Section,
  type Tab,
} from "../state/inbox";
import type { ConsoleState } from "../state/state";
import { clockText, PROMISE_MS } from "../times";
import { rowAfter } from "./focus";
import { InboxRow } from "./inbox_row";
import { InboxTabs } from "./inbox_tabs";
import { Strip } from "./strip";
import { useFocusKept } from "./use_focus_kept";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onOpen(chat: number): void;
}

const TITLES: Record<Section, string> = {
  waiting: "Waiting",
  mine: "Mine",
  colleagues: "Colleagues",
  ended: "Ended",
};

const EMPTY: Record<Tab, { title: string; hint: string }> = {
  all: { title: "No chats yet", hint: "A visitor who writes appears here at once." },
  waiting: { title: "Nobody is waiting", hint: "A visitor who asks for a person appears here at once." },
  mine: { title: "You have no open chats", hint: "Accept one that is waiting, and it stands here." },
  ended: { title: "No chat has ended yet", hint: "Ended chats stay here to be read again." },
};

export function Inbox({ desk, state, onOpen }: Props) {
  const place = useRef<HTMLElement>(null);
  // Rows change their section and their order while somebody moves along them.
  useFocusKept(place, rowAfter);
  const sections = sectionsFrom(state.inbox, state.me.id);
  const shown = sectionsOf(state.tab).filter((section) => sections[section].length > 0);
  const firstRow = shown[0] && sections[shown[0]][0];
  const isOpenShown = shown.some((section) => sections[section].some((row) => row.chat === state.open));
  const tabStop = isOpenShown ? state.open : (firstRow?.chat ?? null);
  return (
    <section class="inbox" aria-label="Inbox" ref={place}>
      <header class="pane-header">
        <h2>Inbox</h2>
      </header>
      <InboxTabs chosen={state.tab} counts={countsFrom(sections)} onChoose={(tab) => desk.chooseTab(tab)} />
      <Strip desk={desk} state={state} />
      <div class="rows" role="tabpanel" id="rows" aria-labelledby={`tab-${state.tab}`}>
        {!state.inbox.isLoaded && <Skeleton />}
        {state.inbox.isLoaded && shown.length === 0 && <Empty tab={state.tab} />}
        {shown.map((section) => (
          <section key={section} aria-labelledby={`section-${section}`}>
            <h3 class="section-title" id={`section-${section}`}>
              <span>{TITLES[section]}</span>
              <Aside section={section} count={sections[section].length} />
            </h3>
            <ul>
              {drawnRows(section, sections[section]).map((row) => (
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
        {!state.inbox.isComplete && <p class="rows-more">There are older chats that are not shown here.</p>}
      </div>
    </section>
  );
}

function drawnRows(section: Section, rows: Row[]): Row[] {
  return section === "ended" ? rows.slice(0, MAX_ENDED_SHOWN) : rows;
}

/** What stands at the end of a section's title. */
function Aside({ section, count }: { section: Section; count: number }) {
  if (section === "waiting") return <span class="section-aside">promise {clockText(PROMISE_MS)}</span>;
  if (section === "ended" && count > MAX_ENDED_SHOWN) {
    return (
      <span class="section-aside">
        newest {MAX_ENDED_SHOWN} of {count}
      </span>
    );
  }
  return (
    <span class="section-aside" aria-hidden="true">
      {count}
    </span>
  );
}

function Empty({ tab }: { tab: Tab }) {
  return (
    <p class="rows-empty">
      <strong>{EMPTY[tab].title}</strong>
      {EMPTY[tab].hint}
    </p>
  );
}

function Skeleton() {
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
