/** What the bubble says without words: how much is unread, and who has joined. */
import type { State } from "../state";
import { countUnread, findAgent } from "../view";
import { PersonPortrait } from "./portrait";

export function Marks({ state }: { state: State }) {
  const unread = state.isOpen ? 0 : countUnread(state);
  const agent = !state.isOpen && state.chat?.state === "active" ? findAgent(state.chat) : null;
  return (
    <>
      {agent && <PersonPortrait name={agent.name} />}
      {unread > 0 && <span class="pill">{unread > 99 ? "99+" : unread}</span>}
    </>
  );
}
