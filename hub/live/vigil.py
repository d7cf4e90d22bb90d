"""Keeps watch over visitors for whom agents wait: asks whether they are still there, tells their lines so, ends chats nobody answers in.

One look a second for all chats of this process, and none for a single one: what is known about a chat is in the store, so a restart
neither forgets a question nor puts it twice. Needs no Redis.
"""

import asyncio
from contextlib import suppress

import structlog

from hub.actions.ports import Ports
from hub.actions.waiting import end_silent_chat
from hub.domain.errors import StorageUnavailable
from hub.live.fanout import Fanout

log = structlog.get_logger()

LOOK_EVERY_S = 1.0

ChatKey = tuple[int, int]  # Tenant and chat.


class Vigil:
    """The watch of one process; several watch together."""

    def __init__(self, ports: Ports, fanout: Fanout) -> None:
        self._ports = ports
        self._fanout = fanout
        self._signs: set[ChatKey] = set()
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
        """Looks every second until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._look_now.wait()
            self._look_now.clear()
            try:
                await self.look()
            except StorageUnavailable:
                continue
            except Exception:  # Visitors are asked later rather than lines lost with the process.
                log.exception("vigil_failed")

    async def look(self) -> None:
        """Writes down who has given a sign, asks and ends where it is time, and tells the visitors' lines. StorageUnavailable."""
        await self._write_signs()
        overdue = await self._ports.waiting.ask_silent()
        await asyncio.gather(*(end_silent_chat(self._ports, question) for question in overdue))
        await self._tell_questions()

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
