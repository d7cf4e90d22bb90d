"""A process that keeps a file in a directory and comes to grief: `python -m tests.files.keeping DIRECTORY KEY die|full`."""

import asyncio
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from hub.domain.errors import StorageUnavailable
from hub.files.blobs import PART_BYTES, DirectoryBlobs

PIECE_BYTES = 64 * 1024
ROOM_BYTES = 1024 * 1024


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    """The content as a network brings it."""
    for start in range(0, len(content), PIECE_BYTES):
        yield content[start : start + PIECE_BYTES]


async def die_on_the_way(directory: Path) -> AsyncIterator[bytes]:
    """Bytes, until some of them are written; then death."""
    while not any(path.is_file() and path.stat().st_size for path in directory.rglob("*")):
        yield b"x" * PART_BYTES
        await asyncio.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)


async def keep(directory: Path, key: str, fate: str) -> None:
    """Keeps the file as far as it gets, and prints why it got no further."""
    if fate == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, resource.RLIM_INFINITY))
    chunks = die_on_the_way(directory) if fate == "die" else pieces(b"x" * ROOM_BYTES * 8)
    try:
        await DirectoryBlobs(directory).put(key, chunks)
    except StorageUnavailable as error:
        print(error.code)
    while any(path.is_file() for path in directory.rglob("*")):  # What is half-written goes beside us.
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
    # Not by the interpreter's end: threads of the file library that still write then abort the process now and then.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
