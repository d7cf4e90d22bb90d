"""A client on a live line, for tests: frames in and out over a real websocket, in either sub-protocol."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.doubles.node import RunningNode
from tests.doubles.tenant import PAGE_ORIGIN, Tenant

Frame = dict[str, Any]
PATIENCE_S = 10.0


class Line:
    """One line. Frames that a test did not ask for are kept in `seen`, in their order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[Frame] = []
        self._unread: list[Frame] = []
        self._as_text = socket.subprotocol == "hub.v1.json"

    async def send(self, frame: Frame) -> None:
        """Sends a frame."""
        data = json.dumps(frame) if self._as_text else msgpack.packb(frame)
        await self.socket.send(data)

    async def receive(self) -> Frame:
        """The next frame."""
        async with asyncio.timeout(PATIENCE_S):
            data = await self.socket.recv()
        frame: Frame = json.loads(data) if isinstance(data, str) else msgpack.unpackb(data)
        self.seen.append(frame)
        return frame

    async def expect(self, kind: str, matches: Callable[[Frame], bool] = lambda frame: True) -> Frame:
        """The first frame of this kind that matches and was not taken before, waiting for it."""
        for frame in self._unread:
            if frame["t"] == kind and matches(frame):
                self._unread.remove(frame)
                return frame
        while True:
            frame = await self.receive()
            if frame["t"] == kind and matches(frame):
                return frame
            self._unread.append(frame)

    async def hello(self, **members: Any) -> Frame:
        """Says hello; the welcome."""
        await self.send({"t": "hello", "v": 1, **members})
        return await self.expect("welcome")

    async def command(self, op: str, cid: str | None = None, **args: Any) -> Frame:
        """Sends a command; its reply."""
        cid = cid or str(uuid4())
        await self.send({"t": "cmd", "cid": cid, "op": op, "args": args})
        return await self.expect("reply", lambda frame: frame["cid"] == cid)

    async def expect_message(self, text: str) -> Frame:
        """The event with this text."""
        return await self.expect("event", lambda frame: frame.get("text") == text)

    async def expect_close(self) -> int:
        """The code of the close, after whatever comes before it."""
        try:
            while True:
                await self.receive()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006


@asynccontextmanager
async def visitor_line(
    ws_url: str, tenant: Tenant, *, codec: str = "hub.v1.json", origin: str | None = PAGE_ORIGIN
) -> AsyncIterator[Line]:
    """A visitor's line to the tenant's profile; hello is still to be said."""
    url = f"{ws_url}?profile={tenant.profile.id}"
    async with connect(
        url, subprotocols=[Subprotocol(codec)], origin=Origin(origin) if origin else None, ping_interval=None
    ) as socket:
        yield Line(socket)


@asynccontextmanager
async def agent_line(ws_url: str, *, codec: str = "hub.v1.json") -> AsyncIterator[Line]:
    """An agent program's line; hello is still to be said, with the tenant's API key as token."""
    async with connect(ws_url, subprotocols=[Subprotocol(codec)], ping_interval=None) as socket:
        yield Line(socket)


@asynccontextmanager
async def console_line(node: RunningNode, session_id: str) -> AsyncIterator[Line]:
    """The line of a signed-in console, by its cookie and the node's own origin; hello is still to be said."""
    async with connect(
        node.ws_url,
        subprotocols=[Subprotocol("hub.v1.json")],
        origin=Origin(node.base_url),
        additional_headers={"Cookie": f"hub_session={session_id}"},
        ping_interval=None,
    ) as socket:
        yield Line(socket)
