"""The Valkey server process: its settings, and how one sees that it is ready."""

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

from hub.embedded.launcher import Command
from hub.embedded.log_file import LogFile
from hub.embedded.server import LOOPBACK
from hub.embedded.server_files import ServerFiles

ANSWER_WITHIN_S = 1


@dataclass(frozen=True)
class ValkeyServer:
    """A ServerProgram: SIGTERM makes Valkey bring its append-only file to the disk and end."""

    program: Path
    files: ServerFiles
    socket_directory: Path
    password: str

    name: str = "Valkey"
    endings: Sequence[Signals] = (SIGTERM, SIGKILL)

    @property
    def log(self) -> LogFile:
        """See ServerProgram."""
        return LogFile(self.files.valkey_log)

    def command(self, _port: int, /) -> Command:
        """See ServerProgram; the dash makes Valkey read its settings from standard input."""
        return [self.program, "-"]

    def standard_input(self, port: int, /) -> str:
        """See ServerProgram."""
        return "\n".join(
            [
                f"bind {LOOPBACK}",
                f"port {port}",
                f"unixsocket {_quoted(self.socket_directory / 'valkey.sock')}",
                "unixsocketperm 700",
                f"requirepass {self.password}",
                f"dir {_quoted(self.files.valkey_home)}",
                # A power failure costs at most a second, a kill nothing; and Valkey is never the only copy.
                "appendonly yes",
                "appendfsync everysec",
                'save ""',
                "maxmemory 0",
                "daemonize no",
                "",
            ]
        )

    def is_ready(self, _process_id: int, port: int, /) -> bool:
        """See ServerProgram; a stranger at the port does not know the password."""
        try:
            with socket.create_connection((LOOPBACK, port), timeout=ANSWER_WITHIN_S) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                connection.shutdown(socket.SHUT_WR)
                with connection.makefile("rb") as answers:
                    return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False


def _quoted(path: Path) -> str:
    # Valkey reads the escapes that JSON writes for quotes, backslashes and line breaks.
    return json.dumps(str(path), ensure_ascii=False)
