"""The standing look at all open chats: those that nobody would ever come to, and those whose visitor waits for too long."""

import asyncio
import contextlib
from typing import Final

import structlog

from hub.actions.ports import Ports
from hub.domain.errors import StorageUnavailable
from hub.operate.metrics import Metrics

LOOK_EVERY_S: Final = 30.0

log = structlog.get_logger()


class ChatCheck:
    """Looks again and again. `stranded` is how many nobody would come to, None before the first look."""

    def __init__(self, ports: Ports, measurements: Metrics) -> None:
        self._ports = ports
        self._measurements = measurements
        self.stranded: int | None = None

    async def watch(self) -> None:
        """Looks until cancelled."""
        while True:
            with contextlib.suppress(StorageUnavailable):
                await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Counts both, and writes down each chat that is stranded. StorageUnavailable."""
        found = await self._ports.routing.list_stranded()
        self.stranded = len(found)
        self._measurements.set_stranded_chats(len(found))
        for one in found:
            log.error("chat_stranded", tenant=one.tenant_id, chat=one.chat_id, reason=one.reason)
        self._measurements.set_overdue_chats(await self._ports.waiting.count_overdue())
