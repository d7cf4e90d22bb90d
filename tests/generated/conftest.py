"""Requests generated from the hub's own description: the option that widens them, and the node they are sent to."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hub.actions.ports import Ports
from hub.app import open_ports
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from tests.doubles.node import RunningNode, running_node
from tests.generated.bench import Bench, opened_bench

# Of a quick run; with half a hundred operations that is ten each.
QUICK_CASES = 500


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option, for `pytest tests/generated`."""
    group = parser.getgroup("generated")
    group.addoption("--generated-cases", type=int, default=QUICK_CASES, help="how many requests, in all")
    group.addoption("--generated-seed", type=int, default=1, help="other requests than the usual ones")


@pytest.fixture(scope="session")
def count(request: pytest.FixtureRequest) -> int:
    """How many requests are generated, in all."""
    return int(request.config.getoption("generated_cases", QUICK_CASES))


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """Which ones."""
    return int(request.config.getoption("generated_seed", 1))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def node(settings: Settings) -> AsyncIterator[RunningNode]:
    """The node."""
    async with running_node(settings) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ports(settings: Settings) -> AsyncIterator[Ports]:
    """The real ports, outside the node."""
    async with open_ports(settings) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bench(
    node: RunningNode, ports: Ports, settings: Settings, pair: PairAddresses
) -> AsyncIterator[Bench]:
    """Where requests are tried."""
    async with opened_bench(node, ports, settings, pair.owner_url) as opened:
        yield opened
