"""The Halo dialect on a real node, which all its tests share; every test has a tenant of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from hub.actions.ports import Ports
from hub.app import open_ports
from hub.settings import Settings
from tests.doubles.halo_client import HaloClient, open_halo_client
from tests.doubles.node import RunningNode, running_node
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant


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


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own, whose agents cannot sign in by password."""
    return await make_tenant(ports, settings, open_secrets())


@pytest_asyncio.fixture(loop_scope="session")
async def halo(node: RunningNode, tenant: Tenant) -> AsyncIterator[HaloClient]:
    """The tenant's application, which acts as Marta."""
    async with open_halo_client(node.base_url, tenant) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(node: RunningNode, ports: Ports, settings: Settings) -> AsyncIterator[HaloClient]:
    """Another tenant's application."""
    other = await make_tenant(ports, settings, open_secrets())
    async with open_halo_client(node.base_url, other) as client:
        yield client
