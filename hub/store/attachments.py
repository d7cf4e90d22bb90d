"""Attachments in Postgres: the rows of files. Their bytes are in `hub.files`; the trigger `use_attachments` binds them to messages."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from hub.actions.attachment_ports import NewAttachment
from hub.domain.attachment import Attachment
from hub.domain.errors import Conflict, NotFound
from hub.store.chores import begin_chore
from hub.store.pool import Connection, Database

COLUMNS = """a.tenant_id, a.id, a.uuid, a.key, a.uploader_id, a.name, a.type, a.size, a.width, a.height, a.description, a.note,
           a.state, a.chat_id, a.stream, a.ticket_id, a.created_at"""

TENANT_UUID = "SELECT uuid FROM tenants WHERE id = $1"

ADD = f"""
    INSERT INTO attachments AS a (tenant_id, uploader_id, key, name, type, size, width, height, description, note, ticket_id,
                                  state, created_at, touched_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, CASE WHEN $11::int IS NULL THEN 'uploaded' ELSE 'used' END,
            date_trunc('milliseconds', $12::timestamptz), $12)
    RETURNING {COLUMNS}
"""

FIND = f"SELECT {COLUMNS} FROM attachments a WHERE a.tenant_id = $1 AND a.id = $2"

OF_TICKET = f"""
    SELECT {COLUMNS} FROM attachments a
    WHERE a.tenant_id = $1 AND a.state = 'used'
      AND (a.ticket_id = $2 OR a.chat_id IN (SELECT c.id FROM chats c WHERE c.tenant_id = $1 AND c.ticket_id = $2))
    ORDER BY a.id
"""

# Rows are locked in the order of their ids, so that two claims never wait for each other.
CLAIM = f"""
    WITH own AS (
        SELECT o.id FROM attachments o
        WHERE o.tenant_id = $1 AND o.uploader_id = $2 AND o.id = ANY ($5)
          AND (o.state = 'uploaded' OR (o.chat_id = $3 AND o.cid = $4))
        ORDER BY o.id FOR UPDATE)
    UPDATE attachments a SET chat_id = $3, cid = $4, touched_at = $6,
                             state = CASE WHEN a.state = 'uploaded' THEN 'claimed' ELSE a.state END
    FROM own WHERE a.tenant_id = $1 AND a.id = own.id
    RETURNING {COLUMNS}
"""
OWN_IDS = "SELECT id FROM attachments WHERE tenant_id = $1 AND uploader_id = $2 AND id = ANY ($3)"

RELEASE = """
    UPDATE attachments SET state = 'uploaded', chat_id = NULL, cid = NULL
    WHERE tenant_id = $1 AND uploader_id = $2 AND chat_id = $3 AND cid = $4 AND state = 'claimed'
"""

REMOVE = (
    "DELETE FROM attachments WHERE tenant_id = $1 AND id = $2 AND (state = 'uploaded' OR $3) RETURNING id"
)

TAKE_UNUSED = "SELECT * FROM take_unused_attachments($1, $2)"
ORPHANS = "SELECT * FROM list_orphan_keys($1)"

CLEANING = "attachments"
KEY_BYTES = 16


class Attachments:
    """The rows of files."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tenant_names: dict[int, str] = {}  # They never change.

    async def issue_key(self, tenant_id: int) -> str:
        """A fresh name for bytes of the tenant: the tenant's uuid and 128 random bits."""
        name = self._tenant_names.get(tenant_id)
        if name is None:
            async with self._database.tenants([tenant_id]) as connection:
                name = str(await connection.fetchval(TENANT_UUID, tenant_id))
            self._tenant_names[tenant_id] = name
        return f"{name}/{secrets.token_hex(KEY_BYTES)}"

    async def add_attachments(
        self, tenant_id: int, uploader_id: int, files: Sequence[NewAttachment], now: datetime
    ) -> list[Attachment]:
        """A row for each, or for none. Raises NotFound (field `ticket_id`) when the tenant has no such ticket."""
        try:
            async with self._database.tenants([tenant_id]) as connection:
                return [await _add(connection, tenant_id, uploader_id, file, now) for file in files]
        except asyncpg.ForeignKeyViolationError as error:
            raise NotFound("There is no such ticket.", field="ticket_id") from error

    async def find_attachment(self, tenant_id: int, attachment_id: int) -> Attachment | None:
        """The row; None when the tenant has no such attachment."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(FIND, tenant_id, attachment_id)
        return None if row is None else _attachment_from_row(row)

    async def list_ticket_attachments(self, tenant_id: int, ticket_id: int) -> list[Attachment]:
        """Those that hang on the ticket, and those used in chats that belong to it, oldest first."""
        async with self._database.tenants([tenant_id]) as connection:
            return [
                _attachment_from_row(row) for row in await connection.fetch(OF_TICKET, tenant_id, ticket_id)
            ]

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
        ids = list(attachment_ids)
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(CLAIM, tenant_id, uploader_id, chat_id, cid, ids, now)
            claimed = {row["id"]: _attachment_from_row(row) for row in rows}
            if len(claimed) < len(ids):  # What is raised here undoes the claim.
                own = {row["id"] for row in await connection.fetch(OWN_IDS, tenant_id, uploader_id, ids)}
                if own.issuperset(ids):
                    raise Conflict("An attachment has been sent already.", field="attachments")
                raise NotFound("There is no such attachment.", field="attachments")
        return [claimed[attachment_id] for attachment_id in ids]

    async def release_attachments(self, tenant_id: int, uploader_id: int, chat_id: int, cid: str) -> None:
        """What is reserved for this cid and was not used is free again."""
        async with self._database.tenants([tenant_id]) as connection:
            await connection.execute(RELEASE, tenant_id, uploader_id, chat_id, cid)

    async def remove_attachment(self, tenant_id: int, attachment_id: int, *, even_used: bool) -> bool:
        """Whether the row was there to be removed; one that is claimed or used only when `even_used`."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(REMOVE, tenant_id, attachment_id, even_used) is not None

    async def begin_cleaning(self, now: datetime, every: timedelta) -> bool:
        """Whether it is this process's turn to clean; True once in `every`, whatever the number of processes."""
        return await begin_chore(self._database, CLEANING, now, every)

    async def take_unused_keys(self, before: datetime, limit: int) -> list[str]:
        """Keys of files of any tenant that were last touched before then and never used. Their rows are gone."""
        async with self._database.nobody() as connection:
            return [row[0] for row in await connection.fetch(TAKE_UNUSED, before, limit)]

    async def list_orphan_keys(self, keys: Sequence[str]) -> list[str]:
        """Those of the keys that belong to tenants of this hub and have no row."""
        async with self._database.nobody() as connection:
            return [row[0] for row in await connection.fetch(ORPHANS, list(keys))]


async def _add(
    connection: Connection, tenant_id: int, uploader_id: int, file: NewAttachment, now: datetime
) -> Attachment:
    rows = await connection.fetch(
        ADD,
        tenant_id,
        uploader_id,
        file.key,
        file.name,
        file.type,
        file.size,
        file.width,
        file.height,
        file.description,
        file.note,
        file.ticket_id,
        now,
    )
    return _attachment_from_row(rows[0])


def _attachment_from_row(row: asyncpg.Record) -> Attachment:
    values: dict[str, Any] = dict(row)
    return Attachment(**values)
