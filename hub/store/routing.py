"""Chats for agents, in Postgres: who comes next, what is to be moved, and whose turn it is to move it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec

from hub.actions.routing_ports import Move, StrandedChat
from hub.domain.availability import PresentAgent
from hub.domain.event import Event
from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, Routing, may_answer, may_see_profile
from hub.domain.routing import Candidate, WaitingChat
from hub.store.pool import Connection, Database

# Whoever was served before and is back in the queue comes first; messages that were left come last.
WAITING = """
    SELECT c.id, p.config->'rules'->'access' AS access
    FROM chats c JOIN profiles p ON p.tenant_id = c.tenant_id AND p.id = c.profile_id
    WHERE c.tenant_id = $1 AND c.state = 'queued' AND (c.team_id IS NULL OR c.team_id = ANY ($2))
      AND (c.offer_seq IS NULL OR (c.offer->'to'->>'id')::int = $3)
    ORDER BY c.facts ? 'offline', c.accepted_at IS NULL, c.queued_at, c.id LIMIT $4
"""

ACCEPTANCE = """
    SELECT tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, at, text, data, after_seq FROM events
    WHERE tenant_id = $1 AND kind = 'agent_joined' AND data->>'state' = 'active' AND at > now() - interval '1 hour'
      AND actor_id = $2 AND cid = $3 LIMIT 1
"""

MOVES = "SELECT tenant_id, chat_id, move, agent_id FROM list_chats_to_move($1)"
STRANDED = "SELECT tenant_id, chat_id, reason FROM list_stranded_chats($1)"

# The tenant's own row is the turn. Nothing else locks it so; what refers to it takes a weaker lock that goes together with this one.
TURN = "SELECT id FROM tenants WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED"

UNOFFERED = """
    SELECT c.id, c.team_id, c.passed_ids, c.passed_at, c.queued_at, c.facts->>'language' AS language, p.config->'rules'->'access' AS access, p.config->'routing' AS routing
    FROM chats c JOIN profiles p ON p.tenant_id = c.tenant_id AND p.id = c.profile_id
    WHERE c.tenant_id = $1 AND c.state = 'queued' AND NOT c.facts ? 'offline' AND c.offer_seq IS NULL
      AND p.config->'routing'->>'mode' IN ('round_robin', 'least_busy')
    ORDER BY c.accepted_at IS NULL, c.queued_at, c.id LIMIT $2
"""

CANDIDATES = """
    WITH offered AS MATERIALIZED (
        SELECT (c.offer->'to'->>'id')::int AS agent_id, count(*)::int AS number FROM chats c
        WHERE c.tenant_id = $1 AND c.offer_seq IS NOT NULL AND c.offer ? 'to' GROUP BY 1)
    SELECT i.id, i.name, i.email, i.is_admin, i.role_ids, i.team_ids, i.is_accepting, i.capacity, i.languages, i.offered_at,
           (SELECT count(*)::int FROM chats c WHERE c.tenant_id = i.tenant_id AND c.holder_id = i.id AND c.state = 'active') AS active_chats,
           coalesce((SELECT o.number FROM offered o WHERE o.agent_id = i.id), 0) AS offers
    FROM identities i
    WHERE i.tenant_id = $1 AND i.kind = 'agent' AND i.disabled_at IS NULL AND i.is_accepting
      AND i.id IN (SELECT s.agent_id FROM presence s WHERE s.tenant_id = $1 AND s.until > now())
    ORDER BY i.id
"""

NOTE_OFFERED = "UPDATE identities SET offered_at = clock_timestamp() WHERE tenant_id = $1 AND id = $2"

MAX_LOOKED_AT = 500  # Whoever may take none of so many works elsewhere.
MAX_MOVES = 200  # Of one kind in one look; the rest a second later.
MAX_STRANDED = 100


class Routings:
    """Finds chats for agents, and what is to be moved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_waiting(self, agent: AgentCaller, limit: int) -> Sequence[int]:
        """The chats that wait for somebody like this agent, who comes next first."""
        async with self._database.tenants([agent.tenant_id]) as connection:
            rows = await connection.fetch(
                WAITING, agent.tenant_id, list(agent.team_ids), agent.id, MAX_LOOKED_AT
            )
        return [row["id"] for row in rows if _may_take(agent, row["access"])][:limit]

    async def find_acceptance(self, tenant_id: int, agent_id: int, cid: str) -> Event | None:
        """The event by which the agent accepted some chat under this cid within the last hour."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(ACCEPTANCE, tenant_id, agent_id, cid)
        return None if row is None else Event(**row)

    async def list_moves(self) -> dict[int, list[Move]]:
        """What is to be done now in the chats of each tenant."""
        async with self._database.nobody() as connection:
            rows = await connection.fetch(MOVES, MAX_MOVES)
        found: dict[int, list[Move]] = {}
        for row in rows:
            found.setdefault(row["tenant_id"], []).append(Move(row["chat_id"], row["move"], row["agent_id"]))
        return found

    @asynccontextmanager
    async def take_turn(self, tenant_id: int) -> AsyncIterator["TurnInHand | None"]:
        """The turn with the tenant's chats, for as long as this lasts; None while another process has it."""
        async with self._database.tenants([tenant_id]) as connection:
            has_turn = await connection.fetchval(TURN, tenant_id) is not None
            yield TurnInHand(connection, tenant_id) if has_turn else None

    async def list_stranded(self) -> list[StrandedChat]:
        """Open chats without a queue, an agent or a flow."""
        async with self._database.nobody() as connection:
            return await list_stranded(connection)


class TurnInHand:
    """A turn: the transaction that holds it. What it reads was committed after it was taken."""

    def __init__(self, connection: Connection, tenant_id: int) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def list_waiting(self) -> list[WaitingChat]:
        """The chats that look for an agent, who comes next first."""
        rows = await self._connection.fetch(UNOFFERED, self._tenant_id, MAX_LOOKED_AT)
        return [_waiting_from_row(row) for row in rows]

    async def list_candidates(self) -> list[Candidate]:
        """The agents who are here."""
        rows = await self._connection.fetch(CANDIDATES, self._tenant_id)
        return [_candidate_from_row(self._tenant_id, dict(row)) for row in rows]

    async def note_offered(self, agent_id: int) -> None:
        """It was this agent's turn."""
        await self._connection.execute(NOTE_OFFERED, self._tenant_id, agent_id)


async def list_stranded(connection: Connection) -> list[StrandedChat]:
    """Open chats without a queue, an agent or a flow, by a connection that serves no tenant."""
    return [StrandedChat(**row) for row in await connection.fetch(STRANDED, MAX_STRANDED)]


def _waiting_from_row(row: asyncpg.Record) -> WaitingChat:
    routing = msgspec.convert(row["routing"], Routing)
    return WaitingChat(
        row["id"],
        routing.mode,
        msgspec.convert(row["access"] or {}, Access),
        routing.offer_for_s,
        team_ids=routing.team_ids,
        team_id=row["team_id"],
        passed_ids=frozenset(row["passed_ids"]),
        passed_at=row["passed_at"],
        language=row["language"],
        language_rule=routing.language,
        any_language_at=row["queued_at"] + timedelta(seconds=routing.any_language_after_s),
    )


def _candidate_from_row(tenant_id: int, row: Mapping[str, Any]) -> Candidate:
    caller = AgentCaller(
        tenant_id,
        row["id"],
        row["name"],
        row["email"] or "",
        is_admin=row["is_admin"],
        role_ids=tuple(row["role_ids"]),
        team_ids=tuple(row["team_ids"]),
    )
    agent = PresentAgent(
        caller, row["is_accepting"], row["capacity"], row["active_chats"], languages=tuple(row["languages"])
    )
    return Candidate(agent, row["offers"], row["offered_at"])


def _may_take(agent: AgentCaller, told: object) -> bool:
    access = msgspec.convert(told or {}, Access)
    return may_see_profile(access, agent) and may_answer(access, agent)
