"""The file that takes what a server says, away from the terminal; `server` and `cluster` quote it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

# Weeks of a healthy server; looked at only when one starts.
MAX_LOG_BYTES = 8 * 1024 * 1024

# How Postgres and Valkey mark the line that says why they end.
REASON = re.compile(r"FATAL|PANIC|ERROR|[Ee]rror:|[Ff]atal|[Ff]ailed|[Cc]ould not")


@dataclass(frozen=True)
class LogFile:
    """A log that grows until a start finds it too long."""

    path: Path

    def rotate(self) -> None:
        """Puts a long log aside as `*.old`, in the place of the one before."""
        if self.get_size_bytes() > MAX_LOG_BYTES:
            self.path.replace(self.path.with_name(self.path.name + ".old"))

    def open(self) -> int:
        """A descriptor to append with, for a child's output. The caller closes it."""
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def get_size_bytes(self) -> int:
        """How long the log is now, 0 when there is none; a place for `read_since`."""
        return self.path.stat().st_size if self.path.exists() else 0

    def read_since(self, start_bytes: int) -> str:
        """What was written after that place."""
        with self.path.open("rb") as file:
            file.seek(start_bytes)
            return file.read().decode(errors="replace")

    def get_last_words(self, start_bytes: int) -> str:
        """For a sentence to people: the last line after that place that gives a reason, else the last one."""
        lines = [line.strip() for line in self.read_since(start_bytes).splitlines() if line.strip()]
        return next(filter(REASON.search, reversed(lines)), lines[-1] if lines else "(nothing)")
