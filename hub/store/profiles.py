"""Profiles in Postgres."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec

from hub.actions.ports import DecideProfiles
from hub.domain.errors import BadRequest
from hub.domain.profile import (
    Access,
    Alerts,
    Extras,
    Feedback,
    Flow,
    Hours,
    IdentityRules,
    LiveMode,
    Look,
    Patience,
    Profile,
    Reception,
    Routing,
    Rules,
    Sight,
)
from hub.store.look_ups import LookUps
from hub.store.pool import Connection, Database

FIND = """
    SELECT p.tenant_id, p.id, p.uuid, p.key, p.name, p.origins, p.config, p.epoch
    FROM unnest($1::int[]) asked(id), LATERAL find_profile(asked.id) p
"""
FIND_DELETED = "SELECT tenant_id, id, uuid, key, name, origins, config, epoch, true AS is_deleted FROM find_deleted_profile($1)"

CREATE = """
    INSERT INTO profiles (tenant_id, key, name, origins, config) VALUES ($1, $2, $3, $4, $5)
    RETURNING tenant_id, id, uuid, key, name, origins, config, (SELECT epoch FROM tenants t WHERE t.id = $1) AS epoch
"""

WITHOUT_FLOW = """
    SELECT p.tenant_id, p.id, p.uuid, p.key, p.name, p.origins, p.config, t.epoch, p.deleted_at IS NOT NULL AS is_deleted
    FROM profiles p JOIN tenants t ON t.id = p.tenant_id
"""
WITH_FLOW = """
    SELECT p.tenant_id, p.id, p.uuid, p.key, p.name, p.origins, p.config, p.flow, t.epoch, false AS is_deleted
    FROM profiles p JOIN tenants t ON t.id = p.tenant_id
    WHERE p.tenant_id = $1 AND p.id = ANY ($2) AND p.deleted_at IS NULL
    ORDER BY p.id
"""
LIST = WITHOUT_FLOW + "WHERE p.tenant_id = $1 AND p.deleted_at IS NULL ORDER BY p.id"
CURRENT = (
    WITHOUT_FLOW
    + "JOIN unnest($1::int[], $2::int[]) k(tenant_id, id) ON k.tenant_id = p.tenant_id AND k.id = p.id"
)
LOCK = (
    WITH_FLOW + "FOR UPDATE OF p"
)  # In the order of the ids, so that two who change the same ones do not wait in a ring.

# Until the profile is stored nobody deletes the workday; one that is just being deleted is waited for, and is not found.
HOLD_WORKDAYS = "SELECT id FROM workdays WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR KEY SHARE"

INSERT = """
    INSERT INTO profiles (tenant_id, uuid, key, name, origins, config, flow) VALUES ($1, $2, $3, $4, $5, $6, $7)
    RETURNING id, (SELECT epoch FROM tenants t WHERE t.id = $1) AS epoch
"""
UPDATE = (
    "UPDATE profiles SET name = $3, origins = $4, config = $5, flow = $6 WHERE tenant_id = $1 AND id = $2"
)
DELETE = "UPDATE profiles SET deleted_at = now() WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id"

# xmin names the transaction that wrote the row as it is now: another one with every change, and with nothing else.
VERSIONS = "SELECT tenant_id, id, xmin::text AS version FROM profiles WHERE tenant_id = ANY ($1)"


ENFORCED = """
    SELECT id, config->'rules'->'access' AS access FROM profiles
    WHERE tenant_id = $1 AND (config->'rules'->'access'->>'is_enforced')::boolean
"""


class Config(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What the column `config` holds; absent members have their defaults, so new ones need no migration."""

    look: Look = Look()
    rules: Rules = Rules()
    hours: Hours = Hours()
    feedback: Feedback = Feedback()
    reception: Reception = Reception()
    sight: Sight = Sight()
    patience: Patience = Patience()
    routing: Routing = Routing()
    alerts: Alerts = Alerts()
    identity: IdentityRules = IdentityRules()
    extras: Extras = Extras()
    kind: int = 0
    mode: LiveMode = "websocket"
    is_open: bool = True


class Profiles:
    """Reads and writes profiles."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look_ups = LookUps(self._read_profiles)

    async def find_profile(self, profile_id: int) -> Profile | None:
        """The profile of whichever tenant; None when absent. Its key is still to be compared."""
        if not 0 < profile_id < 2**31:
            return None
        return await self._look_ups.find(profile_id)

    async def find_deleted_profile(self, profile_id: int) -> Profile | None:
        """A deleted one, as long as a chat that began there goes on."""
        if not 0 < profile_id < 2**31:
            return None
        async with self._database.nobody() as connection:
            row = await connection.fetchrow(FIND_DELETED, profile_id)
        return None if row is None else _profile_from_row(row)

    async def find_own_profile(self, tenant_id: int, profile_id: int) -> Profile | None:
        """The tenant's profile with its flow; None when absent or deleted."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(WITH_FLOW, tenant_id, [profile_id])
        return _profile_from_row(rows[0]) if rows else None

    async def list_profiles(self, tenant_id: int) -> list[Profile]:
        """All of the tenant's that are not deleted, by id, without their flows."""
        async with self._database.tenants([tenant_id]) as connection:
            return [_profile_from_row(row) for row in await connection.fetch(LIST, tenant_id)]

    async def list_enforced_access(self, tenant_id: int) -> list[tuple[int, Access]]:
        """The profiles not every agent may see, by id."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(ENFORCED, tenant_id)
        return [(row["id"], msgspec.convert(row["access"], Access)) for row in rows]

    async def create_profile(
        self, tenant_id: int, name: str, key: str, origins: Sequence[str], look: Look
    ) -> Profile:
        """The new profile."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(CREATE, tenant_id, key, name, list(origins), {"look": asdict(look)})
        return _profile_from_row(rows[0])

    async def write_profiles(
        self, tenant_id: int, ids: Sequence[int], decide: DecideProfiles
    ) -> list[Profile]:
        """What `decide` makes of the profiles with these ids, in one transaction; what it raises undoes all.

        BadRequest (field `hours.workday_id`) when a workday that one is to go by from now on is gone.
        """
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(LOCK, tenant_id, list(ids))
            present = {row["id"]: _profile_from_row(row) for row in rows}
            decided = decide(present)
            await _hold_workdays(connection, tenant_id, _new_workdays(decided, present))
            return [await _write(connection, profile) for profile in decided]

    async def delete_profile(self, tenant_id: int, profile_id: int) -> bool:
        """Whether there was one to delete."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(DELETE, tenant_id, profile_id) is not None

    async def list_versions(self, tenant_ids: Iterable[int]) -> dict[tuple[int, int], str]:
        """By tenant and id, a word that changes whenever the profile does. Deleted ones are among them."""
        named = list(tenant_ids)
        async with self._database.tenants(named) as connection:
            rows = await connection.fetch(VERSIONS, named)
        return {(row["tenant_id"], row["id"]): row["version"] for row in rows}

    async def list_current(self, keys: Iterable[tuple[int, int]]) -> list[Profile]:
        """The profiles of these tenants and ids without their flows, deleted ones too."""
        pairs = list(keys)
        tenants = [tenant_id for tenant_id, _ in pairs]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(CURRENT, tenants, [profile_id for _, profile_id in pairs])
        return [_profile_from_row(row) for row in rows]

    async def _read_profiles(self, ids: list[int]) -> dict[int, Profile]:
        async with self._database.nobody() as connection:
            rows = await connection.fetch(FIND, ids)
        return {row["id"]: _profile_from_row(row) for row in rows}


def _new_workdays(decided: Iterable[Profile], present: Mapping[int, Profile]) -> set[int]:
    """The workdays of profiles that did not go by them before."""
    changed = (
        profile
        for profile in decided
        if profile.id not in present or profile.hours.workday_id != present[profile.id].hours.workday_id
    )
    return {profile.hours.workday_id for profile in changed if profile.hours.workday_id is not None}


async def _hold_workdays(connection: Connection, tenant_id: int, ids: set[int]) -> None:
    if not ids:
        return
    held = {row["id"] for row in await connection.fetch(HOLD_WORKDAYS, tenant_id, list(ids))}
    for gone in sorted(ids - held):
        raise BadRequest(f"There is no workday {gone}.", field="hours.workday_id")


async def _write(connection: Connection, profile: Profile) -> Profile:
    values = (
        profile.name,
        list(profile.origins),
        _config_from_profile(profile),
        asdict(profile.flow or Flow()),
    )
    if profile.id:
        await connection.execute(UPDATE, profile.tenant_id, profile.id, *values)
        return profile
    row = await connection.fetchrow(INSERT, profile.tenant_id, profile.uuid, profile.key, *values)
    assert row is not None
    return replace(profile, id=row["id"], epoch=row["epoch"])


def _config_from_profile(profile: Profile) -> Config:
    return Config(
        look=profile.look,
        rules=profile.rules,
        hours=profile.hours,
        feedback=profile.feedback,
        reception=profile.reception,
        sight=profile.sight,
        patience=profile.patience,
        routing=profile.routing,
        alerts=profile.alerts,
        identity=profile.identity,
        extras=profile.extras,
        kind=profile.kind,
        mode=profile.mode,
        is_open=profile.is_open,
    )


def _profile_from_row(row: Mapping[str, Any]) -> Profile:
    config = msgspec.convert(row["config"], Config)
    flow = row.get("flow")
    return Profile(
        tenant_id=row["tenant_id"],
        id=row["id"],
        uuid=row["uuid"],
        key=row["key"],
        name=row["name"],
        origins=tuple(row["origins"]),
        epoch=row["epoch"],
        look=config.look,
        rules=config.rules,
        hours=config.hours,
        feedback=config.feedback,
        reception=config.reception,
        sight=config.sight,
        patience=config.patience,
        routing=config.routing,
        alerts=config.alerts,
        identity=config.identity,
        flow=None if flow is None else msgspec.convert(flow, Flow),
        extras=config.extras,
        kind=config.kind,
        mode=config.mode,
        is_open=config.is_open,
        is_deleted=row.get("is_deleted", False),
    )
