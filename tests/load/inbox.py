"""What the agents' inbox costs when a tenant has many chats: the same questions with 1,000 and with 100,000, in one run.

And what the index of words costs those who write: appends with it and, in the end, without it.

    python -m tests.load.inbox [FEW] [MANY]

Prints the medians and their ratio; absolute figures are the machine's.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from hub.actions.finding import find_rows, search_rows
from hub.actions.ports import Ports
from hub.app import open_database, open_ports
from hub.domain.finding import RowFilter
from hub.embedded.pair import EmbeddedPair
from hub.settings import Settings
from hub.store.chats import Chats
from hub.store.events import EventWriter
from hub.store.migrate import migrate
from tests.doubles.tenant import Tenant, make_tenant
from tests.load.appends import make_items, time_sends

OPEN_CHATS = 200
ROUNDS = 15
APPENDS = 8_000

# Ended chats but for the newest, with two messages each, by visitors of four hundred names.
FILL = (
    """
    INSERT INTO identities (tenant_id, kind, name, email)
    SELECT $1, 'visitor', 'Visitor ' || n, 'someone' || n || '@town' || n % 400 || '.example' FROM generate_series(1, $2) n
    """,
    """
    INSERT INTO chats (tenant_id, profile_id, visitor_id, state, head, start_cid, started_at, queued_at, accepted_at, ended_at, touched_at,
                       last_text, last_side, last_actor_id, last_at, last_seq, visitor_count, agent_count)
    SELECT $1, $3, i.id, CASE WHEN n > $2 - $4 THEN 'queued' ELSE 'ended' END, 3, 'start', at, at, at, CASE WHEN n <= $2 - $4 THEN at END, at,
           'Thank you', 'visitor', i.id, at, 3, 1, 1
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM identities WHERE tenant_id = $1 AND kind = 'visitor') i,
         LATERAL (SELECT date_trunc('milliseconds', now()) - make_interval(secs => ($2 - n) * 60) AS at) t
    """,
    """
    INSERT INTO participants (tenant_id, chat_id, identity_id, side, name, joined_at)
    SELECT c.tenant_id, c.id, c.visitor_id, 'visitor', 'Visitor', c.started_at FROM chats c WHERE c.tenant_id = $1
    """,
    """
    INSERT INTO events (tenant_id, chat_id, stream, seq, id, kind, side, actor_id, cid, body_hash, at, text)
    SELECT c.tenant_id, c.id, 'public', s, nextval('event_ids'), 'message_posted', 'visitor', c.visitor_id, 'm' || s, '', c.started_at,
           'Where is my order ' || c.id || '? It was promised for Tuesday, and frame ' || c.id % 997 || ' is still missing'
    FROM chats c, generate_series(2, 3) s WHERE c.tenant_id = $1 ORDER BY c.id, s
    """,
)

Question = Callable[[], Awaitable[object]]


async def fill(owner_url: str, tenant: Tenant, chats: int) -> None:
    """So many chats of the tenant's."""
    owner: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(owner_url)
    arguments = (tenant.id, chats, tenant.profile.id, OPEN_CHATS)
    for number, statement in enumerate(FILL):
        await owner.execute(statement, *arguments[: (2, 4, 1, 1)[number]])
    await owner.execute(
        "UPDATE chats SET last_id = (SELECT max(id) FROM events e WHERE e.chat_id = chats.id AND e.tenant_id = chats.tenant_id) WHERE tenant_id = $1",
        tenant.id,
    )
    await owner.execute("VACUUM ANALYZE chats, events, identities, participants")
    await owner.close()


def list_questions(ports: Ports, tenant: Tenant, chats: int) -> dict[str, Question]:
    """What a console asks as it opens, and while somebody works with it."""
    marta, store = tenant.marta, ports.chats
    assert isinstance(store, Chats)
    return {
        "the inbox opens": lambda: store.read_inbox(tenant.id),
        "older ended chats": lambda: find_rows(ports, marta, RowFilter("ended", marta.id), None, 50),
        "a rare word": lambda: search_rows(ports, marta, f"order {chats // 2}", None, 30),
        "a word of many": lambda: search_rows(ports, marta, "frame 17", None, 30),
        "a word of all": lambda: search_rows(ports, marta, "promised", None, 30),
        "a part of an address": lambda: search_rows(ports, marta, "town7.example", None, 30),
    }


async def measure(ask: Question) -> float:
    """The median, in milliseconds, once the caches are warm."""
    times = []
    for _ in range(ROUNDS):
        begun_s = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - begun_s) * 1000)
    return statistics.median(times[2:])


async def measure_all(settings: Settings, owner_url: str, sizes: tuple[int, int]) -> dict[str, list[float]]:
    """By question, its time with few and with many chats."""
    measured: dict[str, list[float]] = {}
    async with open_ports(settings) as ports:
        for size in sizes:
            tenant = await make_tenant(ports, settings)
            await fill(owner_url, tenant, size)
            for name, ask in list_questions(ports, tenant, size).items():
                measured.setdefault(name, []).append(await measure(ask))
    return measured


async def measure_appends(settings: Settings, owner_url: str) -> tuple[float, float]:
    """Messages a second through the group commit, with the index of words and without."""
    async with open_ports(settings) as ports, open_database(settings) as database:
        tenant = await make_tenant(ports, settings)
        writer = EventWriter(database)
        writing = asyncio.create_task(writer.run())
        await time_sends(await make_items(ports, tenant, APPENDS // 4), writer.append)  # To warm up.
        indexed = await time_sends(await make_items(ports, tenant, APPENDS), writer.append)
        owner: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(owner_url)
        await owner.execute("DROP INDEX events_words")
        await owner.close()
        bare = await time_sends(await make_items(ports, tenant, APPENDS), writer.append)
        writing.cancel()
        await asyncio.wait({writing})
        return indexed, bare


def main() -> None:
    """Measures and prints."""
    few, many = (int(text) for text in (sys.argv[1:3] if len(sys.argv) > 2 else ("1000", "100000")))
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
            measured = asyncio.run(measure_all(settings, addresses.owner_url, (few, many)))
            indexed, bare = asyncio.run(measure_appends(settings, addresses.owner_url))
    print(f"{'':24}{few:>10,} {many:>10,} chats")
    for name, (before, after) in measured.items():
        print(f"{name:24}{before:7.1f} ms {after:7.1f} ms   × {after / before:.1f}")
    print(f"appends with the index of words, by those without it: {indexed / bare:.2f}")


if __name__ == "__main__":
    main()
