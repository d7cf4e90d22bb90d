/** Below a row of the list: the chat is held out to this agent, for how long yet, and the way to take it. */
import type { Offer, Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { OfferClock } from "./offer_clock";

interface Props {
  desk: Desk;
  state: ConsoleState;
  row: Row;
  offer: Offer;
  onOpen(row: Row): void;
}

export function RowOffer({ desk, state, row, offer, onOpen }: Props) {
  const isBusy = state.underWay.has(row.chat);
  const verb = offer.kind === "invite" ? "Join" : "Accept";
  return (
    <div class="row-answer">
      <span class="row-answer-words">Offered to {offer.team ? offer.team.name : "you"}</span>
      <OfferClock desk={desk} until={offer.until} />
      <button
        type="button"
        class="button"
        data-kind="primary"
        data-chat={row.chat}
        aria-label={`${verb} ${row.visitor.name}`}
        aria-disabled={isBusy}
        onClick={() => {
          onOpen(row);
          desk.accept(row.chat);
        }}
      >
        {verb}
      </button>
    </div>
  );
}
