/** Takes the chat that waited longest, whichever that is: no choosing, and no two who choose the same. */
import { useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { Icon } from "./icon";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onOpen(chat: number): void;
}

export function TakeNext({ desk, state, onOpen }: Props) {
  const [isAsking, setAsking] = useState(false);
  const waiting = [...state.inbox.rows.values()].filter((row) => row.state === "queued").length;
  if (waiting === 0) return null;
  const take = () => {
    if (isAsking) return;
    setAsking(true);
    desk.takeNext((chat) => {
      setAsking(false);
      if (chat !== null) onOpen(chat);
    });
  };
  return (
    <button type="button" class="button" data-kind="primary" aria-disabled={isAsking} onClick={take}>
      <Icon name="accept" size={16} />
      Take the next of {waiting}
    </button>
  );
}
