"""Attachments: files that came with a message or belong to a ticket, who may see them, and how they are named."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from hub.domain.chat import Chat, may_see
from hub.domain.event import Stream
from hub.domain.identity import AgentCaller, Caller
from hub.domain.text import BIDI_CONTROLS

# uploaded: nobody sees it but who brought it · claimed: a message that names it is on its way · used: it was said, or
# hangs on a ticket.
AttachmentState = Literal["uploaded", "claimed", "used"]

MAX_FILE_NAME_CHARS = 255  # What common file systems take.
MAX_ENDING_CHARS = 20  # ".tar.gz" and its like survive the shortening of a name.
MAX_MESSAGE_ATTACHMENTS = 10
UNNAMED = "file"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file. `key` names its bytes in the blob store and is nobody's to know; `type` is what the bytes are.

    `width` and `height` are those of a raster image whose header says so. `stream` is that of the message which used it.
    """

    tenant_id: int
    id: int
    uuid: UUID
    key: str
    uploader_id: int
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    state: AttachmentState
    created_at: datetime
    chat_id: int | None = None
    stream: Stream | None = None
    ticket_id: int | None = None
    description: str | None = None
    note: str | None = None


def may_see_attachment(caller: Caller, attachment: Attachment, chat: Chat | None) -> bool:
    """Whether the attachment exists for this caller; `chat` is the one it was said in, if any.

    Who brought it sees it always. Others see it once it is used: who may see the chat, visitors its public stream only,
    and agents what hangs on a ticket.
    """
    if caller.tenant_id != attachment.tenant_id:
        return False
    if caller.id is not None and caller.id == attachment.uploader_id:
        return True
    if attachment.state != "used":
        return False
    is_agent = isinstance(caller, AgentCaller)
    if chat is not None and chat.id == attachment.chat_id:
        return may_see(caller, chat) and (is_agent or attachment.stream == "public")
    return is_agent and attachment.chat_id is None and attachment.ticket_id is not None


def data_from_attachment(attachment: Attachment) -> dict[str, Any]:
    """What a message holds of it, one element of its `data["attachments"]`: id, name, type, size, and of images width and height."""
    data: dict[str, Any] = {
        "id": attachment.id,
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
    }
    if attachment.width is not None and attachment.height is not None:
        data |= {"width": attachment.width, "height": attachment.height}
    return data


def clean_file_name(name: str) -> str:
    """A file's name as it may be shown: no path, no control or direction characters, no leading dots, at most 255 characters.

    The ending survives the shortening. “file” when nothing is left.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        character for character in last if character.isprintable() and character not in BIDI_CONTROLS
    )
    # Hidden files and those whose ending a file system would drop are nothing people send on purpose.
    kept = " ".join(kept.split()).lstrip(". ").rstrip(". ")
    if len(kept) > MAX_FILE_NAME_CHARS:
        stem, dot, ending = kept.rpartition(".")
        tail = f"{dot}{ending}" if stem and len(ending) < MAX_ENDING_CHARS else ""
        kept = f"{kept[: MAX_FILE_NAME_CHARS - len(tail)]}{tail}"
    return kept or UNNAMED
