"""What the wire's protocols do to those who bring nothing, take nothing or flood, whatever application is behind them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hub.operate import protocols
from tests.doubles.node import served

PATIENCE_S = 30.0


async def take_body(request: Request) -> Response:
    """Answers with the size of what came."""
    return PlainTextResponse(str(len(await request.body())))


async def answer_early(_request: Request) -> Response:
    """Answers without waiting for a body."""
    return PlainTextResponse("no need")


async def pour(line: WebSocket) -> None:
    """Sends for as long as anybody takes it."""
    await line.accept()
    try:
        while True:
            await line.send_text("x" * 60_000)
    except WebSocketDisconnect:
        line.app.state.ended.set()


async def listen(line: WebSocket) -> None:
    """Hears until the other side goes."""
    await line.accept()
    while (await line.receive())["type"] != "websocket.disconnect":
        pass
    line.app.state.ended.set()


async def refuse(line: WebSocket) -> None:
    """Lets nobody in."""
    await line.send_denial_response(PlainTextResponse("no", 403))


class Complaints(logging.Handler):
    """What the server logs as errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps one."""
        self.heard.append(record.getMessage())


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """Of one test."""
    handler = Complaints()
    logging.getLogger("uvicorn.error").addHandler(handler)
    yield handler.heard
    logging.getLogger("uvicorn.error").removeHandler(handler)


@pytest.fixture
def ended() -> asyncio.Event:
    """Set when a line is over for the application too."""
    return asyncio.Event()


@pytest.fixture
async def port(ended: asyncio.Event) -> AsyncIterator[int]:
    """Where the application is served."""
    app = Starlette(
        routes=[
            Route("/body", take_body, methods=["POST"]),
            Route("/early", answer_early, methods=["POST"]),
            WebSocketRoute("/pour", pour),
            WebSocketRoute("/listen", listen),
            WebSocketRoute("/refuse", refuse),
        ]
    )
    app.state.ended = ended
    async with served(app) as base_url:
        yield int(base_url.rpartition(":")[2])


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience of a second, so that nobody has to wait for the real one."""
    monkeypatch.setattr(protocols, "BODY_PATIENCE_S", 0.5)
    monkeypatch.setattr(protocols, "TAKES_NOTHING_S", 0.5)
    monkeypatch.setattr(protocols, "LOOK_EVERY_S", 0.1)


def head(path: str, size: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode()


async def read_to_the_end(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE_S):
        return await reader.read()


async def test_a_body_that_stalls_is_answered_and_its_connection_closed(port: int, hasty: None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head("/body", 1_000) + b"half")
    answer = await read_to_the_end(reader)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_drips_is_not_waited_for_either(port: int, hasty: None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head("/body", 1_000))

    async def drip() -> None:
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    answer = await reader.readline()  # More may be lost: who still sends to a closed end is reset.
    dripping.cancel()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_keeps_coming_may_take_its_time(port: int, hasty: None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    pieces = 20  # Twice the patience in all, each piece worth a tenth of it more than it takes.
    writer.write(head("/body", pieces * 100))
    for _ in range(pieces):
        writer.write(b"x" * 100)
        await asyncio.sleep(0.05)
    answer = await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(4)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"2000")


async def test_a_body_nobody_waited_for_has_its_deadline_too(port: int, hasty: None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head("/early", 1_000) + b"half")
    answer = await read_to_the_end(reader)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b" 408 " not in answer


async def test_a_line_that_takes_nothing_is_cut(port: int, hasty: None, ended: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    writer.write(
        b"GET /pour HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    async with asyncio.timeout(PATIENCE_S):
        await ended.wait()
    writer.transport.abort()
    del reader


async def flood(line: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while True:
            await line.ping()
            await asyncio.sleep(0)


async def test_a_flood_of_pings_ends_the_line_and_says_why(port: int, ended: asyncio.Event) -> None:
    async with connect(f"ws://127.0.0.1:{port}/listen", ping_interval=None) as line:
        flooding = asyncio.create_task(flood(line))
        async with asyncio.timeout(PATIENCE_S):
            await line.wait_closed()
            await flooding
        assert line.close_code == protocols.POLICY_VIOLATION
    await ended.wait()


async def test_a_client_that_pings_as_clients_do_is_answered(port: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/listen", ping_interval=None) as line:
        for _ in range(protocols.WIRE_FRAMES_BURST // 2):
            await (await line.ping())


async def test_a_refused_handshake_is_no_error_of_the_hub(port: int, complaints: list[str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://127.0.0.1:{port}/refuse")
    assert refused.value.response.status_code == 403
    # The next line is served after the first one is over for the server too.
    async with connect(f"ws://127.0.0.1:{port}/listen"):
        assert complaints == []
