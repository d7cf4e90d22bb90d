"""The Postgres server process: its settings, and how one sees that it is ready; it serves the `cluster`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, Signals

from hub.embedded.cluster import SUPERUSER
from hub.embedded.launcher import Command
from hub.embedded.log_file import LogFile
from hub.embedded.server import LOOPBACK
from hub.embedded.server_files import ServerFiles

SETTINGS = {
    # An acknowledged message has reached the disk.
    "fsync": "on",
    "synchronous_commit": "on",
    # Several workers, each with a pool, and somebody looking in.
    "max_connections": "200",
    # Modest, since it shares the machine with the hub; the system's page cache does the rest.
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log never holds statements or values: they may be messages of people.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "unix_socket_permissions": "0700",
}

# The superuser has no way in from the network, not even from this machine's.
ACCESS_RULES = f"""\
local  all  all          scram-sha-256
host   all  {SUPERUSER}  {LOOPBACK}/32  reject
host   all  all          {LOOPBACK}/32  scram-sha-256
"""


@dataclass(frozen=True)
class PostgresServer:
    """A ServerProgram: SIGINT is Postgres' fast shutdown, SIGQUIT the immediate one, to recover from."""

    program: Path
    files: ServerFiles
    socket_directory: Path

    name: str = "Postgres"
    endings: Sequence[Signals] = (SIGINT, SIGQUIT, SIGKILL)

    @property
    def log(self) -> LogFile:
        """See ServerProgram."""
        return LogFile(self.files.postgres_log)

    def command(self, port: int, /) -> Command:
        """See ServerProgram."""
        settings = SETTINGS | {
            "listen_addresses": LOOPBACK,
            "port": str(port),
            "unix_socket_directories": _quoted(self.socket_directory),
            "hba_file": str(self.files.access_rules),
        }
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.program, "-D", self.files.cluster, *arguments]

    def standard_input(self, _port: int, /) -> str:
        """See ServerProgram; Postgres reads nothing."""
        return ""

    def is_ready(self, process_id: int, _port: int, /) -> bool:
        """See ServerProgram.

        Postgres writes its process id into the first line of postmaster.pid and its state into the eighth;
        pg_ctl waits for the same word.
        """
        try:
            lines = _process_file(self.files).read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(process_id) and lines[7].strip() == "ready"


def write_access_rules(files: ServerFiles) -> None:
    """Writes who may connect; outside the cluster, where only the hub can change it."""
    files.access_rules.write_text(ACCESS_RULES)
    files.access_rules.chmod(0o644)


def remove_stale_process_file(files: ServerFiles) -> None:
    """Removes what a killed Postgres left: it stops the next one when its number is another process' by now.

    For the holder of the servers' lock only, which proves that no process of that Postgres lives.
    """
    _process_file(files).unlink(missing_ok=True)


def _process_file(files: ServerFiles) -> Path:
    return files.cluster / "postmaster.pid"


def _quoted(path: Path) -> str:
    # The setting is a list of directories; the quotes keep commas and spaces of a path from dividing it.
    doubled = str(path).replace('"', '""')
    return f'"{doubled}"'
