"""What becomes of visitors for whom agents wait: they say that they are still there, or their chat ends."""

from hub.actions.joining import ticket_due
from hub.actions.ports import Ports
from hub.actions.waiting_ports import Question
from hub.domain.chat import States, require_may_see
from hub.domain.errors import ChatEnded
from hub.domain.event import Append, AppendRefused, Change, Guard
from hub.domain.identity import SYSTEM_ID, VisitorCaller
from hub.domain.moment import ms_from_datetime


async def say_here(ports: Ports, visitor: VisitorCaller, chat_id: int) -> None:
    """The visitor is still there: the question is answered, if they were asked. Safe to repeat.

    Raises ChatNotFound, ChatEnded, StorageUnavailable.
    """
    chat = require_may_see(visitor, await ports.chats.find_chat(visitor.tenant_id, chat_id))
    key = (visitor.tenant_id, chat_id)
    if chat.state == "ended" or (chat.state == "active" and key not in await ports.waiting.note_signs([key])):
        raise ChatEnded


async def end_silent_chat(ports: Ports, question: Question) -> None:
    """The chat ends, unless the question was answered after all. Safe to repeat, and from several processes at once.

    Raises StorageUnavailable.
    """
    chat = await ports.chats.find_chat(question.tenant_id, question.chat_id)
    if chat is None:
        return
    item = Append(
        chat.tenant_id,
        chat.id,
        "public",
        "chat_ended",
        "system",
        SYSTEM_ID,
        f"idle-{ms_from_datetime(question.until)}",  # The same in every process.
        data={"reason": "idle"},
        guard=Guard(states=States.SILENT),
        change=Change(state="ended", ticket=ticket_due(chat.rules, "end", chat.visitor_name)),
    )
    try:
        appended = await ports.events.append(item)
    except AppendRefused:
        return  # Somebody has said something, or the visitor that they are there.
    ports.bell.ring_event(appended.event)
