"""What carries the frames of `people`: a websocket, heartbeats, or both in turn."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count

import httpx2
import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.doubles.tenant import PAGE_ORIGIN
from tests.faults.people import WENT_WRONG, Frame, Person

# Shorter than a real client's, so that a trial shows within seconds what people would see within a minute.
QUIET_S = 3.0
ANSWER_WITHIN_S = 3.0
OPEN_WITHIN_S = 5.0

BEAT_WAIT_MS = 400
BEAT_WITHIN_S = 6.0
BEAT_PAUSE_S = 0.05
COMMANDS_PER_BEAT = 10


async def carry_by_websocket(person: Person, base_url: str) -> None:
    """One websocket from hello to its end. Visitors speak JSON, agents msgpack."""
    async with _open_websocket(person, base_url) as socket:
        positions = person.begin_line()
        hello: Frame = {"t": "hello", "v": 1, "positions": positions}
        hello |= {"token": person.token} if person.token else {"key": person.world.tenant.profile.key}
        await socket.send(_render(person, hello))
        # A chat of which a position was said is followed from the welcome on.
        writing = asyncio.create_task(_write(person, socket, person.chat if positions else None))
        try:
            await _read(person, socket)
        finally:
            writing.cancel()


@asynccontextmanager
async def _open_websocket(person: Person, base_url: str) -> AsyncIterator[ClientConnection]:
    url = base_url.replace("http", "ws", 1) + "/api/realtime"
    if not person.is_agent:
        url += f"?profile={person.world.tenant.profile.id}"
    codec = "hub.v1.msgpack" if person.is_agent else "hub.v1.json"
    async with connect(
        url,
        subprotocols=[Subprotocol(codec)],
        origin=None if person.is_agent else Origin(PAGE_ORIGIN),
        ping_interval=None,
        open_timeout=OPEN_WITHIN_S,
        close_timeout=1,
        proxy=None,
    ) as socket:
        yield socket


async def _read(person: Person, socket: ClientConnection) -> None:
    is_asked = False
    while True:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S if is_asked else QUIET_S):
                data = await socket.recv()
        except TimeoutError:
            if is_asked:
                raise
            await socket.send(_render(person, {"t": "ping"}))
            is_asked = True
            continue
        is_asked = False
        frame: Frame = json.loads(data) if isinstance(data, str) else msgpack.unpackb(data)
        person.take(frame)
        if frame["t"] == "ping":
            await socket.send(_render(person, {"t": "pong"}))


async def _write(person: Person, socket: ClientConnection, followed: int | None) -> None:
    with suppress(*WENT_WRONG):  # The reader notices too, and has the last frames to take in.
        await person.welcomed.wait()
        while True:
            person.wake.clear()
            if person.is_agent and person.chat is not None and followed != person.chat:
                followed = person.chat
                follow = {"cid": f"follow-{person.line}", "op": "follow", "args": {"chat": followed}}
                await socket.send(_render(person, {"t": "cmd", **follow}))
            for frame in person.take_due():
                await socket.send(_render(person, frame))
            await person.wake.wait()


def _render(person: Person, frame: Frame) -> str | bytes:
    return msgpack.packb(frame) if person.is_agent else json.dumps(frame)


# The heartbeat.


async def carry_by_heartbeat(person: Person, base_url: str) -> None:
    """Beats to one node until one of them goes wrong. Every beat is a line of its own."""
    url = f"{base_url}/api/realtime/heartbeat?profile={person.world.tenant.profile.id}"
    async with httpx2.AsyncClient(
        headers={"origin": PAGE_ORIGIN}, timeout=BEAT_WITHIN_S, trust_env=False
    ) as client:
        while True:
            await _beat(person, client, url)


async def _beat(person: Person, client: httpx2.AsyncClient, url: str) -> None:
    body: Frame = {"v": 1, "positions": person.begin_line()}
    headers = {}
    if person.token is None:
        body["key"] = person.world.tenant.profile.key
    else:
        headers["authorization"] = f"Bearer {person.token}"
        body["cmds"] = person.take_due(COMMANDS_PER_BEAT)
    body["wait_ms"] = 0 if body.get("cmds") else BEAT_WAIT_MS
    answer = await client.post(url, json=body, headers=headers)
    if answer.status_code != httpx2.codes.OK:
        raise OSError(f"the beat was answered {answer.status_code}")
    for frame in answer.json()["frames"]:
        person.take(frame)
    await asyncio.sleep(BEAT_PAUSE_S)


def switching_every(lines: int) -> Callable[[Person, str], Awaitable[None]]:
    """Carries by websocket and by heartbeat in turn: so many lines the one way, then as many the other."""
    carried = count()

    async def carry(person: Person, base_url: str) -> None:
        by_websocket = (next(carried) // lines) % 2 == 0
        with suppress(TimeoutError):
            async with asyncio.timeout(person.random.uniform(0.5, 2.0)):
                await (carry_by_websocket if by_websocket else carry_by_heartbeat)(person, base_url)
        person.welcomed.clear()  # Leaving a line by choice is not losing it.

    return carry
