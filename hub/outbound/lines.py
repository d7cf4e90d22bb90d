"""Connections that have answered and may be asked again: a handshake for each of hundreds of calls would cost more than the calls."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import httpcore2

from hub.outbound.addresses import ForeignUrl
from hub.outbound.connecting import GuardedNetwork

# Then the name is looked up and checked again, however busy the connection is.
LIFE_S = 60.0
MAX_KEPT = 64  # Of a process, for all addresses.


@dataclass(eq=False, slots=True)
class Line:
    """One connection to an address that was checked, used by one request at a time."""

    network: GuardedNetwork
    connection: httpcore2.AsyncHTTPConnection
    opened_s: float  # By the loop's clock, as all times here.
    idle_since_s: float = 0.0

    def is_reusable(self, idle_s: float) -> bool:
        """Whether the last answer was read to its end, at most `idle_s` ago, and nobody has hung up since."""
        now_s = asyncio.get_running_loop().time()
        return (
            now_s - self.opened_s < LIFE_S
            and now_s - self.idle_since_s < idle_s
            and self.connection.is_idle()
            and not self.connection.has_expired()
        )

    async def close(self) -> None:
        """Ends it, however far it came."""
        await self.network.close()


class KeptLines:
    """Idle connections by where they lead: scheme, host and port as the URL says them, since that is what was checked."""

    def __init__(self, idle_s: float) -> None:
        """Each is ended when nothing was asked for `idle_s`."""
        self._idle_s = idle_s
        self._lines: defaultdict[tuple[str, str, int], list[Line]] = defaultdict(list)
        self._sweeper: asyncio.Task[None] | None = None

    def take(self, url: ForeignUrl) -> Line | None:
        """The one used last, ready for another request; None when there is none."""
        lines = self._lines.get(_destination(url), [])
        for line in reversed(lines):
            if line.is_reusable(self._idle_s):
                lines.remove(line)
                line.network.renew_allowance()
                return line
        return None

    async def keep(self, url: ForeignUrl, line: Line) -> None:
        """Keeps it for a while, or ends it when it cannot be asked again."""
        line.idle_since_s = asyncio.get_running_loop().time()
        if not line.is_reusable(self._idle_s) or sum(map(len, self._lines.values())) >= MAX_KEPT:
            await line.close()
            return
        self._lines[_destination(url)].append(line)
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    async def close(self) -> None:
        """Ends all of them."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for line in [line for lines in self._lines.values() for line in lines]:
            await line.close()
        self._lines.clear()

    async def _sweep(self) -> None:
        """Ends those that have been idle too long, until none is left."""
        while self._lines:
            await asyncio.sleep(self._idle_s)
            for destination, lines in list(self._lines.items()):
                over = [line for line in lines if not line.is_reusable(self._idle_s)]
                lines[:] = [line for line in lines if line not in over]
                if not lines:
                    del self._lines[destination]
                for line in over:
                    await line.close()
        self._sweeper = None


def _destination(url: ForeignUrl) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port
