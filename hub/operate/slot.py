"""One place for a worker: its socket, the worker that is in it now, and when a dead one is replaced."""

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hub.operate.child import Nursery
from hub.operate.worker import WorkerPlan, run_worker
from hub.operate.worker_report import ReportReader, WorkerReport

# A worker that served this long died of something new.
LIVED_S: Final = 5.0

# The promise is to replace a dead worker within 2 s; the first time at once.
FIRST_DELAY_S: Final = 0.1
LONGEST_DELAY_S: Final = 1.5


@dataclass(slots=True)
class Worker:
    """A running worker."""

    process_id: int
    reports: ReportReader
    started_at_s: float
    is_ready: bool = False


class Slot:
    """Keeps one worker running on one socket."""

    def __init__(
        self, number: int, listener: socket.socket, nursery: Nursery, now_s: Callable[[], float]
    ) -> None:
        self.number = number
        self.worker: Worker | None = None
        self.start_at_s = now_s()
        self.died_at_once = 0
        self.last_sentence: str | None = None
        self._listener = listener
        self._nursery = nursery
        self._now_s = now_s

    def start(self, plan: WorkerPlan) -> Worker:
        """A new worker in this place."""
        reading, writing = os.pipe()
        supervisor_id = os.getpid()

        def body() -> int:
            return run_worker(plan, self._listener, WorkerReport(writing), supervisor_id)

        process_id = self._nursery.fork(body, {writing, self._listener.fileno()})
        os.close(writing)
        self.worker = Worker(process_id, ReportReader(reading), self._now_s())
        return self.worker

    def find_exit_code(self) -> int | None:
        """The exit code of the worker when it has ended (negative: the signal that ended it), else None."""
        if self.worker is None:
            return None
        ended, status = os.waitpid(self.worker.process_id, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if ended else None

    def bury(self) -> None:
        """Empties the place after the worker's end and says when the next one is due."""
        assert self.worker is not None
        lived_s = self._now_s() - self.worker.started_at_s
        self.died_at_once = 0 if lived_s >= LIVED_S else self.died_at_once + 1
        delay_s = min(FIRST_DELAY_S * 2**self.died_at_once, LONGEST_DELAY_S) if self.died_at_once else 0.0
        self.start_at_s = self._now_s() + delay_s
        self.worker.reports.close()
        self.worker = None

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the worker, if there is one."""
        if self.worker is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.worker.process_id, number)
