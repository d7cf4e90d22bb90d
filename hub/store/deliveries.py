"""Deliveries in Postgres: claimed, settled, replayed and listed. They are written by triggers, in the courier's migration."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hub.actions.courier_ports import Outcome
from hub.actions.desk_ports import Window
from hub.domain.delivery import TEST, TICKET_LOGGED, Attempt, Delivery, DeliveryState, Errand
from hub.store.chores import begin_chore
from hub.store.pool import Database

CLAIM = "SELECT * FROM claim_deliveries($1, $2, $3)"
SETTLE = "SELECT settle_deliveries($1)"

ADD_TEST = """
    INSERT INTO deliveries (tenant_id, uuid, target_id, topic, place, body)
    SELECT t.tenant_id, gen_random_uuid(), t.id, $3, nextval('event_ids'), '{}' FROM targets t
    WHERE t.tenant_id = $1 AND t.id = $2 AND t.deleted_at IS NULL RETURNING id
"""

# One part of the past, in the order of its places. What is on its way at this moment arrives anyway.
REPLAY_EVENTS = """
    WITH past AS (
        SELECT e.tenant_id, e.id, e.uuid, e.kind, e.chat_id, e.actor_id, t.id AS target_id, t.uuid AS target_uuid, t.topics, t.profile_ids
        FROM targets t JOIN events e ON e.tenant_id = t.tenant_id AND e.id >= $3
        WHERE t.tenant_id = $1 AND t.id = $2
        ORDER BY e.id LIMIT $4),
    due AS (
        INSERT INTO deliveries AS d (tenant_id, uuid, target_id, topic, chat_id, event_id, place, facts)
        SELECT p.tenant_id, delivery_uuid(p.target_uuid, p.uuid), p.target_id, p.kind, p.chat_id, p.id, p.id, chat_facts(c, p.actor_id)
        FROM past p JOIN chats c ON c.tenant_id = p.tenant_id AND c.id = p.chat_id AND c.kind = 'visitor'
        WHERE p.kind = ANY (p.topics) AND (p.profile_ids IS NULL OR c.profile_id = ANY (p.profile_ids))
        ORDER BY p.id
        ON CONFLICT (tenant_id, uuid) DO UPDATE SET state = 'due', due_at = now(), due_since = now(), tries = 0, finished_at = NULL
        WHERE coalesce(d.leased_until < now(), true)
        RETURNING 1)
    SELECT (SELECT count(*) FROM due) AS due, (SELECT max(id) FROM past) AS last, (SELECT count(*) FROM past) AS seen
"""
REPLAY_TICKETS = """
    UPDATE deliveries SET state = 'due', due_at = now(), due_since = now(), tries = 0, finished_at = NULL
    WHERE tenant_id = $1 AND target_id = $2 AND topic = $3 AND place >= $4 AND coalesce(leased_until < now(), true)
"""
# Times of two chats may cross by the length of a commit, so some seconds more are taken. Read from the end: it costs what is to be replayed anyway.
POSITION = "SELECT coalesce(max(id), 0) + 1 FROM events WHERE tenant_id = $1 AND at < $2::timestamptz - interval '5 seconds'"

LOG = """
    SELECT d.id, d.uuid, d.target_id, d.topic, d.chat_id, d.place AS position, d.state, d.attempts, d.due_at, d.created_at, d.finished_at,
           a.status, a.error
    FROM deliveries d LEFT JOIN delivery_attempts a ON a.tenant_id = d.tenant_id AND a.delivery_id = d.id AND a.number = d.attempts
    WHERE d.tenant_id = $1
"""
FILTER = " AND ($2::int IS NULL OR d.target_id = $2) AND ($3::text IS NULL OR d.state = $3)"
LIST = LOG + FILTER + " ORDER BY d.id DESC LIMIT $4 OFFSET $5"
COUNT = "SELECT count(*) FROM deliveries d WHERE d.tenant_id = $1" + FILTER
FIND = LOG + " AND d.id = $2"
ERRAND = """
    SELECT d.tenant_id, d.id, d.uuid, d.target_id, t.uuid AS target_uuid, t.name AS target_name, t.url, t.form, t.failures, t.failing_since,
           d.topic, d.attempts, d.tries, d.due_since, d.created_at,
           coalesce(d.body, (SELECT s.body FROM describe_chat(d.tenant_id, d.chat_id, d.facts) s)) AS body, '{}'::text[] AS secret_names, '{}'::bytea[] AS secrets,
           (SELECT told_event(e) FROM events e WHERE e.tenant_id = d.tenant_id AND e.id = d.event_id) AS event
    FROM deliveries d JOIN targets t ON t.tenant_id = d.tenant_id AND t.id = d.target_id
    WHERE d.tenant_id = $1 AND d.id = $2
"""
ATTEMPTS = "SELECT number, at, took_ms, status, error, answer FROM delivery_attempts WHERE tenant_id = $1 AND delivery_id = $2 ORDER BY number"

PRUNE = "SELECT prune_deliveries($1, $2)"
PRUNING = "deliveries"


class Deliveries:
    """The outbox of everything that leaves the hub."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, limit: int, per_target: int, lease: timedelta) -> list[Errand]:
        """Errands of whatever tenants that are due, taken until the lease is over."""
        async with self._database.nobody() as connection:
            rows = await connection.fetch(CLAIM, limit, per_target, int(lease.total_seconds()))
        return [_errand_from_row(dict(row)) for row in rows]

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Writes down what came of them, in one transaction."""
        tenants = {outcome.errand.tenant_id for outcome in outcomes}
        async with self._database.tenants(tenants) as connection:
            await connection.execute(SETTLE, [outcome_json(outcome) for outcome in outcomes])

    async def add_test(self, tenant_id: int, target_id: int) -> int | None:
        """The id of a new delivery that is a test; None when there is no such target."""
        async with self._database.tenants([tenant_id]) as connection:
            found: int | None = await connection.fetchval(ADD_TEST, tenant_id, target_id, TEST)
        return found

    async def replay(
        self, tenant_id: int, target_id: int, from_position: int, limit: int
    ) -> tuple[int, int | None]:
        """Makes one part of the past due again; tickets with the first part. How many, and where the next part begins."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(REPLAY_EVENTS, tenant_id, target_id, from_position, limit)
        assert row is not None  # It counts, so there always is one.
        return row["due"], None if row["seen"] < limit else row["last"] + 1

    async def replay_tickets(self, tenant_id: int, target_id: int, from_position: int) -> int:
        """Makes due what it was told of tickets from this position on; how many."""
        async with self._database.tenants([tenant_id]) as connection:
            done = await connection.execute(
                REPLAY_TICKETS, tenant_id, target_id, TICKET_LOGGED, from_position
            )
        return int(done.rpartition(" ")[2])

    async def get_position(self, tenant_id: int, since: datetime) -> int:
        """The position from which on all stands that happened at or after this time, and maybe some of the seconds before."""
        async with self._database.tenants([tenant_id]) as connection:
            return int(await connection.fetchval(POSITION, tenant_id, since))

    async def list_deliveries(
        self, tenant_id: int, target_id: int | None, state: DeliveryState | None, window: Window
    ) -> tuple[list[Delivery], int]:
        """One part of the log, newest first, and how many there are in all."""
        async with self._database.tenants([tenant_id]) as connection:
            total = await connection.fetchval(COUNT, tenant_id, target_id, state)
            rows = await connection.fetch(LIST, tenant_id, target_id, state, window.limit, window.offset)
        return [Delivery(**row) for row in rows], total

    async def find_delivery(
        self, tenant_id: int, delivery_id: int
    ) -> tuple[Delivery, Errand, list[Attempt]] | None:
        """One delivery, the errand it was or will be, without secrets, and its attempts in order."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(FIND, tenant_id, delivery_id)
            errand = await connection.fetchrow(ERRAND, tenant_id, delivery_id)
            if row is None or errand is None:
                return None
            attempts = await connection.fetch(ATTEMPTS, tenant_id, delivery_id)
        return Delivery(**row), _errand_from_row(dict(errand)), [Attempt(**one) for one in attempts]

    async def prune(self, before: datetime, limit: int) -> int:
        """Removes at most so many that were over before then, of whatever tenants; how many."""
        async with self._database.nobody() as connection:
            return int(await connection.fetchval(PRUNE, before, limit))

    async def begin_pruning(self, now: datetime, every: timedelta) -> bool:
        """Whether it is this process's turn."""
        return await begin_chore(self._database, PRUNING, now, every)


def _errand_from_row(row: Mapping[str, Any]) -> Errand:
    values = dict(row)
    names, secrets = values.pop("secret_names") or [], values.pop("secrets") or []
    return Errand(**values, secrets=tuple(zip(names, secrets, strict=True)))


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """One element of what `settle_deliveries` takes."""
    errand, answer, verdict = outcome.errand, outcome.answer, outcome.verdict
    foreign_id, foreign_url = outcome.foreign or (None, None)
    return {
        "tenant_id": errand.tenant_id,
        "id": errand.id,
        "target_id": errand.target_id,
        "attempts": errand.attempts,
        "took_ms": answer.took_ms,
        "status": answer.status,
        "error": answer.error,
        "answer": answer.text,
        "state": verdict.state,
        "again_at": None if verdict.again_at is None else verdict.again_at.isoformat(),
        "target_at": None if verdict.target_at is None else verdict.target_at.isoformat(),
        "pauses": verdict.pauses,
        "is_success": answer.is_success,
        "foreign_id": foreign_id,
        "foreign_url": foreign_url,
    }
