/** A chat's header as its events and read positions change it. */
import type { Chat, ChatState, EventFrame, Participant } from "../shared/frames";

/** The header after `event`; one that the header already counts changes nothing. */
export function chatAfterEvent(chat: Chat, event: EventFrame): Chat {
  if (event.seq <= chat.head) return chat;
  const next = { ...chat, head: event.seq };
  switch (event.kind) {
    case "chat_started":
      return { ...next, state: stateIn(event) ?? chat.state };
    case "agent_joined":
    case "chat_reopened":
      return {
        ...next,
        state: stateIn(event) ?? chat.state,
        participants: withJoined(chat.participants, event),
      };
    case "visitor_identified":
      return identified(next, event);
    case "chat_renamed":
      return { ...next, name: String(event.data?.["name"] ?? "") };
    case "agent_left":
      return {
        ...next,
        state: stateIn(event) ?? chat.state,
        participants: changeParticipant(chat.participants, event.who.id, { left: true }),
      };
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

/** The user takes the place of the unknown visitor they were. */
function identified(chat: Chat, { who: { id }, data }: EventFrame): Chat {
  if (id === null) return chat;
  const name = String(data?.["name"] ?? "");
  return {
    ...chat,
    visitor: { id, name },
    participants: changeParticipant(chat.participants, chat.visitor.id, { id, name }),
  };
}

function stateIn(event: EventFrame): ChatState | undefined {
  return event.data?.["state"] as ChatState | undefined;
}

function withJoined(participants: readonly Participant[], { who, data }: EventFrame): Participant[] {
  if (who.id === null) return [...participants];
  const name = String(data?.["name"] ?? who.name ?? "");
  if (participants.some((participant) => participant.id === who.id)) {
    return changeParticipant(participants, who.id, { left: false, ...(name ? { name } : {}) });
  }
  return [...participants, { id: who.id, side: who.side, name, read: 0, read_at: null, left: false }];
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
