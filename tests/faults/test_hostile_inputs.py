"""Thousands of hostile frames and requests: no answer of 500 and more, nothing unforeseen in the logs, nothing stored."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import asyncpg
import msgpack
import pytest
from websockets.exceptions import ConnectionClosed

from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.tenant import Tenant
from tests.faults.figures import Figures
from tests.faults.hostile_inputs import Hostile
from tests.faults.rig import HubNode, Rig

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUICK_FRAMES, QUICK_REQUESTS = 800, 400
WHOLE_TIMES = 12.5  # 10,000 frames; of requests twice as many times.
FRAMES_OF_A_LINE = 20
REQUESTS_AT_ONCE = 8
ANSWER_WITHIN_S = 40.0  # A waiting beat is answered after 25 s.

TABLES = ("tenants", "identities", "profiles", "credentials", "chats", "participants", "events", "deliveries")


async def count_rows(rig: Rig) -> dict[str, int]:
    connection: asyncpg.Connection[Any] = await asyncpg.connect(rig.stores.owner_url)
    try:
        return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}
    finally:
        await connection.close()


@pytest.mark.parametrize("binary", [False, True], ids=["json", "msgpack"])
@pytest.mark.parametrize("side", ["visitor", "agent", "nobody"])
async def test_hostile_frames_are_refused_and_nothing_is_stored(
    rig: Rig, scale: int, figures: Figures, side: str, binary: bool
) -> None:
    count = int(QUICK_FRAMES * (WHOLE_TIMES if scale > 1 else 1)) // 6
    node, tenant = rig.nodes[0], await rig.make_tenant()
    before = await count_rows(rig)
    frames = Hostile(seed=len(side) * 2 + binary).frames(binary=binary)
    heard: Counter[str] = Counter()
    started = 0
    said = 0
    while said < count:
        codec = "hub.v1.msgpack" if binary else "hub.v1.json"
        make_line = (
            visitor_line(node.ws_url, tenant, codec=codec)
            if side == "visitor"
            else agent_line(node.ws_url, codec=codec)
        )
        async with make_line as line:
            said += await say_hostile_frames(line, side, tenant, frames)
            heard.update(find_outcomes(line))
            started += sum(is_start(frame) for frame in line.seen)
    after = await count_rows(rig)

    assert heard["internal"] == 0, heard
    assert heard["1011"] == 0, heard
    # A start of which only what does not matter was spoiled is a start.
    assert after == {
        table: rows + (started if table in {"identities", "chats", "participants", "events"} else 0)
        for table, rows in before.items()
    }
    figures.add(f"hostile frames, {side}, {'msgpack' if binary else 'json'}", f"{said}: {show(heard)}")


async def say_hostile_frames(line: Line, side: str, tenant: Tenant, frames: Iterator[bytes | str]) -> int:
    """How many were said before the line ended; each is dealt with before the next."""
    said = 0
    try:
        if side == "visitor":
            await line.hello(key=tenant.profile.key)
        elif side == "agent":
            await line.hello(token=tenant.bootstrap.api_key)
        while said < FRAMES_OF_A_LINE:
            said += 1
            await line.socket.send(next(frames))
            await line.send({"t": "ping"})
            await line.expect("pong")
    except ConnectionClosed:
        line.seen.append({"t": f"{line.socket.close_code}"})
    return said


def find_outcomes(line: Line) -> list[str]:
    """What a line was told: codes of refusals, codes of closes."""
    told = [
        frame["error"]["code"] if isinstance(frame.get("error"), dict) else str(frame["t"])
        for frame in line.seen
    ]
    return [each for each in told if each not in {"welcome", "pong", "bye"}]


async def test_hostile_requests_are_refused_and_nothing_is_stored(
    rig: Rig, scale: int, figures: Figures
) -> None:
    count = int(QUICK_REQUESTS * (2 * WHOLE_TIMES if scale > 1 else 1))
    node = rig.nodes[0]
    await rig.make_tenant()
    before = await count_rows(rig)
    requests = Hostile(seed=7).requests(node)
    answers: Counter[str] = Counter()
    wrong: list[tuple[bytes, bytes]] = []
    started = 0

    async def ask() -> None:
        nonlocal started
        while answers.total() < count:
            request = next(requests)
            answer = await send_raw(node, request)
            status = answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "closed"
            answers[status] += 1
            started += count_starts(answer)
            if status >= "500" and status != "closed":
                wrong.append((request[:300], answer[:300]))

    async with asyncio.TaskGroup() as group:
        for _ in range(REQUESTS_AT_ONCE):
            group.create_task(ask())
    after = await count_rows(rig)

    assert wrong[:3] == []
    assert after == {
        table: rows + (started if table in {"identities", "chats", "participants", "events"} else 0)
        for table, rows in before.items()
    }
    figures.add("hostile requests", f"{answers.total()}: {show(answers)}")


async def send_raw(node: HubNode, request: bytes) -> bytes:
    """The whole answer; empty when the connection was closed without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    try:
        writer.write(request)
        if b"\r\n\r\n" not in request or not request.rstrip().endswith(b"close"):
            writer.write_eof()
        async with asyncio.timeout(ANSWER_WITHIN_S):
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " in head[:20]:
                return head
            return head + await reader.read()
    except (asyncio.IncompleteReadError, OSError) as error:
        return error.partial if isinstance(error, asyncio.IncompleteReadError) else b""
    finally:
        writer.transport.abort()


def is_start(frame: Frame) -> bool:
    """Whether it says that a chat was begun just now."""
    return bool(frame.get("ok") and frame["result"].get("created"))


def count_starts(answer: bytes) -> int:
    """How many chats a beat says it has begun."""
    _, _, body = answer.partition(b"\r\n\r\n")
    try:
        told = msgpack.unpackb(body) if b"application/msgpack" in answer[:1_000] else json.loads(body)
        return sum(is_start(frame) for frame in told["frames"])
    except (ValueError, KeyError, TypeError, AttributeError, msgpack.UnpackException):
        return 0


def show(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in counted.most_common(9))
