"""Appends while Postgres cuts connections, hangs or is not there: answered in time, and stored once."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from uuid import uuid4

import pytest

from hub.actions.ports import Ports
from hub.domain.errors import StorageUnavailable
from hub.store.events import EventWriter
from hub.store.pool import Database
from tests.doubles.conversation import (
    begin_chat,
    message_item,
    read_stream,
    repeat_until_answered,
    require_dense,
)
from tests.doubles.tenant import Tenant
from tests.store.conftest import Connection

# Long after any promise, and only so that a broken build ends.
PATIENCE_S = 30.0

CUT_WRITERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'SELECT * FROM append_events%'
"""


async def test_a_lost_connection_costs_no_message_and_doubles_none(
    ports: Ports, tenant: Tenant, admin: Connection
) -> None:
    starts = [await begin_chat(ports, tenant) for _ in range(4)]
    items = [
        [message_item(start.caller, start.chat.id, str(number)) for number in range(25)] for start in starts
    ]

    async def send(number: int) -> None:
        for item in items[number]:
            await repeat_until_answered(partial(ports.events.append, item))

    sending = asyncio.gather(*(send(number) for number in range(4)))
    cuts = 0
    async with asyncio.timeout(PATIENCE_S):
        while not sending.done():
            cuts += len(await admin.fetch(CUT_WRITERS))
            await asyncio.sleep(0.02)
        await sending

    assert cuts >= 3
    for start in starts:
        events = await read_stream(ports, tenant.id, start.chat.id)
        require_dense(events)
        assert [event.text for event in events[1:]] == [str(number) for number in range(25)]


async def test_many_waiting_appends_survive_a_cut(ports: Ports, tenant: Tenant, admin: Connection) -> None:
    start = await begin_chat(ports, tenant)
    items = [message_item(start.caller, start.chat.id, str(number)) for number in range(200)]
    # The connection is there, so that it is lost in the midst of the batch and not before.
    await ports.events.append(items[0])

    async def append_all() -> None:
        await asyncio.gather(*(repeat_until_answered(partial(ports.events.append, item)) for item in items))

    appending = asyncio.create_task(append_all())
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.sleep(0)
        await admin.execute(CUT_WRITERS)
        await appending

    events = await read_stream(ports, tenant.id, start.chat.id)
    require_dense(events)
    assert sorted(event.cid for event in events[1:]) == sorted(item.cid for item in items)


async def test_a_chat_locked_for_too_long_is_answered_and_repeats_once(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    start = await begin_chat(ports, tenant)
    item = message_item(start.caller, start.chat.id, "Hello")

    async with owner.transaction():
        await owner.execute("SELECT FROM chats WHERE id = $1 FOR UPDATE", start.chat.id)
        with pytest.raises(StorageUnavailable) as refused:
            await ports.events.append(item)
    await ports.events.append(item)

    assert refused.value.after_ms
    assert len(await read_stream(ports, tenant.id, start.chat.id)) == 2


@asynccontextmanager
async def closed_port() -> AsyncIterator[int]:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    yield port


@asynccontextmanager
async def silent_port() -> AsyncIterator[int]:
    """A port that takes connections and says nothing, as a frozen server does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("port", [closed_port, silent_port])
async def test_an_unreachable_postgres_is_said_in_time(
    tenant: Tenant, port: Callable[[], AbstractAsyncContextManager[int]]
) -> None:
    async with port() as number, asyncio.timeout(PATIENCE_S):
        writer = EventWriter(Database(f"postgresql://hub_app:x@127.0.0.1:{number}/hub", None))
        writing = asyncio.create_task(writer.run())

        with pytest.raises(StorageUnavailable) as refused:
            await writer.append(message_item(tenant.marta, 1, "Hello"))

        assert refused.value.retry == "after"
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


async def test_reads_without_a_postgres_are_refused_the_same_way() -> None:
    database = Database("postgresql://hub_app:x@127.0.0.1:1/hub", None)

    with pytest.raises(StorageUnavailable):
        async with database.tenants([1]):
            pass


async def test_who_waits_when_the_writer_stops_is_told_to_try_again(tenant: Tenant) -> None:
    async with silent_port() as number:
        writer = EventWriter(Database(f"postgresql://hub_app:x@127.0.0.1:{number}/hub", None))
        writing = asyncio.create_task(writer.run())
        waiting = asyncio.create_task(writer.append(message_item(tenant.marta, 1, "Hello", str(uuid4()))))
        await asyncio.sleep(0.05)

        writing.cancel()

        with pytest.raises(StorageUnavailable):
            await waiting
