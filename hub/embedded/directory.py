"""The hub's data directory: taken only when it is the hub's or empty.

What lies in it: `secret_file`, `run_record`, and `placement`, which knows where the servers' files are.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from hub.embedded.errors import EmbeddedError

# The file's existence is the mark, so that no kill can leave half a mark.
MARK = "hub-embedded-data"
MARK_TEXT = (
    "The data of the hub's embedded Postgres and Valkey. Keep it whole: these files need each other.\n"
)

# A fresh file system has this at its top; a volume mounted as data directory is empty all the same.
FOUND_IN_EMPTY_VOLUMES = {"lost+found"}


@dataclass(frozen=True)
class DataDirectory:
    """The names of the files in a data directory."""

    path: Path

    @property
    def mark(self) -> Path:
        """Says that the directory is the hub's."""
        return self.path / MARK

    @property
    def lock(self) -> Path:
        """Held by the one hub that owns the directory, for its life."""
        return self.path / "lock"

    @property
    def secrets(self) -> Path:
        """Everything secret (`secret_file`)."""
        return self.path / "secrets.json"

    @property
    def run_record(self) -> Path:
        """How to reach the servers of a running owner (`run_record`)."""
        return self.path / "run.json"

    @property
    def placement(self) -> Path:
        """Where the servers' files are (`placement`)."""
        return self.path / "servers.json"


def open_data_directory(path: Path) -> DataDirectory:
    """The directory, created and marked when it is new.

    Raises EmbeddedError, having changed nothing, when it holds somebody else's files or is not ours to write.
    """
    directory = DataDirectory(path.resolve())
    if not directory.path.exists():
        _create(directory.path)
    _require_ours(directory)
    with contextlib.suppress(FileExistsError), directory.mark.open("x") as mark:
        mark.write(MARK_TEXT)
    return directory


def _create(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        # As root the servers' account has to pass through; the files inside are private one by one.
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise EmbeddedError(
            f"{path} cannot be created ({error.strerror}): "
            "choose a directory that this account may write with --data-dir."
        ) from error


def _require_ours(directory: DataDirectory) -> None:
    path = directory.path
    if not path.is_dir():
        raise EmbeddedError(f"{path} is not a directory: choose another one with --data-dir.")
    # Root may write everywhere, but links put into somebody else's directory could lead it astray.
    if os.geteuid() == 0 and path.stat().st_uid != 0:
        raise EmbeddedError(
            f"{path} belongs to another account: "
            "run the hub as that account, or choose another directory with --data-dir."
        )
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise EmbeddedError(f"{path} is not this account's to write: choose another one with --data-dir.")
    # Listed once: another hub may be marking the directory just now.
    entries = {entry.name for entry in path.iterdir()}
    if MARK not in entries and entries - FOUND_IN_EMPTY_VOLUMES:
        raise EmbeddedError(
            f"{path} holds files that are not the hub's: choose an empty or a new one with --data-dir."
        )
