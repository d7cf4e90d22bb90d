"""A database of the courier's own for every test: couriers take what is due of all tenants, and those of other tests would."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from hub.actions.ports import Ports
from hub.app import open_ports
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from hub.store.migrate import migrate
from hub.store.pool import prepare_connection
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.store.conftest import Connection, Scratch, admin_url, scratch, with_database

__all__ = ["admin_url", "scratch"]


@pytest.fixture(scope="session")
def template(pair: PairAddresses, admin_url: str) -> str:
    """The name of a database that is up to date and has nothing in it."""

    async def make() -> str:
        name = f"template_{uuid4().hex}"
        connection = await asyncpg.connect(admin_url)
        try:
            await connection.execute(f"CREATE DATABASE {name} OWNER {urlsplit(pair.owner_url).username}")
        finally:
            await connection.close()
        await migrate(with_database(pair.owner_url, name))
        return name

    return asyncio.run(make())


@pytest.fixture
async def own_url(scratch: Scratch, pair: PairAddresses, template: str) -> AsyncIterator[str]:
    """The owner's address of this test's own database."""
    async with scratch(pair.owner_url, template) as url:
        yield url


@pytest.fixture
async def own_settings(settings: Settings, pair: PairAddresses, own_url: str) -> Settings:
    """The settings of a hub with nothing in its database."""
    url = with_database(pair.database_url, urlsplit(own_url).path.lstrip("/"))
    return replace(settings, database_url=url)


@pytest.fixture
async def ports(own_settings: Settings) -> AsyncIterator[Ports]:
    """The real ports."""
    async with open_ports(own_settings) as opened:
        yield opened


@pytest.fixture
async def tenant(ports: Ports, own_settings: Settings) -> Tenant:
    """The only tenant there is. Nobody signs in here."""
    return await make_tenant(ports, own_settings, open_secrets())


@pytest.fixture
async def owner(own_url: str) -> AsyncIterator[Connection]:
    """A connection that row security does not bind, for looking behind the hub's back."""
    connection = await asyncpg.connect(own_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()
