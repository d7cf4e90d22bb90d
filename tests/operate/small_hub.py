"""A hub with an application of five lines and no stores, to try workers and their watch on: `small_hub.py PORT WORKERS FOLLY`."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from hub.embedded.parent_death import KernelDeathWatch
from hub.operate.child import Nursery, list_descriptors
from hub.operate.listeners import PortError, open_listeners
from hub.operate.logging import configure_logging
from hub.operate.slot import Slot
from hub.operate.stop_signals import STOP_SIGNALS, StopSignals
from hub.operate.watch import HubFailed, Watch
from hub.operate.worker import WorkerPlan
from hub.settings import Settings

# The watch looks once a second, so this is noticed and nothing shorter is.
STUCK_AFTER_S = 2.0
STANDS_STILL_S = 3.5

DRAIN_WITHIN_S = 2.0


def make_app(folly: str) -> Starlette:
    """Tells its process id, holds lines, and says goodbye on them when it drains."""
    lines: set[WebSocket] = set()

    async def drain() -> None:
        for line in list(lines):
            await line.send_text("bye")
        while lines:
            await asyncio.sleep(0.01)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if folly == "no-start":
            raise HubFailed("The folly is on.")
        app.state.drain = drain
        yield

    async def show_process(_request: Request) -> Response:
        return PlainTextResponse(str(os.getpid()))

    async def stand_still(_request: Request) -> Response:
        until_s = time.monotonic() + STANDS_STILL_S
        while time.monotonic() < until_s:
            pass
        return PlainTextResponse("moving again")

    async def hold_line(line: WebSocket) -> None:
        await line.accept()
        lines.add(line)
        async for _ in line.iter_text():
            pass
        lines.discard(line)

    routes = [
        Route("/process", show_process),
        Route("/still", stand_still),
        WebSocketRoute("/line", hold_line),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def main(port: int, workers: int, folly: str) -> None:
    """Serves until told to stop."""
    configure_logging()
    plan = WorkerPlan(
        Settings(port=port, workers=workers),
        lambda _settings: make_app(folly),
        str,
        stuck_after_s=STUCK_AFTER_S,
        drain_within_s=DRAIN_WITHIN_S,
    )
    with StopSignals().heard() as signals:
        nursery = Nursery(KernelDeathWatch().binding(STOP_SIGNALS[0]), list_descriptors())
        listeners = open_listeners("127.0.0.1", port, workers)
        slots = [Slot(number, listener, nursery, time.monotonic) for number, listener in enumerate(listeners)]
        signals.is_interrupting = False
        Watch(slots, plan, signals, find_broken_server=lambda: None, announce=announce).run()


def announce() -> None:
    """Told once, by the first worker that serves."""
    print("serving", flush=True)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    except (HubFailed, PortError) as error:
        sys.exit(str(error))
