/** How late an answer is: from what the row says and the clock alone, so that every console comes to the same. */
import type { Row } from "../../shared/frames";
import type { ConsoleState } from "./state";

export type Urgency = "calm" | "due_soon" | "overdue";

/** From this part of the limit on the answer is due soon. */
const SOON_PART = 0.75;

export function urgencyFrom(waitedMs: number, limitMs: number): Urgency {
  if (waitedMs >= limitMs) return "overdue";
  return waitedMs >= limitMs * SOON_PART ? "due_soon" : "calm";
}

/** How long the visitor may wait, in milliseconds; null where nobody waits, or for as long as it takes. */
export function limitOf(row: Row): number | null {
  return row.wait?.limit_s == null ? null : row.wait.limit_s * 1000;
}

/** The state with the chats whose visitor waits for too long by `now`, the hub's clock; the same one when they are the same. */
export function withOverdue(state: ConsoleState, now: number): ConsoleState {
  const overdue = new Set<number>();
  for (const row of state.inbox.rows.values()) {
    const limitMs = limitOf(row);
    if (limitMs !== null && urgencyFrom(now - row.wait!.since, limitMs) === "overdue") overdue.add(row.chat);
  }
  const isSame = overdue.size === state.overdue.size && [...overdue].every((chat) => state.overdue.has(chat));
  return isSame ? state : { ...state, overdue };
}

/** Whether this agent is to be told that the chat's visitor waits for too long: their own chats, and of supervisors all. */
export function isAlertFor(row: Row, { me, isSupervisor }: Pick<ConsoleState, "me" | "isSupervisor">): boolean {
  return isSupervisor || row.holder?.id === me.id;
}

/** The chats of which this agent is told so. */
export function alertsOf(state: ConsoleState): Row[] {
  return [...state.overdue]
    .flatMap((chat) => state.inbox.rows.get(chat) ?? [])
    .filter((row) => isAlertFor(row, state));
}
