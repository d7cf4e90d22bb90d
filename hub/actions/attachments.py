"""What can be done with files: bringing them, getting them back, sending them with a message, and cleaning up after those who did not.

The bytes are kept first and the row is made after them, so a row always has its bytes. A message claims its files before it is
appended; the append itself uses them, in its own transaction. Bytes without a row and rows that nothing uses are cleaned away.
"""

import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

import structlog

from hub.actions.attachment_ports import NewAttachment
from hub.actions.ports import Ports
from hub.domain.attachment import (
    MAX_MESSAGE_ATTACHMENTS,
    Attachment,
    clean_file_name,
    data_from_attachment,
    may_see_attachment,
)
from hub.domain.chat import require_may_see
from hub.domain.errors import (
    BadRequest,
    BodyTooLarge,
    Conflict,
    Forbidden,
    HubError,
    NotFound,
    StorageUnavailable,
    TooMany,
)
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from hub.domain.media import MediaReader

log = structlog.get_logger(__name__)

# Of a visitor: a page of pictures at once, and then what a person can choose one by one.
UPLOADS_PER_MINUTE, UPLOAD_BURST = 6, 20

UNUSED_KEPT = timedelta(hours=24)  # Somebody who writes for longer than a day begins anew.
CLEAN_EVERY = timedelta(hours=1)
CLEAN_BATCH = 500


@dataclass(frozen=True, slots=True)
class FileNotes:
    """What may be said about a file besides its name, and the ticket it hangs on from the start."""

    description: str | None = None
    note: str | None = None
    ticket_id: int | None = None


NO_NOTES = FileNotes()


class Upload:
    """Files on their way in: kept as they come, made attachments together in the end, or not at all.

        async with begin_upload(ports, caller, max_bytes) as upload:
            await upload.add_file(name, chunks)
            attachments = await upload.finish()

    What was kept without being finished is removed when the block ends.
    """

    def __init__(self, ports: Ports, caller: Caller, max_bytes: int) -> None:
        self._ports = ports
        self._caller = caller
        self._max_bytes = max_bytes
        self._files: list[NewAttachment] = []
        self._taken_bytes = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._files:
            await _delete_blobs(self._ports, [file.key for file in self._files])

    async def add_file(self, name: str, chunks: AsyncIterator[bytes], notes: FileNotes = NO_NOTES) -> None:
        """Keeps a file. All files of an upload share its limit.

        Raises BodyTooLarge, BadRequest (nothing in it), TooMany (visitors), NotFound (a ticket, to visitors), Forbidden (visitors
        who have begun no chat), StorageUnavailable, StorageFull, and what `chunks` raises; nothing of the file is kept then.
        """
        caller = self._caller
        if caller.id is None:
            raise Forbidden("Begin a chat first; then files can be sent.")
        if notes.ticket_id is not None and not _may_name_tickets(caller):
            raise NotFound("There is no such ticket.", field="ticket_id")
        await self._require_turn(caller)
        key = await self._ports.attachments.issue_key(caller.tenant_id)
        reader = MediaReader()
        await self._ports.blobs.put(key, self._read(chunks, reader))
        name = clean_file_name(name)
        media = reader.finish(name)
        self._files.append(
            NewAttachment(
                key,
                name,
                media.type,
                reader.size,
                media.width,
                media.height,
                notes.description,
                notes.note,
                notes.ticket_id,
            )
        )

    def note_all(self, notes: FileNotes) -> None:
        """Says the same of all files that were added."""
        if notes.ticket_id is not None and not _may_name_tickets(self._caller):
            raise NotFound("There is no such ticket.", field="ticket_id")
        self._files = [
            replace(file, description=notes.description, note=notes.note, ticket_id=notes.ticket_id)
            for file in self._files
        ]

    async def finish(self) -> list[Attachment]:
        """The attachments, in the order they were added. Raises NotFound (field `ticket_id`), StorageUnavailable."""
        assert self._caller.id is not None, "Nothing can have been added."
        now = self._ports.clock.now()
        made = await self._ports.attachments.add_attachments(
            self._caller.tenant_id, self._caller.id, self._files, now
        )
        self._files = []
        return made

    async def _read(self, chunks: AsyncIterator[bytes], reader: MediaReader) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self._taken_bytes += len(chunk)
            if self._taken_bytes > self._max_bytes:
                raise BodyTooLarge(_limit_sentence(self._max_bytes))
            reader.feed(chunk)
            yield chunk
        if reader.size == 0:
            raise BadRequest("The file is empty.", field="file")

    async def _require_turn(self, caller: Caller) -> None:
        if isinstance(caller, VisitorCaller):
            wait_s = await self._ports.limits.take(
                f"upload:{caller.tenant_id}:{caller.id}", UPLOADS_PER_MINUTE, UPLOAD_BURST
            )
            if wait_s > 0:
                raise TooMany(after_ms=math.ceil(wait_s * 1000))


def begin_upload(ports: Ports, caller: Caller, max_bytes: int) -> Upload:
    """An upload of one or more files with at most `max_bytes` bytes between them."""
    return Upload(ports, caller, max_bytes)


async def add_attachment(
    ports: Ports, caller: Caller, name: str, chunks: AsyncIterator[bytes], max_bytes: int
) -> Attachment:
    """One file as an attachment, its uploader's alone until a message uses it. Raises what `Upload` raises."""
    async with begin_upload(ports, caller, max_bytes) as upload:
        await upload.add_file(name, chunks)
        return (await upload.finish())[0]


async def get_attachment(ports: Ports, caller: Caller, attachment_id: int) -> Attachment:
    """The attachment, when it exists for this caller. NotFound: missing, of another tenant, or nothing to do with the caller."""
    attachment = await ports.attachments.find_attachment(caller.tenant_id, attachment_id)
    if attachment is None or not await _may_see(ports, caller, attachment):
        raise NotFound
    return attachment


async def get_linked_attachment(ports: Ports, tenant_id: int, attachment_id: int) -> Attachment:
    """The attachment a link of ours names; whoever holds the link may see it. NotFound when it has been removed since."""
    attachment = await ports.attachments.find_attachment(tenant_id, attachment_id)
    if attachment is None:
        raise NotFound
    return attachment


async def list_ticket_attachments(ports: Ports, agent: AgentCaller, ticket_id: int) -> list[Attachment]:
    """What hangs on the ticket or was sent in its chats, as far as the agent may see it, oldest first; maybe nothing."""
    found = await ports.attachments.list_ticket_attachments(agent.tenant_id, ticket_id)
    chats = {
        chat.id: chat
        for chat in await ports.chats.list_chats(
            agent.tenant_id, list({attachment.chat_id for attachment in found if attachment.chat_id})
        )
    }
    return [
        attachment
        for attachment in found
        if may_see_attachment(agent, attachment, chats.get(attachment.chat_id or 0))
    ]


async def open_attachment(
    ports: Ports, attachment: Attachment, start: int = 0, end: int | None = None
) -> AsyncIterator[bytes]:
    """The bytes from `start` up to before `end`, as they come. NotFound when they are gone, StorageUnavailable."""
    return await ports.blobs.open(attachment.key, start, attachment.size if end is None else end)


async def remove_attachment(
    ports: Ports, caller: Caller, attachment_id: int, *, may_administer: bool
) -> None:
    """Removes an upload nobody has used: by its uploader. Whoever administers the hub removes any.

    Raises NotFound, Forbidden (somebody else's), Conflict (it was sent), StorageUnavailable.
    """
    attachment = await get_attachment(ports, caller, attachment_id)
    is_own = attachment.uploader_id == caller.id
    if not may_administer and not is_own:
        raise Forbidden("Who has not brought a file does not remove it.")
    removed = await ports.attachments.remove_attachment(
        attachment.tenant_id, attachment.id, even_used=may_administer
    )
    if not removed:
        raise Conflict("The file has been sent already.")
    await _delete_blobs(ports, [attachment.key])


async def claim_attachments(
    ports: Ports, caller: Caller, chat_id: int, cid: str, attachment_ids: Sequence[int]
) -> list[dict[str, Any]]:
    """What the message of this cid shall hold as `data["attachments"]`: of each file id, name, type, size, width, height.

    From here on the files are reserved for the message; appending it makes them used, in the same transaction. Safe to repeat
    with the same cid, before and after the append. A message that is refused gives its claim back (`release_attachments`); one
    whose fate is unknown keeps it, so that its repeat finds it, and loses it after a day.
    Raises ChatNotFound, NotFound (no such file, or somebody else's), Conflict (used by another message, or named twice),
    BadRequest (more than ten), StorageUnavailable.
    """
    if not attachment_ids:
        return []
    if len(attachment_ids) > MAX_MESSAGE_ATTACHMENTS:
        raise BadRequest(f"A message has at most {MAX_MESSAGE_ATTACHMENTS} attachments.", field="attachments")
    if len(set(attachment_ids)) < len(attachment_ids):
        raise Conflict("The message names an attachment twice.", field="attachments")
    if caller.id is None or not all(0 < attachment_id < 2**31 for attachment_id in attachment_ids):
        raise NotFound("There is no such attachment.", field="attachments")
    require_may_see(caller, await ports.chats.find_chat(caller.tenant_id, chat_id))
    claimed = await ports.attachments.claim_attachments(
        caller.tenant_id, caller.id, chat_id, cid, attachment_ids, ports.clock.now()
    )
    return [data_from_attachment(attachment) for attachment in claimed]


async def release_attachments(ports: Ports, caller: Caller, chat_id: int, cid: str) -> None:
    """Gives back what a message had claimed that was refused. Never fails: what is not given back now is removed in a day."""
    if caller.id is None:
        return
    try:
        await ports.attachments.release_attachments(caller.tenant_id, caller.id, chat_id, cid)
    except StorageUnavailable:
        log.warning("attachments_not_released", tenant=caller.tenant_id, chat=chat_id)


async def clean_attachments(ports: Ports) -> int:
    """Removes uploads that nothing has used for a day, and bytes without a row; how many. One process an hour does it.

    Raises StorageUnavailable; what was not done then is done an hour later.
    """
    now = ports.clock.now()
    if not await ports.attachments.begin_cleaning(now, CLEAN_EVERY):
        return 0
    before, removed = now - UNUSED_KEPT, 0
    while keys := await ports.attachments.take_unused_keys(before, CLEAN_BATCH):
        await ports.blobs.delete(keys)
        removed += len(keys)
    await ports.blobs.remove_remains(before)
    async for batch in ports.blobs.list_keys(before):
        orphans = await ports.attachments.list_orphan_keys(batch)
        if orphans:
            await ports.blobs.delete(orphans)
            removed += len(orphans)
    return removed


def _may_name_tickets(caller: Caller) -> bool:
    """Tickets are for the desk: neither visitors nor agents on a page reach them."""
    return isinstance(caller, AgentCaller) and not caller.is_on_page


async def _may_see(ports: Ports, caller: Caller, attachment: Attachment) -> bool:
    chat = None
    if attachment.chat_id is not None and attachment.uploader_id != caller.id:
        chat = await ports.chats.find_chat(attachment.tenant_id, attachment.chat_id)
    return may_see_attachment(caller, attachment, chat)


async def _delete_blobs(ports: Ports, keys: Sequence[str]) -> None:
    """Bytes that nothing names any more; when the store is away, the cleaning finds them."""
    try:
        await ports.blobs.delete(keys)
    except HubError as error:
        log.warning("blobs_left_behind", count=len(keys), code=error.code)


def _limit_sentence(max_bytes: int) -> str:
    return f"The files are larger than {max_bytes / 1024**2:g} MiB."
