"""What is in a directory and who may enter it, for comparing before and after."""

from pathlib import Path


def describe_tree(root: Path) -> dict[Path, tuple[int, int, bytes]]:
    """Mode, owner and content of the directory and everything below it."""
    return {path: _describe(path) for path in (root, *root.rglob("*"))}


def describe_way(place: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode, owner and group of the place and every directory above it."""
    return {
        path: (path.stat().st_mode, path.stat().st_uid, path.stat().st_gid)
        for path in (place, *place.parents)
    }


def _describe(path: Path) -> tuple[int, int, bytes]:
    status = path.stat()
    return status.st_mode, status.st_uid, path.read_bytes() if path.is_file() else b""
