"""Blobs in a directory or a bucket, by the `obstore` library; fulfils `BlobStore` of `hub.actions.ports`."""

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, S3Store

from hub.domain.errors import HubError, NotFound, StorageFull, StorageUnavailable
from hub.files.location import Bucket, Location

if TYPE_CHECKING:
    from obstore.store import S3Config  # A type of the library's stubs only.

log = structlog.get_logger(__name__)

CHUNK_BYTES = 256 * 1024  # What a download holds at once.
PART_BYTES = 5 * 1024 * 1024  # The least that S3 takes as a part.
PARTS_AT_ONCE = 2
LIST_BATCH = 1_000
RETRY_AFTER_MS = 5_000

# A sender waits for this; what does not answer in time is away.
CONNECT_WITHIN = timedelta(seconds=3)
ANSWER_WITHIN = timedelta(seconds=30)
TRANSFER_WITHIN = timedelta(minutes=15)  # A visitor on a slow network takes long for a large file.
RETRY_FOR = timedelta(seconds=5)
MAX_RETRIES = 2

# How the system (no space, quota, limit of a file's size) and servers that speak S3 say that there is no room.
NO_ROOM = re.compile(
    r"\(os error (?:27|28|122)\)|StorageFull|QuotaExceeded|InsufficientStorage|status code: 507"
)
REMAINS = re.compile(r".+#\d+")  # As the library names a file whose bytes are still coming.

FAILURES = (BaseError, OSError, ValueError)  # The library raises ValueError for settings it cannot use.


def open_blobs(location: Location) -> "Blobs":
    """The blobs at a location. Nothing is touched before the first use."""
    return BucketBlobs(location) if isinstance(location, Bucket) else DirectoryBlobs(location)


class Blobs:
    """What both kinds do alike."""

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        raise NotImplementedError

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keeps all of the bytes, or nothing: what `chunks` raises undoes it."""
        with _refusals():
            head = await _gather(chunks, PART_BYTES)
            if len(head) < PART_BYTES:
                await self._store.put_async(key, head, use_multipart=False)
                return
            await self._store.put_async(
                key,
                _chain(head, chunks),
                use_multipart=True,
                chunk_size=PART_BYTES,
                max_concurrency=PARTS_AT_ONCE,
            )

    async def open(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to before `end`, as they come. NotFound when there is nothing under the key."""
        try:
            with _refusals():
                found = await self._store.get_async(key, options={"range": (start, end)})
        except StorageUnavailable as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise NotFound from error
            raise

        async def read() -> AsyncIterator[bytes]:
            with _refusals():
                async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
                    yield bytes(chunk)

        return read()

    async def delete(self, keys: Sequence[str]) -> None:
        """Nothing is under these keys any more; absent ones are fine."""
        for key in keys:
            with _refusals(), contextlib.suppress(FileNotFoundError):
                await self._store.delete_async(key)

    async def list_keys(self, before: datetime) -> AsyncIterator[list[str]]:
        """All keys whose bytes were kept before then, in batches."""
        with _refusals():
            async for batch in self._store.list(chunk_size=LIST_BATCH):
                yield [entry["path"] for entry in batch if entry["last_modified"] < before]

    async def remove_remains(self, before: datetime) -> None:
        """Removes what is left from before then of puts that a death of the process cut off."""

    async def require_usable(self) -> None:
        """Returns when bytes could be written, read and removed. Raises StorageUnavailable, StorageFull."""
        key = f"probe-{uuid4().hex}"
        await self.put(key, _probe())
        try:
            async for _ in await self.open(key, 0, 1):
                pass
        finally:
            await self.delete([key])


class DirectoryBlobs(Blobs):
    """Blobs as files of a directory, which only this account may enter. Several machines need the same directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def _store(self) -> LocalStore:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(self._directory)

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keeps all of the bytes, or nothing. On the disk when it returns: a row that names them outlives a failure of power."""
        await super().put(key, chunks)
        with _refusals():
            await asyncio.to_thread(_flush, self._directory / key)

    async def list_keys(self, before: datetime) -> AsyncIterator[list[str]]:
        """All keys whose bytes were kept before then; none, and no directory, where nothing was ever kept."""
        if await asyncio.to_thread(self._directory.is_dir):
            async for batch in super().list_keys(before):
                yield batch

    async def remove_remains(self, before: datetime) -> None:
        """Removes files of cut-off puts: they have names of their own, which nothing lists."""
        with _refusals():
            await asyncio.to_thread(_remove_remains, self._directory, before.timestamp())


class BucketBlobs(Blobs):
    """Blobs in a bucket. The login comes from the usual AWS_* variables, or from the machine's role."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @cached_property
    def _store(self) -> S3Store:
        bucket = self._bucket
        is_plain = bucket.endpoint is not None and bucket.endpoint.startswith("http://")
        config: S3Config = {}
        if bucket.endpoint is not None:
            config["endpoint"] = bucket.endpoint
        if bucket.region is not None:
            config["region"] = bucket.region
        return S3Store(
            bucket.name,
            config=config,
            prefix=bucket.prefix or None,
            client_options={
                "allow_http": is_plain,
                "connect_timeout": CONNECT_WITHIN,
                "read_timeout": ANSWER_WITHIN,
                "timeout": TRANSFER_WITHIN,
            },
            retry_config={
                "max_retries": MAX_RETRIES,
                "retry_timeout": RETRY_FOR,
                "backoff": {
                    "base": 2,
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=1),
                },
            },
        )


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """What the library raises, as the hub's refusals."""
    try:
        yield
    except HubError:  # Raised by whoever brings the bytes.
        raise
    except FAILURES as error:
        raise refusal_from_failure(error) from error


def refusal_from_failure(error: Exception) -> StorageUnavailable:
    """StorageFull when there is no room, else StorageUnavailable. The library's sentence names keys and places: it is not repeated."""
    kind = StorageFull if NO_ROOM.search(str(error)) else StorageUnavailable
    log.info("blob_store_failed", kind=type(error).__name__, code=kind.code)
    return kind(after_ms=RETRY_AFTER_MS)


def sentence_from_refusal(error: StorageUnavailable) -> str:
    """Why blobs cannot be kept, for people: the end of a sentence, without a secret in it."""
    match error.__cause__:
        case _ if isinstance(error, StorageFull):
            return "there is no room left: make some, or raise the quota"
        case FileNotFoundError():
            return "there is no such bucket or directory: make it, or correct HUB_ATTACHMENTS_URL"
        case PermissionError() | PermissionDeniedError() | UnauthenticatedError():
            return "the hub is not let in: correct its rights, or the login in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        case OSError() as cause:
            return f"{(cause.strerror or type(cause).__name__).lower()}: correct HUB_ATTACHMENTS_URL"
        case _:
            return "it does not answer as it should: correct HUB_ATTACHMENTS_URL, or see to its server"


async def _gather(chunks: AsyncIterator[bytes], least: int) -> bytes:
    """The first bytes, at least so many unless there are fewer."""
    head = bytearray()
    async for chunk in chunks:
        head += chunk
        if len(head) >= least:
            break
    return bytes(head)


async def _chain(head: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in chunks:
        yield chunk


async def _probe() -> AsyncIterator[bytes]:
    yield b"hub"


def _flush(path: Path) -> None:
    """The file's bytes, and the names on the way to it, on the disk."""
    for place in (path, path.parent, path.parent.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_remains(directory: Path, before_s: float) -> None:
    for path in directory.glob("*/*#*"):
        with contextlib.suppress(FileNotFoundError):
            if REMAINS.fullmatch(path.name) and path.stat().st_mtime < before_s:
                path.unlink()
