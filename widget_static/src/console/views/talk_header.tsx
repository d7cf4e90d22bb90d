/** With whom one writes among colleagues, and what can be done with the chat as a whole. */
import type { Chat, Talk } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { isParticipant } from "../state/headers";
import type { ConsoleState } from "../state/state";
import { peopleOf, talkTitle, titleOf } from "../state/talks";
import { momentText } from "../times";
import { Icon } from "./icon";
import { KeyCap } from "./small_parts";
import { TalkMenu } from "./talk_menu";
import { TalkPortrait } from "./talk_row";
import { useHubNow } from "./use_desk";

interface Props {
  desk: Desk;
  state: ConsoleState;
  chat: number;
  header: Chat | null;
  talk: Talk | null;
  isAboutShown: boolean;
  onAdd(header: Chat): void;
  onEnd(): void;
  onLeft(): void;
  onBack(): void;
  onAbout(): void;
}

export function TalkHeader(props: Props) {
  const { desk, state, chat, header, talk } = props;
  const me = state.me.id;
  const title = header ? titleOf(header, me) : talk ? talkTitle(talk, me) : `Chat ${chat}`;
  const people = header ? peopleOf(header, me) : (talk?.people ?? []);
  const isIn = header !== null && isParticipant(header, me);
  const underWay = state.underWay.get(chat);
  return (
    <header class="pane-header ruled">
      <button type="button" class="icon-button back only-phone" aria-label="Back to the inbox" onClick={props.onBack}>
        <Icon name="back" />
      </button>
      <TalkPortrait talk={{ pair: header?.pair ?? talk?.pair ?? true, people }} title={title} me={me} />
      <div class="conversation-who">
        <h2 id="conversation-name" tabIndex={-1}>
          {title}
        </h2>
        <p class="conversation-state">{header && <Standing desk={desk} header={header} count={people.length} />}</p>
      </div>
      {header?.state === "active" && isIn && (
        <button type="button" class="button" aria-disabled={underWay === "end"} aria-keyshortcuts="e" onClick={props.onEnd}>
          <Icon name="check" size={16} />
          {underWay === "end" ? "Ending" : "End"} <KeyCap>E</KeyCap>
        </button>
      )}
      {header && isIn && (
        <TalkMenu desk={desk} state={state} header={header} onAdd={() => props.onAdd(header)} onLeft={props.onLeft} />
      )}
      <button
        type="button"
        class="icon-button only-folded"
        aria-label="About the chat"
        aria-expanded={props.isAboutShown}
        onClick={props.onAbout}
      >
        <Icon name="details" />
      </button>
    </header>
  );
}

/** `You and 2 others` */
function standingText(header: Chat, count: number): string {
  if (header.pair) return "Between you two";
  if (count < 2) return "Only you";
  return count === 2 ? "You and one other" : `You and ${count - 1} others`;
}

function Standing({ desk, header, count }: { desk: Desk; header: Chat; count: number }) {
  const now = useHubNow(desk, 15_000);
  if (header.ended_at !== null) {
    return <>Ended {momentText(header.ended_at, now).replace(/^Y/, "y")}</>;
  }
  return <>{standingText(header, count)}</>;
}
