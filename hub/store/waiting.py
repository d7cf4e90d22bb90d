"""Waiting in Postgres: chats whose visitor has fallen silent, the question put to them, and who waits for an agent."""

from collections.abc import Iterable, Sequence

from hub.actions.waiting_ports import ChatKey, ProfileKey, Question
from hub.store.pool import Database

OVERDUE = "SELECT count_overdue_chats()"

ASK_SILENT = "SELECT tenant_id, chat_id, asked_until AS until FROM ask_silent_chats($1)"

QUESTIONS = """
    SELECT tenant_id, id AS chat_id, asked_until AS until FROM chats
    WHERE asked_until IS NOT NULL AND tenant_id = ANY ($1)
"""

# Rows are locked in one order, so that two processes never wait for each other.
NOTE_SIGNS = """
    WITH told AS (
        SELECT c.tenant_id, c.id FROM chats c JOIN unnest($1::int[], $2::int[]) s(tenant_id, id) ON c.tenant_id = s.tenant_id AND c.id = s.id
        WHERE c.state = 'active' ORDER BY c.tenant_id, c.id FOR NO KEY UPDATE OF c)
    UPDATE chats c SET seen_at = date_trunc('milliseconds', now()), asked_until = NULL
    FROM told WHERE c.tenant_id = told.tenant_id AND c.id = told.id
    RETURNING c.tenant_id, c.id
"""

# A chat that somebody else has locked is being talked in, or accepted.
NOTE_WAITING = """
    WITH here AS (
        SELECT c.tenant_id, c.id FROM unnest($1::int[], $2::int[]) s(tenant_id, id)
        JOIN chats c ON c.tenant_id = s.tenant_id AND c.id = s.id
        JOIN profiles p ON p.tenant_id = c.tenant_id AND p.id = c.profile_id
        WHERE c.state = 'queued' AND (p.config->'routing'->>'abandon_after_s')::int > 0
        ORDER BY c.tenant_id, c.id FOR NO KEY UPDATE OF c SKIP LOCKED)
    UPDATE chats c SET seen_at = date_trunc('milliseconds', now()) FROM here WHERE c.tenant_id = here.tenant_id AND c.id = here.id
"""

QUEUES = """
    SELECT q.tenant_id, q.profile_id,
           ARRAY(SELECT c.id FROM chats c
                 WHERE c.tenant_id = q.tenant_id AND c.profile_id = q.profile_id AND c.state = 'queued' AND NOT c.facts ? 'offline'
                 ORDER BY c.accepted_at IS NULL, c.queued_at, c.id) AS chat_ids
    FROM unnest($1::int[], $2::int[]) q(tenant_id, profile_id)
"""

# One walk through the newest acceptances of each tenant, whatever the number of its profiles.
WAITS = """
    SELECT t.tenant_id, w.profile_id, array_agg(w.wait_s ORDER BY w.number) AS waits_s
    FROM unnest($1::int[]) t(tenant_id),
         LATERAL (SELECT c.profile_id, c.wait_s, row_number() OVER (PARTITION BY c.profile_id ORDER BY a.at DESC) AS number
                  FROM (SELECT e.chat_id, e.at FROM events e
                        WHERE e.tenant_id = t.tenant_id AND e.kind = 'agent_joined' AND e.data->>'state' = 'active'
                          AND e.at > now() - make_interval(secs => $3)
                        ORDER BY e.at DESC LIMIT $5) a,
                       LATERAL (SELECT k.profile_id, extract(epoch FROM a.at - k.queued_at)::float8 AS wait_s FROM chats k
                                WHERE k.tenant_id = t.tenant_id AND k.id = a.chat_id AND k.profile_id = ANY ($2)
                                  AND k.queued_at <= a.at AND NOT k.facts ? 'offline' LIMIT 1) c) w
    WHERE w.number <= $4
    GROUP BY t.tenant_id, w.profile_id
"""
WAITS_OF_S = 24 * 3600
MAX_WAITS, MAX_ACCEPTANCES = 50, 2_000

MAX_ASKED = 500  # Of one entrance in one look; the rest a second later.


class Waiting:
    """Puts the question, takes down what answers it, and reads the queues."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count_overdue(self) -> int:
        """How many chats of all tenants somebody should have answered by now."""
        async with self._database.nobody() as connection:
            return int(await connection.fetchval(OVERDUE))

    async def ask_silent(self) -> list[Question]:
        """Asks where a visitor has owed an answer for too long; the questions that have run out unanswered, by the database's clock."""
        async with self._database.nobody() as connection:
            return [Question(**row) for row in await connection.fetch(ASK_SILENT, MAX_ASKED)]

    async def list_questions(self, tenant_ids: Iterable[int]) -> list[Question]:
        """The questions that stand in the tenants' chats."""
        named = list(tenant_ids)
        async with self._database.tenants(named) as connection:
            return [Question(**row) for row in await connection.fetch(QUESTIONS, named)]

    async def note_waiting(self, chats: Sequence[ChatKey]) -> None:
        """Notes in one statement that the visitors of these chats are there while they wait."""
        tenants = [tenant_id for tenant_id, _ in chats]
        async with self._database.tenants(set(tenants)) as connection:
            await connection.execute(NOTE_WAITING, tenants, [chat_id for _, chat_id in chats])

    async def note_signs(self, chats: Sequence[ChatKey]) -> set[ChatKey]:
        """Notes a sign of the visitors of these chats in one statement. Those of the chats that are active."""
        tenants = [tenant_id for tenant_id, _ in chats]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(NOTE_SIGNS, tenants, [chat_id for _, chat_id in chats])
        return {(row["tenant_id"], row["id"]) for row in rows}

    async def read_queues(self, profiles: Iterable[ProfileKey]) -> dict[ProfileKey, Sequence[int]]:
        """The chats that wait at each of the profiles, who came first first."""
        keys = list(profiles)
        tenants = [tenant_id for tenant_id, _ in keys]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(QUEUES, tenants, [profile_id for _, profile_id in keys])
        return {(row["tenant_id"], row["profile_id"]): row["chat_ids"] for row in rows}

    async def read_waits(self, profiles: Iterable[ProfileKey]) -> dict[ProfileKey, Sequence[float]]:
        """How long those waited who were accepted last at each of the profiles, the newest first."""
        keys = list(profiles)
        tenants = sorted({tenant_id for tenant_id, _ in keys})
        named = [profile_id for _, profile_id in keys]
        async with self._database.tenants(tenants) as connection:
            rows = await connection.fetch(WAITS, tenants, named, WAITS_OF_S, MAX_WAITS, MAX_ACCEPTANCES)
        found = {(row["tenant_id"], row["profile_id"]): row["waits_s"] for row in rows}
        return {key: found.get(key, ()) for key in keys}
