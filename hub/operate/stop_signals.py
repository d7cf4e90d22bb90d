"""Requests to stop, as the supervisor hears them: while it starts they interrupt it, afterwards they are counted."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def list_stop_signals() -> list[signal.Signals]:
    """STOP_SIGNALS without SIGHUP when this process was started to outlive its terminal (nohup)."""
    return [
        number
        for number in STOP_SIGNALS
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN
    ]


class Stopped(BaseException):
    """Somebody wants the hub to stop while it is still starting."""


class StopSignals:
    """Counts SIGTERM, SIGINT and SIGHUP; `wakeup` becomes readable with each of them and with the death of a child."""

    def __init__(self) -> None:
        self.wakeup, self._writing = socket.socketpair()
        self.wakeup.setblocking(False)
        self._writing.setblocking(False)
        self.asked = 0
        self.is_interrupting = True

    def quiet(self) -> None:
        """Forgets what made `wakeup` readable."""
        try:
            while self.wakeup.recv(4096):
                pass
        except BlockingIOError:
            return

    def hear_stop(self, _number: int, _frame: FrameType | None) -> None:
        """The handler of STOP_SIGNALS."""
        self.asked += 1
        if self.is_interrupting:
            self.is_interrupting = False  # Cleaning up after the first one is not interrupted by the second.
            raise Stopped

    def hear_child(self, _number: int, _frame: FrameType | None) -> None:
        """The handler of SIGCHLD: being woken is all it is for."""

    def close(self) -> None:
        """Closes both ends."""
        self.wakeup.close()
        self._writing.close()

    @contextmanager
    def heard(self) -> Iterator["StopSignals"]:
        """Hears the signals while the block runs. For the main thread."""
        handlers = {number: signal.signal(number, self.hear_stop) for number in list_stop_signals()}
        handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, self.hear_child)
        descriptor = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        try:
            yield self
        finally:
            signal.set_wakeup_fd(descriptor)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            self.close()
