"""How many deliveries a second the courier makes, and what that costs those who chat, in one run.

    python -m tests.load.courier [MESSAGES]

The same messages are appended three times: with no webhook, with one that takes all, and with one more that never answers. Prints the ratios of
the acknowledgements' times; absolute figures are the machine's. The courier works in the loop of those who send, as in a hub with one worker; the
receivers are a process of their own.
"""

import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from hub.actions.desk_ports import Window
from hub.actions.ports import Ports
from hub.actions.webhooks import delete_webhook, list_deliveries, pause_webhook, resume_webhook, save_webhooks
from hub.app import open_database, open_ports
from hub.domain.event import Append
from hub.domain.foreign_address import OwnHost
from hub.embedded.pair import EmbeddedPair
from hub.settings import Settings
from hub.store.migrate import migrate
from hub.store.statistics import FIRST_AFTER_EVENTS, REFRESH
from tests.doubles.receiver import Reply, receiver
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.load.appends import make_items
from tests.outbound.couriers import Watched, courier

LISTEN = "listen"
MESSAGES = 5_000
WARM_UP = FIRST_AFTER_EVENTS
CALL_WITHIN_S = 10.0
AT_ONCE = 100
PER_SECOND = 300  # A busy hour of a large customer.


async def measure(ports: Ports, items: list[Append]) -> list[float]:
    """How long each acknowledgement took, in ms, at a steady rate."""
    took: list[float] = []

    async def send(item: Append) -> None:
        began = time.perf_counter()
        await ports.events.append(item)
        took.append((time.perf_counter() - began) * 1000)

    async with asyncio.TaskGroup() as group:
        begun = time.perf_counter()
        for number, item in enumerate(items):
            await asyncio.sleep(begun + number / PER_SECOND - time.perf_counter())
            group.create_task(send(item))
    return sorted(took)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, str]]:
    """A process with two receivers; the addresses of one who takes all, and of one who never answers."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.courier", LISTEN, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    taking, silent = (await child.stdout.readline()).decode().split()
    try:
        yield taking, silent
    finally:
        child.terminate()
        await child.wait()


async def listen() -> None:
    """What that process does, until it is ended."""
    never = asyncio.Event()
    async with receiver() as taking, receiver(lambda call: Reply(waits=never)) as silent:
        print(taking.url(), silent.url(), flush=True)
        await never.wait()


async def add_webhook(ports: Ports, tenant: Tenant, url: str) -> int:
    """A webhook that is told of messages; its id."""
    patch = {"name": "Shop", "url": url, "topics": ["message_posted"]}
    [saved] = await save_webhooks(ports, open_secrets(), tenant.id, [patch])
    return saved.target.id


async def wait_until_told(ports: Ports, tenant: Tenant, target_id: int, count: int) -> None:
    """Until so many have arrived."""
    while (await list_deliveries(ports, tenant.id, target_id, "done", Window(1)))[1] < count:
        await asyncio.sleep(0.1)


async def compare(ports: Ports, tenant: Tenant, count: int, taking: str, silent: str) -> None:
    """Runs and prints."""
    plain = await measure(ports, await make_items(ports, tenant, count))
    target_id = await add_webhook(ports, tenant, taking)
    items = await make_items(ports, tenant, count)
    begun = time.perf_counter()
    with_one = await measure(ports, items)
    await wait_until_told(ports, tenant, target_id, count)
    lasted = time.perf_counter() - begun
    dead_id = await add_webhook(ports, tenant, silent)
    with_dead = await measure(ports, await make_items(ports, tenant, count))
    await wait_until_told(ports, tenant, target_id, 2 * count)
    await delete_webhook(ports, tenant.id, dead_id)

    # What waits when a receiver comes back: as fast as it goes.
    await pause_webhook(ports, tenant.id, target_id)
    items = await make_items(ports, tenant, count)
    for start in range(0, count, AT_ONCE):
        await asyncio.gather(*map(ports.events.append, items[start : start + AT_ONCE]))
    begun = time.perf_counter()
    await resume_webhook(ports, tenant.id, target_id)
    await wait_until_told(ports, tenant, target_id, 3 * count)
    caught_up = time.perf_counter() - begun
    for name, took in (("one webhook", with_one), ("and one that is dead", with_dead)):
        p50, p99 = (
            statistics.quantiles(took, n=100)[at] / statistics.quantiles(plain, n=100)[at] for at in (49, 98)
        )
        print(
            f"acknowledgements with {name}: {p50:.2f} times as long at the median, {p99:.2f} at the 99th percentile"
        )
    print(
        f"delivered while people chat: {count / lasted:.0f} a second of {PER_SECOND}; catching up: {count / caught_up:.0f} a second"
    )


async def run(settings: Settings, count: int) -> None:
    """On these stores."""
    async with (
        listening() as (taking, silent),
        open_ports(settings) as ports,
        courier(ports, Watched(), CALL_WITHIN_S),
    ):
        tenant = await make_tenant(ports, settings, open_secrets())
        await measure(ports, await make_items(ports, tenant, WARM_UP))
        async with open_database(settings) as database, database.nobody() as connection:
            await connection.execute(REFRESH)  # As a hub does when its tables have grown from nothing.
        await compare(ports, tenant, count, taking, silent)


def main() -> None:
    """On stores of its own."""
    if sys.argv[1:] == [LISTEN]:
        asyncio.run(listen())
        return
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with tempfile.TemporaryDirectory(prefix="hub-load-") as directory:
        Path(directory).chmod(0o755)
        with EmbeddedPair(Path(directory) / "data") as pair:
            addresses = pair.start()
            asyncio.run(migrate(addresses.owner_url))
            settings = Settings(
                data_dir=Path(directory) / "data",
                database_url=addresses.database_url,
                redis_url=addresses.redis_url,
                secret_keys=addresses.secret_keys,
                outbound_http_hosts=(OwnHost("127.0.0.1", has_any_port=True),),
            )
            asyncio.run(run(settings, count))


if __name__ == "__main__":
    main()
