/** What `hello` and `follow` say about what is known here, and noticing that something is missing. */
import type { Hello } from "../../shared/commands";
import type { Position } from "../../shared/frames";
import { staffStreamFrom, streamFrom } from "../../shared/frames";
import { findPosition } from "../../shared/transcript";
import type { ConsoleState, FollowedChat } from "./state";

const CLIENT = "console/1";

/** The first frame on a line: the inbox from its cursor, and every followed chat from its position. */
export function helloFrom(state: ConsoleState): Hello {
  return {
    t: "hello",
    v: 1,
    wants: ["inbox"],
    positions: positionsFrom(state),
    ...(state.inbox.cursor === null ? {} : { inbox: state.inbox.cursor }),
    client: CLIENT,
  };
}

/** The position of every stream of which something is known. */
export function positionsFrom(state: ConsoleState): Record<string, Position> {
  const positions: Record<string, Position> = {};
  for (const [chat, followed] of state.chats) {
    const { position, staff_position } = followPositionsFrom(followed, state.epoch);
    if (position) positions[streamFrom(chat)] = position;
    if (staff_position) positions[staffStreamFrom(chat)] = staff_position;
  }
  return positions;
}

/** What `follow` says about one chat; members of unknown streams are absent. */
export function followPositionsFrom(
  followed: FollowedChat,
  epoch: string,
): { position?: Position; staff_position?: Position } {
  const position = findPosition(followed.said, epoch);
  const staffPosition = findPosition(followed.notes, epoch);
  return { ...(position ? { position } : {}), ...(staffPosition ? { staff_position: staffPosition } : {}) };
}

/** Whether the hub's heads are beyond what is here, in any chat whose first page has come. */
export function isBehind(state: ConsoleState, heads: Readonly<Record<string, number>>): boolean {
  for (const [chat, followed] of state.chats) {
    if (!followed.isPaged) continue;
    if ((heads[streamFrom(chat)] ?? 0) > followed.said.head) return true;
    if ((heads[staffStreamFrom(chat)] ?? 0) > followed.notes.head) return true;
  }
  return false;
}
