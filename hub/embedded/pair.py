"""The embedded Postgres and Valkey as the supervisor sees them: start, watch, stop, find a running pair.

Everything here is synchronous, for a process that has neither threads nor an event loop yet.
"""

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.embedded.account import ServerAccount, choose_account
from hub.embedded.binaries import BinaryFinder
from hub.embedded.cluster import APPLICATION, DATABASE, OWNER, ClusterMaker, find_cluster_major
from hub.embedded.directory import DataDirectory, open_data_directory
from hub.embedded.errors import EmbeddedError
from hub.embedded.launcher import Launcher
from hub.embedded.locks import FileLock
from hub.embedded.parent_death import DeathWatch, make_death_watch
from hub.embedded.placement import (
    create_server_files,
    create_socket_directory,
    find_server_files,
    place_server_files,
    record_cluster,
    require_cluster_kept,
)
from hub.embedded.postgres import PostgresServer, remove_stale_process_file, write_access_rules
from hub.embedded.run_record import PublishedRunRecord, RunRecord, find_last_run_record, find_run_record
from hub.embedded.secret_file import Secrets, get_or_create_secrets, get_secrets
from hub.embedded.server import (
    LOOPBACK,
    RunningServer,
    ServerProgram,
    find_free_port,
    start_server,
    stop_servers,
)
from hub.embedded.server_files import ServerFiles
from hub.embedded.valkey import ValkeyServer

__all__ = ["EmbeddedError", "EmbeddedPair", "PairAddresses", "find_running", "keep_secret_keys"]

# The servers of a killed hub end by themselves; a Postgres that had much to write takes some seconds.
PREDECESSORS_GONE_WITHIN_S = 15


@dataclass(frozen=True)
class PairAddresses:
    """How to reach the pair: as the schema's owner (migrations), as the role the hub serves with, and Valkey.

    `secret_keys` are the keys to sign tokens with, newest first; they are made and kept with the data.
    """

    owner_url: str
    database_url: str
    redis_url: str
    secret_keys: tuple[str, ...]


class EmbeddedPair:
    """A Postgres and a Valkey that live as long as this process, also when it is killed; their data stay.

    As a context manager it stops what `start` has started.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        make_death_watch: Callable[[], DeathWatch] = make_death_watch,
        find_port: Callable[[], int] = find_free_port,
    ) -> None:
        self._data_dir = data_dir
        self._make_death_watch = make_death_watch
        self._find_port = find_port
        self._servers: list[RunningServer] = []
        self._held = ExitStack()
        self._starter_process_id = os.getpid()

    def start(self) -> PairAddresses:
        """Starts both, making the database on the first run, and returns when both answer.

        For the main thread, before there are others. Raises EmbeddedError; then nothing is left running.
        """
        _require_supported_system()
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("start is for the main thread: children end with the thread that started them")
        if self._servers:
            raise RuntimeError("this pair has been started already")
        self._starter_process_id = os.getpid()
        with _sentences_for_file_errors(self._data_dir), ExitStack() as held:
            addresses = self._start(held)
            self._held = held.pop_all()
        return addresses

    def stop(self) -> None:
        """Ends both; no process of them is left when this returns. Does nothing when nothing runs."""
        # A process forked from the hub inherits this object, but not the right to end the servers.
        if os.getpid() == self._starter_process_id:
            self._held.close()

    def poll(self) -> str | None:
        """A sentence about a server that has ended by itself; None while both run."""
        return next(filter(None, (server.poll() for server in self._servers)), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, held: ExitStack) -> PairAddresses:
        """Takes one thing after the other; `held` gives them back in reverse order."""
        data = open_data_directory(self._data_dir)
        _own(data, held)
        files, account = _get_server_files(data)
        lock = _outlast_predecessors(data, files, held)
        finder = BinaryFinder(account, files.binaries)
        postgres, valkey = finder.get_postgres(find_cluster_major(files)), finder.get_valkey()

        death_watch = self._make_death_watch()
        held.callback(death_watch.close)
        launcher = Launcher(account, death_watch, lock)
        secrets = _get_secrets(data, files)
        ClusterMaker(launcher, postgres, files, secrets).make_if_missing()
        record_cluster(data)

        sockets = create_socket_directory(files, account)
        held.callback(shutil.rmtree, sockets, ignore_errors=True)
        held.callback(self._stop_servers)
        write_access_rules(files)
        remove_stale_process_file(files)
        self._start_server(PostgresServer(postgres.postgres, files, sockets), launcher)
        self._start_server(ValkeyServer(valkey, files, sockets, secrets.valkey_password), launcher)

        record = _run_record(self._servers, sockets)
        held.enter_context(PublishedRunRecord(data.run_record, record))
        return _addresses(record, secrets)

    def _start_server(self, program: ServerProgram, launcher: Launcher) -> None:
        self._servers.append(start_server(program, launcher, self._find_port))

    def _stop_servers(self) -> None:
        stop_servers(self._servers)
        self._servers.clear()


def find_running(data_dir: Path) -> PairAddresses | None:
    """The addresses of the pair that a hub is running on this directory now, else None.

    Raises EmbeddedError when this account may not read them.
    """
    _require_supported_system()
    with _sentences_for_file_errors(data_dir):
        data = DataDirectory(data_dir.resolve())
        record = find_run_record(data.run_record)
        return None if record is None else _addresses(record, get_secrets(data.secrets))


def keep_secret_keys(data_dir: Path) -> tuple[str, ...]:
    """The keys of this data directory, made on the first call; for a hub with stores of its own that was given none.

    Raises EmbeddedError when the directory cannot be used.
    """
    with _sentences_for_file_errors(data_dir):
        return get_or_create_secrets(open_data_directory(data_dir).secrets).secret_keys


def _require_supported_system() -> None:
    if sys.platform == "win32":
        raise EmbeddedError(
            "The embedded Postgres and Valkey exist for Linux and macOS only: "
            "set HUB_DATABASE_URL and HUB_REDIS_URL to servers of your own."
        )


@contextmanager
def _sentences_for_file_errors(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise EmbeddedError(
            f"The embedded servers cannot use {data_dir} ({error.strerror or error}{where}): "
            "correct that, or choose another directory with --data-dir."
        ) from error


def _own(data: DataDirectory, held: ExitStack) -> None:
    """Makes this process the one hub on the directory, or raises EmbeddedError."""
    lock = held.enter_context(FileLock(data.lock))
    if not lock.try_acquire():
        owner = find_run_record(data.run_record)
        which = f" (process {owner.owner_process_id})" if owner else ""
        raise EmbeddedError(
            f"{data.path} is in use by another hub{which}: "
            "stop that one, or choose another directory with --data-dir."
        )


def _get_server_files(data: DataDirectory) -> tuple[ServerFiles, ServerAccount]:
    """Where the servers' files are, there now if they were not, and whose they are."""
    files = find_server_files(data)
    account = choose_account(files.postgres_home if files else None)
    if files is None:
        files = place_server_files(data, account)
    require_cluster_kept(data, files)
    create_server_files(data, files, account)
    return files, account


def _outlast_predecessors(data: DataDirectory, files: ServerFiles, held: ExitStack) -> FileLock:
    """The servers' lock, as soon as the servers of a killed hub have ended; clears up after them."""
    lock = held.enter_context(FileLock(files.lock))
    last_run = find_last_run_record(data.run_record)
    if not lock.acquire(PREDECESSORS_GONE_WITHIN_S):
        which = f" ({last_run.postgres_process_id} and {last_run.valkey_process_id})" if last_run else ""
        raise EmbeddedError(
            f"The server processes{which} of a hub that was killed on {data.path} are still ending: "
            "try again in a minute, or end them by hand."
        )
    if last_run is not None:
        shutil.rmtree(last_run.socket_directory, ignore_errors=True)
    return lock


def _get_secrets(data: DataDirectory, files: ServerFiles) -> Secrets:
    """The secrets; made only before there is a cluster, which knows no others than those it was made with."""
    return get_secrets(data.secrets) if files.cluster.exists() else get_or_create_secrets(data.secrets)


def _run_record(servers: list[RunningServer], sockets: Path) -> RunRecord:
    postgres, valkey = servers
    return RunRecord(
        owner_process_id=os.getpid(),
        postgres_process_id=postgres.process.pid,
        postgres_port=postgres.port,
        valkey_process_id=valkey.process.pid,
        valkey_port=valkey.port,
        socket_directory=str(sockets),
    )


def _addresses(record: RunRecord, secrets: Secrets) -> PairAddresses:
    place = f"{LOOPBACK}:{record.postgres_port}/{DATABASE}"
    return PairAddresses(
        owner_url=f"postgresql://{OWNER}:{secrets.hub_owner_password}@{place}",
        database_url=f"postgresql://{APPLICATION}:{secrets.hub_app_password}@{place}",
        redis_url=f"redis://:{secrets.valkey_password}@{LOOPBACK}:{record.valkey_port}/0",
        secret_keys=secrets.secret_keys,
    )
