"""How many deliveries a second the courier makes, and what that costs those who chat, in one run.

    python -m tests.load.courier [MESSAGES]

The same messages are appended three times: with no webhook, with one that takes all, and with one more that never answers. Prints the ratios of
the acknowledgements' times; absolute figures are the machine's, whose cores receiver, courier and senders share.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from hub.actions.ports import Ports
from hub.actions.webhooks import delete_webhook
from hub.app import open_ports
from hub.domain.event import Append
from hub.domain.foreign_address import OwnHost
from hub.embedded.pair import EmbeddedPair
from hub.settings import Settings
from hub.store.migrate import migrate
from tests.doubles.receiver import Reply, receiver
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.load.appends import make_items
from tests.outbound.couriers import Watched, add_webhook, courier

MESSAGES = 5_000
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


async def compare(ports: Ports, tenant: Tenant, count: int) -> None:
    """Runs and prints."""
    plain = await measure(ports, await make_items(ports, tenant, count))
    never = asyncio.Event()
    async with (
        receiver() as told,
        receiver(lambda call: Reply(waits=never)) as silent,
        courier(ports, Watched(), 10.0),
    ):
        await add_webhook(ports, tenant, told, topics=["message_posted"])
        begun = time.perf_counter()
        with_one = await measure(ports, await make_items(ports, tenant, count))
        await told.wait_for(lambda calls: len(calls) >= count, 600)
        lasted = time.perf_counter() - begun
        dead = await add_webhook(ports, tenant, silent, topics=["message_posted"])
        with_dead = await measure(ports, await make_items(ports, tenant, count))
        await told.wait_for(lambda calls: len(calls) >= 2 * count, 600)
        await delete_webhook(ports, tenant.id, dead.target.id)

        # What waits when a receiver comes back: as fast as it goes.
        await delete_webhook(ports, tenant.id, (await ports.outbound.targets.list_targets(tenant.id))[0].id)
        told.calls.clear()
    async with receiver() as told:
        await add_webhook(ports, tenant, told, topics=["message_posted"])
        items = await make_items(ports, tenant, count)
        await asyncio.gather(*map(ports.events.append, items))
        async with courier(ports, Watched(), 10.0):
            began = time.perf_counter()
            await told.wait_for(lambda calls: len(calls) >= count, 600)
            caught_up = time.perf_counter() - began
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
    async with open_ports(settings) as ports:
        await compare(ports, await make_tenant(ports, settings, open_secrets()), count)


def main() -> None:
    """On stores of its own."""
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
