"""Attachments between our words and Halo's."""

import binascii
import re
from mimetypes import guess_type

from hub.actions.attachments import FileNotes
from hub.domain.attachment import Attachment
from hub.domain.errors import BadRequest
from hub.domain.media import INLINE_TYPES
from hub.rest.halo.moment import render_moment
from hub.rest.halo.wire_attachments import AttachmentAnswer, AttachmentInput, FormFields

DATA_URL = re.compile(r"data:[^,]{0,200};base64,")
SPACE = re.compile(r"\s")

TICKET_KIND = 0  # What `unique_id` is the id of.

NOT_WHAT_IT_SEEMS = "The file is not an image of the kind that its name says."


def answer_from_attachment(attachment: Attachment, download_url: str) -> AttachmentAnswer:
    """An attachment as Halo's clients read it."""
    return AttachmentAnswer(
        id=attachment.id,
        guid=str(attachment.uuid),
        filename=attachment.name,
        filesize=attachment.size,
        content_type=attachment.type,
        isimage=attachment.type in INLINE_TYPES,
        datecreated=render_moment(attachment.created_at),
        ticket_id=attachment.ticket_id,
        desc=attachment.description,
        note=attachment.note,
        type=TICKET_KIND,
        unique_id=attachment.ticket_id,
        download_url=download_url,
        warning=_warning(attachment),
    )


def bytes_from_input(file: AttachmentInput) -> bytes:
    """The file's bytes. BadRequest when they are not base64 (RFC 4648); line breaks are passed over, as MIME has them."""
    text = file.data_base64
    if start := DATA_URL.match(text):
        text = text[start.end() :]
    try:
        return binascii.a2b_base64(SPACE.sub("", text) if SPACE.search(text) else text, strict_mode=True)
    except ValueError:  # Also of what is not ASCII.
        raise BadRequest("The file is not in base64.", field="data_base64") from None


def notes_from_input(file: AttachmentInput | FormFields) -> FileNotes:
    """What is said about the file beside its name."""
    return FileNotes(description=file.desc or None, note=file.note or None, ticket_id=file.ticket_id)


def _warning(attachment: Attachment) -> str | None:
    named = guess_type(attachment.name)[0] or ""
    return NOT_WHAT_IT_SEEMS if named in INLINE_TYPES and named != attachment.type else None
