"""The websockets of one browser, which a test can cut and block; requests go on as ever."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from playwright.async_api import BrowserContext, Page, Request, WebSocketRoute

from tests.operate.processes import DEADLINE_S

REALTIME = re.compile(r"/api/realtime(\?|$)")
HEARTBEAT = "/api/realtime/heartbeat"
# A close without a farewell of the hub, as a proxy does it; no page may say 1006 itself.
CUT = 3000
LOOK_AGAIN_S = 0.1


class Wires:
    """What lies between one browser and the hub."""

    def __init__(self) -> None:
        self.is_blocked = False
        self.beats = 0
        self.said_by_beat = 0
        self._are_replies_lost = False
        self._lost: list[dict[str, Any]] = []
        self._welcomed: WebSocketRoute | None = None
        self._open: list[WebSocketRoute] = []

    @property
    def count(self) -> int:
        """How many websockets are open."""
        return len(self._open)

    async def block(self) -> None:
        """Cuts every websocket, and each new one at once."""
        self.is_blocked = True
        await self.cut()

    async def cut(self) -> None:
        """Cuts every websocket there is."""
        cut, self._open = self._open, []
        for websocket in cut:
            await websocket.close(code=CUT)

    def lose_replies(self) -> None:
        """What the websockets that are open now ask is answered, and the answer gets lost."""
        self._are_replies_lost = True

    async def wait_until_lost(self, member: str) -> None:
        """Returns when a reply has got lost whose result has this member: the hub has done what it answers."""
        async with asyncio.timeout(DEADLINE_S):
            while not any(member in reply.get("result", {}) for reply in self._lost):
                await asyncio.sleep(LOOK_AGAIN_S)

    async def wait_until_welcomed(self, page: Page) -> None:
        """Returns when what the page says goes by a websocket."""
        async with asyncio.timeout(DEADLINE_S):
            while self._welcomed is None or self._welcomed not in self._open:
                await asyncio.sleep(LOOK_AGAIN_S)
        await page.evaluate("0")  # The page has heard of it: what it is told comes in order.

    def tell(self, frame: dict[str, object]) -> None:
        """A frame of the hub that nobody wants to wait for, on every websocket there is."""
        for websocket in self._open:
            websocket.send(json.dumps(frame))

    def unblock(self) -> None:
        """New websockets get through."""
        self.is_blocked = False

    async def take(self, websocket: WebSocketRoute) -> None:
        """A page opens one."""
        if self.is_blocked:
            await websocket.close(code=CUT)
            return
        server = websocket.connect_to_server()
        self._are_replies_lost = False
        self._open.append(websocket)
        server.on_message(lambda text: self._pass_on(websocket, text))
        websocket.on_close(self._closing(websocket, server))
        server.on_close(self._closing(websocket, websocket))

    def _pass_on(self, websocket: WebSocketRoute, text: str | bytes) -> None:
        frame = json.loads(text)
        if self._are_replies_lost and frame["t"] == "reply":
            self._lost.append(frame)
            return
        websocket.send(text)
        if frame["t"] == "welcome":
            self._welcomed = websocket

    def _closing(
        self, websocket: WebSocketRoute, other: WebSocketRoute
    ) -> Callable[[int | None, str | None], object]:
        async def close(code: int | None, reason: str | None) -> None:
            if websocket in self._open:
                self._open.remove(websocket)
            await other.close(code=code, reason=reason)

        return close

    def count_beat(self, request: Request) -> None:
        """A page sends a request."""
        if HEARTBEAT in request.url and request.method == "POST":
            self.beats += 1
            self.said_by_beat += bool(json.loads(request.post_data or "{}").get("cmds"))


async def lay_wires(context: BrowserContext, *, is_blocked: bool = False) -> Wires:
    """The wires of a browser whose pages have not been opened yet."""
    wires = Wires()
    wires.is_blocked = is_blocked
    await context.route_web_socket(REALTIME, wires.take)
    context.on("request", wires.count_beat)
    return wires
