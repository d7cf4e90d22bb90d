/** Whose conversation this is, how it stands, and what can be done with it as a whole. */
import type { Chat, Row } from "../../shared/frames";
import { timeText } from "../../shared/time";
import type { Desk } from "../desk/desk";
import { isParticipant } from "../state/headers";
import type { ConsoleState } from "../state/state";
import { clockText, LANGUAGE, momentText, spanText } from "../times";
import { AnswerClock } from "./answer_clock";
import { ChatMenu } from "./chat_menu";
import { Icon } from "./icon";
import { KeyCap, Portrait } from "./small_parts";
import { useHubNow } from "./use_desk";

interface Props {
  desk: Desk;
  state: ConsoleState;
  chat: number;
  header: Chat | null;
  row: Row | null;
  isVisitorShown: boolean;
  onAccept(): void;
  onEnd(): void;
  onBack(): void;
  onVisitor(): void;
}

export function ConversationHeader(props: Props) {
  const { desk, state, chat, header, row } = props;
  const name = header?.visitor.name ?? row?.visitor.name ?? `Chat ${chat}`;
  const isMine = header !== null && isParticipant(header, state.me.id);
  const underWay = state.underWay.get(chat);
  // What is held out to somebody else cannot be accepted; what is held out to oneself is answered on its card.
  const isHeldOut = row?.offer?.kind === "route";
  return (
    <header class="pane-header ruled">
      <button type="button" class="icon-button back only-phone" aria-label="Back to the inbox" onClick={props.onBack}>
        <Icon name="back" />
      </button>
      <Portrait name={name} size={36} />
      <div class="conversation-who">
        <h2 id="conversation-name" tabIndex={-1}>
          {name}
          {header?.name && <span class="conversation-topic"> · {header.name}</span>}
        </h2>
        <p class="conversation-state">
          {row && <AnswerClock desk={desk} row={row} />}
          {header && <Standing desk={desk} header={header} row={row} me={state.me.id} />}
        </p>
      </div>
      {header?.state === "queued" && !isHeldOut && (
        <button
          type="button"
          class="button"
          data-kind="primary"
          aria-disabled={underWay === "accept"}
          aria-keyshortcuts="a"
          onClick={props.onAccept}
        >
          <Icon name="accept" size={16} />
          {underWay === "accept" ? "Accepting" : "Accept"} <KeyCap>A</KeyCap>
        </button>
      )}
      {header?.state === "active" && isMine && (
        <button
          type="button"
          class="button"
          aria-disabled={underWay === "end"}
          aria-keyshortcuts="e"
          onClick={props.onEnd}
        >
          <Icon name="check" size={16} />
          {underWay === "end" ? "Ending" : "End"} <KeyCap>E</KeyCap>
        </button>
      )}
      {header && <ChatMenu desk={desk} state={state} header={header} row={row} />}
      <button
        type="button"
        class="icon-button only-folded"
        aria-label="About the visitor"
        aria-expanded={props.isVisitorShown}
        onClick={props.onVisitor}
      >
        <Icon name="details" />
      </button>
    </header>
  );
}

/** `Shop · with you for 6 min` */
function Standing({ desk, header, row, me }: { desk: Desk; header: Chat; row: Row | null; me: number }) {
  const now = useHubNow(desk, header.state === "queued" ? 1000 : 15_000);
  return (
    <>
      {header.profile.name}
      {header.ticket != null && ` · Ticket ${header.ticket}`} · {standingText(header, row, me, now)}
    </>
  );
}

function standingText(header: Chat, row: Row | null, me: number, now: number): string {
  switch (header.state) {
    case "flow":
      return "in the flow";
    case "queued":
      return `waiting for ${clockText(now - (header.queued_at ?? header.started_at))}`;
    case "ended":
      // Within a sentence a day begins small.
      return header.ended_at === null ? "ended" : `ended ${momentText(header.ended_at, now).replace(/^Y/, "y")}`;
    case "active": {
      const since = header.accepted_at ?? header.started_at;
      if (header.holder === me) return `with you for ${spanText(now - since)}`;
      return `with ${holderName(header, row) ?? "nobody"} since ${timeText(since, LANGUAGE)}`;
    }
  }
}

export function holderName(header: Chat, row: Row | null): string | null {
  const known = header.participants.find((one) => one.id === header.holder);
  return known?.name ?? (row?.holder?.id === header.holder ? row.holder.name : null);
}
