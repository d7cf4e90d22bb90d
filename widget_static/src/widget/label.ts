/** What the bubble says to those who do not see it. */
import type { State } from "./state";
import { countUnread } from "./view";
import { fill, type Words } from "./words";

export function labelBubble(bubble: HTMLButtonElement, state: State, words: Words): void {
  const unread = countUnread(state);
  const name = state.chat ? words.liveChatName : words.newChatName;
  const label = state.isOpen
    ? words.close
    : unread > 0
      ? `${name}, ${fill(words.unreadCount, unread)}`
      : name;
  bubble.setAttribute("aria-label", label);
  bubble.setAttribute("aria-expanded", String(state.isOpen));
}
