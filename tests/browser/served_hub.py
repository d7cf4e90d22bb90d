"""`hub serve` with two workers as browsers meet it, and ways to treat it badly. Counterpart: `tests.operate.processes`."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.operate.processes import (
    ROOT,
    HubProcess,
    find_free_port,
    list_descendants,
    signal_all,
    wait_until_gone,
)

# Agents of one test run would share the one address that may sign in five times a minute; see `tests.browser.windows`.
BELIEVED_PROXY = "127.0.0.1"


class ServedHub:
    """A hub on one port and one data directory, which outlive its processes."""

    def __init__(self, directory: Path, port: int) -> None:
        self.data_dir = directory / "data"
        self.port = port
        self._directory = directory
        self._running: HubProcess | None = None

    @property
    def base_url(self) -> str:
        """Where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Returns when it serves."""
        out, err = self._directory / "out", self._directory / "err"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        with out.open("ab") as out_file, err.open("ab") as err_file:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "hub", "serve",
                "--port", str(self.port), "--data-dir", str(self.data_dir), "--workers", "2",
                cwd=ROOT,
                env={**inherited, "HUB_TRUSTED_PROXIES": BELIEVED_PROXY},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
            )  # fmt: skip
        self._running = HubProcess(process, self.port, out, err)
        await self._running.wait_until_serving()

    async def kill(self) -> None:
        """Kills the supervisor with SIGKILL; returns when nothing of the hub runs any more."""
        hub = self._require_running()
        processes = hub.list_children()
        hub.process.kill()
        await hub.wait_until_ended()
        await wait_until_gone(processes)
        self._running = None

    async def stop(self) -> None:
        """Ends it the usual way, if it runs."""
        if self._running is None:
            return
        processes = self._running.list_children()
        self._running.process.terminate()
        await self._running.wait_until_ended()
        await wait_until_gone(processes)
        self._running = None

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """Supervisor and workers do nothing meanwhile: what is sent to them waits in the system's buffers."""
        hub = self._require_running()
        with _stopped([hub.process.pid, *hub.list_workers()]):
            yield

    @contextmanager
    def without_storage(self) -> Iterator[None]:
        """Postgres does not answer meanwhile; the hub does."""
        hub = self._require_running()
        postgres = hub.find_postgres()
        with _stopped([postgres, *list_descendants(postgres)]):
            yield

    def _require_running(self) -> HubProcess:
        assert self._running is not None, "the hub has not been started"
        return self._running


@asynccontextmanager
async def served_hub() -> AsyncIterator[ServedHub]:
    """A hub that serves, on fresh data; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="hub-test-") as directory:
        # Where the account of the embedded servers can get at it, when the tests run as root.
        Path(directory).chmod(0o755)
        hub = ServedHub(Path(directory), find_free_port())
        try:
            await hub.start()
            yield hub
        finally:
            await hub.stop()


@contextmanager
def _stopped(processes: list[int]) -> Iterator[None]:
    signal_all(processes, signal.SIGSTOP)
    try:
        yield
    finally:
        signal_all(processes[::-1], signal.SIGCONT)
