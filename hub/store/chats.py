"""Chats in Postgres: starting them, their headers, read marks, and the rows of the agents' inbox."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.actions.ports import ReadMark, Started
from hub.domain.chat import Chat, ChatState, Participant, Row, StartFacts
from hub.domain.profile import Access, Profile, Rules
from hub.store.pool import Database

START = "SELECT chat_id, visitor_id, created FROM start_chat($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"

HEADER = """
    SELECT c.tenant_id, c.id, c.uuid, c.profile_id, p.name AS profile_name, c.state, c.visitor_id, i.name AS visitor_name, c.holder_id,
           c.head, c.staff_head, c.started_at, c.queued_at, c.accepted_at, c.ended_at, c.facts,
           c.name, c.team_id, c.ticket_id, c.icon, c.teams_conversation_id, c.last_id, p.config->'rules' AS rules,
           ARRAY(SELECT ROW(m.identity_id, m.side, m.name, m.read_seq, m.read_at, m.left_at IS NOT NULL) FROM participants m
                 WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id ORDER BY m.joined_at, m.identity_id) AS participants
    FROM chats c
    JOIN profiles p ON p.tenant_id = c.tenant_id AND p.id = c.profile_id
    JOIN identities i ON i.tenant_id = c.tenant_id AND i.id = c.visitor_id
"""
ONE_CHAT = HEADER + "WHERE c.tenant_id = $1 AND c.id = $2"
SOME_CHATS = HEADER + "WHERE c.tenant_id = $1 AND c.id = ANY ($2) ORDER BY c.id"
VISITOR_CHATS = (
    HEADER
    + """
    WHERE c.tenant_id = $1 AND c.visitor_id = $3 AND c.profile_id = $2 AND (c.state <> 'ended' OR c.id = ANY ($4))
    ORDER BY c.id
"""
)

# The mark never goes back and never passes the head. `read_count` is what of the other side's messages lies up to the mark:
# all of them, less the few behind it.
MOVE_READ = """
    UPDATE participants m SET
        read_seq = x.seq, read_at = x.moment,
        read_count = CASE WHEN m.side = 'agent' THEN c.visitor_count ELSE c.agent_count END - (
            SELECT count(*) FROM events e
            WHERE e.tenant_id = m.tenant_id AND e.chat_id = m.chat_id AND e.stream = 'public' AND e.seq > x.seq
              AND e.kind = 'message_posted' AND (e.side = 'visitor') = (m.side = 'agent'))
    FROM chats c, LATERAL (SELECT least($4, c.head) AS seq, date_trunc('milliseconds', clock_timestamp()) AS moment) x
    WHERE m.tenant_id = $1 AND m.chat_id = $2 AND m.identity_id = $3 AND c.tenant_id = $1 AND c.id = $2 AND m.read_seq < x.seq
    RETURNING m.tenant_id, m.chat_id, m.identity_id, m.side, m.read_seq AS seq, m.read_at AS at
"""
READ_MARK = """
    SELECT tenant_id, chat_id, identity_id, side, read_seq AS seq, coalesce(read_at, joined_at) AS at, false AS moved
    FROM participants WHERE tenant_id = $1 AND chat_id = $2 AND identity_id = $3
"""

# Every followed chat of the process in one query: heads, and how far everybody has read.
HEADS = """
    SELECT c.tenant_id, c.id, c.head, c.staff_head,
           ARRAY(SELECT ROW(m.identity_id, m.side, m.read_seq, m.read_at) FROM participants m
                 WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id AND m.read_at IS NOT NULL) AS marks
    FROM chats c JOIN unnest($1::int[], $2::int[]) f(tenant_id, id) ON c.tenant_id = f.tenant_id AND c.id = f.id
"""

# The cursor is the oldest transaction still under way when the rows were read: what such a one commits later is read by the next look,
# which begins there. Rows are states, so reading one twice does no harm.
ROWS = """
    SELECT c.tenant_id, c.id, c.uuid, c.state, c.profile_id, p.name AS profile_name, c.visitor_id, i.name AS visitor_name,
           c.holder_id, h.name AS holder_name, c.last_text, c.last_side, c.last_actor_id AS last_id, a.name AS last_name, c.last_at, c.visitor_count, c.head,
           c.started_at, c.queued_at, c.accepted_at, c.ended_at, p.config->'rules'->'access' AS access,
           ARRAY(SELECT ROW(m.identity_id, m.read_count) FROM participants m
                 WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id AND m.side = 'agent') AS read_counts
    FROM chats c
    JOIN profiles p ON p.tenant_id = c.tenant_id AND p.id = c.profile_id
    JOIN identities i ON i.tenant_id = c.tenant_id AND i.id = c.visitor_id
    LEFT JOIN identities h ON h.tenant_id = c.tenant_id AND h.id = c.holder_id
    LEFT JOIN identities a ON a.tenant_id = c.tenant_id AND a.id = c.last_actor_id
"""
OPEN_ROWS = ROWS + "WHERE c.tenant_id = $1 AND c.state <> 'ended' ORDER BY c.started_at DESC LIMIT $2"
ENDED_ROWS = ROWS + "WHERE c.tenant_id = $1 AND c.state = 'ended' ORDER BY c.ended_at DESC LIMIT $2"
CHANGED_ROWS = (
    ROWS + "WHERE c.tenant_id = $1 AND c.changed_xid >= $2::text::xid8 ORDER BY c.changed_xid LIMIT $3"
)
CHAT_ROWS = ROWS + "WHERE c.tenant_id = $1 AND c.id = ANY ($2)"
CURSOR = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"

# Both ages are counted from the same moment, so that their order is that of the transactions.
PROFILES_CHANGED = """
    SELECT EXISTS (SELECT FROM profiles p WHERE p.tenant_id = $1 AND age(p.xmin) <= age($2::text::xid))
"""

MAX_OPEN_ROWS = 500
MAX_ENDED_ROWS = 50
MAX_CHANGED_ROWS = 500


@dataclass(frozen=True, slots=True)
class Heads:
    """The truth about one followed chat, for catch-up."""

    tenant_id: int
    chat_id: int
    head: int
    staff_head: int
    marks: tuple[ReadMark, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """Rows of a tenant's inbox as of `cursor`; `complete` False when there are more than fit."""

    cursor: str
    rows: list[Row]
    complete: bool


class Chats:
    """Reads and starts chats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start_chat(
        self,
        profile: Profile,
        visitor: UUID,
        name: str,
        state: ChatState,
        cid: str,
        facts: StartFacts,
        ticket: dict[str, Any] | None = None,
    ) -> Started:
        """The visitor's one open chat with the profile, made now or found. Safe to repeat."""
        told = {key: value for key, value in asdict(facts).items() if value is not None}
        async with self._database.tenants([profile.tenant_id]) as connection:
            rows = await connection.fetch(
                START,
                profile.tenant_id,
                profile.id,
                visitor,
                name,
                facts.email,
                state,
                cid,
                sha256(b"start").digest(),
                told,
                ticket,
            )
        return Started(**rows[0])

    async def find_chat(self, tenant_id: int, chat_id: int) -> Chat | None:
        """The header; None when the tenant has no such chat."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(ONE_CHAT, tenant_id, chat_id)
        return None if row is None else _chat_from_row(row)

    async def list_chats(self, tenant_id: int, chat_ids: Sequence[int]) -> list[Chat]:
        """Those of the chats the tenant has."""
        async with self._database.tenants([tenant_id]) as connection:
            return [
                _chat_from_row(row) for row in await connection.fetch(SOME_CHATS, tenant_id, list(chat_ids))
            ]

    async def list_visitor_chats(
        self, tenant_id: int, profile_id: int, visitor_id: int, ids: Sequence[int]
    ) -> list[Chat]:
        """The visitor's open chat with the profile, and those of `ids` that are the visitor's own."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(VISITOR_CHATS, tenant_id, profile_id, visitor_id, list(ids))
        return [_chat_from_row(row) for row in rows]

    async def move_read(self, tenant_id: int, chat_id: int, identity_id: int, seq: int) -> ReadMark | None:
        """The highest mark ever set, never beyond the head; None when the identity does not take part."""
        async with self._database.tenants([tenant_id]) as connection:
            moved = await connection.fetchrow(MOVE_READ, tenant_id, chat_id, identity_id, seq)
            found = moved or await connection.fetchrow(READ_MARK, tenant_id, chat_id, identity_id)
        return None if found is None else ReadMark(**found)

    async def list_heads(self, chats: Iterable[tuple[int, int]]) -> list[Heads]:
        """Heads and read marks of (tenant, chat) pairs, in one query; absent chats are left out."""
        pairs = list(chats)
        tenants = [tenant_id for tenant_id, _ in pairs]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(HEADS, tenants, [chat_id for _, chat_id in pairs])
        return [
            Heads(
                row["tenant_id"],
                row["id"],
                row["head"],
                row["staff_head"],
                tuple(
                    ReadMark(row["tenant_id"], row["id"], who, side, seq, at)
                    for who, side, seq, at in row["marks"]
                ),
            )
            for row in rows
        ]

    async def read_inbox(self, tenant_id: int) -> Inbox:
        """All open chats and the newest ended ones."""
        async with self._database.tenants([tenant_id]) as connection:
            cursor = await connection.fetchval(CURSOR)
            rows = await connection.fetch(OPEN_ROWS, tenant_id, MAX_OPEN_ROWS + 1)
            ended = await connection.fetch(ENDED_ROWS, tenant_id, MAX_ENDED_ROWS)
        return Inbox(
            cursor,
            [_inbox_row(row) for row in (*rows[:MAX_OPEN_ROWS], *ended)],
            complete=len(rows) <= MAX_OPEN_ROWS,
        )

    async def list_changed_rows(self, tenant_id: int, cursor: str) -> Inbox:
        """The rows changed since a cursor of this hub; not `complete` when they are too many to tell one by one."""
        async with self._database.tenants([tenant_id]) as connection:
            fresh = await connection.fetchval(CURSOR)
            rows = await connection.fetch(CHANGED_ROWS, tenant_id, cursor, MAX_CHANGED_ROWS + 1)
        return Inbox(
            fresh,
            [_inbox_row(row) for row in rows[:MAX_CHANGED_ROWS]],
            complete=len(rows) <= MAX_CHANGED_ROWS,
        )

    async def has_changed_profiles(self, tenant_id: int, cursor: str) -> bool:
        """Whether a profile of the tenant was changed since a cursor of this hub: others may see its chats now, perhaps."""
        async with self._database.tenants([tenant_id]) as connection:
            return bool(await connection.fetchval(PROFILES_CHANGED, tenant_id, str(int(cursor) % 2**32)))

    async def list_rows(self, tenant_id: int, chat_ids: Sequence[int]) -> list[Row]:
        """The inbox rows of these chats."""
        async with self._database.tenants([tenant_id]) as connection:
            return [_inbox_row(row) for row in await connection.fetch(CHAT_ROWS, tenant_id, list(chat_ids))]


def _chat_from_row(row: asyncpg.Record) -> Chat:
    values: dict[str, Any] = dict(row)
    facts = values.pop("facts")
    values["participants"] = tuple(Participant(*person) for person in values["participants"])
    values["rules"] = msgspec.convert(values["rules"] or {}, Rules)
    return Chat(
        **values, **{name: facts.get(name) for name in ("page_url", "page_title", "language", "time_zone")}
    )


def _inbox_row(row: asyncpg.Record) -> Row:
    values: dict[str, Any] = dict(row)
    values["read_counts"] = dict(tuple(pair) for pair in values["read_counts"])
    values["access"] = msgspec.convert(values["access"] or {}, Access)
    return Row(**values)
