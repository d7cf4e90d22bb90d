"""Credentials in Postgres: the one table of ways to be somebody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.actions.ports import Credential, CredentialKind
from hub.store.look_ups import LookUps
from hub.store.pool import Database

FIND = """
    SELECT asked.number, c.tenant_id, c.id, c.hash, c.sealed, c.principal_id, c.profile_id, c.scopes, c.expires_at,
           c.principal_name, c.principal_email, c.principal_kind, c.is_admin, c.role_ids, c.team_ids
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY asked(kind, public_id, number), LATERAL find_credential(asked.kind, asked.public_id) c
"""
FIND_BY_ID = """
    SELECT c.tenant_id, c.id, c.hash, c.sealed, c.principal_id, c.profile_id, c.scopes, c.expires_at, i.name AS principal_name,
           i.email AS principal_email, i.kind AS principal_kind, coalesce(i.is_admin, false) AS is_admin,
           coalesce(i.role_ids, '{}') AS role_ids, coalesce(i.team_ids, '{}') AS team_ids
    FROM credentials c LEFT JOIN identities i ON i.tenant_id = c.tenant_id AND i.id = c.principal_id
    WHERE c.tenant_id = $1 AND c.id = $2 AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > now())
      AND i.disabled_at IS NULL
"""
ADD = """
    INSERT INTO credentials (tenant_id, kind, public_id, hash, sealed, principal_id, profile_id, scopes, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
"""
TOUCH = "UPDATE credentials SET used_at = now() WHERE tenant_id = $1 AND id = $2"
REVOKE = "UPDATE credentials SET revoked_at = now() WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL"


class Credentials:
    """Finds, adds and revokes credentials."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look_ups = LookUps(self._read_credentials)

    async def find_credentials(self, kind: CredentialKind, public_id: str) -> list[Credential]:
        """Those in force, at most five; at most one for kinds other than `password`."""
        return await self._look_ups.find((kind, public_id)) or []

    async def find_credential_by_id(self, tenant_id: int, credential_id: int) -> Credential | None:
        """The one with this id, when it is in force."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(FIND_BY_ID, tenant_id, credential_id)
        return None if row is None else _credential_from_row(row)

    async def add_credential(
        self,
        tenant_id: int,
        kind: CredentialKind,
        public_id: str,
        *,
        hash: str | None = None,
        sealed: bytes | None = None,
        principal_id: int | None = None,
        profile_id: int | None = None,
        scopes: Sequence[str] = (),
        expires_at: datetime | None = None,
    ) -> int:
        """The new credential's id."""
        values: tuple[Any, ...] = (hash, sealed, principal_id, profile_id, list(scopes), expires_at)
        async with self._database.tenants([tenant_id]) as connection:
            return int(await connection.fetchval(ADD, tenant_id, kind, public_id, *values))

    async def touch_credential(self, tenant_id: int, credential_id: int) -> None:
        """Notes that it was used now."""
        async with self._database.tenants([tenant_id]) as connection:
            await connection.execute(TOUCH, tenant_id, credential_id)

    async def revoke_credential(self, tenant_id: int, credential_id: int) -> None:
        """Ends it; done before is done."""
        async with self._database.tenants([tenant_id]) as connection:
            await connection.execute(REVOKE, tenant_id, credential_id)

    async def _read_credentials(
        self, asked: list[tuple[CredentialKind, str]]
    ) -> dict[tuple[CredentialKind, str], list[Credential]]:
        found: dict[tuple[CredentialKind, str], list[Credential]] = {}
        async with self._database.nobody() as connection:
            rows = await connection.fetch(FIND, [kind for kind, _ in asked], [name for _, name in asked])
        for row in rows:
            values = dict(row)
            key = asked[values.pop("number") - 1]
            found.setdefault(key, []).append(_credential_from_row(values))
        return found


def _credential_from_row(row: Mapping[str, Any]) -> Credential:
    lists = ("scopes", "role_ids", "team_ids")
    return Credential(**{**row, **{name: tuple(row[name]) for name in lists}})
