"""Where bytes are kept: whole or not at all, in a directory as in a bucket."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.domain.errors import BadRequest, NotFound, StorageFull, StorageUnavailable
from hub.files.blobs import (
    PART_BYTES,
    Blobs,
    DirectoryBlobs,
    open_blobs,
    refusal_from_failure,
    sentence_from_refusal,
)
from hub.files.location import Bucket, Location, location_from_settings
from tests.doubles.bucket import BUCKET, S3Server
from tests.files.keeping import pieces

KEY = "0f3c/0123456789abcdef"
LARGE = os.urandom(PART_BYTES * 2 + 12_345)
LONG_AGO, SOON = timedelta(days=-1), timedelta(minutes=1)


async def read(blobs: Blobs, key: str, start: int, end: int) -> bytes:
    return b"".join([chunk async for chunk in await blobs.open(key, start, end)])


async def list_keys(blobs: Blobs, before: datetime) -> list[str]:
    return [key async for batch in blobs.list_keys(before) for key in batch]


@pytest.mark.parametrize(
    "content", [b"x", b"hello" * 1_000, LARGE], ids=["a byte", "a little", "several parts"]
)
async def test_what_was_put_is_read_whole_and_in_part(blobs: Blobs, content: bytes) -> None:
    await blobs.put(KEY, pieces(content))

    assert await read(blobs, KEY, 0, len(content)) == content
    assert await read(blobs, KEY, len(content) // 2, len(content)) == content[len(content) // 2 :]
    assert await read(blobs, KEY, 0, 1) == content[:1]


async def test_what_comes_after_a_restart_finds_it_there(place: Location) -> None:
    await open_blobs(place).put(KEY, pieces(b"hello"))
    assert await read(open_blobs(place), KEY, 0, 5) == b"hello"


async def test_what_is_not_there_is_not_found_and_its_removal_is_fine(blobs: Blobs) -> None:
    with pytest.raises(NotFound):
        await blobs.open(KEY, 0, 1)
    await blobs.delete([KEY])
    await blobs.put(KEY, pieces(b"x"))
    await blobs.delete([KEY, KEY])
    with pytest.raises(NotFound):
        await blobs.open(KEY, 0, 1)


@pytest.mark.parametrize("taken", [0, 10_000, PART_BYTES + 1])
async def test_a_put_that_is_given_up_leaves_nothing(
    blobs: Blobs, taken: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async def give_up() -> AsyncIterator[bytes]:
        async for chunk in pieces(LARGE[:taken]):
            yield chunk
        raise BadRequest("The body is incomplete.")

    with pytest.raises(BadRequest):
        await blobs.put(KEY, give_up())

    assert await list_keys(blobs, datetime.now(UTC) + SOON) == []
    if isinstance(blobs, DirectoryBlobs):
        while list_files(tmp_path):  # The half-written file is removed beside us.
            await asyncio.sleep(0.01)
    else:
        assert request.getfixturevalue("s3").list_unfinished() == []


async def test_keys_are_listed_by_age(blobs: Blobs) -> None:
    now = datetime.now(UTC)
    assert await list_keys(blobs, now + SOON) == []
    await blobs.put(KEY, pieces(b"x"))
    assert await list_keys(blobs, now + SOON) == [KEY]
    assert await list_keys(blobs, now + LONG_AGO) == []


async def test_a_usable_place_is_left_as_it_was(blobs: Blobs) -> None:
    await blobs.require_usable()
    assert await list_keys(blobs, datetime.now(UTC) + SOON) == []


# A directory.


def list_files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


async def test_nothing_is_made_before_the_first_file(tmp_path: Path) -> None:
    blobs = open_blobs(location_from_settings(None, tmp_path))
    assert await list_keys(blobs, datetime.now(UTC)) == []
    await blobs.remove_remains(datetime.now(UTC))
    assert list(tmp_path.iterdir()) == []


async def test_nobody_else_enters_the_directory(tmp_path: Path) -> None:
    await open_blobs(location_from_settings(None, tmp_path)).put(KEY, pieces(b"x"))
    assert (tmp_path / "attachments").stat().st_mode & 0o777 == 0o700


async def test_what_a_killed_process_left_half_written_is_removed_in_time(tmp_path: Path) -> None:
    cut_off = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.files.keeping", str(tmp_path), KEY, "die"
    )
    assert await cut_off.wait() == -signal.SIGKILL
    assert len(list_files(tmp_path)) == 1
    blobs = DirectoryBlobs(tmp_path)
    await blobs.put("0f3c/whole", pieces(b"x"))

    assert await list_keys(blobs, datetime.now(UTC) + SOON) == ["0f3c/whole"]
    await blobs.remove_remains(datetime.now(UTC) + LONG_AGO)
    assert len(list_files(tmp_path)) == 2
    await blobs.remove_remains(datetime.now(UTC) + SOON)
    assert [path.name for path in list_files(tmp_path)] == ["whole"]


def test_a_full_disk_is_said_so_and_nothing_is_left(tmp_path: Path) -> None:
    # The process may write so many bytes to a file and no more, which is how a full disk looks from inside.
    full = subprocess.run(
        [sys.executable, "-m", "tests.files.keeping", str(tmp_path), KEY, "full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (full.stdout.split()[-1:], full.returncode) == (["storage_full"], 0), full.stderr
    assert list_files(tmp_path) == []


async def test_a_directory_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageUnavailable) as refused:
        await DirectoryBlobs(tmp_path / "file" / "below").require_usable()
    assert sentence_from_refusal(refused.value) == "not a directory: correct HUB_ATTACHMENTS_URL"


# A bucket.


async def test_keys_of_a_bucket_stay_below_the_prefix(s3: S3Server, tmp_path: Path) -> None:
    await open_blobs(location_from_settings(s3.url, tmp_path)).put(KEY, pieces(b"x"))
    assert s3.list_keys() == [f"some/prefix/{KEY}"]


async def test_a_bucket_that_is_not_there_is_said_so(s3: S3Server) -> None:
    blobs = open_blobs(Bucket("no-such-bucket", "", s3.endpoint, "eu-west-1"))
    with pytest.raises(StorageUnavailable) as refused:
        await blobs.require_usable()
    assert sentence_from_refusal(refused.value).startswith("there is no such bucket")


async def test_a_server_that_does_not_answer_is_away_and_may_be_asked_again(s3: S3Server) -> None:
    blobs = open_blobs(Bucket(BUCKET, "", "http://127.0.0.1:1", "eu-west-1"))
    with pytest.raises(StorageUnavailable) as refused:
        await blobs.put(KEY, pieces(b"x"))
    assert refused.value.code == "storage_unavailable"
    assert refused.value.after_ms
    assert sentence_from_refusal(refused.value).startswith("it does not answer")


# How the library and the servers say that there is no room.


@pytest.mark.parametrize(
    "said",
    [
        "Unable to copy data to file: No space left on device (os error 28)",
        "File too large (os error 27)",
        "Disk quota exceeded (os error 122)",
        "<Code>XMinioStorageFull</Code>",
        "<Code>QuotaExceeded</Code>",
        "Server returned non-2xx status code: 507 Insufficient Storage",
    ],
)
def test_no_room_is_no_room_however_it_is_said(said: str) -> None:
    assert isinstance(refusal_from_failure(OSError(said)), StorageFull)


def test_other_failures_are_not_taken_for_it_and_none_is_repeated_to_people() -> None:
    refusal = refusal_from_failure(OSError("secret/key refused (os error 13)"))
    assert type(refusal) is StorageUnavailable
    assert "secret" not in str(refusal)
