"""Forks children of the supervisor that inherit its memory, but not its signals, descriptors or cleanups.

To be used by a process that has neither threads nor an event loop.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import structlog

Answer = TypeVar("Answer")

# What the supervisor handles itself, and a child must not handle in its place.
SUPERVISED_SIGNALS: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})

# A Ctrl-C or a closed terminal reaches every process of the terminal; the supervisor alone decides what follows.
IGNORED_SIGNALS: Final = (signal.SIGINT, signal.SIGHUP)

STANDARD_DESCRIPTORS: Final = frozenset({0, 1, 2})

FAILED: Final = 1

log = structlog.get_logger()


class ChildError(Exception):
    """The work of a child failed; the message is the sentence it left."""


@dataclass(frozen=True, slots=True)
class Nursery:
    """How children are made: `bind` ties them to this process' life, `inherited` are the descriptors they may keep."""

    bind: Callable[[], None]
    inherited: frozenset[int]

    def fork(self, body: Callable[[], int], descriptors: Collection[int] = ()) -> int:
        """The process id of a child that runs `body` and exits with its answer; it keeps these descriptors too."""
        sys.stdout.flush()
        sys.stderr.flush()
        # Blocked, so that no signal reaches the child while it still has the supervisor's handlers.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SUPERVISED_SIGNALS)
        try:
            process_id = os.fork()
            if process_id == 0:
                self._live(body, self.inherited | set(descriptors))
            return process_id
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def call(self, work: Callable[[], Answer], sentence_from_error: Callable[[Exception], str]) -> Answer:
        """What `work` returns, done in a child; ChildError with its sentence when it raises.

        Nothing of it stays behind in this process: no thread, no event loop, no connection.
        """
        reading, writing = os.pipe()

        def body() -> int:
            try:
                outcome: tuple[bool, object] = (True, work())
            except Exception as error:
                log.debug("child_failed", exc_info=error)
                outcome = (False, sentence_from_error(error))
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(outcome, pipe)
            return 0

        process_id = self.fork(body, {writing})
        os.close(writing)
        try:
            with os.fdopen(reading, "rb") as pipe:
                written = pipe.read()
        finally:
            os.kill(process_id, signal.SIGKILL)  # It has finished, or we are leaving in a hurry.
            os.waitpid(process_id, 0)
        if not written:
            raise ChildError("The hub could not prepare its database: the process doing it was killed.")
        succeeded, answer = pickle.loads(written)  # noqa: S301 (written by our own child)
        if not succeeded:
            raise ChildError(str(answer))
        return answer  # type: ignore[no-any-return]

    def _live(self, body: Callable[[], int], kept: Collection[int]) -> None:
        """The child's whole life. Ends by _exit: the cleanups up the stack belong to the supervisor."""
        status = FAILED
        try:
            _reset_signals()
            self.bind()
            close_descriptors_except(kept)
            status = body()
        except BaseException as error:
            log.exception("child_failed", exc_info=error)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


def list_descriptors() -> frozenset[int]:
    """The open file descriptors of this process."""
    names = [entry.name for entry in Path("/dev/fd").iterdir()]
    return frozenset(descriptor for descriptor in map(int, names) if _is_open(descriptor))


def close_descriptors_except(kept: Collection[int]) -> None:
    """Closes all but these and the standard ones: locks, pipes and sockets of the supervisor must end with it."""
    for descriptor in list_descriptors() - STANDARD_DESCRIPTORS - set(kept):
        os.close(descriptor)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False  # The one that was used for looking.
    return True


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in SUPERVISED_SIGNALS:
        signal.signal(number, signal.SIG_IGN if number in IGNORED_SIGNALS else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SUPERVISED_SIGNALS)
