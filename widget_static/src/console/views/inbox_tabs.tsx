/** The tabs over the list; arrow keys move between them. */
import type { Tab } from "../state/inbox";
import { Icon } from "./icon";

const MOST_COUNTED = 99;

interface Props {
  tabs: readonly Tab[];
  chosen: Tab;
  counts: Record<Tab, number>;
  onChoose(tab: Tab): void;
}

const NAMES: Record<Tab, string> = {
  all: "All",
  waiting: "Waiting",
  mine: "Mine",
  team: "Team",
  ended: "Ended",
  talks: "Colleagues",
};

export function InboxTabs({ tabs, chosen, counts, onChoose }: Props) {
  const choose = (tab: Tab) => {
    onChoose(tab);
    document.getElementById(`tab-${tab}`)?.focus();
  };
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label="Chats to show"
      onKeyDown={(event) => {
        const tab = neighbourFrom(tabs, chosen, event.key);
        if (!tab) return;
        event.preventDefault();
        choose(tab);
      }}
    >
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          class="tab"
          role="tab"
          id={`tab-${tab}`}
          aria-controls="rows"
          aria-selected={tab === chosen}
          tabIndex={tab === chosen ? 0 : -1}
          title={tab === "talks" ? "Colleagues ( C )" : undefined}
          aria-keyshortcuts={tab === "talks" ? "c" : undefined}
          data-sign={tab === "talks"}
          onClick={() => onChoose(tab)}
        >
          {tab === "talks" ? (
            <TalksTab unread={counts.talks} />
          ) : (
            <>
              {NAMES[tab]} {counts[tab] > 0 && <span class="tab-count">{counts[tab]}</span>}
            </>
          )}
        </button>
      ))}
    </div>
  );
}

/** What colleagues write is another matter than what visitors do: a sign, and what is unread. */
function TalksTab({ unread }: { unread: number }) {
  return (
    <>
      <Icon name="people" size={18} />
      <span class="unseen">{NAMES.talks}</span>
      {unread > 0 && (
        <span class="pill">
          {unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread}
          <span class="unseen"> unread</span>
        </span>
      )}
    </>
  );
}

/** The tab that an arrow key, Home or End leads to, or null for other keys. */
function neighbourFrom(tabs: readonly Tab[], chosen: Tab, key: string): Tab | null {
  const index = tabs.indexOf(chosen);
  const steps: Record<string, number> = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 };
  const next = steps[key];
  return next === undefined ? null : tabs[(next + tabs.length) % tabs.length]!;
}
