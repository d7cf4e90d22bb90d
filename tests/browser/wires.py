"""The websockets of one browser, which a test can cut and block; requests go on as ever."""

import json
import re
from collections.abc import Callable

from playwright.async_api import BrowserContext, Request, WebSocketRoute

REALTIME = re.compile(r"/api/realtime(\?|$)")
HEARTBEAT = "/api/realtime/heartbeat"
# A close without a farewell of the hub, as a proxy does it; no page may say 1006 itself.
CUT = 3000


class Wires:
    """What lies between one browser and the hub."""

    def __init__(self) -> None:
        self.is_blocked = False
        self.beats = 0
        self._are_replies_lost = False
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
        if not (self._are_replies_lost and json.loads(text)["t"] == "reply"):
            websocket.send(text)

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


async def lay_wires(context: BrowserContext, *, is_blocked: bool = False) -> Wires:
    """The wires of a browser whose pages have not been opened yet."""
    wires = Wires()
    wires.is_blocked = is_blocked
    await context.route_web_socket(REALTIME, wires.take)
    context.on("request", wires.count_beat)
    return wires
