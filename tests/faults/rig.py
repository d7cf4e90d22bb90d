"""The hub under test: nodes as real processes, each reaching one Postgres and one Valkey through proxies of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from hub.actions.ports import Ports
from hub.app import open_ports
from hub.domain.foreign_address import OwnHost
from hub.settings import Settings
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.faults.history import Stored
from tests.faults.proxy import FaultProxy, running_proxy
from tests.faults.questions import Questions
from tests.faults.stores import Stores
from tests.operate.processes import ROOT, find_free_port, list_descendants, signal_all, wait_until

SECRET_KEY = "one-secret-key-for-all-nodes"

# In a node's log these mean that something happened nobody had thought of.
UNFORESEEN = (
    "Traceback",
    "background_task_died",
    "command_failed",
    "frame_failed",
    "append_failed",
    "worker_crashed",
)

TRANSCRIPT = """
    SELECT chat_id, stream, seq, id, actor_id, cid, kind, text FROM events WHERE tenant_id = $1 ORDER BY chat_id, stream, seq
"""


@dataclass
class HubNode:
    """One `hub serve` with one worker, through any number of lives at one port."""

    number: int
    port: int
    postgres: FaultProxy
    redis: FaultProxy
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    judged_bytes: int = 0  # So much of its log has been looked at.

    @property
    def base_url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        """The realtime address."""
        return f"ws://127.0.0.1:{self.port}/api/realtime"

    @property
    def worker_id(self) -> int:
        """The process that serves."""
        assert self.process is not None
        return list_descendants(self.process.pid)[-1]

    def begin_start(self) -> None:
        """Starts the process."""
        arguments = ("-m", "hub", "serve", "--workers", "1", "--port", str(self.port))
        # When the tests run under nohup the node would inherit that too, and not hear SIGHUP.
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        try:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, *arguments],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                )
        finally:
            signal.signal(signal.SIGHUP, before)

    async def start(self) -> None:
        """Starts it, when it does not run, and returns when it serves."""
        if self.process is None or self.process.poll() is not None:
            self.begin_start()
        await wait_until(self.is_ready)

    async def is_ready(self) -> bool:
        """Whether a balancer would send lines here."""
        try:
            return await self.get_status("/health/ready") == httpx2.codes.OK
        except httpx2.TransportError:
            return False

    async def get_status(self, path: str) -> int:
        """The status of a page of the node."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            return (await client.get(self.base_url + path, timeout=5)).status_code

    def signal(self, number: signal.Signals) -> None:
        """Signals the supervisor, as an operator does."""
        assert self.process is not None
        self.process.send_signal(number)

    async def wait_until_ended(self) -> int:
        """The exit code."""
        assert self.process is not None
        await wait_until(lambda: self.process is None or self.process.poll() is not None)
        code = self.process.poll()
        assert code is not None
        return code

    def kill(self) -> None:
        """Ends supervisor and worker at once."""
        if self.process is not None and self.process.poll() is None:
            signal_all([self.process.pid, *list_descendants(self.process.pid)], signal.SIGKILL)
            self.process.wait()

    def kill_worker(self) -> None:
        """Ends the worker; the supervisor replaces it."""
        os.kill(self.worker_id, signal.SIGKILL)

    def freeze(self) -> None:
        """Stops the clock for the worker."""
        os.kill(self.worker_id, signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets the worker go on."""
        os.kill(self.worker_id, signal.SIGCONT)

    def count_memory_bytes(self) -> int:
        """The worker's resident memory."""
        fields = Path(f"/proc/{self.worker_id}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def count_descriptors(self) -> int:
        """The worker's open files and sockets."""
        return len(list(Path(f"/proc/{self.worker_id}/fd").iterdir()))

    def list_unforeseen(self, since_bytes: int = 0) -> list[str]:
        """Lines of its log that should not be there."""
        lines = self.log.read_bytes()[since_bytes:].decode(errors="replace").splitlines()
        return [line for line in lines if any(word in line for word in UNFORESEEN)]


@dataclass
class Rig:
    """The stores, the nodes before them, and ways past the hub to look at what is stored."""

    stores: Stores
    nodes: list[HubNode]
    settings: Settings

    async def heal(self) -> None:
        """Everything runs and reaches everything."""
        for process in (self.stores.postgres, self.stores.valkey):
            process.thaw()
            await process.start()
        for node in self.nodes:
            node.postgres.heal()
            node.redis.heal()
        await asyncio.gather(*(node.start() for node in self.nodes))

    @asynccontextmanager
    async def open_ports(self) -> AsyncIterator[Ports]:
        """Actions past the nodes."""
        async with open_ports(self.settings) as ports:
            yield ports

    async def make_tenant(self) -> Tenant:
        """A tenant of its own for one test."""
        async with self.open_ports() as ports:
            return await make_tenant(ports, self.settings, open_secrets())

    async def read_transcripts(self, tenant: Tenant) -> dict[str, list[Stored]]:
        """Every stream of the tenant as the store has it, by its name on the wire."""
        connection: asyncpg.Connection[Any] = await asyncpg.connect(self.stores.owner_url)
        try:
            rows = await connection.fetch(TRANSCRIPT, tenant.id)
        finally:
            await connection.close()
        found: dict[str, list[Stored]] = {}
        for row in rows:
            name = f"{row['chat_id']}" if row["stream"] == "public" else f"{row['chat_id']}/staff"
            event = Stored(*(row[column] for column in ("seq", "id", "actor_id", "cid", "kind", "text")))
            found.setdefault(name, []).append(event)
        return found


@asynccontextmanager
async def running_rig(stores: Stores, directory: Path, count: int = 2) -> AsyncIterator[Rig]:
    """So many nodes on the stores, serving."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    async with AsyncExitStack() as held:
        nodes = []
        for number in range(count):
            postgres = await held.enter_async_context(running_proxy(stores.postgres.port))
            postgres.questions = Questions()
            redis = await held.enter_async_context(running_proxy(stores.valkey.port))
            environment = inherited | {
                "HUB_DATABASE_URL": stores.database_url(postgres.port),
                "HUB_DATABASE_OWNER_URL": stores.owner_url,
                "HUB_REDIS_URL": stores.redis_url(redis.port),
                "HUB_SECRET_KEYS": SECRET_KEY,
                "HUB_OUTBOUND_HTTP_HOSTS": "127.0.0.1:*",
            }
            log = directory / f"node{number}.log"
            node = HubNode(number, find_free_port(), postgres, redis, environment, log)
            nodes.append(node)
            held.callback(node.kill)
        settings = Settings(
            database_url=stores.database_url(),
            redis_url=stores.redis_url(),
            secret_keys=(SECRET_KEY,),
            outbound_http_hosts=(OwnHost("127.0.0.1", has_any_port=True),),
        )
        rig = Rig(stores, nodes, settings)
        await rig.heal()
        yield rig
