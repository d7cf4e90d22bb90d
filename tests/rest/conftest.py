"""One real node and its ports for all tests of the dialects; they run in its loop, and every test has a tenant of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from hub.actions.ports import Ports
from hub.app import open_ports
from hub.settings import Settings
from tests.doubles.node import RunningNode, running_node


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
