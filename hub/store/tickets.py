"""Tickets in Postgres."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from hub.actions.desk_ports import Window
from hub.domain.desk import Patch
from hub.domain.ticket import Ticket, TicketFilter
from hub.store.pool import Database
from hub.store.saving import save_patches

WANTED = """
    FROM tickets t JOIN statuses s ON s.tenant_id = t.tenant_id AND s.id = t.status_id
    WHERE t.tenant_id = $1 AND t.deleted_at IS NULL
      AND ($2::int[] IS NULL OR t.id = ANY ($2))
      AND ($3::int IS NULL OR t.status_id = $3)
      AND ($4::int IS NULL OR t.type_id = $4)
      AND ($5::int IS NULL OR t.user_id = $5)
      AND ($6::int IS NULL OR t.agent_id = $6)
      AND ($7::int IS NULL OR t.team_id = $7)
      AND ($8::int IS NULL OR t.chat_id = $8
           OR EXISTS (SELECT FROM chats k WHERE k.tenant_id = t.tenant_id AND k.id = $8 AND k.ticket_id = t.id))
      AND ($9::boolean IS NULL OR s.is_closed = $9)
      AND ($10::text IS NULL OR t.id::text = $10 OR strpos(lower(t.summary || E'\\n' || t.details), lower($10)) > 0)
"""
COUNT = "SELECT count(*)" + WANTED
HEAD = """
    SELECT p.*, y.name AS type_name, u.name AS user_name, u.email AS user_email, a.name AS agent_name, g.name AS team_name,
           coalesce(p.logged_by, c.newest) AS chat_id, c.all_count AS chat_count, c.open_count AS open_chat_count
    FROM (SELECT t.tenant_id, t.id, t.summary, t.details, t.status_id, s.name AS status_name, s.is_closed, t.type_id, t.user_id, t.agent_id,
                 t.team_id, t.clientsite_id, coalesce(t.occurred_at, t.created_at) AS occurred_at, t.changed_at,
                 CASE WHEN s.is_closed THEN t.closed_at END AS closed_at, t.chat_id AS logged_by, t.foreign_id, t.foreign_url
"""
TAIL = """
    ) p
    LEFT JOIN ticket_types y ON y.tenant_id = p.tenant_id AND y.id = p.type_id
    LEFT JOIN identities u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
    LEFT JOIN identities a ON a.tenant_id = p.tenant_id AND a.id = p.agent_id
    LEFT JOIN teams g ON g.tenant_id = p.tenant_id AND g.id = p.team_id
    CROSS JOIN LATERAL (
        SELECT max(k.id) AS newest, count(*)::int AS all_count, (count(*) FILTER (WHERE k.state <> 'ended'))::int AS open_count
        FROM chats k WHERE k.tenant_id = p.tenant_id AND k.ticket_id = p.id) c
    ORDER BY {order} LIMIT $11 OFFSET $12
"""
PAGE = HEAD + WANTED + TAIL
ORDERS = {
    "id": "p.id",
    "summary": "lower(p.summary)",
    "status": "p.status_id",
    "user": "lower(u.name)",
    "agent": "lower(a.name)",
    "occurred_at": "p.occurred_at",
    "changed_at": "p.changed_at",
}
PAGES = {
    (order, descends): PAGE.format(
        order=f"{text} {'DESC' if descends else 'ASC'} NULLS LAST, p.id {'DESC' if descends else 'ASC'}"
    )
    for order, text in ORDERS.items()
    for descends in (False, True)
}

ADD = """
    INSERT INTO tickets (tenant_id, summary, details, status_id, type_id, user_id, agent_id, team_id, clientsite_id, occurred_at, closed_at)
    SELECT $1, r.summary, coalesce(r.details, ''), coalesce(r.status_id, 1), r.type_id, r.user_id, r.agent_id, r.team_id,
           r.clientsite_id, r.occurred_at, CASE WHEN s.is_closed THEN now() END
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::tickets, p.patch) r, statuses s
    WHERE s.tenant_id = $1 AND s.id = coalesce(r.status_id, 1)
    ORDER BY p.n RETURNING id
"""
CHANGE = """
    UPDATE tickets t SET (summary, details, status_id, type_id, user_id, agent_id, team_id, clientsite_id, occurred_at, changed_at, closed_at) =
        (SELECT r.summary, r.details, r.status_id, r.type_id, r.user_id, r.agent_id, r.team_id, r.clientsite_id, r.occurred_at, now(),
                CASE WHEN s.is_closed THEN coalesce(t.closed_at, now()) END
         FROM jsonb_populate_record(t, p.patch) r JOIN statuses s ON s.tenant_id = t.tenant_id AND s.id = r.status_id)
    FROM jsonb_array_elements($2) p(patch)
    WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int AND t.deleted_at IS NULL RETURNING t.id
"""
DELETE = "UPDATE tickets SET deleted_at = now() WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id"


class Tickets:
    """Reads and saves tickets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_tickets(
        self, tenant_id: int, wanted: TicketFilter, window: Window
    ) -> tuple[list[Ticket], int]:
        """One part of those wanted, newest first unless the window says otherwise, and how many there are in all."""
        page = PAGES[window.order or "id", window.descends if window.order else True]
        arguments = (
            tenant_id,
            wanted.ids,
            wanted.status_id,
            wanted.type_id,
            wanted.user_id,
            wanted.agent_id,
            wanted.team_id,
            wanted.chat_id,
            wanted.is_closed,
            wanted.text,
        )
        async with self._database.tenants([tenant_id]) as connection:
            total = await connection.fetchval(COUNT, *arguments)
            rows = await connection.fetch(page, *arguments, window.limit, window.offset)
        return [_ticket_from_row(row) for row in rows], total

    async def save_tickets(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given. NotFound for a missing id."""
        return await save_patches(self._database, tenant_id, patches, ADD, CHANGE)

    async def delete_ticket(self, tenant_id: int, ticket_id: int) -> bool:
        """Whether there was one."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(DELETE, tenant_id, ticket_id) is not None


def _ticket_from_row(row: asyncpg.Record) -> Ticket:
    values: dict[str, Any] = dict(row)
    del values["tenant_id"], values["logged_by"]
    return Ticket(**values)
