/** What stands beside the bubble: how much is unread and who has joined, the way to end the chat, and the teaser. */
import type { Scene } from "../scene";
import { countUnread, findAgent } from "../view";
import { Icon } from "./icon";
import { PersonPortrait } from "./portrait";
import { Teaser } from "./teaser";

export function Beside({ scene }: { scene: Scene }) {
  const { state, words, askToEnd, teaser } = scene;
  const unread = state.isOpen ? 0 : countUnread(state);
  const agent = !state.isOpen && state.chat?.state === "active" && findAgent(state.chat);
  return (
    <>
      {/* Not in the button: its name says the same in words. */}
      <span class="marks" aria-hidden="true">
        {agent && <PersonPortrait name={agent.name} />}
        {unread > 0 && <span class="pill">{unread > 99 ? "99+" : unread}</span>}
      </span>
      {askToEnd && (
        <button class="beside bubble-end" onClick={askToEnd}>
          <Icon name="close" />
          {words.endChat}
        </button>
      )}
      {teaser && <Teaser scene={scene} teased={teaser} />}
    </>
  );
}
