/** Brings what a search found before the agent's eyes, loading older messages until it is there. */
import { useLayoutEffect } from "preact/hooks";
import type { Desk } from "../desk/desk";
import { missingOf } from "../state/chats";
import type { FollowedChat, Sought } from "../state/state";

// The most that one answer brings.
const PART = 200;

export function useSought(
  desk: Desk,
  followed: FollowedChat,
  sought: Sought | null,
  scroller: { current: HTMLElement | null },
  leaveEnd: () => void,
): void {
  useLayoutEffect(() => {
    if (!sought || !followed.isPaged || followed.isLoadingOlder) return;
    const found = scroller.current?.querySelector<HTMLElement>(`[data-place="${sought.stream}:${sought.seq}"]`);
    if (found) {
      leaveEnd();
      found.scrollIntoView({ block: "center" });
      found.dataset["sought"] = "";
      desk.settleSought();
    } else if (missingOf(followed)) desk.history.loadOlder(sought.chat, PART);
    else desk.settleSought();
  }, [followed, sought]);
}
