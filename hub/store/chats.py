"""Chats in Postgres: starting them, their headers, read marks, and the rows of the agents' inbox."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from hub.actions.ports import ReadMark, Started
from hub.domain.chat import (
    Chat,
    ChatFilter,
    ChatOrder,
    ChatPage,
    ChatState,
    Offer,
    Participant,
    Row,
    StartFacts,
    Summary,
    offer_from_data,
)
from hub.domain.profile import Access, Alerts, Profile, Rules
from hub.store.look_ups import LookUps
from hub.store.pool import Database

START = "SELECT chat_id, visitor_id, created FROM start_chat($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"

COLUMNS = """
    c.tenant_id, c.id, c.uuid, c.kind, c.starter_id, c.pair IS NOT NULL AS is_pair, c.state, c.holder_id,
    c.profile_id, coalesce(p.name, '') AS profile_name, c.visitor_id, coalesce(i.name, '') AS visitor_name,
    c.head, c.staff_head, c.started_at, c.queued_at, c.accepted_at, c.ended_at, c.facts, i.uuid AS visitor_uuid, coalesce(i.kind, 'visitor') AS visitor_kind,
    c.name, c.team_id, c.ticket_id, c.icon, c.teams_conversation_id, c.last_id, c.offer_seq, c.offer, c.offer_until, c.tags, p.config->'rules' AS rules,
    i.email AS visitor_email, coalesce(i.phone, i.mobile) AS phone, i.company,
    (SELECT t.name FROM teams t WHERE t.tenant_id = c.tenant_id AND t.id = c.team_id) AS team_name,
    ARRAY(SELECT ROW(m.identity_id, m.side, m.name, m.read_seq, m.read_at, m.left_at IS NOT NULL) FROM participants m
          WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id ORDER BY m.joined_at, m.identity_id) AS participants
"""
# Each row that is asked for is looked up by itself, in this order: as one big join, a plan that was made while the tables were small
# compares everybody of a tenant with everything asked.
HEADER = f"""
    SELECT asked.number, {COLUMNS}
    FROM {{asked}} c
    LEFT JOIN LATERAL (SELECT name, config FROM profiles WHERE tenant_id = c.tenant_id AND id = c.profile_id LIMIT 1) p ON true
    LEFT JOIN LATERAL (SELECT name, uuid, kind, email, phone, mobile, company FROM identities WHERE tenant_id = c.tenant_id AND id = c.visitor_id LIMIT 1) i ON true
    ORDER BY asked.number, c.id
"""
CHATS = HEADER.format(
    asked="""unnest($1::int[], $2::int[]) WITH ORDINALITY asked(tenant_id, id, number),
         LATERAL (SELECT * FROM chats WHERE tenant_id = asked.tenant_id AND id = asked.id LIMIT 1)"""
)
# `$4` is what any of the visitors named: an ended chat that one of them did not name is left out afterwards.
VISITOR_CHATS = HEADER.format(
    asked="""unnest($1::int[], $2::int[], $3::int[]) WITH ORDINALITY asked(tenant_id, profile_id, visitor_id, number),
         LATERAL (SELECT * FROM chats WHERE tenant_id = asked.tenant_id AND visitor_id = asked.visitor_id AND profile_id = asked.profile_id
                  AND (state <> 'ended' OR id = ANY ($4::int[])) OFFSET 0)"""
)

# What a list shows beside the header.
SUMMARY = """
    , c.touched_at, c.last_text, CASE c.kind WHEN 'agents' THEN c.agent_count ELSE c.visitor_count END AS visitor_count, c.agent_count, (c.facts->>'started_after_s')::float8 AS started_after_s,
    EXISTS (SELECT FROM events e WHERE e.tenant_id = c.tenant_id AND e.chat_id = c.id AND e.kind = 'chat_rated') AS is_rated,
    ARRAY(SELECT ROW(m.identity_id, m.read_count + coalesce(m.sent_count, 0)) FROM participants m
          WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id) AS read_counts
"""
SUMMARIES = f"""
    SELECT {COLUMNS} {SUMMARY}, {{places}} AS places
    FROM chats c
    LEFT JOIN profiles p ON p.tenant_id = c.tenant_id AND p.id = c.profile_id
    LEFT JOIN identities i ON i.tenant_id = c.tenant_id AND i.id = c.visitor_id
"""
WHICH = """
    WHERE c.tenant_id = $1 AND ($2::int IS NULL OR c.profile_id = $2) AND ($3::int IS NULL OR c.ticket_id = $3)
      AND ($4::text IS NULL OR c.teams_conversation_id = $4) AND NOT ($5 AND c.state = 'ended')
      AND CASE WHEN $7::int IS NULL THEN c.kind = 'visitor' AND NOT c.profile_id = ANY ($6::int[])
               ELSE c.kind = 'agents' AND EXISTS (SELECT FROM participants m WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id
                                                  AND m.identity_id = $7 AND m.left_at IS NULL) END
"""
COUNT = f"SELECT count(*) FROM chats c {WHICH}"

# What a list can be sorted by, never null: an expression and its type.
ORDERS: dict[ChatOrder, tuple[str, str]] = {
    "id": ("c.id", "int"),
    "name": ("coalesce(c.name, i.name, '')", "text"),
    "profile": ("coalesce(c.profile_id, 0)", "int"),
    "visitor": ("coalesce(c.visitor_id, 0)", "int"),
    "holder": ("coalesce(c.holder_id, 0)", "int"),
    "team": ("coalesce(c.team_id, 0)", "int"),
    "ticket": ("coalesce(c.ticket_id, 0)", "int"),
    "touched": ("c.touched_at", "timestamptz"),
    "queued": ("coalesce(c.queued_at, c.started_at)", "timestamptz"),
    "accepted": ("coalesce(c.accepted_at, 'epoch')", "timestamptz"),
    "last_event": ("c.last_id", "bigint"),
    "ended": ("(c.state = 'ended')", "boolean"),
    "assigned": ("(c.holder_id IS NOT NULL)", "boolean"),
}

# The mark never goes back and never passes the head. `read_count` is what of the other side's messages lies up to the mark:
# all of them, less the few behind it. Among agents the other side is everybody else, and who has left has nothing to read.
MOVE_READ = """
    UPDATE participants m SET
        read_seq = x.seq, read_at = x.moment,
        read_count = CASE WHEN m.sent_count IS NOT NULL THEN c.agent_count - m.sent_count
                          WHEN m.side = 'agent' THEN c.visitor_count ELSE c.agent_count END - (
            SELECT count(*) FROM events e
            WHERE e.tenant_id = m.tenant_id AND e.chat_id = m.chat_id AND e.stream = 'public' AND e.seq > x.seq
              AND e.kind = 'message_posted' AND CASE WHEN m.sent_count IS NOT NULL THEN e.actor_id <> m.identity_id
                                                     ELSE (e.side = 'visitor') = (m.side = 'agent') END)
    FROM chats c, LATERAL (SELECT least($4, c.head) AS seq, date_trunc('milliseconds', clock_timestamp()) AS moment) x
    WHERE m.tenant_id = $1 AND m.chat_id = $2 AND m.identity_id = $3 AND c.tenant_id = $1 AND c.id = $2 AND m.read_seq < x.seq
      AND (m.sent_count IS NULL OR m.left_at IS NULL)
    RETURNING m.tenant_id, m.chat_id, m.identity_id, m.side, m.read_seq AS seq, m.read_at AS at
"""
READ_MARK = """
    SELECT tenant_id, chat_id, identity_id, side, read_seq AS seq, coalesce(read_at, joined_at) AS at, false AS moved
    FROM participants WHERE tenant_id = $1 AND chat_id = $2 AND identity_id = $3 AND (sent_count IS NULL OR left_at IS NULL)
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
           c.started_at, c.queued_at, c.accepted_at, c.ended_at, c.offer_seq, c.offer, c.offer_until, p.config->'rules'->'access' AS access,
           c.waiting_since, c.is_answered, p.config->'alerts' AS alerts,
           c.name, c.team_id, t.name AS team_name, c.ticket_id, c.icon, c.facts ? 'offline' AS is_offline, c.tags,
           (SELECT (r.data->>'score')::int FROM events r WHERE r.tenant_id = c.tenant_id AND r.chat_id = c.id AND r.kind = 'chat_rated'
            ORDER BY r.seq DESC LIMIT 1) AS rating,
           ARRAY(SELECT w.agent_id FROM mentions w WHERE w.tenant_id = c.tenant_id AND w.chat_id = c.id) AS mentioned_ids,
           ARRAY(SELECT ROW(m.identity_id, m.read_count) FROM participants m
                 WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id AND m.side = 'agent') AS read_counts
    FROM chats c
    JOIN profiles p ON p.tenant_id = c.tenant_id AND p.id = c.profile_id
    JOIN identities i ON i.tenant_id = c.tenant_id AND i.id = c.visitor_id
    LEFT JOIN teams t ON t.tenant_id = c.tenant_id AND t.id = c.team_id
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

# What agents see of what the visitor's page told.
SHOWN_FACTS = ("page_url", "page_title", "referrer", "language", "time_zone", "user_agent", "consent")

ChatKey = tuple[int, int]  # Tenant and chat.
VisitorKey = tuple[int, int, int, tuple[int, ...]]  # Tenant, profile, visitor, and the chats they named.
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
        self._chats = LookUps(self._read_chats)
        self._visitor_chats = LookUps(self._read_visitor_chats)

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
        told = {
            key: value for key, value in asdict(facts).items() if value is not None and value is not False
        }
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
        return await self._chats.find((tenant_id, chat_id))

    async def list_chats(self, tenant_id: int, chat_ids: Sequence[int]) -> list[Chat]:
        """Those of the chats the tenant has."""
        asked = [self._chats.find((tenant_id, chat_id)) for chat_id in sorted(set(chat_ids))]
        return [chat for chat in await asyncio.gather(*asked) if chat is not None]

    async def list_visitor_chats(
        self, tenant_id: int, profile_id: int, visitor_id: int, ids: Sequence[int]
    ) -> list[Chat]:
        """The visitor's open chat with the profile, and those of `ids` that are the visitor's own."""
        return await self._visitor_chats.find((tenant_id, profile_id, visitor_id, tuple(ids))) or []

    async def list_summaries(
        self,
        tenant_id: int,
        which: ChatFilter,
        order: Sequence[tuple[ChatOrder, bool]],
        after: Sequence[str] | None,
        limit: int,
        offset: int,
    ) -> ChatPage:
        """A page of the list. `order` pairs a key with whether it descends; ids decide between equals. `after` are the places of a row."""
        keys: list[tuple[ChatOrder, bool]] = [*order, ("id", order[-1][1] if order else True)]
        chosen = (
            tenant_id,
            which.profile_id,
            which.ticket_id,
            which.teams_conversation_id,
            which.is_open,
            list(which.hidden_profile_ids),
            which.colleague_id,
        )
        begins = "" if after is None else f" AND ({_behind(keys, len(chosen))})"
        sorted_by = ", ".join(f"{ORDERS[key][0]}{' DESC' if descends else ''}" for key, descends in keys)
        places = "ARRAY[" + ", ".join(f"({ORDERS[key][0]})::text" for key, _ in keys) + "]"
        # Nothing of a caller's is in the text: keys are those of ORDERS, numbers are made here.
        page = f"{SUMMARIES.format(places=places)}{WHICH}{begins} ORDER BY {sorted_by} LIMIT {limit:d} OFFSET {offset:d}"
        async with self._database.tenants([tenant_id]) as connection:
            total = int(await connection.fetchval(COUNT, *chosen))
            rows = await connection.fetch(page, *chosen, *(after or ()))
        return ChatPage(
            [_summary_from_row(row) for row in rows], [list(row["places"]) for row in rows], total
        )

    async def find_summary(self, tenant_id: int, chat_id: int) -> Summary | None:
        """The chat as a list shows it; None when the tenant has no such chat."""
        one = f"{SUMMARIES.format(places='NULL')} WHERE c.tenant_id = $1 AND c.id = $2"
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(one, tenant_id, chat_id)
        return None if row is None else _summary_from_row(row)

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
            [row_from_record(row) for row in (*rows[:MAX_OPEN_ROWS], *ended)],
            complete=len(rows) <= MAX_OPEN_ROWS,
        )

    async def list_changed_rows(self, tenant_id: int, cursor: str) -> Inbox:
        """The rows changed since a cursor of this hub; not `complete` when they are too many to tell one by one."""
        async with self._database.tenants([tenant_id]) as connection:
            fresh = await connection.fetchval(CURSOR)
            rows = await connection.fetch(CHANGED_ROWS, tenant_id, cursor, MAX_CHANGED_ROWS + 1)
        return Inbox(
            fresh,
            [row_from_record(row) for row in rows[:MAX_CHANGED_ROWS]],
            complete=len(rows) <= MAX_CHANGED_ROWS,
        )

    async def has_changed_profiles(self, tenant_id: int, cursor: str) -> bool:
        """Whether a profile of the tenant was changed since a cursor of this hub: others may see its chats now, perhaps."""
        async with self._database.tenants([tenant_id]) as connection:
            return bool(await connection.fetchval(PROFILES_CHANGED, tenant_id, str(int(cursor) % 2**32)))

    async def list_rows(self, tenant_id: int, chat_ids: Sequence[int]) -> list[Row]:
        """The inbox rows of these chats."""
        async with self._database.tenants([tenant_id]) as connection:
            return [
                row_from_record(row) for row in await connection.fetch(CHAT_ROWS, tenant_id, list(chat_ids))
            ]

    async def _read_chats(self, asked: list[ChatKey]) -> dict[ChatKey, Chat]:
        tenants = [tenant_id for tenant_id, _ in asked]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(CHATS, tenants, [chat_id for _, chat_id in asked])
        return {(row["tenant_id"], row["id"]): _chat_from_row(row) for row in rows}

    async def _read_visitor_chats(self, asked: list[VisitorKey]) -> dict[VisitorKey, list[Chat]]:
        tenants, profiles, visitors, ids = zip(*asked, strict=True)
        named = {chat_id for each in ids for chat_id in each}
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(VISITOR_CHATS, tenants, profiles, visitors, named)
        found: dict[VisitorKey, list[Chat]] = {}
        for row in rows:
            key = asked[row["number"] - 1]
            if row["state"] != "ended" or row["id"] in key[3]:
                found.setdefault(key, []).append(_chat_from_row(row))
        return found


def _behind(keys: Sequence[tuple[ChatOrder, bool]], bound: int) -> str:
    """The condition for rows behind the places in the parameters after the first `bound`: the first key that differs decides."""
    tests = []
    for depth, (key, descends) in enumerate(keys):
        equal = [
            f"{ORDERS[other][0]} = {_place(other, bound + n)}" for n, (other, _) in enumerate(keys[:depth])
        ]
        beyond = f"{ORDERS[key][0]} {'<' if descends else '>'} {_place(key, bound + depth)}"
        tests.append(" AND ".join([*equal, beyond]))
    return " OR ".join(f"({test})" for test in tests)


def _place(key: ChatOrder, index: int) -> str:
    return f"(${index + 1}::text)::{ORDERS[key][1]}"


def _summary_from_row(row: asyncpg.Record) -> Summary:
    values: dict[str, Any] = dict(row)
    values.pop("places", None)
    own = ("touched_at", "last_text", "visitor_count", "agent_count", "started_after_s", "is_rated")
    beside: dict[str, Any] = {name: values.pop(name) for name in own}
    read_counts = dict(tuple(pair) for pair in values.pop("read_counts"))
    return Summary(_chat_from_row(values), read_counts=read_counts, **beside)


def _chat_from_row(row: Mapping[str, Any]) -> Chat:
    values: dict[str, Any] = dict(row)
    values.pop("number", None)
    facts = values.pop("facts")
    values["participants"] = tuple(Participant(*person) for person in values["participants"])
    values["rules"] = msgspec.convert(values["rules"] or {}, Rules)
    values["offer"] = _take_offer(values)
    values["tags"] = tuple(values["tags"])
    # What they are known by; else what their page said of them this time.
    values["email"] = values.pop("visitor_email") or facts.get("email")
    return Chat(
        **values,
        **{name: facts.get(name) for name in SHOWN_FACTS},
        custom_fields=facts.get("custom_fields") or {},
    )


def row_from_record(row: asyncpg.Record) -> Row:
    """One of `ROWS`."""
    values: dict[str, Any] = dict(row)
    values["read_counts"] = dict(tuple(pair) for pair in values["read_counts"])
    values["access"] = msgspec.convert(values["access"] or {}, Access)
    values["alerts"] = msgspec.convert(values["alerts"] or {}, Alerts)
    values["offer"] = _take_offer(values)
    values["tags"], values["mentioned_ids"] = tuple(values["tags"]), tuple(values["mentioned_ids"])
    return Row(**values)


def _take_offer(values: dict[str, Any]) -> Offer | None:
    """The offer that stands, out of its columns."""
    seq, until, told = values.pop("offer_seq"), values.pop("offer_until"), values.pop("offer")
    return None if seq is None else offer_from_data(seq, until, told)
