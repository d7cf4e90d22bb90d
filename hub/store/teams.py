"""Teams, statuses and ticket types in Postgres."""

from collections.abc import Sequence

from hub.domain.desk import Patch, Status, Team, TicketType
from hub.store.pool import Database
from hub.store.saving import save_patches

TEAMS = """
    SELECT t.id, t.name, t.sequence, t.takes_chats, t.is_disabled,
           ARRAY(SELECT i.id FROM identities i
                 WHERE i.tenant_id = t.tenant_id AND i.kind = 'agent' AND i.disabled_at IS NULL AND t.id = ANY (i.team_ids)
                 ORDER BY i.id) AS agent_ids
    FROM teams t WHERE t.tenant_id = $1 AND ($2::int[] IS NULL OR t.id = ANY ($2)) ORDER BY t.sequence, lower(t.name), t.id
"""
ADD_TEAMS = """
    INSERT INTO teams (tenant_id, name, sequence, takes_chats, is_disabled)
    SELECT $1, r.name, coalesce(r.sequence, 0), coalesce(r.takes_chats, true), coalesce(r.is_disabled, false)
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::teams, p.patch) r
    ORDER BY p.n RETURNING id
"""
CHANGE_TEAMS = """
    UPDATE teams t SET (name, sequence, takes_chats, is_disabled) =
        (SELECT r.name, r.sequence, r.takes_chats, r.is_disabled FROM jsonb_populate_record(t, p.patch) r)
    FROM jsonb_array_elements($2) p(patch) WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int RETURNING t.id
"""

STATUSES = """
    SELECT id, name, short_name, colour, sequence, is_closed FROM statuses
    WHERE tenant_id = $1 AND ($2::int[] IS NULL OR id = ANY ($2)) ORDER BY sequence, id
"""
ADD_STATUSES = """
    INSERT INTO statuses (tenant_id, name, short_name, colour, sequence, is_closed)
    SELECT $1, r.name, r.short_name, r.colour, coalesce(r.sequence, 0), coalesce(r.is_closed, false)
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::statuses, p.patch) r
    ORDER BY p.n RETURNING id
"""
CHANGE_STATUSES = """
    UPDATE statuses t SET (name, short_name, colour, sequence, is_closed) =
        (SELECT r.name, r.short_name, r.colour, r.sequence, r.is_closed FROM jsonb_populate_record(t, p.patch) r)
    FROM jsonb_array_elements($2) p(patch) WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int RETURNING t.id
"""

TYPES = """
    SELECT id, name, sequence, is_disabled FROM ticket_types
    WHERE tenant_id = $1 AND ($2::int[] IS NULL OR id = ANY ($2)) AND deleted_at IS NULL ORDER BY sequence, id
"""
ADD_TYPES = """
    INSERT INTO ticket_types (tenant_id, name, sequence, is_disabled)
    SELECT $1, r.name, coalesce(r.sequence, 0), coalesce(r.is_disabled, false)
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::ticket_types, p.patch) r
    ORDER BY p.n RETURNING id
"""
CHANGE_TYPES = """
    UPDATE ticket_types t SET (name, sequence, is_disabled) =
        (SELECT r.name, r.sequence, r.is_disabled FROM jsonb_populate_record(t, p.patch) r)
    FROM jsonb_array_elements($2) p(patch)
    WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int AND t.deleted_at IS NULL RETURNING t.id
"""
DELETE_TYPE = "UPDATE ticket_types SET deleted_at = now() WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id"


class Teams:
    """Reads and saves what tickets and agents are sorted by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_teams(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[Team]:
        """All teams, or those of the ids."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(TEAMS, tenant_id, ids)
        return [Team(**{**row, "agent_ids": tuple(row["agent_ids"])}) for row in rows]

    async def save_teams(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given."""
        return await save_patches(self._database, tenant_id, patches, ADD_TEAMS, CHANGE_TEAMS, unique="name")

    async def list_statuses(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[Status]:
        """All statuses, or those of the ids."""
        async with self._database.tenants([tenant_id]) as connection:
            return [Status(**row) for row in await connection.fetch(STATUSES, tenant_id, ids)]

    async def save_statuses(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given."""
        return await save_patches(
            self._database, tenant_id, patches, ADD_STATUSES, CHANGE_STATUSES, unique="name"
        )

    async def list_types(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[TicketType]:
        """All ticket types, or those of the ids."""
        async with self._database.tenants([tenant_id]) as connection:
            return [TicketType(**row) for row in await connection.fetch(TYPES, tenant_id, ids)]

    async def save_types(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given."""
        return await save_patches(self._database, tenant_id, patches, ADD_TYPES, CHANGE_TYPES, unique="name")

    async def delete_type(self, tenant_id: int, type_id: int) -> bool:
        """Whether there was one. Tickets of the type keep it."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(DELETE_TYPE, tenant_id, type_id) is not None
