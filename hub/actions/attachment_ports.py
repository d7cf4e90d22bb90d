"""What actions need from outside for files: their rows and their bytes. A part of `ports`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hub.domain.attachment import Attachment


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file whose bytes lie in the blob store under `key`, and which has no row yet."""

    key: str
    name: str
    type: str
    size: int
    width: int | None = None
    height: int | None = None
    description: str | None = None
    note: str | None = None
    ticket_id: int | None = None


class AttachmentStore(Protocol):
    """The rows of files; their bytes are in the BlobStore."""

    async def issue_key(self, tenant_id: int) -> str:
        """A fresh name for bytes of the tenant, which nobody can guess."""

    async def add_attachments(
        self, tenant_id: int, uploader_id: int, files: Sequence[NewAttachment], now: datetime
    ) -> list[Attachment]:
        """A row for each, or for none. Raises NotFound (field `ticket_id`) when the tenant has no such ticket."""

    async def find_attachment(self, tenant_id: int, attachment_id: int) -> Attachment | None: ...

    async def list_ticket_attachments(self, tenant_id: int, ticket_id: int) -> list[Attachment]:
        """Those that hang on the ticket, and those used in chats that belong to it, oldest first."""

    async def claim_attachments(
        self,
        tenant_id: int,
        uploader_id: int,
        chat_id: int,
        cid: str,
        attachment_ids: Sequence[int],
        now: datetime,
    ) -> list[Attachment]:
        """The uploader's own files, reserved for the message of this cid or used by it, in the order of the ids; all or none.

        Raises NotFound (not the uploader's), Conflict (meant for another message).
        """

    async def release_attachments(self, tenant_id: int, uploader_id: int, chat_id: int, cid: str) -> None:
        """What is reserved for this cid and was not used is free again."""

    async def remove_attachment(self, tenant_id: int, attachment_id: int, *, even_used: bool) -> bool:
        """Whether the row was there to be removed; one that is claimed or used only when `even_used`."""

    async def begin_cleaning(self, now: datetime, every: timedelta) -> bool:
        """Whether it is this process's turn to clean; True once in `every`, whatever the number of processes."""

    async def take_unused_keys(self, before: datetime, limit: int) -> list[str]:
        """Keys of files of any tenant that were last touched before then and never used. Their rows are gone."""

    async def list_orphan_keys(self, keys: Sequence[str]) -> list[str]:
        """Those of the keys that belong to tenants of this hub and have no row."""


class BlobStore(Protocol):
    """Keeps bytes under keys. Everything raises StorageUnavailable when it is away, StorageFull when it has no room."""

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keeps all of the bytes, or nothing: what `chunks` raises undoes it. Durable when it returns."""

    async def open(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to before `end`, which is not before the start, as they come. NotFound when there is nothing under the key."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Nothing is under these keys any more; absent ones are fine."""

    def list_keys(self, before: datetime) -> AsyncIterator[list[str]]:
        """All keys whose bytes were kept before then, in batches."""

    async def remove_remains(self, before: datetime) -> None:
        """Removes what is left from before then of puts that a death of the process cut off."""
