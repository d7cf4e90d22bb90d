"""A disk that is soon full, in memory, where the machine lets one be mounted."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MIB = 1024 * 1024


@contextmanager
def small_disk(place: Path, size_bytes: int) -> Iterator[Path]:
    """A disk of this size at an empty directory. OSError where none can be mounted."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None:
        raise OSError("there is no mount here")
    options = f"size={size_bytes},mode=755"
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        raise OSError(mounted.stderr.decode().strip())
    try:
        yield place
    finally:
        subprocess.run([umount, "-l", str(place)], check=True)


def can_make_disks() -> bool:
    """Whether this machine lets one be mounted."""
    with tempfile.TemporaryDirectory() as directory:
        try:
            with small_disk(Path(directory), MIB):
                return True
        except OSError:
            return False


def fill(place: Path) -> Path:
    """Takes all the room there is; the file that has it."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65_536)
        except OSError:
            return filler
