"""How to reach the servers of a running owner: written by it (`pair`), believed only while it lives.

The owner keeps an exclusive lock on the very file it wrote. The missing lock shows the record of a killed hub
to be stale, and nobody has to judge by process ids, which the system uses again.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.embedded.errors import EmbeddedError
from hub.embedded.json_file import damaged_file
from hub.embedded.locks import FileLock, is_locked_by_another


@dataclass(frozen=True)
class RunRecord:
    """The processes and addresses of one run; no secrets."""

    owner_process_id: int
    postgres_process_id: int
    postgres_port: int
    valkey_process_id: int
    valkey_port: int
    socket_directory: str


class PublishedRunRecord:
    """A run record that others find until this is closed or its process ends."""

    def __init__(self, path: Path, record: RunRecord) -> None:
        self._path = path
        unfinished = path.with_name(path.name + ".new")
        unfinished.unlink(missing_ok=True)
        self._lock = FileLock(unfinished)
        # Locked and filled before it gets its name, so that no reader sees the one without the other.
        self._lock.try_acquire()
        os.write(self._lock.descriptor, json.dumps(asdict(record)).encode())
        unfinished.replace(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._path.unlink(missing_ok=True)
        self._lock.close()


def find_run_record(path: Path) -> RunRecord | None:
    """The record of the owner running now; None when none is, or while it is still starting or ending."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        return _parse(path, file.read()) if is_locked_by_another(file.fileno()) else None


def find_last_run_record(path: Path) -> RunRecord | None:
    """What a killed owner has left, for clearing up after it; it says nothing about what is running."""
    try:
        return _parse(path, path.read_bytes())
    except (FileNotFoundError, EmbeddedError):
        # Nobody forces it to the disk, so it may be empty after a power failure: that must not stop a start.
        return None


def _parse(path: Path, content: bytes) -> RunRecord:
    try:
        return RunRecord(**json.loads(content))
    except (TypeError, ValueError) as error:
        raise damaged_file(path) from error
