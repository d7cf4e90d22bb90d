/** The view of chats with colleagues: those that go on, and those that have ended. */
import type { Talk } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { sortedTalks } from "../state/talks";
import { Icon } from "./icon";
import { Skeleton } from "./inbox";
import { KeyCap } from "./small_parts";
import { TalkRow } from "./talk_row";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onOpen(talk: Talk): void;
  onWrite(): void;
}

export function TalkList({ desk, state, onOpen, onWrite }: Props) {
  if (!state.inbox.isLoaded) return <Skeleton />;
  const { open, ended } = sortedTalks(state.talks);
  const all = [...open, ...ended];
  const tabStop = all.find(({ chat }) => chat === state.open)?.chat ?? all[0]?.chat;
  const list = (talks: readonly Talk[]) => (
    <ul>
      {talks.map((talk) => (
        <li key={talk.chat}>
          <TalkRow desk={desk} state={state} talk={talk} isTabStop={talk.chat === tabStop} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <button type="button" class="button talk-write" aria-keyshortcuts="m" onClick={onWrite}>
        <Icon name="pencil" size={16} />
        Write to colleagues <KeyCap>M</KeyCap>
      </button>
      {all.length === 0 && (
        <p class="rows-empty">
          <strong>No chats with colleagues yet</strong>
          Write to one of them, or to several at once. Only who takes part sees it.
        </p>
      )}
      {open.length > 0 && list(open)}
      {ended.length > 0 && (
        <section aria-labelledby="talks-ended">
          <h3 class="section-title" id="talks-ended">
            <span>Ended</span>
          </h3>
          {list(ended)}
        </section>
      )}
    </>
  );
}
