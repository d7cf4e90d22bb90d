"""Locks that the kernel gives up with their last holder, so that none outlives a killed process.

`pair` takes them: one for the hub that owns a data directory, one for its servers, inherited by `launcher`.
"""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.embedded.deadline import wait_until

if sys.platform != "win32":
    import fcntl


class FileLock:
    """An exclusive flock on a file, which is created when missing.

    It belongs to the open file, not to the process: children that inherit `descriptor` hold it too, and it is
    free when the last of them has ended. Two FileLocks on one path are rivals even within a process.
    """

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_acquire(self) -> bool:
        """Whether the lock is ours now; never waits."""
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def acquire(self, within_s: float) -> bool:
        """Whether the lock has become ours in time."""
        return wait_until(self.try_acquire, within_s)

    def close(self) -> None:
        """Ends this process' hold."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_locked_by_another(descriptor: int) -> bool:
    """Whether somebody holds an exclusive lock on this open file; leaves it unlocked."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False
