"""What hostile clients do to the lines of a node ends their own lines, and nobody else waits for it."""

import asyncio
import json
import socket
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from uuid import uuid4

import msgpack
import pytest
from websockets.exceptions import ConnectionClosed

from tests.doubles.line import Line, agent_line, visitor_line
from tests.doubles.tenant import PAGE_ORIGIN, Tenant
from tests.faults.figures import Figures, show_s
from tests.faults.rig import HubNode, Rig
from tests.faults.whole import only_whole

pytestmark = pytest.mark.asyncio(loop_scope="session")

SILENT = 20
PATIENCE_S = 60.0
MOST_BYTES = 64 * 1024 * 1024
FLOOD = 20_000

Headers = Callable[[HubNode, Tenant], bytes]


def now_s() -> float:
    return asyncio.get_running_loop().time()


def nothing(node: HubNode, tenant: Tenant) -> bytes:
    return b""


def half_a_header(node: HubNode, tenant: Tenant) -> bytes:
    return b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


def half_a_body(node: HubNode, tenant: Tenant) -> bytes:
    head = (
        f"POST /api/realtime/heartbeat?profile={tenant.profile.id} HTTP/1.1\r\nHost: localhost\r\nOrigin: {PAGE_ORIGIN}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    )
    return head.encode() + b'{"v":'


@contextmanager
def hanging_connections(node: HubNode, data: bytes) -> Iterator[list[socket.socket]]:
    """Connections on which this was said and nothing more."""
    with ExitStack() as held:
        opened = [
            held.enter_context(socket.create_connection(("127.0.0.1", node.port))) for _ in range(SILENT)
        ]
        for connection in opened:
            connection.sendall(data)
            connection.setblocking(False)
        yield opened


async def time_a_visit(node: HubNode, tenant: Tenant) -> float:
    """How long somebody takes to come in, begin a chat and say something."""
    begun_s = now_s()
    async with visitor_line(node.ws_url, tenant) as line:
        await line.hello(key=tenant.profile.key)
        chat = (await line.command("start"))["result"]["chat"]["id"]
        assert (await line.command("post", chat=chat, text="Hello"))["ok"]
    return now_s() - begun_s


@pytest.mark.parametrize("begin", [half_a_header, *only_whole(nothing, half_a_body)])
async def test_others_come_in_while_many_connections_get_nowhere(
    rig: Rig, begin: Headers, figures: Figures
) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    with hanging_connections(node, begin(node, tenant)):
        visits_s = [await time_a_visit(node, tenant) for _ in range(5)]

    assert max(visits_s) < PATIENCE_S
    figures.add(f"F40 a visit beside {SILENT} x {begin.__name__}", show_s(visits_s), "unaffected")


@pytest.mark.whole
@pytest.mark.parametrize("begin", [nothing, half_a_header, half_a_body])
async def test_connections_that_get_nowhere_are_closed(rig: Rig, begin: Headers, figures: Figures) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    begun_s = now_s()
    with hanging_connections(node, begin(node, tenant)) as opened:
        async with asyncio.timeout(PATIENCE_S):
            for connection in opened:
                while await asyncio.get_running_loop().sock_recv(connection, 1_000):
                    pass
    figures.add(f"F40 {begin.__name__}", f"closed after {now_s() - begun_s:.0f} s", "≤ 10 s, body 15 s")


@pytest.mark.whole
async def test_a_line_that_never_says_hello_is_closed(rig: Rig, figures: Figures) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    async with AsyncExitStack() as held:
        lines = [await held.enter_async_context(visitor_line(node.ws_url, tenant)) for _ in range(SILENT)]
        begun_s = now_s()
        async with asyncio.timeout(PATIENCE_S):
            codes = {await line.expect_close() for line in lines}
    assert codes == {4000}
    figures.add(f"F40 {SILENT} lines without hello", f"closed after {now_s() - begun_s:.1f} s", "≤ 5 s")


# Bombs.


def nested_json() -> str:
    return '{"t":"cmd","cid":"a","op":"post","args":' + "[" * 30_000 + "]" * 30_000 + "}"


def huge_number() -> str:
    return '{"t":"cmd","cid":"a","op":"read","args":{"chat":1,"seq":1' + "0" * 5_000 + "}}"


def nested_msgpack() -> bytes:
    return b"\x91" * 60_000


def declared_array() -> bytes:
    return b"\xdd\xff\xff\xff\xff"


def declared_text() -> bytes:
    return b"\xdb\xff\xff\xff\xff" + b"a" * 100


def empty_maps() -> bytes:
    head = b"\x84" + b"".join(msgpack.packb(each) for each in ("t", "cmd", "cid", "a", "op", "post", "args"))
    return head + b"\xdc\xea\x60" + b"\x80" * 60_000


def extension() -> bytes:
    return bytes(msgpack.packb({"t": msgpack.ExtType(5, b"x" * 1_000)}))


def trailing_bytes() -> bytes:
    return bytes(msgpack.packb({"t": "ping"})) * 2


def keys_that_are_no_texts() -> bytes:
    return bytes(msgpack.packb({1: "ping", (1, 2): 3}))


def bad_utf8() -> bytes:
    return b"\x81\xa1t\xa4\xff\xff\xff\xff"


BOMBS: list[Callable[[], bytes | str]] = [
    nested_json,
    huge_number,
    nested_msgpack,
    declared_array,
    declared_text,
    empty_maps,
    extension,
    trailing_bytes,
    keys_that_are_no_texts,
    bad_utf8,
]


@asynccontextmanager
async def greeted_line(node: HubNode, tenant: Tenant, *, binary: bool) -> AsyncIterator[Line]:
    async with agent_line(node.ws_url, codec="hub.v1.msgpack" if binary else "hub.v1.json") as line:
        await line.hello(token=tenant.bootstrap.api_key)
        yield line


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_frame_made_to_hurt_is_refused_and_the_line_ends_with_the_third(
    rig: Rig, bomb: Callable[[], bytes | str]
) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    memory_bytes = node.count_memory_bytes()
    data = bomb()
    async with greeted_line(node, tenant, binary=isinstance(data, bytes)) as line:
        for _ in range(3):
            await line.socket.send(data)
        answers = [await line.receive() for _ in range(3)]
        assert [frame["t"] for frame in answers if frame["t"] not in {"error", "reply", "bye"}] == []
        assert not any(frame.get("ok") for frame in answers)
        if answers[0]["t"] == "error":
            assert await line.expect_close() == 4000
        else:
            assert (await line.command("page", stream="1", before=1))["error"]["code"] == "chat_not_found"
    assert node.count_memory_bytes() - memory_bytes < MOST_BYTES
    assert await time_a_visit(node, tenant) < PATIENCE_S


@pytest.mark.parametrize("size", [65 * 1024, 20 * 1024 * 1024])
async def test_a_frame_over_the_limit_ends_the_line(rig: Rig, size: int) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    memory_bytes = node.count_memory_bytes()
    async with greeted_line(node, tenant, binary=False) as line:
        with suppress(ConnectionClosed):
            await line.socket.send("x" * size)
        await line.expect_close()
        assert line.socket.close_code == 1009
    assert node.count_memory_bytes() - memory_bytes < MOST_BYTES


async def test_a_frame_in_endless_pieces_ends_the_line(rig: Rig) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    memory_bytes = node.count_memory_bytes()

    def pieces() -> Iterator[str]:
        for _ in range(100_000):
            yield "x"

    async with greeted_line(node, tenant, binary=False) as line:
        with suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE_S):
                await line.socket.send(pieces())
        await line.expect_close()
        # Who is still sending when the line ends may find it reset before its close is read.
        assert line.socket.close_code in {1008, 1006}
    assert node.count_memory_bytes() - memory_bytes < MOST_BYTES
    assert await time_a_visit(node, tenant) < PATIENCE_S


async def test_a_compressed_bomb_is_not_unpacked(rig: Rig) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    memory_bytes = node.count_memory_bytes()
    async with greeted_line(node, tenant, binary=False) as line:
        assert line.socket.protocol.extensions == []  # Compression was offered and declined.
        packed = zlib.compress(b"x" * 32 * 1024 * 1024, wbits=-15)[:-4]
        head = bytes([0x80 | 0x40 | 0x1, 0x80 | 126]) + len(packed).to_bytes(2) + bytes(4)
        line.socket.transport.write(head + packed)
        assert await line.expect_close() == 1002
    assert node.count_memory_bytes() - memory_bytes < MOST_BYTES


# Floods.


async def flood(line: Line, frames: Iterator[str], count: int) -> None:
    """Sends so many frames as fast as the line takes them, until it ends."""
    try:
        for _ in range(count):
            await line.socket.send(next(frames))
    except ConnectionClosed:
        return


def endless(make: Callable[[], dict[str, object]]) -> Iterator[str]:
    while True:
        yield json.dumps(make())


@pytest.mark.parametrize("kind", ["post", "ping", *only_whole("empty", "typing", "wire ping")])
async def test_a_flood_ends_its_line_and_leaves_the_others_served(
    rig: Rig, kind: str, figures: Figures
) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    quiet_s = [await time_a_visit(node, tenant) for _ in range(5)]
    async with visitor_line(node.ws_url, tenant) as line:
        await line.hello(key=tenant.profile.key)
        chat = (await line.command("start"))["result"]["chat"]["id"]
        await line.expect("page")
        makers: dict[str, Callable[[], dict[str, object]]] = {
            "ping": lambda: {"t": "ping"},
            "post": lambda: {
                "t": "cmd",
                "cid": str(uuid4()),
                "op": "post",
                "args": {"chat": chat, "text": "x"},
            },
            "empty": lambda: {
                "t": "cmd",
                "cid": str(uuid4()),
                "op": "post",
                "args": {"chat": chat, "text": ""},
            },
            "typing": lambda: {"t": "eph", "kind": "typing", "chat": chat, "on": True},
        }
        begun_s = now_s()
        flooding = asyncio.create_task(
            flood_wire(line, FLOOD) if kind == "wire ping" else flood(line, endless(makers[kind]), FLOOD)
        )
        reading = asyncio.create_task(time_the_end(line, begun_s))
        flooded_s: list[float] = []
        while len(flooded_s) < 5:
            flooded_s.append(await time_a_visit(node, tenant))
        code, ended_s = await reading
        await flooding
    assert code == (1008 if kind == "wire ping" else 4029)
    stored = sum(
        event.text == "x" for events in (await rig.read_transcripts(tenant)).values() for event in events
    )
    figures.add(
        f"F44/F45 a flood of {kind}",
        f"ended after {ended_s:.1f} s; a visit took {show_s(flooded_s)} instead of {show_s(quiet_s)}; {stored} stored",
        "ended ≤ 2 s, others ≤ +20 %",
    )
    assert max(flooded_s) < PATIENCE_S
    assert stored <= 20 + 10 * (ended_s + 1)  # A burst of 20, then 10 a second.


async def time_the_end(line: Line, begun_s: float) -> tuple[int, float]:
    """The code with which the line was ended, and when."""
    async with asyncio.timeout(PATIENCE_S):
        code = await line.expect_close()
    return code, now_s() - begun_s


async def flood_wire(line: Line, count: int) -> None:
    """Pings that no application ever sees."""
    try:
        for _ in range(count):
            await line.socket.ping()
    except ConnectionClosed:
        return
