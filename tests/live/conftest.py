"""What the live tests share."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from hub.actions.ports import Ports
from hub.settings import Settings
from tests.doubles.floor import Floor
from tests.doubles.node import RunningNode
from tests.doubles.playbook import Play
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own, made quickly: its agents sign in with the passwords of `open_secrets` only."""
    return await make_tenant(ports, settings, open_secrets())


@pytest.fixture
async def play() -> Play:
    """A live room in memory."""
    return Play()


@pytest.fixture
async def floor(node: RunningNode, ports: Ports, tenant: Tenant) -> AsyncIterator[Floor]:
    """A chat in the queue."""
    async with AsyncExitStack() as stack:
        floor = Floor(node, ports, tenant, stack)
        floor.visitor, floor.chat = await floor.let_in_visitor()
        yield floor
