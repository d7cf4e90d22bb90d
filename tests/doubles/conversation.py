"""Chats for tests: begun, spoken in and read back through the real ports."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4

from hub.actions.chats import ChatStart, start_chat
from hub.actions.holding import accept_chat
from hub.actions.ports import Ports
from hub.domain.chat import StartFacts, sender_side
from hub.domain.errors import StorageUnavailable
from hub.domain.event import Append, Event, Guard, Stream
from hub.domain.identity import Caller, VisitorCaller
from tests.doubles.tenant import Tenant

T = TypeVar("T")

MANY_EVENTS = 1_000_000  # More than any test writes.


async def begin_chat(ports: Ports, tenant: Tenant, visitor: VisitorCaller | None = None) -> ChatStart:
    """A chat in the queue; with it the visitor, now with an id."""
    return await start_chat(
        ports, visitor or tenant.new_visitor(), tenant.profile, str(uuid4()), StartFacts()
    )


async def begin_active_chat(ports: Ports, tenant: Tenant) -> ChatStart:
    """A chat that Marta has accepted."""
    start = await begin_chat(ports, tenant)
    await accept_chat(ports, tenant.marta, start.chat.id, str(uuid4()))
    return start


async def read_stream(ports: Ports, tenant_id: int, chat_id: int, stream: Stream = "public") -> list[Event]:
    """All events of the stream as the store has them."""
    return await ports.events.list_after(tenant_id, chat_id, stream, 0, MANY_EVENTS)


def message_item(
    caller: Caller, chat_id: int, text: str, cid: str | None = None, guard: Guard | None = None
) -> Append:
    """A message on its way into the store, without the rules of the action around it."""
    assert caller.id is not None
    return Append(
        caller.tenant_id,
        chat_id,
        "public",
        "message_posted",
        sender_side(caller),
        caller.id,
        cid or str(uuid4()),
        text=text,
        guard=guard or Guard(),
    )


async def repeat_until_answered(act: Callable[[], Awaitable[T]]) -> T:
    """What the act comes to, repeated as a client does while the store is away: with the same cid."""
    while True:
        try:
            return await act()
        except StorageUnavailable:
            continue


def require_dense(events: list[Event]) -> None:
    """Fails unless the events are numbered 1, 2, 3 …, their ids grow, no cid comes twice and no time runs back."""
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    ids = [event.id for event in events]
    assert ids == sorted(set(ids))
    assert len({(event.actor_id, event.cid) for event in events}) == len(events)
    times = [event.at for event in events]
    assert times == sorted(times)
