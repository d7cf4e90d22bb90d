"""Waiting in Postgres: chats whose visitor has fallen silent, and the question put to them."""

from collections.abc import Iterable, Sequence

from hub.actions.waiting_ports import ChatKey, Question
from hub.store.pool import Database

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

MAX_ASKED = 500  # Of one entrance in one look; the rest a second later.


class Waiting:
    """Puts the question, and takes down what answers it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask_silent(self) -> list[Question]:
        """Asks where a visitor has owed an answer for too long; the questions that have run out unanswered, by the database's clock."""
        async with self._database.nobody() as connection:
            return [Question(**row) for row in await connection.fetch(ASK_SILENT, MAX_ASKED)]

    async def list_questions(self, tenant_ids: Iterable[int]) -> list[Question]:
        """The questions that stand in the tenants' chats."""
        named = list(tenant_ids)
        async with self._database.tenants(named) as connection:
            return [Question(**row) for row in await connection.fetch(QUESTIONS, named)]

    async def note_signs(self, chats: Sequence[ChatKey]) -> set[ChatKey]:
        """Notes a sign of the visitors of these chats in one statement. Those of the chats that are active."""
        tenants = [tenant_id for tenant_id, _ in chats]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(NOTE_SIGNS, tenants, [chat_id for _, chat_id in chats])
        return {(row["tenant_id"], row["id"]) for row in rows}
