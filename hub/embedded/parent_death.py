"""Ends children when the hub vanishes, also by kill -9: by the kernel on Linux, elsewhere by `guardian`."""

import contextlib
import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from signal import Signals
from typing import Protocol

# From <sys/prctl.h>; the number is part of Linux' stable interface.
PR_SET_PDEATHSIG = 1

PACKAGE_ROOT = Path(__file__).parents[2]


class DeathWatch(Protocol):
    """Binds children to the life of this process."""

    def binding(self, ending: Signals) -> Callable[[], None]:
        """What a child runs between fork and exec, so that it gets `ending` when the hub vanishes."""

    def forget(self, process_id: int) -> None:
        """To be called when a child has ended, since its number may soon be another process'."""

    def close(self) -> None:
        """Ends the watch. The children have ended before."""


def make_death_watch() -> DeathWatch:
    """The best watch this system has."""
    return KernelDeathWatch() if sys.platform == "linux" else GuardianDeathWatch()


class KernelDeathWatch:
    """Linux' parent death signal. It follows the thread that forks: the main thread has to start children."""

    def __init__(self) -> None:
        # Loaded here: between fork and exec there is room for the call itself and no more.
        self._prctl = ctypes.CDLL(None, use_errno=True).prctl
        self._prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)

    def binding(self, ending: Signals) -> Callable[[], None]:
        """See DeathWatch."""
        hub = os.getpid()

        def bind() -> None:
            if self._prctl(PR_SET_PDEATHSIG, ending, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
            # The hub may have vanished before the call; then the signal will never come.
            if os.getppid() != hub:
                os._exit(1)

        return bind

    def forget(self, process_id: int) -> None:
        """See DeathWatch; the kernel needs no telling."""

    def close(self) -> None:
        """See DeathWatch."""


class GuardianDeathWatch:
    """A small process at the read end of a pipe, which ends the children when the last write end closes.

    Each child writes its own number into the pipe before exec, and until then it holds the write end itself:
    there is no moment in which the hub can vanish and a child remain unknown. A process forked from the hub
    without exec would hold the pipe open, so workers have to be spawned.
    """

    def __init__(self) -> None:
        read_end, self._write_end = os.pipe()
        try:
            self._guardian = subprocess.Popen(
                [sys.executable, "-m", "hub.embedded.guardian"],
                stdin=read_end,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)},
                start_new_session=True,
            )
        finally:
            os.close(read_end)

    def binding(self, ending: Signals) -> Callable[[], None]:
        """See DeathWatch."""

        def bind() -> None:
            os.write(self._write_end, b"+%d %d\n" % (os.getpid(), ending))

        return bind

    def forget(self, process_id: int) -> None:
        """See DeathWatch."""
        # Somebody may have ended the guardian; that is no reason not to stop in order.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._write_end, b"-%d\n" % process_id)

    def close(self) -> None:
        """See DeathWatch."""
        os.close(self._write_end)
        self._guardian.wait()
