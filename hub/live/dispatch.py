"""Moves chats that would otherwise be stranded: offers those that wait, takes unanswered offers back, releases those of agents who are gone.

One look a second in every process, from the rows and not by timers; whoever has the tenant's turn does the work. Needs no Redis.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

import structlog

from hub.actions.ports import Ports
from hub.actions.routing import move_chats
from hub.actions.routing_ports import Move
from hub.domain.errors import StorageUnavailable

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
# A hub that was away, or its store, comes back before its agents do: only who has looked for so long without a break knows who is gone.
STEADY_AFTER_S = 60.0


class Dispatch:
    """The looks of one process."""

    def __init__(self, ports: Ports, now_s: Callable[[], float] = monotonic) -> None:
        self._ports = ports
        self._now_s = now_s
        self._steady_since_s = now_s()
        self._looked_at_s = now_s()

    async def watch(self) -> None:
        """Looks every second until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            with suppress(StorageUnavailable):
                await self.look()

    async def look(self) -> None:
        """Moves what is to be moved, one tenant after the other. StorageUnavailable."""
        now_s = self._now_s()
        if now_s - self._looked_at_s > STEADY_AFTER_S / 2:
            self._steady_since_s = now_s  # The process itself was away: asleep, or held up.
        self._looked_at_s = now_s
        releases = now_s - self._steady_since_s >= STEADY_AFTER_S
        try:
            for tenant_id, moves in (await self._ports.routing.list_moves()).items():
                await self._move(tenant_id, moves, releases=releases)
        except StorageUnavailable:
            self._steady_since_s = self._now_s()
            raise

    async def _move(self, tenant_id: int, moves: Sequence[Move], *, releases: bool) -> None:
        try:
            await move_chats(self._ports, tenant_id, moves, releases=releases)
        except StorageUnavailable:
            raise
        except Exception:  # What is wrong with the chats of one tenant keeps nobody else waiting.
            log.exception("dispatch_failed", tenant=tenant_id)
