"""Look-ups that arrive together, answered by one query. The reading counterpart of the group commit in `events`.

After a restart everybody comes back at once, and everybody asks the same few things: who they are, their chats, one page of each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from hub.domain.errors import StorageUnavailable
from hub.store.pool import RETRY_AFTER_MS

MAX_BATCH_KEYS = 200  # A query of more would hold up what waits behind it for longer than it saves.
# So far apart begin the queries of one kind. Without, a store that answers at once would be asked by everybody for themselves; who
# comes alone does not wait.
PACE_S = 0.01
GIVE_UP_S = 1.9  # As for a send: who asks hears within 2 s that the store does not answer.

Key = TypeVar("Key")
Found = TypeVar("Found")


class LookUps(Generic[Key, Found]):
    """One kind of look-up. What is asked while one query runs, or shortly after it began, makes up the next; nothing is kept.

    An answer is never older than its question: who asks while a key is being read waits for the next query.
    """

    def __init__(self, read: Callable[[list[Key]], Awaitable[Mapping[Key, Found]]]) -> None:
        self._read = read
        self._waiting: dict[Key, list[asyncio.Future[Found | None]]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._next_at_s = 0.0

    async def find(self, key: Key) -> Found | None:
        """What the key names, None when there is no such thing. Raises StorageUnavailable."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Found | None] = loop.create_future()
        self._waiting.setdefault(key, []).append(waiting)
        if self._reading is None or self._reading.done():
            self._reading = loop.create_task(self._answer_all())
        try:
            async with asyncio.timeout(GIVE_UP_S):
                return await waiting
        except TimeoutError as error:
            raise StorageUnavailable(after_ms=RETRY_AFTER_MS) from error

    async def _answer_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if (early_s := self._next_at_s - loop.time()) > 0:
                await asyncio.sleep(early_s)
            self._next_at_s = loop.time() + PACE_S
            batch: dict[Key, list[asyncio.Future[Found | None]]] = {}
            while self._waiting and len(batch) < MAX_BATCH_KEYS:
                key = next(iter(self._waiting))
                asking = [waiting for waiting in self._waiting.pop(key) if not waiting.done()]
                if asking:
                    batch[key] = asking
            if batch:
                await self._answer(batch)

    async def _answer(self, batch: dict[Key, list[asyncio.Future[Found | None]]]) -> None:
        try:
            found = await self._read(list(batch))
        except StorageUnavailable as error:
            for asking in batch.values():
                _fail(asking, StorageUnavailable(after_ms=RETRY_AFTER_MS), error)
        except Exception as error:
            if len(batch) == 1:
                [asking] = batch.values()
                _fail(asking, error, error.__cause__)
                return
            for key, asking in batch.items():  # One bad key spoils nothing.
                await self._answer({key: asking})
        else:
            for key, asking in batch.items():
                for waiting in asking:
                    if not waiting.done():
                        waiting.set_result(found.get(key))


def _fail(asking: list[asyncio.Future[Found | None]], error: Exception, cause: BaseException | None) -> None:
    error.__cause__ = cause
    for waiting in asking:
        if not waiting.done():
            waiting.set_exception(error)
