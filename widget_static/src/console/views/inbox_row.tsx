/** One chat of the list: who, the last words, when, and what it asks for. */
import type { Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { shortNameFrom } from "../names";
import { lastAt, unreadFrom, waitingSince, type Section } from "../state/inbox";
import type { ConsoleState } from "../state/state";
import { momentText, rowTimeText } from "../times";
import { Portrait } from "./small_parts";
import { WaitClock } from "./wait_clock";

interface Props {
  desk: Desk;
  state: ConsoleState;
  row: Row;
  section: Section;
  /** Whether Tab stops here; j and k move between the rows. */
  isTabStop: boolean;
  onOpen(chat: number): void;
}

export function InboxRow({ desk, state, row, section, isTabStop, onOpen }: Props) {
  const unread = section === "mine" || section === "waiting" ? unreadFrom(row, state.readHere) : 0;
  const isTyping = (state.typing.get(row.chat) ?? []).some((one) => one.side === "visitor");
  const hasPill = section === "mine" && unread > 0;
  const holder = section === "colleagues" || section === "ended" ? row.holder : null;
  return (
    <button
      type="button"
      class="row"
      tabIndex={isTabStop ? 0 : -1}
      aria-current={row.chat === state.open ? "true" : undefined}
      data-chat={row.chat}
      data-unread={hasPill}
      data-marked={hasPill || holder !== null}
      onClick={() => onOpen(row.chat)}
    >
      <Portrait name={row.visitor.name} />
      <span class="row-name">{row.visitor.name}</span>
      <span class="row-time">
        {section === "waiting" ? (
          <WaitClock desk={desk} since={waitingSince(row)} />
        ) : (
          <time dateTime={new Date(lastAt(row)).toISOString()} title={momentText(lastAt(row), desk.hubNow())}>
            {rowTimeText(lastAt(row), desk.hubNow())}
          </time>
        )}
      </span>
      <span class="row-last" data-typing={isTyping}>
        {isTyping ? "is typing" : lastText(row, state)}
      </span>
      {hasPill && (
        <span class="row-mark">
          <span class="pill">
            {unread > 99 ? "99+" : unread}
            <span class="unseen"> unread</span>
          </span>
        </span>
      )}
      {holder && !hasPill && (
        <span class="row-mark" title={`With ${holder.name}`}>
          <Portrait name={holder.name} size={18} />
          <span class="unseen">with {holder.name}</span>
        </span>
      )}
    </button>
  );
}

/** The last words in one line, after who said them when it was an agent. */
function lastText(row: Row, state: ConsoleState): string {
  if (!row.last) return row.state === "flow" ? "In the flow" : "Nothing said yet";
  const text = row.last.text.replace(/\s+/gu, " ");
  const { who } = row.last;
  if (who.side !== "agent") return text;
  return who.id === state.me.id ? `You: ${text}` : `${shortNameFrom(who.name)}: ${text}`;
}
