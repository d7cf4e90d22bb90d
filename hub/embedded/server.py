"""The life of one server process: started on a free port, awaited, watched, ended.

`postgres` and `valkey` say what is particular about each.
"""

import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from signal import Signals
from typing import Protocol

from hub.embedded.deadline import wait_until
from hub.embedded.errors import EmbeddedError
from hub.embedded.launcher import Command, Launcher
from hub.embedded.log_file import LogFile

LOOPBACK = "127.0.0.1"

READY_WITHIN_S = 30
ENDING_WITHIN_S = 10

# A port found free may be taken before the server gets it; five times in a row is no coincidence.
PORT_ATTEMPTS = 5
PORT_TAKEN = "Address already in use"


class ServerProgram(Protocol):
    """What one kind of server adds to the common life."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def log(self) -> LogFile:
        """Where its output goes."""

    @property
    def endings(self) -> Sequence[Signals]:
        """The signals that end it, gentlest first; the first one is also sent when the hub vanishes."""

    def command(self, port: int, /) -> Command:
        """The command line, without secrets: everybody on the machine can read it."""

    def standard_input(self, port: int, /) -> str:
        """What it reads at the start."""

    def is_ready(self, process_id: int, port: int, /) -> bool:
        """Whether this process serves at this port now."""


@dataclass(frozen=True)
class RunningServer:
    """A server process at a port of the loopback address."""

    program: ServerProgram
    launcher: Launcher
    process: subprocess.Popen[bytes]
    port: int
    log_start_bytes: int

    def poll(self) -> str | None:
        """A sentence when the process has ended, else None."""
        code = self.process.poll()
        if code is None:
            return None
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        name = f"The embedded {self.program.name} (process {self.process.pid})"
        return f"{name} has ended {how}; {self.quote_log()}"

    def quote_log(self) -> str:
        """The end of a sentence that says what the server said last."""
        return (
            f"its log {self.program.log.path} says: {self.program.log.get_last_words(self.log_start_bytes)}"
        )

    def is_ready(self) -> bool:
        """Whether it serves now."""
        return self.program.is_ready(self.process.pid, self.port)

    def found_port_taken(self) -> bool:
        """Whether it has complained about its port."""
        return PORT_TAKEN in self.program.log.read_since(self.log_start_bytes)


def find_free_port() -> int:
    """A port of the loopback address that nobody listens at just now."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def start_server(
    program: ServerProgram,
    launcher: Launcher,
    find_port: Callable[[], int] = find_free_port,
    attempts: int = PORT_ATTEMPTS,
) -> RunningServer:
    """The server, ready to be used. Raises EmbeddedError quoting its log when it does not get there."""
    server = _spawn(program, launcher, find_port())
    failure = _await_ready(server)
    if failure is None:
        return server
    if server.found_port_taken() and attempts > 1:
        return start_server(program, launcher, find_port, attempts - 1)
    raise EmbeddedError(failure)


def stop_servers(servers: Sequence[RunningServer]) -> None:
    """Ends all of them together, each as gently as it lets us; none runs when this returns."""
    rounds = max((len(server.program.endings) for server in servers), default=0)
    for number in range(rounds):
        for server in servers:
            endings = server.program.endings
            # Sends nothing to a process that has ended.
            server.process.send_signal(endings[min(number, len(endings) - 1)])
        if wait_until(lambda: all(server.process.poll() is not None for server in servers), ENDING_WITHIN_S):
            break
    for server in servers:
        server.process.wait()
        server.launcher.death_watch.forget(server.process.pid)


def _spawn(program: ServerProgram, launcher: Launcher, port: int) -> RunningServer:
    program.log.rotate()
    log_start_bytes = program.log.get_size_bytes()
    process = launcher.start(
        program.command(port), program.log, program.endings[0], program.standard_input(port)
    )
    return RunningServer(program, launcher, process, port, log_start_bytes)


def _await_ready(server: RunningServer) -> str | None:
    """None when the server is ready, else a sentence why not; then it has ended."""
    failure: str | None = "it was not waited for"
    try:
        settled = wait_until(lambda: server.process.poll() is not None or server.is_ready(), READY_WITHIN_S)
        failure = server.poll()
        if not settled:
            name = server.program.name
            failure = f"The embedded {name} does not answer after {READY_WITHIN_S} s; {server.quote_log()}"
    finally:
        if failure is not None:
            stop_servers([server])
    return failure
