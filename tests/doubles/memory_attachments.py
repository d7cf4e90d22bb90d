"""Attachments and their bytes in memory: they behave as the stores promise."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from hub.actions.attachment_ports import NewAttachment
from hub.domain.attachment import Attachment
from hub.domain.errors import Conflict, NotFound, StorageUnavailable


@dataclass
class MemoryAttachments:
    """The rows. `claims` says for which chat and cid a file is meant. `away` makes adding fail as a lost Postgres does."""

    away: bool = False
    rows: dict[tuple[int, int], Attachment] = field(default_factory=dict)
    claims: dict[int, tuple[int, str]] = field(default_factory=dict)
    touched: dict[int, datetime] = field(default_factory=dict)
    cleaned_at: datetime | None = None
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    async def issue_key(self, tenant_id: int) -> str:
        return f"tenant-{tenant_id}/{uuid4().hex}"

    async def add_attachments(
        self, tenant_id: int, uploader_id: int, files: Sequence[NewAttachment], now: datetime
    ) -> list[Attachment]:
        if self.away:
            raise StorageUnavailable(after_ms=1_000)
        made = [
            Attachment(
                tenant_id,
                next(self._ids),
                uuid4(),
                file.key,
                uploader_id,
                file.name,
                file.type,
                file.size,
                file.width,
                file.height,
                "uploaded" if file.ticket_id is None else "used",
                now,
                ticket_id=file.ticket_id,
                description=file.description,
                note=file.note,
            )
            for file in files
        ]
        self.rows |= {(tenant_id, one.id): one for one in made}
        self.touched |= {one.id: now for one in made}
        return made

    async def find_attachment(self, tenant_id: int, attachment_id: int) -> Attachment | None:
        return self.rows.get((tenant_id, attachment_id))

    async def list_ticket_attachments(self, tenant_id: int, ticket_id: int) -> list[Attachment]:
        return [one for one in self.rows.values() if (one.tenant_id, one.ticket_id) == (tenant_id, ticket_id)]

    async def claim_attachments(
        self,
        tenant_id: int,
        uploader_id: int,
        chat_id: int,
        cid: str,
        attachment_ids: Sequence[int],
        now: datetime,
    ) -> list[Attachment]:
        own = [self.rows.get((tenant_id, attachment_id)) for attachment_id in attachment_ids]
        found = [one for one in own if one is not None and one.uploader_id == uploader_id]
        if len(found) < len(own):
            raise NotFound("There is no such attachment.", field="attachments")
        if any(one.state != "uploaded" and self.claims.get(one.id) != (chat_id, cid) for one in found):
            raise Conflict("An attachment has been sent already.", field="attachments")
        for one in found:
            self.claims[one.id], self.touched[one.id] = (chat_id, cid), now
            if one.state == "uploaded":
                self.rows[tenant_id, one.id] = replace(one, state="claimed", chat_id=chat_id)
        return [self.rows[tenant_id, one.id] for one in found]

    async def release_attachments(self, tenant_id: int, uploader_id: int, chat_id: int, cid: str) -> None:
        for key, one in self.rows.items():
            if one.state == "claimed" and self.claims.get(one.id) == (chat_id, cid):
                self.rows[key] = replace(one, state="uploaded", chat_id=None)

    async def remove_attachment(self, tenant_id: int, attachment_id: int, *, even_used: bool) -> bool:
        one = self.rows.get((tenant_id, attachment_id))
        if one is None or not (even_used or one.state == "uploaded"):
            return False
        del self.rows[tenant_id, attachment_id]
        return True

    async def begin_cleaning(self, now: datetime, every: timedelta) -> bool:
        if self.cleaned_at is not None and now - self.cleaned_at < every:
            return False
        self.cleaned_at = now
        return True

    async def take_unused_keys(self, before: datetime, limit: int) -> list[str]:
        due = [
            key for key, one in self.rows.items() if one.state != "used" and self.touched[one.id] < before
        ][:limit]
        return [self.rows.pop(key).key for key in due]

    async def list_orphan_keys(self, keys: Sequence[str]) -> list[str]:
        known = {one.key for one in self.rows.values()}
        return [key for key in keys if key.startswith("tenant-") and key not in known]


@dataclass
class MemoryBlobs:
    """The bytes, each with the time it was kept at."""

    kept: dict[str, bytes] = field(default_factory=dict)
    away: bool = False

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        self._require_here()
        self.kept[key] = b"".join([chunk async for chunk in chunks])

    async def open(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        self._require_here()
        if key not in self.kept:
            raise NotFound

        async def read() -> AsyncIterator[bytes]:
            yield self.kept[key][start:end]

        return read()

    async def delete(self, keys: Sequence[str]) -> None:
        self._require_here()
        for key in keys:
            self.kept.pop(key, None)

    async def list_keys(self, before: datetime) -> AsyncIterator[list[str]]:
        self._require_here()
        yield list(self.kept)

    async def remove_remains(self, before: datetime) -> None:
        self._require_here()

    def _require_here(self) -> None:
        if self.away:
            raise StorageUnavailable(after_ms=5_000)
