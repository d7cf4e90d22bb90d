"""Attachments as Halo's clients send and get them."""

from typing import Annotated

import msgspec

from hub.rest.halo.answers import ListQuery

Id = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
Words = Annotated[str, msgspec.Meta(max_length=2_000)]


class AttachmentListQuery(ListQuery, kw_only=True):
    """Whose attachments are listed: those of a ticket."""

    ticket_id: Id


class AttachmentQuery(msgspec.Struct):
    """How one attachment is asked for: `token` is that of its `download_url`; `includedetails` wants it as JSON."""

    token: str | None = None
    includedetails: bool = False


class AttachmentInput(msgspec.Struct):
    """A file to be kept. `data_base64` may begin as a data URL does. What it is, the hub sees for itself."""

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=4_096)]
    data_base64: str
    id: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] | None = None
    ticket_id: Id | None = None
    desc: Words | None = None
    note: Words | None = None


class FormFields(msgspec.Struct):
    """The fields of a form beside its files; they hold for all of these."""

    ticket_id: Id | None = None
    desc: Words | None = None
    note: Words | None = None


class AttachmentAnswer(msgspec.Struct):
    """An attachment. `content_type` is what its bytes are; `download_url` works for an hour, without a token."""

    id: int
    guid: str
    filename: str
    filesize: int
    content_type: str
    isimage: bool
    datecreated: str
    ticket_id: int | None
    desc: str | None
    note: str | None
    type: int
    unique_id: int | None
    download_url: str
    warning: str | None = msgspec.field(default=None, name="_warning")


class AttachmentDetails(AttachmentAnswer, kw_only=True):
    """An attachment with its bytes."""

    data_base64: str


class AttachmentList(msgspec.Struct, omit_defaults=True):
    """The attachments of a ticket."""

    record_count: int
    attachments: list[AttachmentAnswer]
    page_no: int | None = None
    page_size: int | None = None


class Removed(msgspec.Struct):
    """What is no longer there."""

    id: int
