"""Numbered SQL files, applied once each, in order, under a lock; the files are in `migrations/`."""

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

import asyncpg

Phase = Literal[
    "pre", "post"
]  # `pre` before the new code runs, `post` when the old code is gone: both versions work in between.

FILE_NAME = re.compile(r"(\d{4})_(pre|post)_([a-z0-9_]+)\.sql")
LOCK_KEY = 0x6875622D6D6967  # One number all hubs agree on ("hub-mig"), so that two never migrate at once.

TABLE = """
    CREATE TABLE IF NOT EXISTS hub_migrations (
        number int PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
"""


class MigrationError(Exception):
    """The database and the files disagree, or a file failed; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    number: int
    phase: Phase
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """What is remembered of the file: an applied file must never change."""
        return sha256(self.sql.encode()).hexdigest()


def list_migrations() -> list[Migration]:
    """All files in order. MigrationError when a name is odd or a number comes twice."""
    found: dict[int, Migration] = {}
    for entry in files("hub.store").joinpath("migrations").iterdir():
        if not entry.name.endswith(".sql"):
            continue
        match = FILE_NAME.fullmatch(entry.name)
        if match is None or int(match[1]) in found:
            raise MigrationError(
                f"The migration file {entry.name} has no proper name or a number that came before."
            )
        phase: Phase = "pre" if match[2] == "pre" else "post"
        found[int(match[1])] = Migration(int(match[1]), phase, entry.name, entry.read_text("utf-8"))
    return [found[number] for number in sorted(found)]


async def migrate(owner_url: str, phase: Phase | None = None) -> list[str]:
    """Applies what is missing, each file in a transaction of its own; the names applied. Safe to run from several hubs at once.

    `phase` applies files of that phase only; the default applies all. Raises MigrationError, or what connecting raises.
    """
    connection: asyncpg.Connection[Any] = await asyncpg.connect(
        owner_url, server_settings={"timezone": "UTC"}
    )
    try:
        # A session lock: it must outlast the transactions of the single files.
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
        try:
            await connection.execute(TABLE)
        except asyncpg.InsufficientPrivilegeError as error:
            raise MigrationError(
                "This database login may not create tables. Give HUB_DATABASE_OWNER_URL the login of the database's owner."
            ) from error
        applied = []
        for migration in await _list_pending(connection):
            if phase is None or migration.phase == phase:
                await _apply(connection, migration)
                applied.append(migration.name)
        return applied
    finally:
        await connection.close()


async def check(url: str) -> list[str]:
    """The names of files not yet applied. MigrationError when an applied file was changed or the database is newer."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('public.hub_migrations')") is None:
            return [migration.name for migration in list_migrations()]
        return [migration.name for migration in await _list_pending(connection)]
    finally:
        await connection.close()


async def _list_pending(connection: "asyncpg.Connection[Any]") -> list[Migration]:
    applied = {
        row["number"]: row
        for row in await connection.fetch("SELECT number, name, sha256 FROM hub_migrations")
    }
    known = {migration.number: migration for migration in list_migrations()}
    for number, row in applied.items():
        if number not in known:
            raise MigrationError(
                f"The database has migration {row['name']}, which this hub does not know: it is newer. Update the hub."
            )
        if row["sha256"] != known[number].sha256:
            raise MigrationError(
                f"The file {row['name']} was changed after it had been applied. Restore it and add a new file instead."
            )
    return [migration for number, migration in known.items() if number not in applied]


async def _apply(connection: "asyncpg.Connection[Any]", migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await connection.execute(
                "INSERT INTO hub_migrations (number, name, sha256) VALUES ($1, $2, $3)",
                migration.number,
                migration.name,
                migration.sha256,
            )
    except asyncpg.PostgresError as error:
        raise MigrationError(f"The migration {migration.name} failed and was undone: {error}") from error
