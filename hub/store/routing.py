"""Chats for agents, in Postgres: who comes next, and what was accepted."""

from collections.abc import Sequence

import msgspec

from hub.domain.event import Event
from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, may_answer, may_see_profile
from hub.store.pool import Database

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


MAX_LOOKED_AT = 500  # Whoever may take none of so many works elsewhere.


class Routing:
    """Finds chats for agents."""

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


def _may_take(agent: AgentCaller, told: object) -> bool:
    access = msgspec.convert(told or {}, Access)
    return may_see_profile(access, agent) and may_answer(access, agent)
