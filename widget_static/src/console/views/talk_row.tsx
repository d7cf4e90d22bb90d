/** One chat with colleagues in the list: with whom, the last words, when, and what is unread. */
import type { Talk } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { shortNameFrom } from "../names";
import type { ConsoleState } from "../state/state";
import { saidAt, talkTitle, unreadOf } from "../state/talks";
import { momentText, rowTimeText } from "../times";
import { Passage } from "./inbox_row";
import { Portrait } from "./small_parts";

interface Props {
  desk: Desk;
  state: ConsoleState;
  talk: Talk;
  /** Whether Tab stops here; j and k move between the rows. */
  isTabStop: boolean;
  onOpen(talk: Talk): void;
}

const MOST_COUNTED = 99;

export function TalkRow({ desk, state, talk, isTabStop, onOpen }: Props) {
  const title = talkTitle(talk, state.me.id);
  const unread = unreadOf(talk, state.readHere);
  const at = talk.found?.at ?? saidAt(talk);
  const isTyping = (state.typing.get(talk.chat) ?? []).length > 0;
  return (
    <button
      type="button"
      class="row"
      tabIndex={isTabStop ? 0 : -1}
      aria-current={talk.chat === state.open ? "true" : undefined}
      data-chat={talk.chat}
      data-unread={unread > 0}
      data-marked={unread > 0}
      onClick={() => onOpen(talk)}
    >
      <TalkPortrait talk={talk} title={title} me={state.me.id} />
      <span class="row-name">{title}</span>
      <span class="row-time">
        <time dateTime={new Date(at).toISOString()} title={momentText(at, desk.hubNow())}>
          {rowTimeText(at, desk.hubNow())}
        </time>
      </span>
      <span class="row-last" data-typing={isTyping}>
        {isTyping ? "is typing" : talk.found ? <Passage found={talk.found} /> : lastText(talk, state.me.id)}
      </span>
      {unread > 0 && (
        <span class="row-mark">
          <span class="pill">
            {unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread}
            <span class="unseen"> unread</span>
          </span>
        </span>
      )}
    </button>
  );
}

/** The face of the other one; of several two of them, one before the other. */
export function TalkPortrait({ talk, title, me }: { talk: Pick<Talk, "pair" | "people">; title: string; me: number }) {
  const [first, second] = talk.people.filter(({ id }) => id !== me).slice(-2);
  if (talk.pair || !first || !second) return <Portrait name={first?.name ?? title} />;
  return (
    <span class="portrait portrait-pair" aria-hidden="true">
      <Portrait name={second.name} size={18} />
      <Portrait name={first.name} size={18} />
    </span>
  );
}

function lastText(talk: Talk, me: number): string {
  if (!talk.last) return "Nothing said yet";
  const { who } = talk.last;
  const text = talk.last.text.replace(/\s+/gu, " ") || "A file";
  if (who.id === me) return `You: ${text}`;
  return talk.pair ? text : `${shortNameFrom(who.name)}: ${text}`;
}
