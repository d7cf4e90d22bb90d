"""Receivers on the other side of the internet: real ones on loopback, and a network that leads public addresses to them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpcore2
from httpcore2 import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request as it came over the wire."""

    head: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Its headers, names in lower case."""
        lines = self.head.split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


@dataclass
class Receiver:
    """What a receiver has seen so far."""

    port: int = 0
    requests: list[ReceivedRequest] = field(default_factory=list)
    server_names: list[str | None] = field(default_factory=list)  # As TLS clients asked for them.
    lines: int = 0
    has_request: asyncio.Event = field(default_factory=asyncio.Event)


Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answers(text: str, body: bytes = b"") -> Behaviour:
    """Sends this head (lines end in LF here) and body, and waits for the caller to leave."""
    return sends(text.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)


def sends(data: bytes) -> Behaviour:
    """Sends these bytes, and waits for the caller to leave."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return behave


def sends_for_ever(start: bytes, again: bytes) -> Behaviour:
    """Sends the start and then the same bytes until the caller leaves."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(again)
            await writer.drain()

    return behave


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    """Waits for the caller to leave."""


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    """Ends the connection instead of answering."""
    writer.close()


@asynccontextmanager
async def running_receiver(
    behaviour: Behaviour, *, tls: ssl.SSLContext | None = None, reads: bool = True
) -> AsyncIterator[Receiver]:
    """A receiver on loopback; every connection to it must be closed by the caller, or leaving fails.

    `reads`: whether it waits for a whole request before it behaves.
    """
    receiver, lines = Receiver(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        receiver.lines += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            if reads:
                receiver.requests.append(await _read_request(reader))
                receiver.has_request.set()
            await behaviour(writer)
            while await reader.read(65_536):
                pass
        writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.add(asyncio.create_task(serve(reader, writer)))

    if tls is not None:
        tls.sni_callback = lambda _object, name, _context: receiver.server_names.append(name)
    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver
        async with asyncio.timeout(20):
            await asyncio.gather(*lines)


async def _read_request(reader: asyncio.StreamReader) -> ReceivedRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").removesuffix("\r\n\r\n")
    length = ReceivedRequest(head, b"").headers.get("content-length", "0")
    return ReceivedRequest(head, await reader.readexactly(int(length)))


class LedNetwork(AsyncNetworkBackend):
    """A network that notes every connection asked for and leads some addresses to ports of this machine; nobody else is there."""

    def __init__(self, ports: Mapping[str, int] | None = None, *, silent: bool = False) -> None:
        """`ports`: address → port on loopback. `silent`: who is not there does not refuse either."""
        self.asked: list[tuple[str, int]] = []
        self._ports = ports or {}
        self._silent = silent

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to where the address leads."""
        self.asked.append((host, port))
        if host in self._ports:
            return await httpcore2.AnyIOBackend().connect_tcp("127.0.0.1", self._ports[host], timeout)
        if self._silent:
            try:
                async with asyncio.timeout(timeout):
                    await asyncio.Event().wait()
            except TimeoutError as error:
                raise httpcore2.ConnectTimeout from error
        raise httpcore2.ConnectError


class NameBook:
    """A resolver of known names; each look-up takes the next answer, and the last one stays."""

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.asked: list[str] = []
        self._names = {name: list(answers) for name, answers in names.items()}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of the name at this look-up."""
        self.asked.append(host)
        answers = self._names.get(host)
        if answers is None:
            raise OSError("no such name")
        return answers.pop(0) if len(answers) > 1 else answers[0]
