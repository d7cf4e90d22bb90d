/** In the conversation: to whom the chat is held out, and the way to take that back. */
import type { Offer } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { offerText } from "../state/control";
import type { ConsoleState } from "../state/state";
import { Icon } from "./icon";
import { OfferClock } from "./offer_clock";

interface Props {
  desk: Desk;
  state: ConsoleState;
  chat: number;
  offer: Offer;
}

export function OfferStrip({ desk, state, chat, offer }: Props) {
  if (offer.to?.id === state.me.id) return null; // Its card stands above everything.
  return (
    <div class="notice offer-strip" role="status">
      <Icon name="hand_over" size={16} />
      <p>
        {offerText(offer, state.me.id)} <OfferClock desk={desk} until={offer.until} />
      </p>
      {offer.sender?.id === state.me.id && (
        <button
          type="button"
          class="button"
          aria-disabled={state.underWay.has(chat)}
          onClick={() => desk.act({ op: "decline", args: { chat } })}
        >
          Take back
        </button>
      )}
    </div>
  );
}
