/** Who is on the site now: a row each, and the way to ask somebody to chat. */
import { useRef } from "preact/hooks";
import type { Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { rowAfter } from "./focus";
import { Skeleton } from "./inbox";
import { InviteForm } from "./invite_form";
import { Strip } from "./strip";
import { useFocusKept } from "./use_focus_kept";
import { useHubNow } from "./use_desk";
import { VisitRow } from "./visit_row";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onOpen(row: Row): void;
}

// How long somebody is here is told in minutes.
const TICK_MS = 10_000;

export function SitePane({ desk, state, onOpen }: Props) {
  const place = useRef<HTMLElement>(null);
  // People come and go while somebody moves along the rows.
  useFocusKept(place, rowAfter);
  const now = useHubNow(desk, TICK_MS);
  const { visits, total, isLoaded, isAway } = state.site;
  const { inviting } = state;
  return (
    <section class="inbox site" aria-label="On the site" ref={place}>
      <header class="pane-header">
        <h2>On the site</h2>
        {!isAway && total > 0 && <span class="site-count">{total}</span>}
      </header>
      <Strip desk={desk} state={state} />
      <div class="rows">
        {!isLoaded && <Skeleton />}
        {isLoaded && visits.length === 0 && <Nobody isAway={isAway} />}
        <ul aria-label="Visitors">
          {visits.map((visit, index) => (
            <li key={visit.visit}>
              <VisitRow
                desk={desk}
                state={state}
                visit={visit}
                now={now}
                isTabStop={inviting ? visit.visit === inviting.visit : index === 0}
                onOpen={onOpen}
              />
              {inviting?.visit === visit.visit && <InviteForm desk={desk} state={state} visit={visit} inviting={inviting} />}
            </li>
          ))}
        </ul>
        {total > visits.length && visits.length > 0 && <p class="rows-more">And {total - visits.length} more</p>}
      </div>
    </section>
  );
}

function Nobody({ isAway }: { isAway: boolean }) {
  return (
    <p class="rows-empty" role="status">
      <strong>{isAway ? "Nobody can say who is here" : "Nobody is on the site"}</strong>
      {isAway ? "The chats go on. This list comes back by itself." : "Whoever opens one of its pages appears here."}
    </p>
  );
}
