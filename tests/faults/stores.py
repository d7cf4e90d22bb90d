"""A Postgres and a Valkey that a test may kill, freeze and start again, each at the port it had."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
from redis.asyncio import Redis

from hub.embedded.account import choose_account
from hub.embedded.binaries import BinaryFinder
from hub.embedded.cluster import APPLICATION, DATABASE, OWNER, SUPERUSER, ClusterMaker
from hub.embedded.directory import open_data_directory
from hub.embedded.launcher import Launcher
from hub.embedded.locks import FileLock
from hub.embedded.parent_death import make_death_watch
from hub.embedded.placement import create_server_files, create_socket_directory, place_server_files
from hub.embedded.postgres import PostgresServer, remove_stale_process_file, write_access_rules
from hub.embedded.secret_file import Secrets, get_or_create_secrets
from hub.embedded.server import ServerProgram, find_free_port
from hub.embedded.server_files import ServerFiles
from hub.embedded.valkey import ValkeyServer
from hub.store.migrate import migrate
from tests.operate.processes import list_descendants, signal_all, wait_until, wait_until_gone

LOOPBACK = "127.0.0.1"


@dataclass
class StoreProcess:
    """One server at one port, through any number of lives."""

    program: ServerProgram
    launcher: Launcher
    files: ServerFiles
    port: int
    process: subprocess.Popen[bytes] | None = None
    frozen: list[int] = field(default_factory=list)

    async def start(self) -> None:
        """Runs it, and returns when it serves. Does nothing when it runs."""
        while self.process is None:
            if isinstance(self.program, PostgresServer):
                remove_stale_process_file(self.files)
            process = self.launcher.start(
                self.program.command(self.port),
                self.program.log,
                self.program.endings[0],
                self.program.standard_input(self.port),
            )
            # A killed Postgres may still hold its memory for a moment; then the next one ends at once.
            await wait_until(partial(self._is_settled, process))
            if process.poll() is None:
                self.process = process

    async def kill(self) -> None:
        """Ends it and all its children as a power failure would."""
        if self.process is None:
            return
        processes = self._list_processes()
        signal_all(processes, signal.SIGKILL)
        self.process.wait()
        self.process, self.frozen = None, []
        await wait_until_gone(processes)

    async def stop(self) -> None:
        """Ends it in order."""
        if self.process is not None:
            self.process.send_signal(self.program.endings[0])
            await wait_until(lambda: self.process is None or self.process.poll() is not None)
            self.process = None

    def freeze(self) -> None:
        """Stops the clock for it: connections stay, nothing is answered."""
        self.frozen = self._list_processes()
        signal_all(self.frozen, signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on."""
        signal_all(self.frozen, signal.SIGCONT)
        self.frozen = []

    def _is_settled(self, process: subprocess.Popen[bytes]) -> bool:
        return process.poll() is not None or self.program.is_ready(process.pid, self.port)

    def _list_processes(self) -> list[int]:
        return [] if self.process is None else [self.process.pid, *list_descendants(self.process.pid)]


@dataclass
class Stores:
    """Both, and every way in."""

    postgres: StoreProcess
    valkey: StoreProcess
    secrets: Secrets
    socket_directory: Path

    def database_url(self, port: int | None = None) -> str:
        """The hub's own login, perhaps through a proxy."""
        return self._url(APPLICATION, self.secrets.hub_app_password, port)

    @property
    def owner_url(self) -> str:
        """The login of who owns the tables, whom row security does not bind."""
        return self._url(OWNER, self.secrets.hub_owner_password, None)

    def redis_url(self, port: int | None = None) -> str:
        """Valkey, perhaps through a proxy."""
        return f"redis://:{self.secrets.valkey_password}@{LOOPBACK}:{port or self.valkey.port}/0"

    @asynccontextmanager
    async def connect_superuser(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """A connection that may do anything, through the unix socket."""
        place = f"host={quote(str(self.socket_directory))}&port={self.postgres.port}"
        login = f"{SUPERUSER}:{self.secrets.hub_admin_password}"
        connection = await asyncpg.connect(f"postgresql://{login}@/{DATABASE}?{place}")
        try:
            yield connection
        finally:
            connection.terminate()

    @asynccontextmanager
    async def connect_valkey(self) -> AsyncIterator[Redis]:
        """A client of Valkey itself."""
        redis = Redis.from_url(self.redis_url())
        try:
            yield redis
        finally:
            await redis.aclose()

    def _url(self, login: str, password: str, port: int | None) -> str:
        return f"postgresql://{login}:{password}@{LOOPBACK}:{port or self.postgres.port}/{DATABASE}"


@asynccontextmanager
async def running_stores(directory: Path) -> AsyncIterator[Stores]:
    """Fresh stores, migrated, in an empty directory."""
    data = open_data_directory(directory)
    account = choose_account(None)
    files = place_server_files(data, account)
    create_server_files(data, files, account)
    secrets = get_or_create_secrets(data.secrets)
    finder = BinaryFinder(account, files.binaries)
    postgres, valkey = finder.get_postgres(None), finder.get_valkey()
    with ExitStack() as held:
        lock = held.enter_context(FileLock(files.lock))
        watch = make_death_watch()
        held.callback(watch.close)
        launcher = Launcher(account, watch, lock)
        ClusterMaker(launcher, postgres, files, secrets).make_if_missing()
        sockets = create_socket_directory(files, account)
        write_access_rules(files)
        server, cache = (
            PostgresServer(postgres.postgres, files, sockets),
            ValkeyServer(valkey, files, sockets, secrets.valkey_password),
        )
        stores = Stores(
            StoreProcess(server, launcher, files, find_free_port()),
            StoreProcess(cache, launcher, files, find_free_port()),
            secrets,
            sockets,
        )
        try:
            await asyncio.gather(stores.postgres.start(), stores.valkey.start())
            await migrate(stores.owner_url)
            yield stores
        finally:
            for process in (stores.postgres, stores.valkey):
                process.thaw()
                await process.stop()
