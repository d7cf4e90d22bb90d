"""Profiles in Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from hub.domain.profile import Access, Feedback, Flow, Hours, LiveMode, Look, Profile, Rules
from hub.store.look_ups import LookUps
from hub.store.pool import Database

FIND = """
    SELECT p.tenant_id, p.id, p.uuid, p.key, p.name, p.origins, p.config, p.epoch
    FROM unnest($1::int[]) asked(id), LATERAL find_profile(asked.id) p
"""

CREATE = """
    INSERT INTO profiles (tenant_id, key, name, origins, config) VALUES ($1, $2, $3, $4, $5)
    RETURNING tenant_id, id, uuid, key, name, origins, config, (SELECT epoch FROM tenants t WHERE t.id = $1) AS epoch
"""


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
    flow: Flow = Flow()
    kind: int = 0
    mode: LiveMode = "websocket"
    is_open: bool = True


class Profiles:
    """Reads and makes profiles."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look_ups = LookUps(self._read_profiles)

    async def find_profile(self, profile_id: int) -> Profile | None:
        """The profile of whichever tenant; None when absent. Its key is still to be compared."""
        if not 0 < profile_id < 2**31:
            return None
        return await self._look_ups.find(profile_id)

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

    async def _read_profiles(self, ids: list[int]) -> dict[int, Profile]:
        async with self._database.nobody() as connection:
            rows = await connection.fetch(FIND, ids)
        return {row["id"]: _profile_from_row(row) for row in rows}


def _profile_from_row(row: Mapping[str, Any]) -> Profile:
    config = msgspec.convert(row["config"], Config)
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
        flow=config.flow,
        kind=config.kind,
        mode=config.mode,
        is_open=config.is_open,
    )
