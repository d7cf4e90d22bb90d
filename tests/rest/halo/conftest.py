"""What the Halo dialect's tests share: one real node for all of them; every test has a tenant of its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from hub.actions.ports import Ports
from hub.app import make_secrets
from hub.auth.visitor_tokens import VisitorTokens
from hub.rest.halo.routes import Halo
from hub.settings import Settings
from tests.doubles.halo_client import HaloProgram, admin_program
from tests.doubles.halo_worlds import World, new_world
from tests.doubles.node import RunningNode, running_node
from tests.doubles.ports import OpenLimits
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this directory run in the loop of the node they share."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def second_node(settings: Settings) -> AsyncIterator[RunningNode]:
    """Another node of the same hub."""
    async with running_node(settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own, made quickly: its agents cannot sign in by password."""
    return await make_tenant(ports, settings, open_secrets())


@pytest_asyncio.fixture(loop_scope="session")
async def admin(node: RunningNode, tenant: Tenant) -> AsyncIterator[HaloProgram]:
    """A program of the tenant's administrator, Marta."""
    async with admin_program(node.base_url, tenant) as program:
        yield program


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(node: RunningNode, ports: Ports, settings: Settings) -> AsyncIterator[HaloProgram]:
    """A program of another tenant's administrator."""
    other = await make_tenant(ports, settings, open_secrets())
    async with admin_program(node.base_url, other) as program:
        yield program


@pytest_asyncio.fixture(loop_scope="session")
async def client(ports: Ports, settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """The dialect on the real stores, without limits: so many calls are nobody's habit."""
    unlimited = replace(ports, limits=OpenLimits())
    halo = Halo(unlimited, make_secrets(settings), VisitorTokens(settings.secret_keys), settings)
    transport = httpx2.ASGITransport(app=Starlette(routes=halo.routes()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub.example") as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def worlds(
    client: httpx2.AsyncClient, ports: Ports, settings: Settings
) -> AsyncIterator[tuple[World, World]]:
    """Our tenant, and another one."""
    async with new_world(client, ports, settings) as own, new_world(client, ports, settings) as foreign:
        yield own, foreign
