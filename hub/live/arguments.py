"""The forms of the arguments that come with a live line's commands; what is done with them is in `operations`."""

from typing import Annotated

import msgspec

from hub.domain.finding import View
from hub.domain.readiness import Status
from hub.domain.value import MAX_VALUE_CHARS
from hub.live.frames import ChatId, Seq

MAX_PAGE_EVENTS = 200
MAX_FOUND_ROWS = 50
MAX_MENTIONS = 20
MAX_NAMED = 100  # Ids in one command; how many agents may be in a chat is the domain's to say.
MAX_INVITATION_KEY_CHARS = 200  # A visit and a client id.

IdentityId = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
Colleagues = Annotated[list[IdentityId], msgspec.Meta(max_length=MAX_NAMED)]


class StartArgs(msgspec.Struct, frozen=True):
    """What the visitor's page tells."""

    page_url: str | None = None
    page_title: str | None = None
    referrer: str | None = None
    language: str | None = None
    time_zone: str | None = None
    name: str | None = None
    email: str | None = None
    offline: bool = False
    custom_fields: dict[str, str] | None = None
    consent: str | None = None
    invitation: Annotated[str, msgspec.Meta(max_length=MAX_INVITATION_KEY_CHARS)] | None = None


class ValueArgs(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a message asked for: exactly one of these."""

    number: Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | None = msgspec.field(
        name="int", default=None
    )
    is_so: bool | None = msgspec.field(name="bool", default=None)
    date: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    multi: Annotated[str, msgspec.Meta(max_length=MAX_VALUE_CHARS)] | None = None


class PostArgs(msgspec.Struct, frozen=True):
    """A message, and what comes along: files the sender has brought, and the answer to what a message asked for."""

    chat: ChatId
    text: str
    expect_seq: Seq | None = None
    attachments: list[int] = []
    input_id: Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)] | None = None
    value: ValueArgs | None = None


class NoteArgs(msgspec.Struct, frozen=True):
    """A note, and the colleagues it names; a whisper is a supervisor's, for whoever holds the chat."""

    chat: ChatId
    text: str
    mentions: Annotated[list[ChatId], msgspec.Meta(max_length=MAX_MENTIONS)] = []
    whisper: bool = False


class EditArgs(msgspec.Struct, frozen=True):
    """An own message, by its public seq, and its words from now on."""

    chat: ChatId
    seq: Seq
    text: str


class DeleteArgs(msgspec.Struct, frozen=True):
    """An own message, by its public seq."""

    chat: ChatId
    seq: Seq


class ReadArgs(msgspec.Struct, frozen=True):
    """How far."""

    chat: ChatId
    seq: Seq


class ChatArgs(msgspec.Struct, frozen=True):
    """Which chat."""

    chat: ChatId


class TalkArgs(msgspec.Struct, frozen=True):
    """With whom, and what the chat is called when they are several."""

    agents: Colleagues
    name: str | None = None


class AddArgs(msgspec.Struct, frozen=True):
    """Who comes in, too."""

    chat: ChatId
    agents: Colleagues


class NoArgs(msgspec.Struct, frozen=True):
    """Nothing."""


class TransferArgs(msgspec.Struct, frozen=True):
    """A chat, and the agent or the team to whom it is held out."""

    chat: ChatId
    agent: IdentityId | None = None
    team: IdentityId | None = None
    note: str | None = None


class InviteArgs(msgspec.Struct, frozen=True):
    """A chat, and the agent who shall come in too."""

    chat: ChatId
    agent: IdentityId
    note: str | None = None


class RemoveArgs(msgspec.Struct, frozen=True):
    """A chat, and the agent who shall take part no longer."""

    chat: ChatId
    agent: IdentityId


class IconArgs(msgspec.Struct, frozen=True):
    """A chat and the icon agents see beside it from now on; null takes it away."""

    chat: ChatId
    icon: str | None = None


class InviteVisitorArgs(msgspec.Struct, frozen=True):
    """A visit, and what its visitor is asked."""

    visit: Annotated[str, msgspec.Meta(max_length=100)]
    text: str


class RenameArgs(msgspec.Struct, frozen=True):
    """A chat and its new name."""

    chat: ChatId
    name: str


class RateArgs(msgspec.Struct, frozen=True):
    """What the visitor thinks of a chat."""

    chat: ChatId
    score: int
    comment: str | None = None


class FollowArgs(msgspec.Struct, frozen=True):
    """Which chat, and what of it is known."""

    chat: ChatId
    position: str | None = None
    staff_position: str | None = None


class PageArgs(msgspec.Struct, frozen=True):
    """Which events."""

    stream: str
    before: Annotated[int, msgspec.Meta(ge=1, lt=2**53)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE_EVENTS)] = 50


class IdentifyArgs(msgspec.Struct, frozen=True):
    """The proof of who the visitor is, and the chat that is to go with them."""

    id_token: str
    chat: ChatId | None = None


class FindArgs(msgspec.Struct, frozen=True):
    """Which chats: those of a view, or those in which words stand."""

    text: str = ""
    view: View = "all"
    profile: ChatId | None = None
    holder: ChatId | None = None
    visitor: ChatId | None = None
    tag: str | None = None
    offline: bool | None = None
    rated: bool | None = None
    overdue: bool | None = None
    after: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_FOUND_ROWS)] = 30


class TagArgs(msgspec.Struct, frozen=True):
    """A chat and its tags from now on."""

    chat: ChatId
    tags: list[str]


class FieldArgs(msgspec.Struct, frozen=True):
    """A custom field of a chat, and its value from now on; None takes it away."""

    chat: ChatId
    name: str
    value: str | None = None


class AvailabilityArgs(msgspec.Struct, frozen=True):
    """Whether the agent takes new chats: `status`, or in short `accepting`."""

    accepting: bool | None = None
    status: Status | None = None
    reason: str | None = None
