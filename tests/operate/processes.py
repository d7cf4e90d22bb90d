"""Hubs as real processes, and looking at them from outside."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]

# Only a broken hub takes so long; nothing is concluded from being faster.
DEADLINE_S = 180


@dataclass
class HubProcess:
    """A hub that runs as a process of its own, and what it has written."""

    process: asyncio.subprocess.Process
    port: int
    out: Path
    err: Path

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def wait_until_serving(self) -> None:
        await wait_until(self._is_serving)

    async def wait_until_ended(self) -> int:
        async with asyncio.timeout(DEADLINE_S):
            return await self.process.wait()

    async def get_text(self, path: str) -> str:
        async with httpx2.AsyncClient(trust_env=False) as client:
            return (await client.get(self.base_url + path, timeout=DEADLINE_S)).text

    def list_children(self) -> list[int]:
        """The process ids of everything that descends from it."""
        return list_descendants(self.process.pid)

    def list_workers(self) -> list[int]:
        """The process ids of its workers."""
        return [child for child in list_children(self.process.pid) if "serve" in command_of(child)]

    def find_postgres(self) -> int:
        """The process id of its Postgres: the one it started, not those which that forks and which look like it at first."""
        [found] = [
            child
            for child in list_children(self.process.pid)
            if command_of(child)[0].endswith("bin/postgres")
        ]
        return found

    async def _is_serving(self) -> bool:
        if self.process.returncode is not None:
            raise AssertionError(f"the hub ended ({self.process.returncode}): {self.err.read_text()}")
        try:
            await self.get_text("/health/live")
        except httpx2.TransportError:
            return False
        return True


Start = Callable[..., Awaitable[HubProcess]]


async def wait_until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Returns when the condition holds; TimeoutError after DEADLINE_S."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            holds = condition()
            if holds is True or (not isinstance(holds, bool) and await holds):
                return
            await asyncio.sleep(0.05)


async def wait_until_gone(process_ids: list[int]) -> None:
    """Returns when none of the processes runs any more."""
    await wait_until(lambda: not any(is_running(process_id) for process_id in process_ids))


def is_running(process_id: int) -> bool:
    """Whether there is such a process, other than one that nobody has buried yet."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def list_children(process_id: int) -> list[int]:
    """What the process started itself; nothing for one that has gone."""
    found: list[int] = []
    # Every file here vanishes with its process, at any moment.
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{process_id}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def list_descendants(process_id: int) -> list[int]:
    """All children, each with its own after it; none for a process that has gone."""
    found = []
    for child in list_children(process_id):
        found += [child, *list_descendants(child)]
    return found


def command_of(process_id: int) -> list[str]:
    """The program and its arguments; one empty string for a process that has gone."""
    try:
        return Path(f"/proc/{process_id}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return [""]


def signal_all(processes: list[int], number: signal.Signals) -> None:
    """Sends the signal to each of them that still runs."""
    for process_id in processes:
        with suppress(ProcessLookupError):
            os.kill(process_id, number)


def find_free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
