"""A TCP proxy on the loopback address that treats what passes through it badly, one direction at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.faults.questions import Questions

CHUNK_BYTES = 65_536
LOOPBACK = "127.0.0.1"
SLICE_S = 0.05  # How long a trickle's pieces are, and so how soon it notices that it has been healed.


@dataclass(slots=True)
class Flow:
    """How one direction is treated; as made, everything passes."""

    passes: asyncio.Event = field(default_factory=asyncio.Event)
    delay_s: float = 0.0
    bytes_per_s: float | None = None

    def __post_init__(self) -> None:
        self.passes.set()

    def heal(self) -> None:
        """Lets everything pass again, also what was held back: as after a partition TCP itself would."""
        self.delay_s, self.bytes_per_s = 0.0, None
        self.passes.set()


class FaultProxy:
    """Passes connections on to one address. `requests` is the way to it, `answers` the way back."""

    def __init__(self, target_port: int) -> None:
        self.requests = Flow()
        self.answers = Flow()
        self.refuses = False
        self.port = 0
        self.bytes_answered = 0
        self.questions: Questions | None = (
            None  # Counted only where somebody wants to know: it costs the proxy time.
        )
        self._target_port = target_port
        self._answers_to_swallow = 0
        self._transports: set[asyncio.WriteTransport] = set()

    @property
    def lines(self) -> int:
        """How many connections pass through it now."""
        return len(self._transports) // 2

    def heal(self) -> None:
        """Treats everything well again."""
        self.refuses = False
        self._answers_to_swallow = 0
        self.requests.heal()
        self.answers.heal()

    def partition(self) -> None:
        """Nothing passes in either direction, and nobody is told."""
        self.requests.passes.clear()
        self.answers.passes.clear()

    def refuse(self) -> None:
        """Cuts everything and takes no new connections."""
        self.refuses = True
        self.cut()

    def cut(self) -> None:
        """Ends all connections abruptly."""
        for transport in list(self._transports):
            transport.abort()

    def swallow_answers(self, count: int) -> None:
        """The next answers do not arrive and their connections are cut: done, but nobody is told."""
        self._answers_to_swallow = count

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from end to end."""
        if self.refuses:
            writer.transport.abort()
            return
        try:
            target_reader, target_writer = await asyncio.open_connection(LOOPBACK, self._target_port)
        except OSError:
            writer.transport.abort()
            return
        transports = {writer.transport, target_writer.transport}
        self._transports |= transports
        pumps = [
            asyncio.create_task(self._pass_requests(reader, target_writer)),
            asyncio.create_task(self._pass_answers(target_reader, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._transports -= transports
            for transport in transports:
                transport.abort()

    async def _pass_requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        questions = None if self.questions is None else self.questions.begin_connection()
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if questions is not None:
                    questions.feed(data)
                await _pass(data, self.requests, writer)

    async def _pass_answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if self._answers_to_swallow:
                    self._answers_to_swallow -= 1
                    return
                self.bytes_answered += len(data)
                await _pass(data, self.answers, writer)


async def _pass(data: bytes, flow: Flow, writer: asyncio.StreamWriter) -> None:
    await flow.passes.wait()
    if flow.delay_s:
        await asyncio.sleep(flow.delay_s)
    while data:
        size = len(data) if flow.bytes_per_s is None else max(1, int(flow.bytes_per_s * SLICE_S))
        if flow.bytes_per_s is not None:
            await asyncio.sleep(SLICE_S)
        writer.write(data[:size])
        await writer.drain()
        data = data[size:]


@asynccontextmanager
async def running_proxy(target_port: int) -> AsyncIterator[FaultProxy]:
    """A proxy before a port, on a port of its own."""
    proxy = FaultProxy(target_port)
    server = await asyncio.start_server(proxy.serve, LOOPBACK, 0, limit=CHUNK_BYTES)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        proxy.heal()
        proxy.refuse()
        server.close()
        await server.wait_closed()
