"""Hubs that own a data directory in a process of their own, so that they can be killed (`owner_process`)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from hub.embedded.deadline import wait_until
from hub.embedded.directory import DataDirectory
from hub.embedded.locks import FileLock
from hub.embedded.pair import PairAddresses
from hub.embedded.placement import find_server_files
from hub.embedded.run_record import RunRecord, find_last_run_record

SCRIPT = Path(__file__).with_name("owner_process.py")
ROOT = Path(__file__).parents[2]

# Generous: it only says how long a broken build may hang.
DEADLINE_S = 60


class Owner:
    """One such hub."""

    def __init__(
        self,
        data_dir: Path,
        watch: str = "best",
        options: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [sys.executable, *options, SCRIPT, data_dir, watch],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)} | dict(environment or {}),
        )

    def await_addresses(self) -> PairAddresses:
        """What the hub prints when its pair is ready."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the hub has ended: {self.process.communicate()[1]}"
        values = json.loads(line)
        return PairAddresses(**values | {"secret_keys": tuple(values["secret_keys"])})

    def finish(self) -> tuple[int, str, str]:
        """Exit code, further output and error output after the end of its input."""
        output, errors = self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode, output, errors

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.communicate()


def await_servers_gone(data_dir: Path) -> None:
    """Returns when no server process of this data directory lives: each of them holds the servers' lock."""
    files = find_server_files(DataDirectory(data_dir))
    if files and files.lock.exists():
        with FileLock(files.lock) as lock:
            assert lock.acquire(DEADLINE_S), "servers still run"


def is_running(process_id: int) -> bool:
    """Whether the process exists and is more than a zombie."""
    answer = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process_id)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()[:1] not in {"", "Z"}


def await_condition(condition: Callable[[], bool]) -> None:
    """Returns when the condition holds."""
    assert wait_until(condition, DEADLINE_S, every_s=0.001)


def get_run_record(data_dir: Path) -> RunRecord:
    """The record that the last owner has published."""
    record = find_last_run_record(DataDirectory(data_dir).run_record)
    assert record is not None
    return record
