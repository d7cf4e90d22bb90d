"""Chats among agents in Postgres: starting them, and their rows in the inbox. Its counterpart in SQL is `start_colleagues`."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import asyncpg

from hub.actions.colleague_ports import ChatAmongAgents
from hub.domain.chat import Named
from hub.domain.colleagues import ColleagueRow
from hub.store.pool import Database

START = "SELECT chat_id, created, reused FROM start_colleagues($1, $2, $3, $4, $5, $6, $7)"

AGENTS = """
    SELECT id, name FROM identities WHERE tenant_id = $1 AND id = ANY ($2) AND kind = 'agent' AND disabled_at IS NULL
"""

ROWS = """
    SELECT c.tenant_id, c.id, c.uuid, c.state, c.name, c.pair IS NOT NULL AS is_pair, c.starter_id, c.last_text, c.last_actor_id AS last_id,
           c.last_at, c.head, c.started_at, c.ended_at,
           ARRAY(SELECT ROW(m.identity_id, m.name, m.left_at IS NOT NULL, c.agent_count - m.read_count - m.sent_count) FROM participants m
                 WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id ORDER BY m.joined_at, m.identity_id) AS members
    FROM chats c
"""
OF_CHATS = ROWS + "WHERE c.tenant_id = $1 AND c.id = ANY ($2) AND c.kind = 'agents'"
# Of each agent, open ones first, then those in which something has happened last.
OF_AGENTS = (
    ROWS
    + """
    WHERE c.tenant_id = $1 AND c.id IN (
        SELECT n.id FROM unnest($2::int[]) a(id),
             LATERAL (SELECT k.id FROM participants m JOIN chats k ON k.tenant_id = m.tenant_id AND k.id = m.chat_id
                      WHERE m.tenant_id = $1 AND m.identity_id = a.id AND m.sent_count IS NOT NULL AND m.left_at IS NULL
                      ORDER BY k.state = 'ended', k.touched_at DESC LIMIT $3) n)
"""
)
CHANGED = (
    ROWS
    + """
    WHERE c.tenant_id = $1 AND c.kind = 'agents' AND c.changed_xid >= $2::text::xid8 ORDER BY c.changed_xid LIMIT $3
"""
)

MAX_ROWS = 200  # Of one agent; older ones are found by searching.
MAX_CHANGED_ROWS = 500


class Colleagues:
    """Starts chats among agents, and reads their rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_names(self, tenant_id: int, agent_ids: Sequence[int]) -> dict[int, str]:
        """The names of those who are agents of the tenant and in force."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(AGENTS, tenant_id, list(agent_ids))
        return {row["id"]: row["name"] for row in rows}

    async def start(
        self, tenant_id: int, starter_id: int, people: Sequence[Named], name: str | None, cid: str
    ) -> ChatAmongAgents:
        """The chat of these people: of two the one that is open, of more a new one for each cid of the starter."""
        ids = [person.id for person in people]
        asked = sha256(f"{sorted(ids)}\0{name or ''}".encode()).digest()
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(
                START, tenant_id, starter_id, ids, [person.name for person in people], name, cid, asked
            )
        assert row is not None, "The function answers with one row."
        return ChatAmongAgents(**row)

    async def list_of_agents(self, tenant_id: int, agent_ids: Sequence[int]) -> list[ColleagueRow]:
        """The chats in which any of the agents takes part: the open ones and the newest of those that have ended."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(OF_AGENTS, tenant_id, list(agent_ids), MAX_ROWS)
        return [row_from_record(row) for row in rows]

    async def list_changed(self, tenant_id: int, cursor: str) -> list[ColleagueRow] | None:
        """The rows changed since a cursor of the inbox, whoever takes part; None when they are too many to tell one by one."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(CHANGED, tenant_id, cursor, MAX_CHANGED_ROWS + 1)
        return None if len(rows) > MAX_CHANGED_ROWS else [row_from_record(row) for row in rows]

    async def list_rows(self, tenant_id: int, chat_ids: Sequence[int]) -> list[ColleagueRow]:
        """The rows of those of the chats that are among agents, whoever takes part."""
        async with self._database.tenants([tenant_id]) as connection:
            return [
                row_from_record(row) for row in await connection.fetch(OF_CHATS, tenant_id, list(chat_ids))
            ]


def row_from_record(row: asyncpg.Record) -> ColleagueRow:
    """One of `ROWS`."""
    values: dict[str, Any] = dict(row)
    members = [tuple(member) for member in values.pop("members")]
    names = {agent_id: name for agent_id, name, _, _ in members}
    return ColleagueRow(
        **values,
        last_name=names.get(values["last_id"]),
        people=tuple(Named(agent_id, name) for agent_id, name, left, _ in members if not left),
        left_ids=tuple(agent_id for agent_id, _, left, _ in members if left),
        unread={agent_id: max(0, unread) for agent_id, _, _, unread in members},
    )
