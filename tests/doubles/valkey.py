"""A Valkey of a test's own, that may be stopped and started again."""

import asyncio
import signal
import tempfile
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from hub.embedded.account import choose_account
from hub.embedded.binaries import BinaryFinder
from hub.embedded.server import find_free_port

PATIENCE_S = 20.0


class OwnValkey:
    """One server on a port of its own, empty at every start."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="hub-test-")
        self._program = BinaryFinder(choose_account(None), Path(self._directory.name)).get_valkey()
        self._port = find_free_port()
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        """Returns when it answers."""
        settings = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = await asyncio.create_subprocess_exec(
            self._program,
            *settings,
            "--dir",
            self._directory.name,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(PATIENCE_S):
            while not await self._answers():
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """As if the machine had failed."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None

    def freeze(self, frozen: bool) -> None:
        """Makes it hold its connections and say nothing, or go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    async def drop_connections(self) -> None:
        """Cuts everybody off without going away."""
        async with Redis.from_url(self.url) as redis:
            for kind in ("normal", "pubsub"):
                await redis.client_kill_filter(_type=kind, skipme=True)

    async def finish(self) -> None:
        """Ends it and removes its files."""
        await self.kill()
        self._directory.cleanup()

    async def _answers(self) -> bool:
        try:
            async with Redis.from_url(self.url) as redis:
                return bool(await redis.ping())
        except (RedisError, OSError):
            return False
