"""A client as ours behave: keeps what it has seen, comes back on any node, and repeats what was not answered."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.doubles.line import Frame
from tests.doubles.tenant import PAGE_ORIGIN

COME_BACK_S = 0.02


class Walker:
    """One client. `views` holds what it has of each stream; a hole in one is an error at once."""

    def __init__(self, ws_urls: list[str], chance: random.Random, hello: Frame, query: str = "") -> None:
        self._ws_urls = ws_urls
        self._chance = chance
        self._hello = hello
        self._query = query
        self._socket: ClientConnection | None = None
        self._waiting: dict[str, tuple[Frame, asyncio.Future[Frame]]] = {}
        self._follows: set[int] = set()
        self.epoch = ""
        self.views: dict[str, list[Frame]] = {}
        self.resumes: list[str] = []

    @property
    def is_agent(self) -> bool:
        """Whether it comes with a key of agents."""
        return not self._query

    async def run(self) -> None:
        """Stays connected, one line after the other, until cancelled."""
        while True:
            url = self._chance.choice(self._ws_urls) + self._query
            origin = None if self.is_agent else Origin(PAGE_ORIGIN)
            async with connect(
                url,
                subprotocols=[Subprotocol("hub.v1.json")],
                origin=origin,
                ping_interval=None,
                close_timeout=0.1,
            ) as socket:
                await self._talk(socket)
            await asyncio.sleep(COME_BACK_S)

    async def command(self, op: str, **args: Any) -> Frame:
        """The final answer to a command, however many lines and tries it takes."""
        cid = str(uuid4())
        frame = {"t": "cmd", "cid": cid, "op": op, "args": args}
        while True:
            answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
            self._waiting[cid] = (frame, answer)
            await self._send(frame)
            reply = await answer
            if reply["ok"] or reply["error"]["retry"] != "after":
                return reply
            await asyncio.sleep(reply["error"]["after_ms"] / 1000)

    async def follow(self, chat: int) -> None:
        """Follows a chat from now on, over all lines to come."""
        await self.command("follow", chat=chat)
        self._follows.add(chat)

    def drop(self) -> None:
        """Loses the line, without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _talk(self, socket: ClientConnection) -> None:
        known = {stream: f"{self.epoch}:{len(view)}" for stream, view in self.views.items()}
        try:
            await socket.send(json.dumps({"t": "hello", "v": 1, **self._hello, "positions": known}))
            async for data in socket:
                self._take(json.loads(data))
                if self._socket is None and self.epoch:
                    self._socket = socket
                    for frame, _ in list(self._waiting.values()):
                        await self._send(frame)
        except ConnectionClosed:
            pass
        finally:
            self._socket = None

    async def _send(self, frame: Frame) -> None:
        try:
            if self._socket is not None:
                await self._socket.send(json.dumps(frame))
        except ConnectionClosed:
            return  # It is repeated on the next line.

    def _take(self, frame: Frame) -> None:
        match frame["t"]:
            case "welcome":
                self.epoch = frame["epoch"]
                if "token" in frame:
                    self._hello = {"token": frame["token"]}
            case "page":
                self._take_page(frame)
            case "event":
                self._take_event(frame)
            case "reply":
                _, answer = self._waiting.pop(frame["cid"], (None, None))
                if answer is not None and not answer.done():
                    answer.set_result(frame)

    def _take_page(self, page: Frame) -> None:
        self.resumes.append(page["resume"])
        view = self.views.setdefault(page["stream"], [])
        assert page["resume"] == "ok", page
        for event in page["events"]:
            if event["seq"] > len(view):
                self._take_event(event)
        assert len(view) >= page["head"], "the page has a hole"

    def _take_event(self, event: Frame) -> None:
        view = self.views[event["stream"]]
        assert event["seq"] == len(view) + 1, f"{event['seq']} came after {len(view)} in {event['stream']}"
        view.append(event)


@asynccontextmanager
async def walking(*walkers: Walker) -> AsyncIterator[None]:
    """The walkers stay connected meanwhile; what one of them finds wrong ends it all."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(walker.run()) for walker in walkers]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
