"""Finding chats in Postgres: the views of the inbox in pages, and the search. Its counterpart in SQL is `search_chats`."""

from collections.abc import Sequence

from hub.actions.finding_ports import Place
from hub.domain.chat import Row
from hub.domain.colleagues import ColleagueRow
from hub.domain.event import Event
from hub.domain.finding import FoundRow, RowFilter, View
from hub.store.chats import CHAT_ROWS, ROWS, row_from_record
from hub.store.colleagues import OF_CHATS as COLLEAGUE_ROWS
from hub.store.colleagues import row_from_record as colleague_row_from_record
from hub.store.pool import Database

# Of each view: which chats, the time they are ordered by, and whether the newest comes first.
VIEWS: dict[View, tuple[str, str, bool]] = {
    "all": ("true", "c.started_at", True),
    "open": ("c.state <> 'ended'", "c.started_at", True),
    "waiting": ("c.state <> 'ended' AND c.state = 'queued'", "c.started_at", False),
    "mine": ("c.state <> 'ended' AND c.holder_id = $2", "c.started_at", True),
    "team": ("c.state <> 'ended' AND c.team_id = ANY ($3::int[])", "c.started_at", True),
    "ended": ("c.state = 'ended'", "c.ended_at", True),
}
WANTED = """
    WHERE c.tenant_id = $1 AND {which} AND ($2::int IS NOT NULL AND $3::int[] IS NOT NULL)
      AND NOT c.profile_id = ANY ($4::int[]) AND ($5::int IS NULL OR c.profile_id = $5) AND ($6::int IS NULL OR c.holder_id = $6)
      AND ($7::text IS NULL OR $7 = ANY (c.tags)) AND ($8::boolean IS NULL OR (c.facts ? 'offline') = $8)
      AND ($9::boolean IS NULL OR $9 = EXISTS (SELECT FROM events x WHERE x.tenant_id = c.tenant_id AND x.chat_id = c.id AND x.kind = 'chat_rated'))
      AND ($10::boolean IS NULL
           OR $10 = coalesce(answer_due_at(c.waiting_since, c.is_answered, c.facts ? 'offline', p.config->'alerts') <= now(), false))
"""
OF_VISITOR = " AND c.visitor_id = $12"

SEARCH = "SELECT chat_id, place, event_id, reached FROM search_chats($1, $2, $3, $4, $5, $6)"
NEWEST = 2**63 - 1
# All of them together, and who shows the chats: the search itself passes row security.
EVENTS = """
    SELECT tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, at, text, data, after_seq FROM events
    WHERE tenant_id = $1 AND id = ANY ($2)
"""

TAGS = """
    SELECT t.tag FROM (SELECT c.tags FROM chats c WHERE c.tenant_id = $1 AND c.tags <> '{}' ORDER BY c.id DESC LIMIT 1000) n,
         LATERAL unnest(n.tags) t(tag)
    GROUP BY t.tag ORDER BY count(*) DESC, t.tag LIMIT 100
"""
# The chat is noted as changed, so that the agent's other consoles are told.
SEE_MENTIONS = """
    WITH seen AS (DELETE FROM mentions WHERE tenant_id = $1 AND chat_id = $2 AND agent_id = $3 RETURNING chat_id)
    UPDATE chats c SET changed_xid = pg_current_xact_id() FROM (SELECT DISTINCT chat_id FROM seen) s
    WHERE c.tenant_id = $1 AND c.id = s.chat_id RETURNING c.id
"""


class Finding:
    """Finds chats as the inbox shows them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_rows(
        self, tenant_id: int, wanted: RowFilter, after: Place | None, limit: int
    ) -> tuple[list[Row], Place | None]:
        """The rows of a view behind a place, in its order, and the place of the last one (None when there are no more)."""
        which, key, descends = VIEWS[wanted.view]
        chosen = (
            tenant_id,
            wanted.agent_id,
            list(wanted.team_ids),
            list(wanted.hidden_profile_ids),
            wanted.profile_id,
            wanted.holder_id,
            wanted.tag,
            wanted.is_offline,
            wanted.is_rated,
            wanted.is_overdue,
            limit + 1,
        )
        more: list[object] = []
        conditions = WANTED.format(which=which)
        if wanted.visitor_id is not None:
            more.append(wanted.visitor_id)
            conditions += OF_VISITOR
        if after is not None:
            first = len(chosen) + len(more) + 1
            conditions += (
                f" AND ({key}, c.id) {'<' if descends else '>'} (${first}::timestamptz, ${first + 1}::int)"
            )
            more += after
        direction = "DESC" if descends else "ASC"
        page = f"{ROWS}{conditions} ORDER BY {key} {direction}, c.id {direction} LIMIT $11"
        async with self._database.tenants([tenant_id]) as connection:
            rows = [row_from_record(row) for row in await connection.fetch(page, *chosen, *more)]
        if len(rows) <= limit:
            return rows, None
        last = rows[limit - 1]
        at = last.ended_at if wanted.view == "ended" and last.ended_at is not None else last.started_at
        return rows[:limit], (at, last.id)

    async def search_rows(
        self,
        tenant_id: int,
        text: str,
        agent_id: int,
        hidden_profile_ids: Sequence[int],
        before: int | None,
        limit: int,
    ) -> tuple[list[FoundRow], int | None]:
        """The chats that hold all the words, or are of somebody of that name or address; who was active last first."""
        async with self._database.tenants([tenant_id]) as connection:
            hits = await connection.fetch(
                SEARCH, tenant_id, text, agent_id, list(hidden_profile_ids), before or NEWEST, limit + 1
            )
            shown = hits[:limit]
            ids = [hit["chat_id"] for hit in shown]
            rows = await connection.fetch(CHAT_ROWS, tenant_id, ids)
            among = await connection.fetch(COLLEAGUE_ROWS, tenant_id, ids)
            said = [hit["event_id"] for hit in shown if hit["event_id"] is not None]
            events = {row["id"]: Event(**row) for row in await connection.fetch(EVENTS, tenant_id, said)}
        by_chat: dict[int, Row | ColleagueRow] = {row["id"]: row_from_record(row) for row in rows}
        by_chat |= {row["id"]: colleague_row_from_record(row) for row in among}
        found = [
            FoundRow(by_chat[hit["chat_id"]], events.get(hit["event_id"]))
            for hit in shown
            if hit["chat_id"] in by_chat
        ]
        if not hits or len(hits) > limit:
            return found, shown[-1]["place"] if shown else None
        return found, hits[0]["reached"]

    async def list_tags(self, tenant_id: int) -> list[str]:
        """The tags in use, the commonest first."""
        async with self._database.tenants([tenant_id]) as connection:
            return [row["tag"] for row in await connection.fetch(TAGS, tenant_id)]

    async def see_mentions(self, tenant_id: int, chat_id: int, agent_id: int) -> bool:
        """Notes that the agent has seen where they were named; whether that was news."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(SEE_MENTIONS, tenant_id, chat_id, agent_id) is not None
