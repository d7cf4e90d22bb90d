"""The second wall between tenants: row security binds the role the hub works as, and the hub does not start without it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from hub.actions.messages import post_note
from hub.actions.ports import IdClaims, Ports
from hub.app import open_database
from hub.domain.event import Change
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from hub.store.migrate import migrate
from hub.store.pool import APP_ROLE, TENANT_TABLES, Database, RowSecurityOff, find_working_role
from tests.doubles.conversation import begin_active_chat, message_item
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.store.conftest import Connection, Scratch, with_database

WITHOUT_TENANT = {"hub_migrations", "health_probe", "chores"}


@pytest.fixture
async def hub(pair: PairAddresses) -> AsyncIterator[Connection]:
    """A connection as the hub has it."""
    connection = await asyncpg.connect(pair.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def foreign(ports: Ports, settings: Settings) -> Tenant:
    """Another tenant, with rows in every table."""
    tenant = await make_tenant(ports, settings, open_secrets())
    start = await begin_active_chat(ports, tenant)
    item = message_item(start.caller, start.chat.id, "Secret")
    await ports.events.append(replace(item, change=Change(ticket={"summary": "Secret"})))
    await ports.desk.teams.save_teams(tenant.id, [{"name": "Secret"}])
    (article,) = await ports.desk.articles.save_articles(tenant.id, tenant.marta.id, [{"name": "Secret"}])
    await ports.desk.canned_texts.save_canned_texts(
        tenant.id, tenant.marta.id, [{"name": "secret", "text": "Secret"}]
    )
    await post_note(ports, tenant.jonas, start.chat.id, "Secret", "note", mention_ids=[tenant.marta.id])
    await ports.desk.articles.vote(tenant.id, tenant.marta.id, [(article, True)])
    claims = IdClaims("secret", ports.clock.now() + timedelta(hours=1), jti="secret")
    await ports.identities.identify_visitor(tenant.profile, claims, None, None)
    return tenant


@asynccontextmanager
async def serving(connection: Connection, *tenants: int) -> AsyncIterator[None]:
    """A transaction that names these tenants, undone at the end."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("SELECT set_config('hub.tenants', $1, true)", str(set(tenants) or "{}"))
        yield
    finally:
        await transaction.rollback()


async def test_the_hubs_role_is_neither_superuser_nor_owner_of_anything(hub: Connection) -> None:
    role = await hub.fetchrow(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    owned = await hub.fetchval(
        "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
    )

    assert role is not None
    assert tuple(role) == (APP_ROLE, False, False, False)
    assert owned == 0


async def test_every_table_is_behind_the_wall(hub: Connection) -> None:
    tables = await hub.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    assert {row["relname"] for row in tables} == {*TENANT_TABLES, *WITHOUT_TENANT}


async def count_rows(connection: Connection) -> dict[str, int]:
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TENANT_TABLES}


async def test_without_a_named_tenant_there_are_no_rows(
    hub: Connection, owner: Connection, foreign: Tenant
) -> None:
    await owner.execute(
        "WITH t AS (INSERT INTO targets (tenant_id, name, url, topics, state) VALUES ($1, 'x', 'https://x.example/', '{}', 'paused') RETURNING id), "
        "d AS (INSERT INTO deliveries (tenant_id, uuid, target_id, topic, place, body) SELECT $1, gen_random_uuid(), t.id, 'x', 1, '{}' FROM t RETURNING id) "
        "INSERT INTO delivery_attempts (tenant_id, delivery_id, number, took_ms) SELECT $1, d.id, 1, 1 FROM d",
        foreign.id,
    )
    await owner.execute(
        "INSERT INTO attachments (tenant_id, key, uploader_id, name, type, size, created_at, touched_at) "
        "VALUES ($1, 'x', $2, 'x', 'text/plain', 1, now(), now())",
        foreign.id,
        foreign.marta.id,
    )
    await owner.execute(
        "INSERT INTO workdays (tenant_id, name, time_zone, days) VALUES ($1, 'Office', 'UTC', '[]')",
        foreign.id,
    )
    await owner.execute(
        "INSERT INTO holidays (tenant_id, workday_id, name, first_day, last_day)"
        " SELECT tenant_id, id, 'Feast', '2026-12-25', '2026-12-25' FROM workdays"
    )
    await owner.execute("INSERT INTO presence VALUES ($1, $2, 'node', now())", foreign.id, foreign.marta.id)
    assert all((await count_rows(owner)).values())

    assert await count_rows(hub) == dict.fromkeys(TENANT_TABLES, 0)
    async with serving(hub):
        assert await count_rows(hub) == dict.fromkeys(TENANT_TABLES, 0)


async def test_a_tenants_transaction_sees_no_row_of_another(
    hub: Connection, tenant: Tenant, foreign: Tenant
) -> None:
    for table in TENANT_TABLES:
        column = "id" if table == "tenants" else "tenant_id"
        async with serving(hub, tenant.id):
            seen = await hub.fetch(f"SELECT DISTINCT {column} FROM {table}")
        assert {row[column] for row in seen} <= {tenant.id}


async def test_a_transaction_may_serve_several_tenants(
    hub: Connection, tenant: Tenant, foreign: Tenant
) -> None:
    async with serving(hub, tenant.id, foreign.id):
        assert await hub.fetchval("SELECT count(*) FROM tenants") == 2


@pytest.mark.parametrize("table", ["identities", "profiles", "credentials", "chats", "participants"])
async def test_rows_of_another_tenant_cannot_be_changed(
    hub: Connection, tenant: Tenant, foreign: Tenant, table: str
) -> None:
    async with serving(hub, tenant.id):
        done = await hub.execute(
            f"UPDATE {table} SET tenant_id = $1 WHERE tenant_id = $2", tenant.id, foreign.id
        )
    assert done == "UPDATE 0"


@pytest.mark.parametrize(
    "insert",
    [
        "INSERT INTO identities (tenant_id, kind, name) VALUES ($1, 'agent', 'Mallory')",
        "INSERT INTO profiles (tenant_id, key, name) VALUES ($1, 'key', 'Mallory')",
        "INSERT INTO targets (tenant_id, name, url, topics) VALUES ($1, 'x', 'https://x.example/', '{}')",
        "INSERT INTO deliveries (tenant_id, uuid, target_id, topic, place, body) VALUES ($1, gen_random_uuid(), 1, 'x', 1, '{}')",
        "INSERT INTO delivery_attempts (tenant_id, delivery_id, number, took_ms) VALUES ($1, 1, 1, 1)",
        "INSERT INTO tenants (id, name, epoch) VALUES ($1 + 1000000, 'Mallory', 'x')",
        "INSERT INTO credentials (tenant_id, kind, public_id, hash) VALUES ($1, 'api_key', 'x', 'x')",
    ],
)
async def test_rows_cannot_be_made_for_another_tenant(
    hub: Connection, tenant: Tenant, foreign: Tenant, insert: str
) -> None:
    async with serving(hub, tenant.id):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await hub.execute(insert, foreign.id)


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET text = 'changed'", "DELETE FROM events", "DELETE FROM chats"]
)
async def test_what_was_said_can_be_neither_changed_nor_removed(
    hub: Connection, foreign: Tenant, statement: str
) -> None:
    async with serving(hub, foreign.id):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await hub.execute(statement)


async def test_naming_tenants_ends_with_the_transaction(settings: Settings, foreign: Tenant) -> None:
    async with open_database(settings) as database:
        for _ in range(20):
            async with database.tenants([foreign.id]) as connection:
                assert await connection.fetchval("SELECT count(*) FROM tenants") == 1
            async with database.nobody() as connection:
                assert await connection.fetchval("SELECT count(*) FROM tenants") == 0


async def test_a_failed_transaction_leaves_no_tenant_behind(settings: Settings, foreign: Tenant) -> None:
    async with open_database(settings) as database:
        for _ in range(20):
            with pytest.raises(asyncpg.UndefinedTableError):
                async with database.tenants([foreign.id]) as connection:
                    await connection.execute("SELECT FROM nowhere")
            async with database.nobody() as connection:
                assert await connection.fetchval("SELECT count(*) FROM tenants") == 0


# Starting.


async def refusal_to_open(url: str) -> str:
    database = Database(url, None)
    try:
        with pytest.raises(RowSecurityOff) as refused:
            await database.open()
    finally:
        await database.close()
    return str(refused.value)


async def test_the_hub_does_not_start_as_superuser(admin_url: str) -> None:
    sentence = await refusal_to_open(admin_url)
    assert "“hub_admin”" in sentence
    assert "HUB_DATABASE_URL" in sentence


async def test_the_hub_does_not_start_as_owner_of_its_tables(pair: PairAddresses) -> None:
    sentence = await refusal_to_open(pair.owner_url)
    assert re.search(r"“hub_owner”, which owns \w+", sentence)
    assert "HUB_DATABASE_URL" in sentence


async def test_the_hub_does_not_start_when_a_table_has_no_row_security(
    pair: PairAddresses, empty_database: str
) -> None:
    await migrate(empty_database)
    owner: Any = await asyncpg.connect(empty_database)
    await owner.execute("ALTER TABLE participants DISABLE ROW LEVEL SECURITY")
    await owner.close()
    name = empty_database.rpartition("/")[2]

    sentence = await refusal_to_open(with_database(pair.database_url, name))

    assert sentence == "Row security is not switched on for participants. Run “hub migrate”."


async def test_the_hub_does_not_start_on_an_empty_database(pair: PairAddresses, empty_database: str) -> None:
    name = empty_database.rpartition("/")[2]
    assert "hub migrate" in await refusal_to_open(with_database(pair.database_url, name))


@pytest.fixture
async def single_login(admin: Connection, pair: PairAddresses) -> AsyncIterator[str]:
    """The address of a login that owns the database and may also be the hub's role."""
    name = f"single_{uuid4().hex}"
    await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x' IN ROLE {APP_ROLE}")
    yield pair.owner_url.replace(pair.owner_url.split("//")[1].split("@")[0], f"{name}:x")
    await admin.execute(f"DROP ROLE {name}")


async def test_a_single_login_works_as_the_lesser_role(single_login: str, scratch: Scratch) -> None:
    async with scratch(single_login) as url:
        await migrate(url)

        assert await find_working_role(url) == APP_ROLE
        async with open_database(Settings(database_url=url)) as database:
            async with database.nobody() as connection:
                assert await connection.fetchval("SELECT current_user::text") == APP_ROLE
            writer = await database.connect_writer()
            assert await writer.fetchval("SELECT current_user::text") == APP_ROLE
            await writer.close()


async def test_a_login_that_is_the_lesser_role_stays_what_it_is(pair: PairAddresses) -> None:
    assert await find_working_role(pair.database_url) is None
