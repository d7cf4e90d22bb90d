"""Targets in Postgres: where deliveries go."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hub.actions.courier_ports import SealedSecret
from hub.domain.delivery import PauseReason, Target, TargetHealth
from hub.domain.desk import Patch, is_new
from hub.store.pool import Connection, Database
from hub.store.saving import in_transaction, save_in

LIST = """
    SELECT t.id, t.uuid, t.name, t.url, t.form, t.topics, t.profile_ids, t.state, t.paused_at, t.pause_reason, t.failures, t.failing_since,
           t.created_at, t.changed_at, w.waiting, w.oldest_at
    FROM targets t,
         LATERAL (SELECT count(*) AS waiting, min(d.due_since) AS oldest_at FROM deliveries d
                  WHERE d.tenant_id = t.tenant_id AND d.target_id = t.id AND d.state = 'due') w
    WHERE t.tenant_id = $1 AND t.deleted_at IS NULL AND ($2::int[] IS NULL OR t.id = ANY ($2)) ORDER BY t.id
"""
ADD = """
    INSERT INTO targets (tenant_id, name, url, form, topics, profile_ids)
    SELECT $1, r.name, r.url, coalesce(r.form, 'hub'), r.topics, r.profile_ids
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::targets, p.patch) r
    ORDER BY p.n RETURNING id
"""
CHANGE = """
    UPDATE targets t SET (name, url, form, topics, profile_ids, changed_at) =
        (SELECT r.name, r.url, r.form, r.topics, r.profile_ids, now() FROM jsonb_populate_record(t, p.patch) r)
    FROM jsonb_array_elements($2) p(patch)
    WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int AND t.deleted_at IS NULL RETURNING t.id
"""
ADD_SIGNING_KEY = "INSERT INTO credentials (tenant_id, kind, public_id, sealed, target_id) VALUES ($1, 'webhook_secret', $2, $3, $4)"
DELETE = "UPDATE targets SET deleted_at = now() WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id"
REVOKE_SECRETS = (
    "UPDATE credentials SET revoked_at = now() WHERE tenant_id = $1 AND target_id = $2 AND revoked_at IS NULL"
)
GIVE_UP = "UPDATE deliveries SET state = 'dead', finished_at = now() WHERE tenant_id = $1 AND target_id = $2 AND state = 'due'"
PAUSE = """
    UPDATE targets SET state = 'paused', paused_at = coalesce(paused_at, now()), pause_reason = coalesce(pause_reason, $3)
    WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id
"""
RESUME = """
    UPDATE targets SET state = 'on', paused_at = NULL, pause_reason = NULL, failures = 0, failing_since = NULL, retry_at = NULL
    WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id
"""
BEGIN_ANEW = """
    UPDATE deliveries SET due_at = now(), due_since = now(), tries = 0
    WHERE tenant_id = $1 AND target_id = $2 AND state = 'due' AND coalesce(leased_until < now(), true)
"""
LOCK = "SELECT id FROM targets WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR NO KEY UPDATE"
# Only the newest goes on for a while: with every change at most two are in force.
EXPIRE_SECRETS = """
    UPDATE credentials c
    SET expires_at = CASE WHEN c.id = (SELECT max(n.id) FROM credentials n WHERE n.tenant_id = $1 AND n.target_id = $2) THEN now() + $3::interval ELSE now() END
    WHERE c.tenant_id = $1 AND c.target_id = $2 AND coalesce(c.expires_at > now(), true)
"""
MEASURE = "SELECT * FROM measure_targets()"


class Targets:
    """Reads and saves targets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_targets(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[Target]:
        """Those that are not deleted, by id."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(LIST, tenant_id, ids)
        return [_target_from_row(dict(row)) for row in rows]

    async def save_targets(
        self, tenant_id: int, patches: Sequence[Patch], secrets: Sequence[SealedSecret]
    ) -> list[int]:
        """Their ids, in the order given; each new one gets one of the secrets. NotFound for a missing id."""

        async def save(connection: Connection) -> list[int]:
            ids = await save_in(connection, tenant_id, patches, ADD, CHANGE)
            made = [one for one, patch in zip(ids, patches, strict=True) if is_new(patch)]
            for target_id, secret in zip(made, secrets, strict=True):
                await connection.execute(ADD_SIGNING_KEY, tenant_id, secret.name, secret.sealed, target_id)
            return ids

        return await in_transaction(self._database, tenant_id, save)

    async def delete_target(self, tenant_id: int, target_id: int) -> bool:
        """Whether there was one. What waits for it is given up."""
        async with self._database.tenants([tenant_id]) as connection:
            if await connection.fetchval(DELETE, tenant_id, target_id) is None:
                return False
            await connection.execute(GIVE_UP, tenant_id, target_id)
            await connection.execute(REVOKE_SECRETS, tenant_id, target_id)
        return True

    async def pause_target(self, tenant_id: int, target_id: int, reason: PauseReason) -> bool:
        """Whether there is one. What paused it first stays the reason."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(PAUSE, tenant_id, target_id, reason) is not None

    async def resume_target(self, tenant_id: int, target_id: int) -> bool:
        """Whether there is one. What has waited is due now, and has a new day."""
        async with self._database.tenants([tenant_id]) as connection:
            if await connection.fetchval(RESUME, tenant_id, target_id) is None:
                return False
            await connection.execute(BEGIN_ANEW, tenant_id, target_id)
        return True

    async def replace_secret(
        self, tenant_id: int, target_id: int, secret: SealedSecret, keeps_old_for: timedelta
    ) -> bool:
        """Whether there is such a target. The secret before this one signs too until its time is over."""
        async with self._database.tenants([tenant_id]) as connection:
            if await connection.fetchval(LOCK, tenant_id, target_id) is None:
                return False
            await connection.execute(EXPIRE_SECRETS, tenant_id, target_id, keeps_old_for)
            await connection.execute(ADD_SIGNING_KEY, tenant_id, secret.name, secret.sealed, target_id)
        return True

    async def measure_targets(self) -> list[TargetHealth]:
        """How it stands with the targets of all tenants."""
        async with self._database.nobody() as connection:
            return [TargetHealth(**row) for row in await connection.fetch(MEASURE)]


def _target_from_row(row: dict[str, Any]) -> Target:
    profile_ids = row["profile_ids"]
    return Target(
        **{
            **row,
            "topics": tuple(row["topics"]),
            "profile_ids": None if profile_ids is None else tuple(profile_ids),
        }
    )
