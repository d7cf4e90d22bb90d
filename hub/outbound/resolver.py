"""Which addresses a name has, asked of the system without holding up anybody else."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port → addresses as text, the best first. Raises OSError when the name has none."""

LookUp = Callable[[str, int], Sequence[str]]


class SystemResolver:
    """The system's own look-up, in threads of its own.

    It cannot be called off: a slow name server keeps its thread for up to half a minute. In the threads shared by all it would
    hold up passwords and files, and as anything but a daemon the end of the process.
    """

    def __init__(self, *, max_lookups: int = 64, look_up: LookUp | None = None) -> None:
        """At most so many names are looked up at once; others wait. `look_up`: what may take its time, in a thread."""
        self._free = asyncio.Semaphore(max_lookups)
        self._look_up = _ask_system if look_up is None else look_up

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of the host, the one to try first at the beginning. Raises OSError when there are none."""
        await self._free.acquire()
        lookup = _Lookup(lambda: self._look_up(host, port), self._free.release)
        threading.Thread(target=lookup.run, name="look-up", daemon=True).start()
        return await lookup.answer


class _Lookup:
    def __init__(self, look_up: Callable[[], Sequence[str]], done: Callable[[], None]) -> None:
        self._look_up = look_up
        self._done = done
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Sequence[str]] = self._loop.create_future()

    def run(self) -> None:
        """Looks up in this thread, and tells the loop."""
        found: Sequence[str] | OSError
        try:
            found = self._look_up()
        except OSError as error:
            found = error
        except ValueError as error:  # No name at all.
            found = OSError(str(error))
        with suppress(RuntimeError):  # The loop has ended meanwhile, and nobody waits.
            self._loop.call_soon_threadsafe(self._settle, found)

    def _settle(self, found: Sequence[str] | OSError) -> None:
        self._done()
        if self.answer.done():  # Whoever asked has given up.
            return
        if isinstance(found, OSError):
            self.answer.set_exception(found)
        else:
            self.answer.set_result(found)


def _ask_system(host: str, port: int) -> Sequence[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
