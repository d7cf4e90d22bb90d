"""Where the servers keep their files: in the data directory, or beside it when their account cannot get in.

As root the data directory may lie below a directory that only root may enter (a clone in root's home). That
is not ours to open up, so the servers' files go to a place of our own, and the data directory says where.
"""

import hashlib
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from hub.embedded.account import ServerAccount
from hub.embedded.directory import DataDirectory
from hub.embedded.errors import EmbeddedError
from hub.embedded.json_file import damaged_file, find_json, write_json
from hub.embedded.server_files import ServerFiles

OUTSIDE = Path("/var/lib/hub-embedded")

# The longest path of a unix socket: 103 bytes on macOS, 107 on Linux.
MAX_SOCKET_PATH_BYTES = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.65535"


def find_server_files(data: DataDirectory) -> ServerFiles | None:
    """Where an earlier run has placed the servers' files; None before the first run."""
    record = find_json(data.placement)
    if record is None:
        return None
    match record:
        case {"directory": None}:
            return _inside(data)
        case {"directory": str(directory)}:
            return ServerFiles(Path(directory))
    raise damaged_file(data.placement)


def place_server_files(data: DataDirectory, account: ServerAccount) -> ServerFiles:
    """Decides where the servers' files go and writes it down, before anything is created there."""
    inside = account.can_enter(data.path)
    files = _inside(data) if inside else _new_outside(data)
    # Inside is written as null, so that the data directory can be moved as a whole.
    write_json(data.placement, {"directory": None if inside else str(files.path), "has_cluster": False})
    return files


def create_server_files(data: DataDirectory, files: ServerFiles, account: ServerAccount) -> None:
    """Creates the directories that are missing; raises EmbeddedError when the account cannot get at them."""
    outside = files.path.parent == OUTSIDE
    if outside:
        _create_outside()
    _create_passable(files.path)
    if outside:
        # For whoever finds it there and wonders whether it is still needed.
        files.data_directory_note.write_text(f"{data.path}\n")
    _create_passable(files.binaries)
    account.create_home(files.postgres_home)
    account.create_home(files.valkey_home)
    if not account.can_enter(files.postgres_home):
        raise EmbeddedError(
            f"The account {account.name}, which the servers run as, cannot enter {files.path}: "
            "put the data directory back where it was, or choose another one with --data-dir."
        )


def require_cluster_kept(data: DataDirectory, files: ServerFiles) -> None:
    """Raises EmbeddedError when there was a database and it is gone: starting empty would hide the loss."""
    record = find_json(data.placement)
    if record and record.get("has_cluster") and not files.cluster.exists():
        raise EmbeddedError(
            f"The database in {files.cluster} is gone: "
            f"put it back from a backup, or remove {data.path} to start anew."
        )


def record_cluster(data: DataDirectory) -> None:
    """Writes down that there is a database from now on."""
    record = find_json(data.placement)
    if record and not record.get("has_cluster"):
        write_json(data.placement, record | {"has_cluster": True})


def create_socket_directory(files: ServerFiles, account: ServerAccount) -> Path:
    """An empty directory for the unix sockets whose path is short enough. The caller removes it."""
    # What killed servers have left there would be in the way of the next ones.
    shutil.rmtree(files.sockets, ignore_errors=True)
    if len(os.fsencode(files.sockets / LONGEST_SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES:
        account.create_home(files.sockets)
        return files.sockets
    directory = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))
    account.give(directory)
    return directory


def _inside(data: DataDirectory) -> ServerFiles:
    return ServerFiles(data.path / "servers")


def _new_outside(data: DataDirectory) -> ServerFiles:
    # The random part keeps a data directory that was removed and made again away from the files of the first.
    path_hash = hashlib.sha256(os.fsencode(data.path)).hexdigest()[:8]
    return ServerFiles(OUTSIDE / f"{path_hash}-{secrets.token_hex(2)}")


def _create_outside() -> None:
    OUTSIDE.mkdir(parents=True, exist_ok=True)
    if OUTSIDE.is_symlink() or OUTSIDE.stat().st_uid != 0:
        raise EmbeddedError(
            f"{OUTSIDE} is not root's own directory: "
            "remove it, or choose a data directory that every account can enter with --data-dir."
        )
    _create_passable(OUTSIDE)


def _create_passable(path: Path) -> None:
    # Others may pass through towards a name they know, as the servers' account has to, but list nothing.
    path.mkdir(exist_ok=True)
    path.chmod(0o711 if os.geteuid() == 0 else 0o700)
