"""How much the group commit wins: the same appends one transaction each, and through the writer, in one run.

    python -m tests.load.appends [MESSAGES]

Prints ratios; absolute figures are the machine's. Both ways call the same `append_events`, with the same guards.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import uuid4

from hub.actions.chats import start_chat
from hub.actions.ports import Ports
from hub.app import open_database, open_ports
from hub.domain.chat import StartFacts, States
from hub.domain.event import Append, Guard
from hub.embedded.pair import EmbeddedPair
from hub.settings import Settings
from hub.store.events import EventWriter
from hub.store.migrate import migrate
from hub.store.statistics import Statistics
from tests.doubles.tenant import Tenant, make_tenant

SENDERS = 200
CONNECTIONS = 10  # A usual pool: one transaction a message keeps this many connections busy.
CHATS = 100

Send = Callable[[Append], Awaitable[object]]


async def make_items(ports: Ports, tenant: Tenant, count: int) -> list[Append]:
    """Messages for a hundred chats, in turn."""
    items: list[Append] = []
    starts = [
        await start_chat(ports, tenant.new_visitor(), tenant.profile, "start", StartFacts())
        for _ in range(CHATS)
    ]
    for number in range(count):
        start = starts[number % CHATS]
        visitor_id = start.caller.id
        assert visitor_id is not None
        guard = Guard(states=States.OPEN, participant_id=visitor_id)
        items.append(
            Append(
                tenant.id,
                start.chat.id,
                "public",
                "message_posted",
                "visitor",
                visitor_id,
                str(uuid4()),
                text="Where is my order? It was promised for Tuesday, and it is Thursday now, and nobody has written.",
                guard=guard,
            )
        )
    return items


async def time_sends(items: Sequence[Append], send: Send) -> float:
    """Messages a second, from senders that each wait for their answer."""
    waiting = list(items)

    async def send_in_turn() -> None:
        while waiting:
            await send(waiting.pop())

    begun_s = time.perf_counter()
    await asyncio.gather(*(send_in_turn() for _ in range(SENDERS)))
    return len(items) / (time.perf_counter() - begun_s)


async def measure(settings: Settings, count: int) -> tuple[float, float]:
    """Messages a second: one transaction each, and in group commits."""
    async with open_ports(settings) as ports, open_database(settings) as database:
        tenant = await make_tenant(ports, settings)
        statistics = Statistics(database)

        def note_commit(events: int, _seconds: float) -> None:
            statistics.note_appended(events)

        *singles, group = (EventWriter(database, note_commit) for _ in range(CONNECTIONS + 1))
        running = [asyncio.create_task(writer.run()) for writer in (*singles, group)]
        running.append(asyncio.create_task(statistics.keep_fresh()))
        free: asyncio.Queue[EventWriter] = asyncio.Queue()
        for writer in singles:
            free.put_nowait(writer)

        async def send_singly(item: Append) -> None:
            writer = await free.get()  # One append at a time on each connection: every batch holds one item.
            try:
                await writer.append(item)
            finally:
                free.put_nowait(writer)

        single = await time_sends(await make_items(ports, tenant, count // 5), send_singly)
        grouped = await time_sends(await make_items(ports, tenant, count), group.append)
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        return single, grouped


def main() -> None:
    """Measures and prints."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(prefix="hub-load-") as directory:
        Path(directory).chmod(0o755)
        with EmbeddedPair(Path(directory) / "data") as pair:
            addresses = pair.start()
            asyncio.run(migrate(addresses.owner_url))
            settings = Settings(
                database_url=addresses.database_url,
                redis_url=addresses.redis_url,
                secret_keys=addresses.secret_keys,
            )
            single, grouped = asyncio.run(measure(settings, count))
    print(f"one transaction each, {CONNECTIONS} connections: {single:8,.0f} messages a second")
    print(f"group commit, one connection:        {grouped:8,.0f} messages a second")
    print(f"ratio: {grouped / single:.1f}")


if __name__ == "__main__":
    main()
