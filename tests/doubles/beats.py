"""A client on the heartbeat line, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2
import msgpack

from tests.doubles.line import Frame
from tests.doubles.tenant import PAGE_ORIGIN, Tenant


class Beats:
    """Sends beats; keeps positions and the token as a real client does."""

    def __init__(self, client: httpx2.AsyncClient, url: str, *, codec: str = "json") -> None:
        self._client = client
        self._url = url
        self._codec = codec
        self.token: str | None = None
        self.epoch = ""
        self.positions: dict[str, int] = {}
        self.events: list[Frame] = []

    async def post(self, **members: Any) -> httpx2.Response:
        """One beat as it is answered."""
        body = {"v": 1, **members}
        headers = {"content-type": f"application/{self._codec}"}
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        content = (
            msgpack.packb(body)
            if self._codec == "msgpack"
            else httpx2.Request("POST", "http://x", json=body).content
        )
        return await self._client.post(self._url, content=content, headers=headers)

    async def beat(self, **members: Any) -> list[Frame]:
        """One beat's frames, after taking up token, positions and events from them."""
        positions = {name: f"{self.epoch}:{seq}" for name, seq in self.positions.items()}
        answer = await self.post(positions=positions, **members)
        assert answer.status_code == 200, answer.text
        told = msgpack.unpackb(answer.content) if self._codec == "msgpack" else answer.json()
        frames: list[Frame] = told["frames"]
        for frame in frames:
            self._take(frame)
        return frames

    async def command(self, op: str, cid: str | None = None, **args: Any) -> Frame:
        """The reply to one command."""
        cid = cid or str(uuid4())
        frames = await self.beat(cmds=[{"t": "cmd", "cid": cid, "op": op, "args": args}])
        return next(frame for frame in frames if frame["t"] == "reply" and frame["cid"] == cid)

    def _take(self, frame: Frame) -> None:
        if frame["t"] == "welcome":
            self.epoch = frame["epoch"]
            self.token = frame.get("token", self.token)
        elif frame["t"] == "page":
            self.events += frame["events"]
            self.positions[frame["stream"]] = frame["head"]
        elif frame["t"] == "event":
            self.events.append(frame)
            self.positions[frame["stream"]] = frame["seq"]


@asynccontextmanager
async def visitor_beats(base_url: str, tenant: Tenant, *, codec: str = "json") -> AsyncIterator[Beats]:
    """A visitor's heartbeat; the first beat carries the key."""
    async with httpx2.AsyncClient(headers={"origin": PAGE_ORIGIN}, timeout=40) as client:
        yield Beats(client, f"{base_url}/api/realtime/heartbeat?profile={tenant.profile.id}", codec=codec)
