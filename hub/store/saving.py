"""Arrays of patches, saved as a whole or not at all; what the stores of the desk share."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg

from hub.domain.desk import Patch, is_new
from hub.domain.errors import BadRequest, NotFound, StorageUnavailable
from hub.store.pool import RETRY_AFTER_MS, Connection, Database

MAX_CONFLICTS = (
    3  # Two arrays that take the same names in another order may block each other; one of them goes again.
)

T = TypeVar("T")


async def save_patches(
    database: Database,
    tenant_id: int,
    patches: Sequence[Patch],
    insert: str,
    update: str,
    *,
    unique: str | None = None,
    arguments: Sequence[Any] = (),
) -> list[int]:
    """The ids, in the order of the patches. NotFound when one names a row there is not; BadRequest when a value of `unique` is taken.

    `insert` and `update` take the tenant, the patches and the arguments, and return ids: those of new rows in the order given.
    """

    async def save(connection: Connection) -> list[int]:
        return await save_in(
            connection, tenant_id, patches, insert, update, unique=unique, arguments=arguments
        )

    return await in_transaction(database, tenant_id, save, unique)


async def in_transaction(
    database: Database,
    tenant_id: int,
    work: Callable[[Connection], Awaitable[T]],
    unique: str | None = None,
) -> T:
    """What the work comes to, in a transaction of its own that is begun again after a deadlock. Raises as `save_patches` does."""
    for _ in range(MAX_CONFLICTS):
        try:
            async with database.tenants([tenant_id]) as connection:
                return await work(connection)
        except asyncpg.DeadlockDetectedError:
            continue
        except asyncpg.UniqueViolationError as error:
            raise BadRequest(f"This {unique} is taken already.", field=unique) from error
    raise StorageUnavailable(after_ms=RETRY_AFTER_MS)


async def save_in(
    connection: Connection,
    tenant_id: int,
    patches: Sequence[Patch],
    insert: str,
    update: str,
    *,
    unique: str | None = None,
    arguments: Sequence[Any] = (),
) -> list[int]:
    """As `save_patches`, within a transaction under way."""
    fresh = [(place, patch) for place, patch in enumerate(patches) if is_new(patch)]
    # In one order, so that two arrays with the same rows or names wait for each other instead of blocking each other.
    if unique is not None:
        fresh.sort(key=lambda placed: str(placed[1].get(unique)).lower())
    known = sorted((patch for patch in patches if not is_new(patch)), key=lambda patch: int(patch["id"]))
    rows = [patch for _, patch in fresh]
    made = await connection.fetch(insert, tenant_id, rows, *arguments) if rows else []
    changed = await connection.fetch(update, tenant_id, known, *arguments) if known else []
    if len(changed) != len(known):
        raise NotFound
    new_ids = {place: int(row["id"]) for (place, _), row in zip(fresh, made, strict=True)}
    return [new_ids[place] if is_new(patch) else int(patch["id"]) for place, patch in enumerate(patches)]
