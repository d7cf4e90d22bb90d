"""Files as actions handle them: all of an upload or nothing, and nothing stays that nobody uses."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from hub.actions.attachments import (
    CLEAN_EVERY,
    UNUSED_KEPT,
    UPLOAD_BURST,
    FileNotes,
    add_attachment,
    begin_upload,
    clean_attachments,
    remove_attachment,
)
from hub.domain.errors import (
    BadRequest,
    BodyTooLarge,
    Conflict,
    Forbidden,
    NotFound,
    StorageUnavailable,
    TooMany,
)
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from tests.doubles.file_samples import png
from tests.doubles.ports import Memory

LIMIT = 1_000
ANN = VisitorCaller(1, 3, UUID(int=1), 20, "Ann")
STRANGER = VisitorCaller(1, 3, UUID(int=3), None, "Visitor")
MARTA = AgentCaller(1, 30, "Marta", "marta@x.example")
JONAS = AgentCaller(1, 31, "Jonas", "jonas@x.example")


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def bring_two(
    memory: Memory, caller: Caller, first: bytes, second: bytes, notes: FileNotes | None = None
) -> None:
    async with begin_upload(memory.ports, caller, LIMIT) as upload:
        await upload.add_file("a", chunks(first))
        await upload.add_file("b", chunks(second))
        if notes:
            upload.note_all(notes)
        await upload.finish()


async def test_a_file_is_what_its_bytes_say_under_a_clean_name() -> None:
    memory = Memory()
    made = await add_attachment(memory.ports, ANN, "../a\r\n.png", chunks(png()[:9], png()[9:]), LIMIT)
    assert (made.name, made.type, made.width, made.height) == ("a.png", "image/png", 3, 2)
    assert (made.uploader_id, made.state, made.size) == (20, "uploaded", len(png()))
    assert memory.blobs.kept == {made.key: png()}
    assert "a.png" not in made.key


@pytest.mark.parametrize("parts", [[b"x" * LIMIT], [b"x"] * LIMIT])
async def test_a_file_may_be_as_large_as_the_limit(parts: list[bytes]) -> None:
    made = await add_attachment(Memory().ports, MARTA, "a", chunks(*parts), LIMIT)
    assert made.size == LIMIT


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ([b"x" * LIMIT, b"x"], BodyTooLarge),
        ([b"x" * (LIMIT + 1)], BodyTooLarge),
        ([], BadRequest),
        ([b""], BadRequest),
    ],
)
async def test_a_file_that_is_too_large_or_empty_leaves_nothing(
    parts: list[bytes], refusal: type[Exception]
) -> None:
    memory = Memory()
    with pytest.raises(refusal):
        await add_attachment(memory.ports, MARTA, "a", chunks(*parts), LIMIT)
    assert (memory.blobs.kept, memory.attachments.rows) == ({}, {})


async def test_the_files_of_an_upload_share_its_limit_and_one_refused_file_refuses_all() -> None:
    memory = Memory()
    with pytest.raises(BodyTooLarge):
        await bring_two(memory, MARTA, b"x" * LIMIT, b"x")
    assert (memory.blobs.kept, memory.attachments.rows) == ({}, {})


async def test_an_upload_whose_rows_cannot_be_made_leaves_no_bytes() -> None:
    memory = Memory()
    memory.attachments.away = True
    with pytest.raises(StorageUnavailable):
        await add_attachment(memory.ports, MARTA, "a", chunks(b"x"), LIMIT)
    assert memory.blobs.kept == {}


async def test_who_has_begun_no_chat_brings_no_file() -> None:
    memory = Memory()
    with pytest.raises(Forbidden):
        await add_attachment(memory.ports, STRANGER, "a", chunks(b"x"), LIMIT)
    assert memory.blobs.kept == {}


async def test_visitors_know_of_no_ticket() -> None:
    memory = Memory()
    with pytest.raises(NotFound) as refused:
        async with begin_upload(memory.ports, ANN, LIMIT) as upload:
            await upload.add_file("a", chunks(b"x"), FileNotes(ticket_id=1))
    assert refused.value.field == "ticket_id"
    with pytest.raises(NotFound):
        await bring_two(memory, ANN, b"x", b"y", FileNotes(ticket_id=1))
    assert memory.blobs.kept == {}


@pytest.mark.parametrize(("caller", "is_limited"), [(ANN, True), (MARTA, False)])
async def test_a_visitor_brings_a_pageful_at_once_and_then_waits(caller: Caller, is_limited: bool) -> None:
    memory = Memory()
    for _ in range(UPLOAD_BURST):
        await add_attachment(memory.ports, caller, "a", chunks(b"x"), LIMIT)
    if not is_limited:
        await add_attachment(memory.ports, caller, "a", chunks(b"x"), LIMIT)
        return
    with pytest.raises(TooMany) as refused:
        await add_attachment(memory.ports, caller, "a", chunks(b"x"), LIMIT)
    assert refused.value.after_ms is not None
    memory.clock.move(timedelta(milliseconds=refused.value.after_ms))
    await add_attachment(memory.ports, caller, "a", chunks(b"x"), LIMIT)


async def test_an_upload_is_removed_by_who_brought_it() -> None:
    memory = Memory()
    made = await add_attachment(memory.ports, MARTA, "a", chunks(b"x"), LIMIT)
    with pytest.raises(NotFound):
        await remove_attachment(memory.ports, JONAS, made.id, may_administer=True)
    await remove_attachment(memory.ports, MARTA, made.id, may_administer=False)
    assert (memory.blobs.kept, memory.attachments.rows) == ({}, {})


async def test_what_was_sent_is_removed_by_administrators_only() -> None:
    memory = Memory()
    async with begin_upload(memory.ports, MARTA, LIMIT) as upload:
        await upload.add_file("a", chunks(b"x"), FileNotes(ticket_id=1))
        made = (await upload.finish())[0]
    with pytest.raises(Conflict):
        await remove_attachment(memory.ports, MARTA, made.id, may_administer=False)
    with pytest.raises(Forbidden):
        await remove_attachment(memory.ports, JONAS, made.id, may_administer=False)
    await remove_attachment(memory.ports, JONAS, made.id, may_administer=True)
    assert memory.blobs.kept == {}


async def test_a_row_is_gone_even_when_its_bytes_cannot_be_removed_now() -> None:
    memory = Memory()
    made = await add_attachment(memory.ports, MARTA, "a", chunks(b"x"), LIMIT)
    memory.blobs.away = True
    await remove_attachment(memory.ports, MARTA, made.id, may_administer=False)
    assert memory.attachments.rows == {}


async def test_what_nobody_used_for_a_day_is_removed_and_so_are_bytes_without_a_row() -> None:
    memory = Memory()
    await add_attachment(memory.ports, MARTA, "old", chunks(b"x"), LIMIT)
    async with begin_upload(memory.ports, MARTA, LIMIT) as upload:
        await upload.add_file("used", chunks(b"x"), FileNotes(ticket_id=1))
        used = (await upload.finish())[0]
    memory.blobs.kept |= {"tenant-1/orphan": b"x", "another-hub/file": b"x"}
    memory.clock.move(UNUSED_KEPT)
    young = await add_attachment(memory.ports, MARTA, "young", chunks(b"x"), LIMIT)
    memory.clock.move(timedelta(seconds=1))

    assert await clean_attachments(memory.ports) == 2

    assert set(memory.blobs.kept) == {used.key, young.key, "another-hub/file"}
    assert {one.id for one in memory.attachments.rows.values()} == {used.id, young.id}


async def test_one_process_an_hour_cleans() -> None:
    memory = Memory()
    memory.blobs.kept["tenant-1/orphan"] = b"x"
    assert await clean_attachments(memory.ports) == 1
    memory.blobs.kept["tenant-1/orphan"] = b"x"
    assert await clean_attachments(memory.ports) == 0
    memory.clock.move(CLEAN_EVERY)
    assert await clean_attachments(memory.ports) == 1
