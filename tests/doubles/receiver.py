"""Somebody outside who is told things: an HTTP server on loopback that answers as a test wants it to, also badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

MAX_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """One call. Names of headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the receiver answers; `waits` first until that is set, `is_cut` hangs up instead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    waits: asyncio.Event | None = None
    is_cut: bool = False


Decide = Callable[[Received], Reply]


class Receiver:
    """Counts what it is told. `decide` may be changed at any time."""

    def __init__(self, decide: Decide) -> None:
        self.decide = decide
        self.calls: list[Received] = []
        self.port = 0
        self.connections = 0
        self._news = asyncio.Condition()
        self._lines: set[asyncio.Task[None]] = set()

    def url(self, path: str = "/") -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def wait_for(
        self, is_enough: Callable[[list[Received]], Any], within_s: float = 30.0
    ) -> list[Received]:
        """All calls, once they are enough. TimeoutError tells how many there were."""
        try:
            async with asyncio.timeout(within_s), self._news:
                await self._news.wait_for(lambda: is_enough(self.calls))
        except TimeoutError:
            raise TimeoutError(f"told of {[call.told.get('type') for call in self.calls]}") from None
        return list(self.calls)

    async def wait_until_quiet(self) -> None:
        """Until all lines have ended, from whichever side. TimeoutError after half a minute."""
        async with asyncio.timeout(30.0):
            while self._lines:
                await asyncio.wait(self._lines)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        self.connections += 1
        try:
            while await self._answer_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # Cut from either side. Nobody waits for this task.
        finally:
            self._lines.discard(task)
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        call = Received(head[0].split(" ")[1], headers, body)
        reply = self.decide(call)
        async with self._news:
            self.calls.append(call)
            self._news.notify_all()
        if reply.waits is not None:
            await reply.waits.wait()
        if reply.is_cut:
            return False
        shown = {"content-length": str(len(reply.body)), **reply.headers}
        lines = [f"HTTP/1.1 {reply.status} told", *(f"{name}: {value}" for name, value in shown.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + reply.body)
        await writer.drain()
        return True

    def hang_up(self) -> None:
        """Cuts all lines."""
        for line in self._lines:
            line.cancel()


@asynccontextmanager
async def receiver(decide: Decide = lambda call: Reply()) -> AsyncIterator[Receiver]:
    """A receiver on a free port."""
    one = Receiver(decide)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0, limit=MAX_HEAD_BYTES)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        one.hang_up()
        await server.wait_closed()
