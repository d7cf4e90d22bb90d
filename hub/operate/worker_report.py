"""What a worker tells its supervisor through a pipe: that it serves, why it could not start, where it is stuck.

The worker writes with `WorkerReport`, the supervisor reads with `ReportReader`.
"""

import contextlib
import faulthandler
import os
import re
from dataclasses import dataclass
from typing import Final

READY: Final = "ready"
FAILED: Final = "failed "

# A place in the interpreter's own dump of a stack.
PLACE = re.compile(r'  File "(?:.*?)([^/"]*/?[^/"]+)", line (\d+) in (\S+)')

READ_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker serves."""


@dataclass(frozen=True, slots=True)
class StartFailed:
    """The worker cannot serve, and why, in a sentence."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where the worker is, innermost first: its event loop has stood still, or (`fatal`) the interpreter has crashed."""

    places: tuple[str, ...]
    fatal: bool


Report = Ready | StartFailed | Stuck


class WorkerReport:
    """The worker's end of the pipe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        # A crash of the interpreter is told through the same pipe.
        faulthandler.enable(file=descriptor)

    def tell_ready(self) -> None:
        """The worker serves."""
        self._write(READY)

    def tell_failed(self, sentence: str) -> None:
        """The worker ends, for this reason."""
        self._write(FAILED + " ".join(sentence.split()))

    def tell_stack_after(self, seconds: float) -> None:
        """Unless called again within so many seconds, tells where this process is stuck."""
        faulthandler.dump_traceback_later(seconds, file=self._descriptor)

    def stop_watching(self) -> None:
        """Being stuck is told no more."""
        faulthandler.cancel_dump_traceback_later()

    def _write(self, line: str) -> None:
        # When the supervisor was killed nobody reads, and this worker is about to end too.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._descriptor, f"{line}\n".encode())


class ReportReader:
    """The supervisor's end of the pipe."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        os.set_blocking(descriptor, False)
        self._unread = b""
        self._stack: list[str] = []

    def read(self) -> list[Report]:
        """What has been told and not yet read."""
        while True:
            try:
                data = os.read(self.descriptor, READ_BYTES)
            except BlockingIOError:
                break
            if not data:
                break
            self._unread += data
        *lines, self._unread = self._unread.split(b"\n")
        return [report for line in lines if (report := self._parse(line.decode(errors="replace")))]

    def take_stack(self) -> Stuck | None:
        """The stack that was told, if any; to be asked when nothing more is coming."""
        if not self._stack:
            return None
        lines, self._stack = self._stack, []
        places = tuple(f"{match[1]}:{match[2]}:{match[3]}" for match in map(PLACE.match, lines) if match)
        return Stuck(places, fatal=any(line.startswith("Fatal") for line in lines))

    def close(self) -> None:
        """Closes the pipe."""
        os.close(self.descriptor)

    def _parse(self, line: str) -> Report | None:
        if line == READY:
            return Ready()
        if line.startswith(FAILED):
            return StartFailed(line.removeprefix(FAILED))
        self._stack.append(line)
        return None
