"""The supervisor's watch over its workers: replaces the dead, writes down what they report, ends them all when asked."""

import selectors
import signal
import time
from collections.abc import Callable
from typing import Final

import structlog

from hub.operate.metrics_directory import forget_worker
from hub.operate.slot import Slot, Worker
from hub.operate.stop_signals import StopSignals
from hub.operate.worker import WorkerPlan
from hub.operate.worker_report import Ready, Report, StartFailed, Stuck

# How often the embedded servers are looked at when nothing else happens.
LOOK_EVERY_S: Final = 0.5

# A worker needs up to 11 s; what is not out by then is cut, so that the hub is gone within 15 s, its servers included.
WORKERS_GONE_WITHIN_S: Final = 12.5

MOST_DEATHS_AT_ONCE: Final = 5

log = structlog.get_logger()


class HubFailed(Exception):
    """The hub cannot go on; the message says why."""


class Watch:
    """Runs the workers of a hub until it is told to stop, or cannot go on."""

    def __init__(
        self,
        slots: list[Slot],
        plan: WorkerPlan,
        signals: StopSignals,
        *,
        find_broken_server: Callable[[], str | None],
        announce: Callable[[], None],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slots = slots
        self._plan = plan
        self._signals = signals
        self._find_broken_server = find_broken_server
        self._announce = announce
        self._now_s = now_s
        self._selector = selectors.DefaultSelector()
        self._is_announced = False
        self._is_stopping = False

    def run(self) -> None:
        """Returns when all workers have ended because somebody asked. Raises HubFailed, and then they have ended too."""
        self._selector.register(self._signals.wakeup, selectors.EVENT_READ)
        try:
            while not self._signals.asked:
                self._start_due()
                self._wait(self._seconds_to_next())
                self._bury_dead()
                self._require_servers()
        finally:
            self._stop()
            self._selector.close()

    def _start_due(self) -> None:
        for slot in self._slots:
            if slot.worker is None and slot.start_at_s <= self._now_s():
                worker = slot.start(self._plan)
                self._selector.register(worker.reports.descriptor, selectors.EVENT_READ, slot)
                log.info("worker_started", worker=slot.number, process=worker.process_id)

    def _seconds_to_next(self) -> float:
        due = [slot.start_at_s - self._now_s() for slot in self._slots if slot.worker is None]
        return max(0.0, min([LOOK_EVERY_S, *due]))

    def _wait(self, seconds: float) -> None:
        """Waits for signals and reports, and takes them in."""
        reporting = [key.data for key, _ in self._selector.select(seconds)]
        self._signals.quiet()
        for slot in self._slots:
            if slot.worker is None:
                continue
            if slot in reporting:
                self._take_in(slot, slot.worker)
            elif stack := slot.worker.reports.take_stack():
                self._take(slot, slot.worker, stack)

    def _take_in(self, slot: Slot, worker: Worker) -> None:
        for report in worker.reports.read():
            self._take(slot, worker, report)

    def _take(self, slot: Slot, worker: Worker, report: Report) -> None:
        match report:
            case Ready():
                worker.is_ready = True
                log.info("worker_ready", worker=slot.number, process=worker.process_id)
                if not self._is_announced:
                    self._is_announced = True
                    self._announce()
            case StartFailed(sentence):
                slot.last_sentence = sentence
            case Stuck(places, fatal):
                event = "worker_crashed" if fatal else "worker_stuck"
                log.error(event, worker=slot.number, process=worker.process_id, stack=places)

    def _bury_dead(self) -> None:
        for slot in self._slots:
            exit_code = slot.find_exit_code()
            if exit_code is not None and slot.worker is not None:
                self._bury(slot, slot.worker, exit_code)

    def _bury(self, slot: Slot, worker: Worker, exit_code: int) -> None:
        self._take_in(slot, worker)
        if stack := worker.reports.take_stack():
            self._take(slot, worker, stack)
        self._selector.unregister(worker.reports.descriptor)
        slot.bury()
        forget_worker(worker.process_id)
        if self._is_stopping:
            log.info("worker_stopped", worker=slot.number, exit_code=exit_code)
            return
        log.error("worker_died", worker=slot.number, exit_code=exit_code, attempt=slot.died_at_once)
        if slot.died_at_once >= MOST_DEATHS_AT_ONCE and not self._somebody_serves():
            reason = (
                slot.last_sentence or "its workers end as soon as they start; the log lines above say where."
            )
            raise HubFailed(f"The hub cannot serve: {reason}")

    def _somebody_serves(self) -> bool:
        return any(slot.worker is not None and slot.worker.is_ready for slot in self._slots)

    def _require_servers(self) -> None:
        if sentence := self._find_broken_server():
            raise HubFailed(sentence)

    def _stop(self) -> None:
        """Ends all workers: they are asked once, and cut after WORKERS_GONE_WITHIN_S or when somebody asks again."""
        self._is_stopping = True
        asked_before = self._signals.asked
        cut_at_s = self._now_s() + WORKERS_GONE_WITHIN_S
        log.info("hub_stopping", workers=sum(slot.worker is not None for slot in self._slots))
        self._signal_all(signal.SIGTERM)
        while any(slot.worker is not None for slot in self._slots):
            if self._signals.asked > asked_before or self._now_s() >= cut_at_s:
                self._signal_all(signal.SIGKILL)
            self._wait(max(0.0, min(LOOK_EVERY_S, cut_at_s - self._now_s())))
            self._bury_dead()

    def _signal_all(self, number: signal.Signals) -> None:
        for slot in self._slots:
            slot.signal(number)
