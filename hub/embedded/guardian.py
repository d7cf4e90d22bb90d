"""The process that outlives a killed hub just long enough to end its children; started by `parent_death`.

Its standard input brings a line `+PROCESS SIGNAL` for each child that starts, `-PROCESS` when it has ended.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Mapping

from hub.embedded.deadline import wait_until

# As long as the hub itself gives its children.
ENDING_WITHIN_S = 10


def main() -> None:
    """Waits until the hub has closed the pipe, then ends what is left."""
    # A signal to everything at once (a service manager stopping the hub) must not take the guardian first.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_processes(get_remaining(sys.stdin))


def get_remaining(lines: Iterable[str]) -> dict[int, int]:
    """The processes that have started and not ended when the lines stop, each with the signal to end it."""
    endings: dict[int, int] = {}
    for line in lines:
        process_id, *ending = map(int, line[1:].split())
        if ending:
            endings[process_id] = ending[0]
        else:
            endings.pop(process_id, None)
    return endings


def end_processes(endings: Mapping[int, int]) -> None:
    """Ends each process with its own signal, and with SIGKILL what is still there after ENDING_WITHIN_S."""
    for process_id, ending in endings.items():
        _send(process_id, ending)
    if not wait_until(lambda: not any(map(_exists, endings)), within_s=ENDING_WITHIN_S):
        for process_id in endings:
            _send(process_id, signal.SIGKILL)


def _send(process_id: int, ending: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process_id, ending)


def _exists(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, PermissionError):
        # Without permission the number has already gone to a process of somebody else.
        return False
    return True


if __name__ == "__main__":
    main()
