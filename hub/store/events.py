"""Events in Postgres: the group commit that appends them, and the reads. The counterpart in SQL is `append_events`."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import asyncpg
import structlog

from hub.domain.errors import CidReused, InternalError, StorageUnavailable
from hub.domain.event import Append, Appended, AppendRefused, Change, Event, Guard, Stream
from hub.domain.text import preview_text
from hub.store.look_ups import LookUps
from hub.store.pool import RETRY_AFTER_MS, STATEMENT_TIMEOUT_S, UNAVAILABLE, Database

log = structlog.get_logger()

MAX_BATCH_ITEMS = 500
GIVE_UP_S = 1.9  # A sender hears within 2 s that nothing could be stored.
BUSY_RETRY_S = (
    0.002,
    0.050,
)  # Another process holds the chat for one commit, well under a millisecond; then less eagerly.
RECONNECT_S = (0.02, 0.1)
MAX_CONFLICTS = 3  # Deadlocks and serialization failures pass; more than three in a row do not.

APPEND = (
    "SELECT * FROM append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
)

AFTER = """
    SELECT tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, at, text, data, after_seq FROM events
    WHERE tenant_id = $1 AND chat_id = $2 AND stream = $3 AND seq > $4 ORDER BY seq LIMIT $5
"""

# Several pages at once, numbered as asked.
PAGES = """
    SELECT asked.number, e.*
    FROM unnest($1::int[], $2::int[], $3::text[], $4::bigint[], $5::int[])
         WITH ORDINALITY asked(tenant_id, chat_id, stream, after, most, number),
         LATERAL (SELECT tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, at, text, data, after_seq FROM events
                  WHERE tenant_id = asked.tenant_id AND chat_id = asked.chat_id AND stream = asked.stream AND seq > asked.after
                  ORDER BY seq LIMIT asked.most) e
    ORDER BY asked.number, e.seq
"""
MAX_SHARED_EVENTS = 50  # Longer pages are read alone: they must not hold up the short ones.

BEFORE = """
    SELECT tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, at, text, data, after_seq FROM events
    WHERE tenant_id = $1 AND chat_id = $2 AND stream = $3 AND seq < $4 ORDER BY seq DESC LIMIT $5
"""

# `last_id` is usually that of an event of this chat, whose number then says where to begin; any other costs a look at all of them.
AFTER_ID = """
    SELECT tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, at, text, data, after_seq FROM events
    WHERE tenant_id = $1 AND chat_id = $2 AND stream = 'public' AND id > $3 AND id <= $4
      AND seq > coalesce((SELECT l.seq FROM events l WHERE l.tenant_id = $1 AND l.id = $3 AND l.chat_id = $2 AND l.stream = 'public'), 0)
    ORDER BY seq LIMIT $5
"""

BY_IDS = """
    SELECT tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, at, text, data, after_seq FROM events
    WHERE tenant_id = $1 AND id = ANY ($3) AND chat_id = $2 AND stream = 'public' ORDER BY seq
"""

EDITS = """
    SELECT DISTINCT ON ((data->>'seq')::bigint)
           tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, at, text, data, after_seq
    FROM events WHERE tenant_id = $1 AND chat_id = $2 AND kind = 'message_edited' AND (data->>'seq')::bigint = ANY ($3)
    ORDER BY (data->>'seq')::bigint, seq DESC
"""

# By the unknown visitor a user was in this chat before.
SAID_BEFORE = """
    SELECT e.tenant_id, e.chat_id, e.stream, e.seq, e.id, e.uuid, e.kind, e.side, e.actor_id, e.cid, e.at, e.text, e.data, e.after_seq
    FROM events w JOIN events e ON e.tenant_id = w.tenant_id AND e.chat_id = w.chat_id AND e.actor_id = (w.data->>'was')::int
    WHERE w.tenant_id = $1 AND w.chat_id = $2 AND w.kind = 'visitor_identified' AND w.actor_id = $3 AND e.cid = $4
"""

MAX_ID = 2**63 - 1

# The indexes by which a visitor has one open chat an entrance, and two agents one; only opening one again can meet them.
ONE_OPEN = ("chats_one_open", "chats_one_open_pair")

PageKey = tuple[int, int, Stream, int, int]  # Tenant, chat, stream, after, limit.

Observe = Callable[[int, float], None]  # Told of each commit: items, seconds.


@dataclass(slots=True, eq=False)
class _Waiting:
    """Appends on their way, one or a group that is stored whole or not at all: who waits for them (done once nobody does)."""

    items: Sequence[Append]
    done: asyncio.Future[list[Appended]] = field(repr=False)
    busy_times: int = 0  # How often a chat of theirs was locked.

    @property
    def chat(self) -> tuple[int, int]:
        """The chat they queue for: a group for that of its first item."""
        return self.items[0].tenant_id, self.items[0].chat_id

    @property
    def is_group(self) -> bool:
        """Whether they are stored in a transaction of their own."""
        return len(self.items) > 1


class EventWriter:
    """Appends events in group commits on one connection.

    What arrives while one batch commits makes up the next: no timer, and no second connection, which would reorder chats.
    A batch that fails for one item's sake is run again item by item; after a lost connection the same batch again: the cids make it safe.
    A group of items is a batch of its own, and is undone when one of them is refused.
    """

    def __init__(self, database: Database, observe: Observe | None = None) -> None:
        self._connect = database.connect_writer
        self._observe = observe
        self._connection: asyncpg.Connection[Any] | None = None
        self._ready: list[_Waiting] = []
        self._deferred: dict[tuple[int, int], list[_Waiting]] = {}
        self._wake = asyncio.Event()

    async def append(self, item: Append) -> Appended:
        """The stored event, committed. Raises AppendRefused, CidReused, StorageUnavailable."""
        return (await self.append_all((item,)))[0]

    async def append_all(self, items: Sequence[Append]) -> list[Appended]:
        """The stored events, all committed in one transaction, or none. Raises as `append` does: what refuses one refuses all."""
        waiting = _Waiting(items, asyncio.get_running_loop().create_future())
        behind = self._deferred.get(waiting.chat)
        (self._ready if behind is None else behind).append(waiting)
        self._wake.set()
        try:
            async with asyncio.timeout(GIVE_UP_S):
                return await waiting.done
        except (
            TimeoutError
        ) as error:  # It may yet be committed: the caller repeats the cid and gets that outcome.
            raise StorageUnavailable(after_ms=RETRY_AFTER_MS) from error

    async def run(self) -> None:
        """Commits batches until cancelled; whoever still waits then is told to try again."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._ready:
                    await self._commit_next()
        finally:
            for waiting in (*self._ready, *(w for held in self._deferred.values() for w in held)):
                _settle(waiting, StorageUnavailable(after_ms=RETRY_AFTER_MS))
            if self._connection is not None:
                self._connection.terminate()

    async def _commit_next(self) -> None:
        batch, self._ready = _split_batch([waiting for waiting in self._ready if not waiting.done.done()])
        if not batch:
            return
        try:
            self._defer(await self._commit(batch))
        except UNAVAILABLE:
            # The same items again in the same order, on a new connection, as long as somebody waits for them.
            if self._connection is not None:
                self._connection.terminate()
                self._connection = None
            self._ready = batch + self._ready
            await asyncio.sleep(random.uniform(*RECONNECT_S))
        except BaseException:
            self._ready = batch + self._ready  # Cancelled: `run` answers them.
            raise

    async def _commit(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Answers all items but those whose chat somebody else has locked: these are left over, in their order."""
        try:
            outcomes = await self._call(batch)
        except UNAVAILABLE:
            raise
        except asyncpg.PostgresError as error:
            if len(batch) > 1:
                return await self._commit_singly(batch)
            if getattr(error, "constraint_name", None) in ONE_OPEN:
                _settle(batch[0], AppendRefused("other_open"), error)
                return []
            # The database's own sentence may quote the row, so only its code is logged.
            log.error("append_failed", kind=batch[0].items[0].kind, code=error.sqlstate)  # noqa: TRY400
            _settle(batch[0], InternalError(), error)
            return []
        busy, taken = [], 0
        for waiting in batch:
            own = outcomes[taken : taken + len(waiting.items)]
            taken += len(waiting.items)
            if any(outcome["outcome"] == "busy" for outcome in own):
                busy.append(waiting)
            else:
                _answer(waiting, own)
        return busy

    async def _commit_singly(self, batch: list[_Waiting]) -> list[_Waiting]:
        """The same one by one. What comes after a busy item of its chat is not tried: it would overtake it."""
        busy: list[_Waiting] = []
        for waiting in batch:
            if any(other.chat == waiting.chat for other in busy):
                busy.append(waiting)
            else:
                busy += await self._commit([waiting])
        return busy

    async def _call(self, batch: list[_Waiting]) -> Sequence[asyncpg.Record]:
        """What became of each item. Committed, but for a group with an item that was not stored: then nothing was."""
        loop = asyncio.get_running_loop()
        for attempt in range(MAX_CONFLICTS + 1):
            try:
                # The deadline is for a server that is frozen: it answers neither the query nor its own statement timeout.
                async with asyncio.timeout(STATEMENT_TIMEOUT_S):
                    if self._connection is None or self._connection.is_closed():
                        self._connection = await self._connect()
                    begun = loop.time()
                    outcomes = await _append(self._connection, batch)
                if self._observe is not None:
                    self._observe(len(batch), loop.time() - begun)
                return outcomes
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                if attempt == MAX_CONFLICTS:
                    raise
        raise AssertionError("unreachable")

    def _defer(self, busy: list[_Waiting]) -> None:
        """Puts the items of locked chats aside; later items of these chats queue behind them, other chats go on."""
        for key in dict.fromkeys(waiting.chat for waiting in busy):
            held = [waiting for waiting in busy if waiting.chat == key]
            for waiting in held:
                waiting.busy_times += 1
            late = [waiting for waiting in self._ready if waiting.chat == key]
            self._ready = [waiting for waiting in self._ready if waiting.chat != key]
            self._deferred[key] = [*held, *late]
            least, most = BUSY_RETRY_S
            delay = min(most, least * 2 ** min(held[0].busy_times, 8)) * random.uniform(0.5, 1.0)
            asyncio.get_running_loop().call_later(delay, self._return, key)

    def _return(self, key: tuple[int, int]) -> None:
        self._ready.extend(self._deferred.pop(key))
        self._wake.set()


async def _append(connection: "asyncpg.Connection[Any]", batch: list[_Waiting]) -> Sequence[asyncpg.Record]:
    items = [item for waiting in batch for item in waiting.items]
    if not batch[0].is_group:
        return await connection.fetch(APPEND, *_arrays(items))
    transaction = connection.transaction()
    await transaction.start()
    try:
        outcomes = await connection.fetch(APPEND, *_arrays(items))
    except asyncpg.PostgresError:
        if not connection.is_closed():
            await transaction.rollback()
        raise
    if all(outcome["outcome"] in ("new", "known") for outcome in outcomes):
        await transaction.commit()
    else:
        await transaction.rollback()
    return outcomes


def _split_batch(ready: list[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
    """The next batch and the rest. A cid goes only once into a batch: its repeat waits for the first one's outcome."""
    if ready and ready[0].is_group:
        return ready[:1], ready[1:]
    batch: list[_Waiting] = []
    rest: list[_Waiting] = []
    seen: set[tuple[int, int, int, str]] = set()
    held_chats: set[tuple[int, int]] = set()
    for waiting in ready:
        item = waiting.items[0]
        name = (*waiting.chat, item.actor_id, item.cid)
        is_full = len(batch) == MAX_BATCH_ITEMS
        if waiting.is_group or is_full or name in seen or waiting.chat in held_chats:
            rest.append(waiting)
            held_chats |= {(item.tenant_id, item.chat_id) for item in waiting.items}
        else:
            seen.add(name)
            batch.append(waiting)
    return batch, rest


def _arrays(items: Sequence[Append]) -> tuple[list[Any], ...]:
    return (
        sorted({item.tenant_id for item in items}),
        [item.tenant_id for item in items],
        [item.chat_id for item in items],
        [item.stream for item in items],
        [item.kind for item in items],
        [item.side for item in items],
        [item.actor_id for item in items],
        [item.cid for item in items],
        [item.body_hash() for item in items],
        [item.text for item in items],
        [item.data for item in items],
        [None if item.text is None else preview_text(item.text) for item in items],
        [None if item.guard.states is None else int(item.guard.states) for item in items],
        [item.guard.participant_id for item in items],
        [item.guard.holder_id for item in items],
        [item.guard.expect_seq for item in items],
        [None if item.change is None else _change_json(item.change, item.guard) for item in items],
    )


def _change_json(change: Change, guard: Guard) -> dict[str, Any]:
    told = {name: value for name, value in asdict(change).items() if value not in (None, ())}
    # Of guards only changes need these: who posts is not asked for them.
    asked = {"offer_seq": guard.offer_seq, "not_holder_id": guard.not_holder_id}
    asked = {name: value for name, value in asked.items() if value is not None}
    return {**told, "guard": asked} if asked else told


def _answer(waiting: _Waiting, outcomes: Sequence[asyncpg.Record]) -> None:
    for outcome in outcomes:
        match outcome["outcome"]:
            case "new" | "known":
                continue
            case "reused":
                return _settle(waiting, CidReused())
            case reason:
                return _settle(waiting, AppendRefused(reason))
    if not waiting.done.done():
        waiting.done.set_result(
            [
                Appended(_event_from_outcome(item, outcome), duplicate=outcome["outcome"] == "known")
                for item, outcome in zip(waiting.items, outcomes, strict=True)
            ]
        )
    return None


def _settle(waiting: _Waiting, error: Exception, cause: BaseException | None = None) -> None:
    if not waiting.done.done():
        error.__cause__ = cause
        waiting.done.set_exception(error)


def _event_from_outcome(item: Append, outcome: asyncpg.Record) -> Event:
    return Event(
        tenant_id=item.tenant_id,
        chat_id=item.chat_id,
        stream=item.stream,
        seq=outcome["seq"],
        id=outcome["id"],
        uuid=outcome["uuid"],
        kind=item.kind,
        side=item.side,
        actor_id=item.actor_id,
        cid=item.cid,
        at=outcome["at"],
        text=item.text,
        data=item.data,
        after_seq=outcome["after_seq"],
    )


class Events:
    """Events as actions see them: appended by the process's one writer, read through the pool."""

    def __init__(self, database: Database, writer: EventWriter) -> None:
        self._database = database
        self._writer = writer
        self._pages = LookUps(self._read_pages)

    async def append(self, item: Append) -> Appended:
        """The stored event, committed. Raises AppendRefused, CidReused, StorageUnavailable."""
        return await self._writer.append(item)

    async def append_all(self, items: Sequence[Append]) -> list[Appended]:
        """All of them in one transaction, or none. Raises as `append` does."""
        return await self._writer.append_all(items)

    async def list_after(
        self, tenant_id: int, chat_id: int, stream: Stream, after: int, limit: int
    ) -> list[Event]:
        """Events with seq > after, ascending, without holes."""
        if limit <= MAX_SHARED_EVENTS:
            return await self._pages.find((tenant_id, chat_id, stream, after, limit)) or []
        async with self._database.tenants([tenant_id]) as connection:
            return [
                Event(**row)
                for row in await connection.fetch(AFTER, tenant_id, chat_id, stream, after, limit)
            ]

    async def list_before(
        self, tenant_id: int, chat_id: int, stream: Stream, before: int, limit: int
    ) -> list[Event]:
        """The newest events with seq < before, ascending."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(BEFORE, tenant_id, chat_id, stream, before, limit)
        return [Event(**row) for row in reversed(rows)]

    async def list_ids_after(
        self, tenant_id: int, chat_id: int, last_id: int, max_id: int | None, limit: int
    ) -> list[Event]:
        """Public events with last_id < id ≤ max_id, ascending."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(
                AFTER_ID, tenant_id, chat_id, last_id, MAX_ID if max_id is None else max_id, limit
            )
        return [Event(**row) for row in rows]

    async def list_by_ids(self, tenant_id: int, chat_id: int, ids: Sequence[int]) -> list[Event]:
        """Those of the chat's public events that have these ids, ascending."""
        async with self._database.tenants([tenant_id]) as connection:
            return [Event(**row) for row in await connection.fetch(BY_IDS, tenant_id, chat_id, list(ids))]

    async def list_edits(self, tenant_id: int, chat_id: int, seqs: Sequence[int]) -> list[Event]:
        """The newest `message_edited` event of each of these messages that has one."""
        async with self._database.tenants([tenant_id]) as connection:
            return [Event(**row) for row in await connection.fetch(EDITS, tenant_id, chat_id, list(seqs))]

    async def find_said_before(self, tenant_id: int, chat_id: int, user_id: int, cid: str) -> Event | None:
        """What the user said under this cid in the chat before it was known who they are."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(SAID_BEFORE, tenant_id, chat_id, user_id, cid)
        return None if row is None else Event(**row)

    async def _read_pages(self, asked: list[PageKey]) -> dict[PageKey, list[Event]]:
        tenants, chats, streams, afters, limits = zip(*asked, strict=True)
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(PAGES, tenants, chats, streams, afters, limits)
        found: dict[PageKey, list[Event]] = {}
        for row in rows:
            values = dict(row)
            found.setdefault(asked[values.pop("number") - 1], []).append(Event(**values))
        return found
