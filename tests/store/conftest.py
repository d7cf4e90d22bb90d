"""What the store's tests need beyond the shared stores: the owner's and the superuser's view, databases to spoil."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from hub.actions.ports import Ports
from hub.embedded.cluster import DATABASE, SUPERUSER
from hub.embedded.directory import DataDirectory
from hub.embedded.pair import PairAddresses
from hub.embedded.run_record import find_run_record
from hub.embedded.secret_file import get_secrets
from hub.settings import Settings
from hub.store.pool import prepare_connection
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant

Connection: TypeAlias = "asyncpg.Connection[Any]"


class Scratch(Protocol):
    """Makes an empty database, or one like the template, that is dropped with the context; its owner's address."""

    def __call__(self, owner_url: str, template: str | None = None) -> AbstractAsyncContextManager[str]: ...


def with_database(url: str, database: str) -> str:
    """The same login in another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def admin_url(pair: PairAddresses, pair_dir: Path) -> str:
    """The superuser's address in the shared database; it comes in by the unix socket only."""
    data = DataDirectory(pair_dir)
    record = find_run_record(data.run_record)
    assert record is not None, pair
    password = get_secrets(data.secrets).hub_admin_password
    place = f"host={quote(record.socket_directory)}&port={record.postgres_port}"
    return f"postgresql://{SUPERUSER}:{password}@/{DATABASE}?{place}"


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own. Nobody signs in here."""
    return await make_tenant(ports, settings, open_secrets())


@pytest.fixture
async def owner(pair: PairAddresses) -> AsyncIterator[Connection]:
    """A connection that row security does not bind, for looking behind the hub's back."""
    connection = await asyncpg.connect(pair.owner_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()


@pytest.fixture
async def admin(admin_url: str) -> AsyncIterator[Connection]:
    """The superuser's connection."""
    connection = await asyncpg.connect(admin_url)
    yield connection
    await connection.close()


@pytest.fixture
def scratch(admin_url: str) -> Scratch:
    """Empty databases, each for one test."""

    @asynccontextmanager
    async def make(owner_url: str, template: str | None = None) -> AsyncIterator[str]:
        name = f"scratch_{uuid4().hex}"
        connection = await asyncpg.connect(admin_url)
        try:
            like = f" TEMPLATE {template}" if template else ""
            await connection.execute(f"CREATE DATABASE {name} OWNER {urlsplit(owner_url).username}{like}")
            try:
                yield with_database(owner_url, name)
            finally:
                await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        finally:
            await connection.close()

    return make


@pytest.fixture
async def empty_database(scratch: Scratch, pair: PairAddresses) -> AsyncIterator[str]:
    """The owner's address of a database with nothing in it."""
    async with scratch(pair.owner_url) as url:
        yield url
