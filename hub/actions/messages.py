"""What can be said: messages to everybody in a chat, notes to its agents."""

from hub.actions.ports import Ports
from hub.domain.chat import States, sender_side
from hub.domain.errors import AnsweredMeanwhile, ChatEnded, ChatNotFound, HubError, NotParticipant
from hub.domain.event import Append, Appended, AppendRefused, Guard
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from hub.domain.text import MAX_AGENT_TEXT_CHARS, MAX_VISITOR_TEXT_CHARS, require_text

MAX_GUARD_EVENTS = 20  # What was written meanwhile is shown beside the answer; nobody reads more there.


async def post_message(
    ports: Ports, caller: Caller, chat_id: int, text: str, cid: str, expect_seq: int | None = None
) -> Appended:
    """The stored message. Safe to repeat with the same cid.

    `expect_seq` is the reply guard of agents: refuses with AnsweredMeanwhile when another agent wrote after that seq.
    Raises the text errors, ChatNotFound, ChatEnded, NotParticipant, CidReused, StorageUnavailable.
    """
    if caller.id is None:
        raise ChatNotFound
    side = sender_side(caller)
    text = require_text(text, MAX_VISITOR_TEXT_CHARS if side == "visitor" else MAX_AGENT_TEXT_CHARS)
    item = Append(
        caller.tenant_id,
        chat_id,
        "public",
        "message_posted",
        side,
        caller.id,
        cid,
        text=text,
        guard=Guard(states=States.OPEN, participant_id=caller.id, expect_seq=expect_seq),
    )
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        if refused.reason == "seq" and expect_seq is not None:
            raise await _answered_meanwhile(ports, item, expect_seq) from refused
        raise refusal_from_reason(refused, caller) from refused
    ports.bell.ring_event(appended.event)
    return appended


async def post_note(ports: Ports, agent: AgentCaller, chat_id: int, text: str, cid: str) -> Appended:
    """The stored note, in the staff stream: no visitor ever sees it, not even as a gap. Ended chats take notes too."""
    text = require_text(text, MAX_AGENT_TEXT_CHARS)
    item = Append(agent.tenant_id, chat_id, "staff", "note_posted", "agent", agent.id, cid, text=text)
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        raise refusal_from_reason(refused, agent) from refused
    ports.bell.ring_event(appended.event)
    return appended


def refusal_from_reason(refused: AppendRefused, caller: Caller) -> HubError:
    """The refusal a failed guard means to this caller; to a visitor, a chat of others is no chat."""
    match refused.reason:
        case "state":
            return ChatEnded()
        case "participant" if not isinstance(caller, VisitorCaller):
            return NotParticipant()
        case _:
            return ChatNotFound()


async def _answered_meanwhile(ports: Ports, item: Append, expect_seq: int) -> AnsweredMeanwhile:
    written = await ports.events.list_after(
        item.tenant_id, item.chat_id, "public", expect_seq, MAX_GUARD_EVENTS
    )
    answers = (event for event in written if event.kind == "message_posted" and event.side == "agent")
    return AnsweredMeanwhile([event for event in answers if event.actor_id != item.actor_id])
