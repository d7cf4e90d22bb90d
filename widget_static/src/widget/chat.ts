/** A chat's header as its events and read positions change it. */
import type { Chat, ChatState, EventFrame, Participant, Who } from "../shared/frames";

/** The header after `event`; one that the header already counts changes nothing. */
export function chatAfterEvent(chat: Chat, event: EventFrame): Chat {
  if (event.seq <= chat.head) return chat;
  const { participants, visitor } = chat;
  const { who, data } = event;
  const name = String(data?.["name"] ?? who.name ?? "");
  const next = { ...chat, head: event.seq };
  const moved = { ...next, state: (data?.["state"] as ChatState | undefined) ?? chat.state };
  switch (event.kind) {
    case "chat_started":
      return moved;
    case "agent_joined":
    case "chat_reopened":
      return { ...moved, participants: withJoined(participants, who, name) };
    case "agent_left":
      return { ...moved, participants: changeParticipant(participants, who.id, { left: true }) };
    case "visitor_identified": {
      // The user takes the place of the unknown visitor they were.
      const user = { id: who.id!, name };
      return { ...next, visitor: user, participants: changeParticipant(participants, visitor.id, user) };
    }
    case "chat_renamed":
      return { ...next, name };
    case "chat_ended":
      return { ...next, state: "ended", ended_at: event.at };
    default:
      return next;
  }
}

/** How far the visitor has read, as the hub knows it; 0 for not at all. */
export function findOwnRead({ participants, visitor }: Chat): number {
  return participants.find(({ id }) => id === visitor.id)?.read ?? 0;
}

function withJoined(participants: readonly Participant[], { id, side }: Who, name: string): Participant[] {
  if (id === null) return [...participants];
  if (participants.some((participant) => participant.id === id)) {
    return changeParticipant(participants, id, { left: false, ...(name ? { name } : {}) });
  }
  return [...participants, { id, side, name, read: 0, read_at: null, left: false }];
}

function changeParticipant(
  participants: readonly Participant[],
  id: number | null,
  change: Partial<Participant>,
): Participant[] {
  return participants.map((participant) =>
    participant.id === id ? { ...participant, ...change } : participant,
  );
}
