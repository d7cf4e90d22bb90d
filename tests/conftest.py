"""What the tests share: one real Postgres and one real Valkey for the whole run, migrated once; every test has a tenant of its own."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from hub.actions.ports import Ports
from hub.app import open_ports
from hub.domain.foreign_address import OwnHost
from hub.embedded.pair import EmbeddedPair, PairAddresses
from hub.operate.logging import configure_logging
from hub.settings import Settings
from hub.store.migrate import migrate
from tests.doubles.node import RunningNode, running_node
from tests.doubles.tenant import Tenant, make_tenant

# Machines are slow at times; no test is about how fast it is.
hypothesis.settings.register_profile(
    "hub", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("hub")

# A line that may not be logged fails the test that wrote it.
configure_logging("error", strict=True)


@pytest.fixture(scope="session")
def pair_dir() -> Iterator[Path]:
    """The data directory of the test run's stores."""
    # Not below pytest's own directory: as root that is private, and the servers' account could not get in.
    with tempfile.TemporaryDirectory(prefix="hub-tests-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory) / "data"


@pytest.fixture(scope="session")
def pair(pair_dir: Path) -> Iterator[PairAddresses]:
    """The stores of the test run, as their own processes."""
    with EmbeddedPair(pair_dir) as running:
        addresses = running.start()
        asyncio.run(migrate(addresses.owner_url))
        yield addresses


@pytest.fixture(scope="session")
def settings(pair: PairAddresses, pair_dir: Path) -> Settings:
    """Settings of a hub on these stores."""
    return Settings(
        data_dir=pair_dir,
        database_url=pair.database_url,
        redis_url=pair.redis_url,
        secret_keys=pair.secret_keys,
        demo=True,
        outbound_http_hosts=(OwnHost("127.0.0.1", has_any_port=True),),  # Whom webhooks tell in tests.
    )


@pytest.fixture
async def ports(settings: Settings) -> AsyncIterator[Ports]:
    """The real ports, outside any node."""
    async with open_ports(settings) as opened:
        yield opened


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own."""
    return await make_tenant(ports, settings)


@pytest.fixture
async def node(settings: Settings) -> AsyncIterator[RunningNode]:
    """One node of a hub, serving on a loopback port."""
    async with running_node(settings) as running:
        yield running


@pytest.fixture
async def second_node(settings: Settings) -> AsyncIterator[RunningNode]:
    """Another node of the same hub."""
    async with running_node(settings) as running:
        yield running


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests say why they are skipped; where a browser is promised (HUB_REQUIRE_BROWSER) a missing one fails."""
    chromium = Path(os.environ.get("HUB_CHROMIUM", "/usr/bin/chromium"))
    if chromium.exists():
        return
    if os.environ.get("HUB_REQUIRE_BROWSER"):
        raise pytest.UsageError(f"HUB_REQUIRE_BROWSER is set, but there is no browser at {chromium}.")
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.skip(reason=f"no browser at {chromium}"))
