"""What availability goes by, in Postgres: entrances, opening hours, who is here, what waits. One query, whatever the number of tenants."""

import asyncio
from collections.abc import Iterable

import asyncpg
import msgspec

from hub.actions.hours_ports import Facts
from hub.domain.availability import Entrance, PresentAgent
from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, Hours
from hub.domain.readiness import Readiness
from hub.store.pool import Database
from hub.store.workdays import HOLIDAY_COLUMNS, WORKDAY_COLUMNS, holiday_from_row, workday_from_row

FRESH_S = 1.0  # Whoever asks is told how it was a second ago at worst, and a crowd that asks costs one query.
MAX_READS = 3  # Where much is changed at once, the next look a second later has the rest.

# Messages that were left while nobody could answer keep nobody from coming in: their visitors are not waiting.
# JSON inside rows comes as text: the codec of columns does not reach there. `days` is the last of its columns.
FACTS = f"""
    SELECT t.id AS tenant_id,
           ARRAY(SELECT ROW(p.id, (p.config->'is_open')::text, (p.config->'rules'->'access')::text, (p.config->'hours')::text)
                 FROM profiles p WHERE p.tenant_id = t.id AND p.deleted_at IS NULL) AS entrances,
           ARRAY(SELECT ROW({", ".join(f"w.{name}" for name in WORKDAY_COLUMNS)}::text) FROM workdays w WHERE w.tenant_id = t.id) AS workdays,
           ARRAY(SELECT ROW({", ".join(f"h.{name}" for name in HOLIDAY_COLUMNS)}) FROM holidays h WHERE h.tenant_id = t.id
                 ORDER BY h.first_day, h.id) AS holidays,
           ARRAY(SELECT ROW(i.id, i.name, i.email, i.is_admin, i.role_ids, i.team_ids, i.is_accepting, i.capacity, i.is_invisible, i.away_reason)
                 FROM identities i
                 WHERE i.tenant_id = t.id AND i.kind = 'agent' AND i.disabled_at IS NULL AND i.id IN (
                     SELECT s.agent_id FROM presence s WHERE s.tenant_id = t.id AND s.until > now())
                 ORDER BY i.id) AS agents,
           ARRAY(SELECT ROW(c.state, c.profile_id, c.holder_id, count(*)::int) FROM chats c
                 WHERE c.tenant_id = t.id AND c.kind = 'visitor' AND c.state <> 'ended' AND NOT (c.state = 'queued' AND c.facts ? 'offline') GROUP BY c.state, c.profile_id, c.holder_id) AS open_chats
    FROM tenants t WHERE t.id = ANY ($1)
"""

SET_READINESS = """
    UPDATE identities SET is_accepting = $3, is_invisible = $4, away_reason = $5 WHERE tenant_id = $1 AND id = $2 AND kind = 'agent'
"""


class AvailabilityFacts:
    """Reads the facts, and keeps them for a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[int, tuple[float, Facts]] = {}
        self._reading: dict[int, asyncio.Task[dict[int, Facts]]] = {}
        self._changes = 0

    async def find_facts(self, tenant_id: int) -> Facts:
        """The facts as they were a second ago at worst. StorageUnavailable."""
        kept = self._kept.get(tenant_id)
        if kept is not None and asyncio.get_running_loop().time() - kept[0] < FRESH_S:
            return kept[1]
        reading = self._reading.get(tenant_id)
        if reading is None:
            reading = self._reading[tenant_id] = asyncio.create_task(self.read_facts([tenant_id]))
            reading.add_done_callback(lambda done: self._forget_reading(tenant_id, done))
        return (await asyncio.shield(reading)).get(tenant_id, Facts())

    async def read_facts(self, tenant_ids: Iterable[int]) -> dict[int, Facts]:
        """The facts as they are now. StorageUnavailable."""
        tenants, asked_at_s = sorted(set(tenant_ids)), 0.0
        rows: list[asyncpg.Record] = []
        for _ in range(MAX_READS):
            changes, asked_at_s = self._changes, asyncio.get_running_loop().time()
            async with self._database.tenants(tenants) as connection:
                rows = await connection.fetch(FACTS, tenants)
            if changes == self._changes:  # Else this may be older than what somebody here has just been told.
                break
        found = {row["tenant_id"]: _facts_from_row(row) for row in rows}
        self._kept = {
            tenant_id: kept for tenant_id, kept in self._kept.items() if asked_at_s - kept[0] < FRESH_S
        } | {tenant_id: (asked_at_s, facts) for tenant_id, facts in found.items()}
        return found

    def forget_facts(self, tenant_id: int) -> None:
        """Something of the tenant was changed here: who asks next is told of it."""
        self._changes += 1
        self._kept.pop(tenant_id, None)
        self._reading.pop(tenant_id, None)

    async def set_readiness(self, tenant_id: int, agent_id: int, readiness: Readiness) -> None:
        """Keeps what the agent says of themselves."""
        said = (readiness.is_accepting, readiness.status == "invisible", readiness.reason)
        async with self._database.tenants([tenant_id]) as connection:
            await connection.execute(SET_READINESS, tenant_id, agent_id, *said)

    def _forget_reading(self, tenant_id: int, done: asyncio.Task[dict[int, Facts]]) -> None:
        if self._reading.get(tenant_id) is done:
            del self._reading[tenant_id]
        if not done.cancelled():
            done.exception()  # Whoever waited has been told; perhaps nobody did.


def _facts_from_row(row: asyncpg.Record) -> Facts:
    tenant_id: int = row["tenant_id"]
    waiting: dict[int, int] = {}
    held: dict[int, int] = {}
    for state, profile_id, holder_id, number in row["open_chats"]:
        if state == "queued":
            waiting[profile_id] = waiting.get(profile_id, 0) + number
        elif state == "active" and holder_id is not None:
            held[holder_id] = held.get(holder_id, 0) + number
    holidays = [holiday_from_row(dict(zip(HOLIDAY_COLUMNS, one, strict=True))) for one in row["holidays"]]
    workdays = [
        workday_from_row(
            dict(zip(WORKDAY_COLUMNS, (*rest, msgspec.json.decode(days)), strict=True)), holidays
        )
        for *rest, days in row["workdays"]
    ]
    return Facts(
        entrances={
            entrance.profile_id: entrance
            for one in row["entrances"]
            if (entrance := _find_entrance(tenant_id, *one)) is not None
        },
        workdays={workday.id: workday for workday in workdays},
        agents=tuple(_agent_from_record(tenant_id, held, *one) for one in row["agents"]),
        waiting=waiting,
    )


def _find_entrance(
    tenant_id: int, profile_id: int, is_open: str | None, access: str | None, hours: str | None
) -> Entrance | None:
    """The entrance; None when a newer hub has written what this one cannot read: one profile must not spoil the look at all."""
    try:
        return Entrance(
            tenant_id,
            profile_id,
            is_open=is_open != "false",
            access=msgspec.json.decode(access or "{}", type=Access),
            hours=msgspec.json.decode(hours or "{}", type=Hours),
        )
    except msgspec.ValidationError:
        return None


def _agent_from_record(
    tenant_id: int,
    held: dict[int, int],
    agent_id: int,
    name: str,
    email: str | None,
    is_admin: bool,
    role_ids: list[int],
    team_ids: list[int],
    is_accepting: bool,
    capacity: int | None,
    is_invisible: bool,
    away_reason: str | None,
) -> PresentAgent:
    caller = AgentCaller(
        tenant_id,
        agent_id,
        name,
        email or "",
        is_admin=is_admin,
        role_ids=tuple(role_ids),
        team_ids=tuple(team_ids),
    )
    return PresentAgent(caller, is_accepting, capacity, held.get(agent_id, 0), is_invisible, away_reason)
