/** What a search has found, in the place of the list. */
import type { Row, Talk } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import type { Search } from "../state/finding";
import { sectionFrom } from "../state/inbox";
import type { ConsoleState } from "../state/state";
import { isTalk } from "../state/talks";
import { Skeleton } from "./inbox";
import { InboxRow } from "./inbox_row";
import { TalkRow } from "./talk_row";

interface Props {
  desk: Desk;
  state: ConsoleState;
  search: Search;
  onOpen(row: Row | Talk): void;
}

export function FoundList({ desk, state, search, onOpen }: Props) {
  if (search.refusal !== null) {
    return (
      <p class="rows-empty" role="status">
        <strong>This could not be looked for</strong>
        {search.refusal}{" "}
        <button type="button" class="link-button" onClick={() => desk.finder.search(search.text)}>
          Try again
        </button>
      </p>
    );
  }
  if (search.text.trim() === "") {
    return (
      <p class="rows-empty">
        <strong>Look through all chats</strong>
        By words, names, e-mail addresses or the number of a chat.
      </p>
    );
  }
  if (search.answered === null) return <Skeleton />;
  return (
    <div aria-busy={search.isLoading}>
      <p class="section-title" role="status">
        {search.rows.length === 0 ? "Nothing found" : `${search.rows.length}${search.after ? "+" : ""} found`}
      </p>
      <ul>
        {search.rows.map((row, index) => (
          <li key={row.chat}>
            {isTalk(row) ? (
              <TalkRow desk={desk} state={state} talk={row} isTabStop={index === 0} onOpen={onOpen} />
            ) : (
              <InboxRow
                desk={desk}
                state={state}
                row={row}
                section={sectionFrom(row, state.me.id)}
                isTabStop={index === 0}
                onOpen={onOpen}
              />
            )}
          </li>
        ))}
      </ul>
      {search.rows.length === 0 && (
        <p class="rows-empty">
          <strong>No chat has “{search.answered}”</strong>
          Words are found by their beginnings. Try fewer of them.
        </p>
      )}
    </div>
  );
}
