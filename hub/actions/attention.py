"""What people attend to: how far they have read, and that they are typing."""

from datetime import datetime, timedelta

from hub.actions.agent_pages import require_not_among_colleagues
from hub.actions.ports import Ports, ReadMark, TypingLease
from hub.domain.chat import Chat, require_may_see, sender_side
from hub.domain.errors import ChatNotFound
from hub.domain.identity import Caller

TYPING_S = 6  # Renewed every 3 s while it lasts: one lost renewal is survivable, and nothing sticks.


async def mark_read(ports: Ports, caller: Caller, chat_id: int, seq: int) -> ReadMark:
    """The highest mark this caller ever set in the chat; never goes back, never passes the head. ChatNotFound to strangers."""
    if caller.id is None:
        raise ChatNotFound
    await require_not_among_colleagues(ports, caller, chat_id)
    mark = await ports.chats.move_read(caller.tenant_id, chat_id, caller.id, seq)
    if mark is None:
        raise ChatNotFound
    if mark.moved:
        ports.bell.ring_read(mark)
    return mark


def say_typing(
    ports: Ports,
    caller: Caller,
    chat: Chat,
    on: bool,
    since: datetime | None = None,
    draft: str | None = None,
) -> None:
    """Tells the others in the chat for the next seconds; nothing when the caller does not take part or the chat has ended.

    `draft` is told to agents only, as long as the lease; whether the profile wants that is the caller's to know.
    `since` is when the caller typed, when that was earlier than now: a sign that was long on its way is shown for less, or not.
    """
    require_may_see(caller, chat)
    taking_part = next(
        (person for person in chat.participants if person.id == caller.id and not person.left), None
    )
    if taking_part is None or chat.state == "ended":
        return
    now = ports.clock.now()
    until = (now if since is None else min(since, now)) + timedelta(seconds=TYPING_S) if on else now
    if until < now:
        return
    ports.bell.ring_typing(
        TypingLease(
            caller.tenant_id,
            chat.id,
            taking_part.id,
            sender_side(caller),
            taking_part.name,
            on,
            until,
            draft if on else None,
        )
    )
