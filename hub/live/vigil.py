"""Keeps watch over visitors for whom agents wait, and who wait for agents.

The first are asked whether they are still there, and their chats end when nobody answers; the others are told their place in the queue.

One look a second for all chats of this process, and none for a single one: what is known about a chat is in the store, so a restart
neither forgets a question nor puts it twice. Needs no Redis.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import structlog

from hub.actions.ports import Ports
from hub.actions.waiting import end_silent_chat
from hub.domain.errors import StorageUnavailable
from hub.domain.waiting import wait_interval
from hub.live.fanout import Fanout

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
QUEUES_EVERY_S = 2.0  # Nobody in a queue needs it sooner.
NOTE_WAITING_EVERY_S = 15.0
# What others waited changes slowly and is dearer to read: kept for a minute, and so many tenants' at once that the others need not wait.
WAITS_FOR_S = 60.0
MAX_TENANTS_AT_ONCE = 10

ChatKey = tuple[int, int]  # Tenant and chat.
ProfileKey = tuple[int, int]  # Tenant and profile.


class Vigil:
    """The watch of one process; several watch together."""

    def __init__(self, ports: Ports, fanout: Fanout) -> None:
        self._ports = ports
        self._fanout = fanout
        self._signs: set[ChatKey] = set()
        self._note_waiting_at_s = 0.0
        self._waits: dict[
            ProfileKey, tuple[float, tuple[int, int] | None]
        ] = {}  # When they were read, and what they come to.
        self._look_now = asyncio.Event()

    def note_sign(self, tenant_id: int, chat_id: int) -> None:
        """The visitor of the chat is typing; written with the next look, at once when they are being asked."""
        self._signs.add((tenant_id, chat_id))
        feed = self._fanout.find_feed(tenant_id, chat_id)
        if feed is not None and feed.is_asking:
            self._look_now.set()

    def hear_answer(self, tenant_id: int, chat_id: int) -> None:
        """The visitor has said that they are there: their lines of this process are told at once, others with the next look."""
        feed = self._fanout.find_feed(tenant_id, chat_id)
        if feed is not None:
            feed.end_question()

    async def watch(self) -> None:
        """Looks every second, at the queues every other, until cancelled."""
        loop = asyncio.get_running_loop()
        queues_at_s = loop.time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._look_now.wait()
            self._look_now.clear()
            await _attempt(self.look)
            if loop.time() >= queues_at_s:
                queues_at_s = loop.time() + QUEUES_EVERY_S - LOOK_EVERY_S / 2  # The next look but one.
                await _attempt(self.look_at_queues)

    async def look(self) -> None:
        """Writes down who has given a sign, asks and ends where it is time, and tells the visitors' lines. StorageUnavailable."""
        await self._write_signs()
        overdue = await self._ports.waiting.ask_silent()
        await asyncio.gather(*(end_silent_chat(self._ports, question) for question in overdue))
        await self._tell_questions()

    async def look_at_queues(self) -> None:
        """Tells the visitors of this process who wait where they stand; nothing is asked when there are none. StorageUnavailable."""
        feeds = self._fanout.list_visited("queued")
        await self._write_waiting(key for key, feed in feeds.items() if feed.has_visitor)
        profiles = {
            (feed.chat.tenant_id, feed.chat.profile_id)
            for feed in feeds.values()
            if feed.chat and feed.chat.profile_id
        }
        if not profiles:
            return
        await self._read_waits(profiles)
        queues = await self._ports.waiting.read_queues(profiles)
        now = self._ports.clock.now()
        for profile, chat_ids in queues.items():
            _, wait_s = self._waits.get(profile, (0.0, None))
            for position, chat_id in enumerate(chat_ids, 1):
                feed = feeds.get((profile[0], chat_id))
                if feed is not None:
                    feed.hear_place(position, wait_s, now)

    async def _write_waiting(self, here: Iterable[ChatKey]) -> None:
        """Now and then notes which of those who wait are there: by that it is known when one has gone."""
        now_s = asyncio.get_running_loop().time()
        if now_s < self._note_waiting_at_s:
            return
        self._note_waiting_at_s = now_s + NOTE_WAITING_EVERY_S
        chats = sorted(here)
        if chats:
            await self._ports.waiting.note_waiting(chats)

    async def _read_waits(self, profiles: set[ProfileKey]) -> None:
        """Reads anew what is older than a minute, of some tenants; the others' turn comes with the next looks."""
        now_s = asyncio.get_running_loop().time()
        self._waits = {
            key: (at_s, wait_s) for key, (at_s, wait_s) in self._waits.items() if now_s - at_s < WAITS_FOR_S
        }
        stale = sorted(profiles - self._waits.keys())
        turn = sorted({tenant_id for tenant_id, _ in stale})[:MAX_TENANTS_AT_ONCE]
        if turn:
            found = await self._ports.waiting.read_waits(key for key in stale if key[0] in turn)
            self._waits |= {key: (now_s, wait_interval(waits_s)) for key, waits_s in found.items()}

    async def _write_signs(self) -> None:
        signs, self._signs = self._signs, set()
        if not signs:
            return
        try:
            await self._ports.waiting.note_signs(sorted(signs))
        except StorageUnavailable:
            self._signs |= signs
            raise
        for key in signs:
            self.hear_answer(*key)

    async def _tell_questions(self) -> None:
        feeds = self._fanout.list_visited("active")
        if not feeds:
            return
        standing = {
            (question.tenant_id, question.chat_id): question.until
            for question in await self._ports.waiting.list_questions({tenant_id for tenant_id, _ in feeds})
        }
        now = self._ports.clock.now()
        for key, feed in feeds.items():
            until = standing.get(key)
            if until is None:
                feed.end_question()
            else:
                feed.hear_question(until, now)


async def _attempt(look: Callable[[], Awaitable[None]]) -> None:
    try:
        await look()
    except StorageUnavailable:
        return
    except Exception:  # Visitors are told later rather than lines lost with the process.
        log.exception("vigil_failed")
