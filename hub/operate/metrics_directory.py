"""The directory that lets the workers' measurements be added up; made before `metrics` is imported, removed at the end.

The library decides at its import, by the variable, whether measurements live in memory (one worker: faster) or in files.
"""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

DIRECTORY_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"

PREFIX: Final = "hub-metrics-"

# Held by the hub and its workers: a directory whose lock is free belongs to a hub that was killed.
LOCK: Final = "lock"

# The files of measurements that describe a living process (open lines, waiting frames).
LIVE_FILES: Final = "gauge_live*_{process_id}.db"


@contextmanager
def shared_metrics(workers: int) -> Iterator[None]:
    """Has measurements shared while the block runs, when there are several workers."""
    if workers == 1:
        yield
        return
    if "prometheus_client" in sys.modules:
        raise RuntimeError("metrics were imported before their directory was there")
    remove_abandoned(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX) as directory, Path(directory, LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.environ[DIRECTORY_VARIABLE] = directory
        try:
            yield
        finally:
            del os.environ[DIRECTORY_VARIABLE]


def remove_abandoned(parent: Path) -> None:
    """Removes what hubs that were killed have left in `parent`."""
    for lock in parent.glob(f"{PREFIX}*/{LOCK}"):
        # Gone meanwhile, another account's, or held by a hub that runs.
        with suppress(OSError), lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)


def forget_worker(process_id: int) -> None:
    """Takes what a dead worker had open out of the sums; what it had counted stays."""
    if directory := os.environ.get(DIRECTORY_VARIABLE):
        for file in Path(directory).glob(LIVE_FILES.format(process_id=process_id)):
            file.unlink(missing_ok=True)
