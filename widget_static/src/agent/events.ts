/** What the page is told of the agent's chats, in the names and shapes of Halo's events. */
import type { ConsoleState, FollowedChat } from "../console/state/state";
import type { Chat, EventFrame, Row } from "../shared/frames";
import { emptyTranscript } from "../shared/transcript";
import { initialState } from "../widget/state";
import type { Told } from "../widget/events";
import { headerFrom, messageFrom } from "../widget/halo";
import { unreadFrom } from "../console/state/inbox";
import { rowsShown } from "./view";

/** What is to be told after `before` became `after`, in the order it happened. */
export function eventsOf(before: ConsoleState, after: ConsoleState): Told[] {
  if (before === after || !before.inbox.isLoaded) return [];
  const told: Told[] = [];
  for (const row of after.inbox.rows.values()) {
    const known = before.inbox.rows.get(row.chat);
    if (known === row) continue;
    const tell = (name: string) => told.push([name, describeRow(row, after)]);
    const isMine = row.holder?.id === after.me.id;
    if (row.state === "queued" && known?.state !== "queued") tell("awaitingAgent");
    if (isMine && known?.holder?.id !== after.me.id && row.state === "active") tell("agentJoined");
    if (row.last && row.last.who.side !== "agent" && row.last.at !== known?.last?.at && (isMine || row.state === "queued")) {
      told.push(["newMessage", messageFrom({ id: lastIdOf(after, row), ...row.last }, chatOf(row))]);
    }
    if (isMine && row.state === "ended" && known && known.state !== "ended") tell("chatEnded");
  }
  for (const [chat, followed] of after.chats) told.push(...sentIn(before.chats.get(chat), followed, after.me.id));
  return told;
}

/** Own messages that have become events. */
function sentIn(before: FollowedChat | undefined, { said, header }: FollowedChat, me: number): Told[] {
  if (!before?.isPaged || before.said === said || !header) return [];
  const isOwn = ({ seq, kind, who }: EventFrame) => seq > before.said.head && kind === "message_posted" && who.side === "agent" && who.id === me;
  return said.events.filter(isOwn).map((event) => ["messageSent", messageFrom(event, header)]);
}

/** Every chat under way that is the agent's, as Halo's functions give a conversation. */
export function describeAll(state: ConsoleState): object[] {
  return rowsShown(state).own.map((row) => describeRow(row, state));
}

/** The open chat; null before the list. */
export function describeOpen(state: ConsoleState): object | null {
  const row = state.open === null ? undefined : state.inbox.rows.get(state.open);
  return row ? describeRow(row, state) : null;
}

/** What is known of a chat: all of it where it is followed, else what the list says. */
function describeRow(row: Row, state: ConsoleState): object {
  const followed = state.chats.get(row.chat);
  const chat = followed?.header ?? chatOf(row);
  const transcript = followed?.said ?? emptyTranscript(String(row.chat));
  return {
    ...headerFrom({ ...initialState(""), chat, transcript }),
    ["unread_count"]: unreadFrom(row, state.readHere),
    ...(followed ? {} : { ["lastmessage"]: row.last?.text ?? "" }),
  };
}

function lastIdOf(state: ConsoleState, row: Row): number {
  return state.chats.get(row.chat)?.said.events.findLast(({ at }) => at === row.last!.at)?.id ?? 0;
}

/** A header from what the list says of the chat. */
function chatOf(row: Row): Chat {
  const { chat: id, uuid, profile, name, state, head, visitor, holder, started_at, queued_at, accepted_at, ended_at } = row;
  const people = [
    { ...visitor, side: "visitor" as const },
    ...(holder ? [{ ...holder, side: "agent" as const }] : []),
  ];
  const participants = people.map((one) => ({ ...one, read: 0, read_at: null, left: false }));
  return { id, uuid, profile, name, state, head, visitor, holder: holder?.id ?? null, participants, started_at, queued_at, accepted_at, ended_at };
}
