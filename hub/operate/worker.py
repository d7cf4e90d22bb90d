"""One worker: an event loop that serves the application on a socket of the supervisor until it is told to stop."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final

import structlog
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from hub.operate.protocols import PatientHttp, PatientWebsocket
from hub.operate.worker_report import WorkerReport
from hub.settings import Settings

# Frames of clients; the live room refuses bigger ones with the same figure.
MAX_FRAME_BYTES: Final = 65_536

# The application says goodbye within 8 s; then requests may finish, and the rest is cut: out within 15 s, whatever clients do.
DRAIN_WITHIN_S: Final = 9.0
FINISH_WITHIN_S: Final = 2

# Longer than any pause of ours, far shorter than the 45 s after which clients give a line up.
STUCK_AFTER_S: Final = 10.0

# Whoever closes an idle connection first may cut a request that is just coming, so that is left to the other side: programs keep
# one for 5 to 15 s, proxies for 60.
IDLE_KEPT_S: Final = 75

BEAT_EVERY_TICKS: Final = 10  # uvicorn ticks ten times a second.

START_FAILED: Final = 3
ORPHANED: Final = 4

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """What every worker of a hub does."""

    settings: Settings
    make_app: Callable[[Settings], Starlette]
    sentence_from_error: Callable[[Exception], str]
    stuck_after_s: float = STUCK_AFTER_S
    drain_within_s: float = DRAIN_WITHIN_S


def run_worker(plan: WorkerPlan, listener: socket.socket, report: WorkerReport, supervisor_id: int) -> int:
    """Serves until SIGTERM; the exit code. To be called in a process of its own."""
    app = plan.make_app(plan.settings)
    start = RecordedStart(app)
    server = WorkerServer(make_server_config(start), app, plan, report, supervisor_id)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve(sockets=[listener]))
    except SystemExit:
        if start.error is not None:
            report.tell_failed(plan.sentence_from_error(start.error))
        return START_FAILED
    return 0


def make_server_config(app: "RecordedStart") -> uvicorn.Config:
    """How the hub is served. Pings are the hub's own, since they carry positions."""
    return uvicorn.Config(
        app,
        http=PatientHttp,
        ws=PatientWebsocket,
        ws_max_size=MAX_FRAME_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # Who is believed is one decision, and it is hub.auth.client_addresses'.
        timeout_keep_alive=IDLE_KEPT_S,
        timeout_graceful_shutdown=FINISH_WITHIN_S,
    )


class RecordedStart:
    """The application, with what went wrong when it was opened; the server itself would only log that."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self.error: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            self.error = error
            raise


class WorkerServer(uvicorn.Server):
    """uvicorn, except that it says goodbye to the live lines before it stops, and tells the supervisor how it is."""

    def __init__(
        self,
        config: uvicorn.Config,
        app: Starlette,
        plan: WorkerPlan,
        report: WorkerReport,
        supervisor_id: int,
    ) -> None:
        super().__init__(config)
        self._app = app
        self._plan = plan
        self._report = report
        self._supervisor_id = supervisor_id
        self._stopping: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM begins the drain; uvicorn's own handler would cut the live lines first."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._begin_stop)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens the application and the socket, then tells the supervisor."""
        await super().startup(sockets)
        if not self.should_exit:
            self._report.tell_ready()

    async def on_tick(self, counter: int) -> bool:
        """Shows once a second that the event loop runs, and looks whether the supervisor lives."""
        if counter % BEAT_EVERY_TICKS == 0:
            self._report.tell_stack_after(self._plan.stuck_after_s)
            self._require_supervisor()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops for good."""
        self._report.stop_watching()
        await super().shutdown(sockets)

    def _begin_stop(self) -> None:
        self._require_supervisor()
        drain: Callable[[], Awaitable[None]] | None = getattr(self._app.state, "drain", None)
        if drain is None or not self.started:
            self.should_exit = True  # Nobody is here yet to say goodbye to.
        elif self._stopping is None:
            self._stopping = asyncio.create_task(self._stop_after(drain))

    def _require_supervisor(self) -> None:
        """Returns while the supervisor lives. Without it, and its stores, nothing can be finished: ends at once."""
        if os.getppid() != self._supervisor_id:
            os._exit(ORPHANED)

    async def _stop_after(self, drain: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(self._plan.drain_within_s):
                await drain()
        except Exception as error:
            log.exception("drain_failed", exc_info=error)
        finally:
            self.should_exit = True
