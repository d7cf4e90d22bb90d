/** One visitor on the site: who, which page, since when, and how it stands with an invitation. */
import type { Row } from "../../shared/frames";
import type { Visit } from "../../shared/site";
import type { Desk } from "../desk/desk";
import { shortNameFrom } from "../names";
import type { ConsoleState } from "../state/state";
import { canInvite, chatOf, pageText, visitorName } from "../state/visits";
import { deviceText } from "../text/device";
import { languageName, spanText } from "../times";
import { Portrait } from "./small_parts";

interface Props {
  desk: Desk;
  state: ConsoleState;
  visit: Visit;
  /** By the hub's clock. */
  now: number;
  isTabStop: boolean;
  onOpen(row: Row): void;
}

const MINUTE_MS = 60_000;

export function VisitRow({ desk, state, visit, now, isTabStop, onOpen }: Props) {
  const row = chatOf(visit, state.inbox.rows);
  const isFree = canInvite(visit, state.inbox.rows);
  const isWriting = state.inviting?.visit === visit.visit;
  const press = () => {
    if (row) onOpen(row);
    else if (isWriting) desk.site.leave();
    else if (isFree) desk.site.begin(visit.visit);
  };
  const hereMs = now - visit.since;
  const act = row ? "Open the chat of " : isFree ? "Invite " : "";
  return (
    <button
      type="button"
      class="row visit"
      tabIndex={isTabStop ? 0 : -1}
      aria-disabled={!row && !isFree}
      aria-expanded={isFree ? isWriting : undefined}
      aria-current={row !== null && row.chat === state.open ? "true" : undefined}
      data-visit={visit.visit}
      data-chat={visit.visit}
      data-seen={visit.visible}
      onClick={press}
    >
      <Portrait name={visitorName(visit)} />
      <span class="row-name">
        <span class="unseen">{act}</span>
        {visitorName(visit)}
      </span>
      <span class="row-time">
        <span aria-hidden="true">{hereMs < MINUTE_MS ? "now" : spanText(hereMs)}</span>
        <span class="unseen">here for {spanText(hereMs)}</span>
      </span>
      <span class="row-last">{pageText(visit)}</span>
      <span class="visit-facts">{factsText(visit)}</span>
      <Mark visit={visit} row={row} me={state.me.id} />
    </button>
  );
}

/** What agents should know before they ask. */
function Mark({ visit, row, me }: { visit: Visit; row: Row | null; me: number }) {
  const { invitation } = visit;
  if (row) {
    const who = row.holder === null ? "waiting" : row.holder.id === me ? "with you" : `with ${shortNameFrom(row.holder.name)}`;
    return <span class="visit-mark" data-kind="chat">In a chat, {who}</span>;
  }
  if (invitation?.dismissed) return <span class="visit-mark">Declined</span>;
  if (invitation) {
    const who = invitation.by.id === me ? "you" : shortNameFrom(invitation.by.name);
    return <span class="visit-mark" data-kind="invited">Invited by {who}</span>;
  }
  if (!visit.visible) return <span class="visit-mark">Looks elsewhere</span>;
  return (
    <span class="visit-mark" data-kind="act" aria-hidden="true">
      Invite
    </span>
  );
}

function factsText({ pages, user_agent, language }: Visit): string {
  const seen = pages === 1 ? "1 page" : `${pages} pages`;
  return [seen, deviceText(user_agent), language && languageName(language)].filter(Boolean).join(" · ");
}
