"""Small private JSON files, either old or new, never half written; for `placement` and `secret_file`."""

import json
import os
from pathlib import Path
from typing import Any

from hub.embedded.errors import EmbeddedError


def find_json(path: Path) -> dict[str, Any] | None:
    """The object in the file; None when there is no file. Raises EmbeddedError when it holds no object."""
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise damaged_file(path) from error
    if not isinstance(value, dict):
        raise damaged_file(path)
    return value


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replaces the file, which only its owner can read; on the disk when this returns. For one writer."""
    unfinished = path.with_name(path.name + ".new")
    with open(unfinished, "wb", opener=_open_private) as file:
        file.write(json.dumps(value, indent=2).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Makes the names in the directory (a new file, a rename) survive a power failure."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def damaged_file(path: Path) -> EmbeddedError:
    """The error for a file of ours that somebody has changed or cut short."""
    return EmbeddedError(
        f"{path} is damaged: put it back from a backup, or choose another directory with --data-dir."
    )


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
