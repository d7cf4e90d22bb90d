"""Damage to a data directory that is made good afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(path: Path, content: str) -> Iterator[None]:
    """The file has another content meanwhile."""
    good = path.read_bytes()
    path.write_text(content)
    try:
        yield
    finally:
        path.write_bytes(good)


@contextmanager
def moved(path: Path, destination: Path) -> Iterator[None]:
    """The file or directory is somewhere else meanwhile."""
    path.rename(destination)
    try:
        yield
    finally:
        destination.rename(path)
