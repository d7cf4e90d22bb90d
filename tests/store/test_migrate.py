"""Migrations on databases of their own: applied once, in order, under a lock, and never behind anybody's back."""

import asyncio
from typing import Any

import asyncpg
import pytest

from hub.embedded.pair import PairAddresses
from hub.store.migrate import MigrationError, check, list_migrations, migrate
from tests.store.conftest import with_database

NAMES = [migration.name for migration in list_migrations()]


async def execute(url: str, statement: str) -> None:
    connection: Any = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def test_an_empty_database_lacks_all_files_and_gets_them_in_order(empty_database: str) -> None:
    assert await check(empty_database) == NAMES

    assert await migrate(empty_database) == NAMES

    assert await check(empty_database) == []


async def test_migrating_again_changes_nothing(empty_database: str) -> None:
    await migrate(empty_database)
    assert await migrate(empty_database) == []


async def test_two_at_once_apply_every_file_once(empty_database: str) -> None:
    applied = await asyncio.gather(*(migrate(empty_database) for _ in range(4)))
    assert sorted(applied, key=len) == [[], [], [], NAMES]


async def test_a_phase_applies_its_own_files_only(empty_database: str) -> None:
    before = await migrate(empty_database, "pre")
    after = await migrate(empty_database, "post")

    assert all("_pre_" in name for name in before)
    assert all("_post_" in name for name in after)
    assert sorted(before + after) == NAMES


async def test_a_file_changed_after_it_was_applied_is_refused(empty_database: str) -> None:
    await migrate(empty_database)
    await execute(empty_database, "UPDATE hub_migrations SET sha256 = repeat('0', 64) WHERE number = 1")

    for act in (migrate, check):
        with pytest.raises(MigrationError, match=f"{NAMES[0]} was changed after it had been applied"):
            await act(empty_database)


async def test_a_newer_database_is_refused(empty_database: str) -> None:
    await migrate(empty_database)
    await execute(
        empty_database,
        "INSERT INTO hub_migrations (number, name, sha256) VALUES (9999, '9999_pre_later.sql', '')",
    )

    for act in (migrate, check):
        with pytest.raises(MigrationError, match=r"9999_pre_later\.sql.*Update the hub"):
            await act(empty_database)


async def test_a_file_that_fails_is_undone_as_a_whole(empty_database: str) -> None:
    await execute(
        empty_database, "CREATE TABLE chores (id int)"
    )  # In the way of the first file, when it has made others already.

    with pytest.raises(MigrationError, match=f"{NAMES[0]} failed and was undone"):
        await migrate(empty_database)

    await execute(empty_database, "DROP TABLE chores")
    assert await migrate(empty_database) == NAMES


async def test_a_login_that_may_not_make_tables_is_told_which_one_may(
    empty_database: str, pair: PairAddresses
) -> None:
    lesser = with_database(pair.database_url, empty_database.rpartition("/")[2])
    with pytest.raises(MigrationError, match="HUB_DATABASE_OWNER_URL"):
        await migrate(lesser)
