/** One chat of the list: who, the last words, when, and what it asks for. */
import type { Found, Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { shortNameFrom } from "../names";
import { addresseeOf, isOfferFor, offerText } from "../state/control";
import { lastAt, unreadFrom, waitingSince, type Section } from "../state/inbox";
import type { ConsoleState } from "../state/state";
import { limitOf } from "../state/waiting";
import { momentText, rowTimeText } from "../times";
import { Icon } from "./icon";
import { RowOffer } from "./row_offer";
import { Portrait } from "./small_parts";
import { WaitClock } from "./wait_clock";

interface Props {
  desk: Desk;
  state: ConsoleState;
  row: Row;
  section: Section;
  /** Whether Tab stops here; j and k move between the rows. */
  isTabStop: boolean;
  onOpen(row: Row): void;
}

export function InboxRow({ desk, state, row, section, isTabStop, onOpen }: Props) {
  const unread = section === "mine" || section === "waiting" ? unreadFrom(row, state.readHere) : 0;
  const at = row.found?.at ?? lastAt(row);
  const isTyping = (state.typing.get(row.chat) ?? []).some((one) => one.side === "visitor");
  const hasPill = section === "mine" && unread > 0;
  const holder = section === "colleagues" || section === "ended" || row.found ? row.holder : null;
  const limitMs = limitOf(row);
  const isForMe = row.offer !== null && isOfferFor(row.offer, state);
  const marks = [row.ticket !== null, row.offer !== null && !isForMe, row.mentioned, row.offline, row.rating !== null, holder !== null && !hasPill].some(Boolean);
  const line = (
    <button
      type="button"
      class="row"
      tabIndex={isTabStop ? 0 : -1}
      aria-current={row.chat === state.open ? "true" : undefined}
      data-chat={row.chat}
      data-unread={hasPill}
      data-marked={hasPill || marks}
      onClick={() => onOpen(row)}
    >
      <Portrait name={row.visitor.name} />
      <span class="row-name">{row.visitor.name}</span>
      <span class="row-time">
        {section === "waiting" || limitMs !== null ? (
          <WaitClock desk={desk} since={row.wait?.since ?? waitingSince(row)} limitMs={limitMs} />
        ) : (
          <time dateTime={new Date(at).toISOString()} title={momentText(at, desk.hubNow())}>
            {rowTimeText(at, desk.hubNow())}
          </time>
        )}
      </span>
      <span class="row-last" data-typing={isTyping}>
        {isTyping ? "is typing" : row.found ? <Passage found={row.found} /> : lastText(row, state)}
      </span>
      {(hasPill || marks) && (
        <span class="row-mark">
          {row.ticket !== null && (
            <span class="row-sign" title={`Ticket ${row.ticket}`}>
              <span class="unseen">ticket </span>
              {`#${row.ticket}`}
            </span>
          )}
          {row.offer && !isForMe && (
            <span class="row-sign row-offered" title={offerText(row.offer, state.me.id)}>
              <Icon name="hand_over" size={14} />
              <span class="unseen">offered to </span>
              <span>{shortNameFrom(addresseeOf(row.offer))}</span>
            </span>
          )}
          {row.offline && (
            <span class="row-sign" title="Left as a message">
              <Icon name="envelope" size={16} />
              <span class="unseen">left as a message</span>
            </span>
          )}
          {row.rating !== null && (
            <span class="row-sign" data-low={row.rating <= 2} title={`Rated ${row.rating} of 5`}>
              <Icon name="star" size={14} />
              {row.rating}
              <span class="unseen"> of 5</span>
            </span>
          )}
          {row.mentioned && (
            <span class="pill" data-kind="mention" title="A note names you">
              @<span class="unseen"> a note names you</span>
            </span>
          )}
          {hasPill && (
            <span class="pill">
              {unread > 99 ? "99+" : unread}
              <span class="unseen"> unread</span>
            </span>
          )}
          {holder && !hasPill && (
            <span title={`With ${holder.name}`}>
              <Portrait name={holder.name} size={18} />
              <span class="unseen">with {holder.name}</span>
            </span>
          )}
        </span>
      )}
    </button>
  );
  return (
    <>
      {line}
      {row.offer && isForMe && <RowOffer desk={desk} state={state} row={row} offer={row.offer} onOpen={onOpen} />}
    </>
  );
}

/** The words that were looked for, in what was said around them. */
export function Passage({ found }: { found: Found }) {
  return (
    <>
      {found.stream.endsWith("/staff") && "Note: "}
      {found.passage.map((piece, index) => (index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece))}
    </>
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
