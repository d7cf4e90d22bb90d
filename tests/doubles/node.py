"""A node of the hub inside the test's event loop: the real application on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette

from hub.app import make_app
from hub.operate.worker import RecordedStart, make_server_config
from hub.settings import Settings


class QuietServer(uvicorn.Server):
    """uvicorn without signal handlers: they belong to the test runner."""

    def install_signal_handlers(self) -> None:
        """None."""


@dataclass(frozen=True, slots=True)
class RunningNode:
    """Where the node is reached."""

    app: Starlette
    base_url: str

    @property
    def ws_url(self) -> str:
        """The realtime address."""
        return self.base_url.replace("http", "ws", 1) + "/api/realtime"


@asynccontextmanager
async def running_node(settings: Settings) -> AsyncIterator[RunningNode]:
    """A node on a free loopback port, closed as a whole at the end."""
    app = make_app(settings)
    async with served(app) as base_url:
        yield RunningNode(app, base_url)


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """The address of an application that is served just as a worker serves the hub's."""
    listener = socket.create_server(("127.0.0.1", 0))
    start = RecordedStart(app)
    config = make_server_config(start)
    config.timeout_graceful_shutdown = 1
    server = QuietServer(config)
    serving = asyncio.create_task(_serve(server, start, listener))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    try:
        if serving.done():
            serving.result()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await asyncio.wait({serving})
        listener.close()


async def _serve(server: QuietServer, start: RecordedStart, listener: socket.socket) -> None:
    try:
        await server._serve([listener])
    except SystemExit:  # It would end the test run, and without a word of the cause.
        raise RuntimeError("the node did not start") from start.error
