/** Chats that are held out to this agent: a card each, above everything, until it is answered or over. */
import { useState } from "preact/hooks";
import type { Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { offerKey, offersFor, offerTitle } from "../state/control";
import type { ConsoleState } from "../state/state";
import { OfferClock } from "./offer_clock";
import { Portrait } from "./small_parts";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onOpen(chat: number): void;
}

export function OfferCards({ desk, state, onOpen }: Props) {
  /** Offers to a whole team that this agent leaves to the others. */
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const offers = offersFor(state, dismissed);
  const leave = (row: Row) => {
    if (row.offer?.to) desk.act({ op: "decline", args: { chat: row.chat } });
    else setDismissed(new Set([...dismissed, offerKey(row)]));
  };
  return (
    <section class="offers" aria-label="Offers" aria-live="assertive">
      {offers.map((row) => (
        <OfferCard
          key={offerKey(row)}
          desk={desk}
          row={row}
          isBusy={state.underWay.has(row.chat)}
          onAccept={() => {
            onOpen(row.chat);
            desk.accept(row.chat);
          }}
          onLeave={() => leave(row)}
        />
      ))}
    </section>
  );
}

interface CardProps {
  desk: Desk;
  row: Row;
  isBusy: boolean;
  onAccept(): void;
  onLeave(): void;
}

function OfferCard({ desk, row, isBusy, onAccept, onLeave }: CardProps) {
  const offer = row.offer!;
  const words = offer.note ?? row.last?.text ?? null;
  return (
    <article class="offer" aria-labelledby={`offer-${row.chat}`}>
      <Portrait name={row.visitor.name} size={36} />
      <div class="offer-words">
        <h3 id={`offer-${row.chat}`}>{offerTitle(row)}</h3>
        <p class="offer-about">
          {row.profile.name}
          {offer.team && ` · to ${offer.team.name}`} · <OfferClock desk={desk} until={offer.until} />
        </p>
        {words && (
          <p class="offer-note" dir="auto" data-kind={offer.note ? "note" : "said"}>
            {words}
          </p>
        )}
        <div class="offer-choices">
          <button type="button" class="button" data-kind="primary" aria-disabled={isBusy} onClick={onAccept}>
            {offer.kind === "invite" ? "Join" : "Accept"}
          </button>
          <button type="button" class="button" aria-disabled={isBusy} onClick={onLeave}>
            {offer.to ? "Decline" : "Not me"}
          </button>
        </div>
      </div>
    </article>
  );
}
