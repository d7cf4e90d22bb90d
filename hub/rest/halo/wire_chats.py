"""Chats and messages as Halo's clients send and get them. Members that only the hub may set are not among what is read."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from hub.rest.halo.answers import ListQuery
from hub.rest.halo.moment import Moment

Unset = msgspec.UnsetType

Id = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
MessageId = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
MaybeId = Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]  # Clients write 0 or -1 for none.
Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]
Word = Annotated[str, msgspec.Meta(max_length=255)]
Line = Annotated[str, msgspec.Meta(max_length=2_000)]
Text = Annotated[str, msgspec.Meta(max_length=100_000)]


class ChatListQuery(ListQuery):
    """Which chats, in what order. `after` is the cursor that came with the page before.

    Visitors' chats, unless `isagentchat` asks for those with colleagues in which the agent takes part.
    """

    after: str | None = None
    chatprofile_id: str | None = None
    checkavailable: bool = False
    ignore_all_closed: bool = False
    isagentchat: bool = False
    order: str | None = None
    order2: str | None = None
    order3: str | None = None
    order4: str | None = None
    order5: str | None = None
    orderdesc: bool | None = None
    orderdesc2: bool | None = None
    orderdesc3: bool | None = None
    orderdesc4: bool | None = None
    orderdesc5: bool | None = None
    teams_conversation_id: Word | None = None
    ticket_id: MaybeId | None = None


class ChatQuery(msgspec.Struct):
    """What is told of one chat."""

    checkavailable: bool = False


class ChatInput(msgspec.Struct):
    """A chat to start, or with an `id` to change. `key` is the profile's, for visitors without a token."""

    id: MaybeId | None = None
    chatprofile_id: str | int | None = None  # Text by the documentation; clients send numbers too.
    chatprofileid: str | int | None = None
    key: str | None = None
    chatprofilekey: str | None = None
    name: Word | msgspec.UnsetType | None = msgspec.UNSET
    display_name: Word | None = None
    emailaddress: Word | None = None
    page_url: Line | None = None
    page_title: Line | None = None
    language: Word | None = None
    timezone: Word | None = None
    time_to_launch: Annotated[float, msgspec.Meta(ge=0, le=10**9)] | None = None
    text: Text | None = None
    team_id: MaybeId | msgspec.UnsetType | None = msgspec.UNSET
    ticket_id: MaybeId | msgspec.UnsetType | None = msgspec.UNSET
    icon: Word | msgspec.UnsetType | None = msgspec.UNSET
    teams_conversation_id: Word | msgspec.UnsetType | None = msgspec.UNSET
    agent_id: MaybeId | None = None
    assigned: bool | None = None
    closed: bool | None = None
    consent: Text | None = msgspec.field(name="_consent", default=None)


class ChatParticipant(msgspec.Struct):
    """Somebody in a chat; exactly one of the three ids says who."""

    id: int
    agent_id: int | None
    user_id: int | None
    unknown_id: str | None
    name: str
    has_left: bool
    last_read_date: Moment | None


class NextInput(msgspec.Struct, omit_defaults=True):
    """What the message asks for."""

    id: Int32 | None = None
    name: Word | None = None
    type: Int32 | None = None
    lookup_values: list[dict[str, Any]] = []


class SearchResult(msgspec.Struct, omit_defaults=True):
    """An article or a service that was found."""

    id: Int32
    name: Line
    description: Text | None = None
    link: Line | None = None
    search_score: float | None = None
    useful_count: Int32 | None = None


class AttachmentPair(msgspec.Struct):
    """An attachment of a message."""

    id: Id
    name: Word | None = None


class Message(msgspec.Struct):
    """A message, or a line the hub has written about the chat (`system_id` > 0)."""

    id: int
    chat_id: int
    sender_id: int | None
    text: str
    textplain: str
    timestamp: Moment
    system_id: int
    ticket_id: int | None
    user_id: int | None
    agent_id: int | None
    unknown_id: str | None
    display_name: str
    lastmessageid: int
    chatprofileid: str
    chatprofilekey: str | None = None
    value_int: int | None = None
    value_bool: bool | None = None
    value_date: Moment | None = None
    value_multi: str | None = None
    input_id: int | None = None
    next_input_id: int | None = None
    next_input_fieldinfo: NextInput | None = None
    chat_image_type: int | None = None
    attachment_id: int | None = None
    attachment_ids: list[AttachmentPair] = []
    kb_search_results: list[SearchResult] = []
    services_search_results: list[SearchResult] = []
    is_message_safe: bool = True
    modified_by_agent_id: int | None = None
    modified_by_agent_name: str | None = None
    warning: str | None = msgspec.field(name="_warning", default=None)
    abandoned: bool = msgspec.field(name="_abandoned", default=False)
    token: str | None = None


class MessageInput(msgspec.Struct):
    """Something to say. With the `id` of something an agent said before it is better words for that.

    Who speaks is known from the credential: ids of senders are compared with it, never believed.
    """

    id: MaybeId | None = None
    chat_id: MaybeId | None = None
    text: Text | None = None
    textplain: Text | None = None
    sender_id: MaybeId | None = None
    agent_id: MaybeId | None = None
    user_id: MaybeId | None = None
    unknown_id: Word | None = None
    display_name: Word | None = None
    chatprofileid: str | int | None = None
    chatprofilekey: str | None = None
    value_int: Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | None = None
    value_bool: bool | None = None
    value_date: datetime | None = None
    value_multi: Line | None = None
    input_id: Int32 | None = None
    next_input_id: Int32 | None = None
    next_input_fieldinfo: NextInput | None = None
    chat_image_type: Int32 | None = None
    attachment_id: MaybeId | None = None
    attachment_ids: list[Id | AttachmentPair] | None = None
    kb_search_results: list[SearchResult] | None = None
    services_search_results: list[SearchResult] | None = None


class MessageQuery(msgspec.Struct):
    """Whose messages, and between which ids: `last_id` is left out, `max_id` comes along."""

    chat_id: Id
    last_id: MessageId = 0
    max_id: MessageId | None = None


class TypingInput(msgspec.Struct):
    """Somebody types. A `timestamp` of some seconds ago shortens the sign, one of the future does nothing."""

    chat_id: Id
    sender_id: MaybeId
    timestamp: datetime | None = None
    stopped: bool = msgspec.field(name="_stopped", default=False)


class TypingAnswer(msgspec.Struct):
    """What was taken."""

    chat_id: int
    sender_id: int
    timestamp: Moment
    stopped: bool = msgspec.field(name="_stopped", default=False)


class Chat(msgspec.Struct):
    """A LiveChatHeader."""

    id: int
    guid: str
    name: str
    team_id: int | None
    isagentchat: bool
    closed: bool
    assigned: bool
    agent_id: int | None
    user_id: int | None
    lastmessageid: int
    lastmessage: str | None
    lastupdatedate: Moment
    participant_count: int
    ticket_id: int | None
    icon: str | None
    chatprofile_id: str
    chatprofile_name: str
    livechat_started: bool
    flow_step: int | None
    teams_conversation_id: str | None
    time_to_launch: float | None
    page_url: str | None
    user_chat_url: str | None
    language_id: int | None
    language: str | None
    ai_thread_id: str | None
    virtual_agent_id: int | None
    slack_app_id: str | None
    slack_channel_id: str | None
    slack_user_id: str | None
    abandoned: bool
    last_wait_message_id: int | None
    datecreated: Moment
    datetimequeued: Moment | None
    datetimeagentjoined: Moment | None
    dateclosed: Moment | None
    queue_time: float | None
    feedback_submitted: bool
    unread_count: int
    participants: list[ChatParticipant]
    messages: list[Message] | msgspec.UnsetType = msgspec.UNSET
    chat_available: bool | msgspec.UnsetType = msgspec.field(name="_chat_available", default=msgspec.UNSET)
    token: str | msgspec.UnsetType = msgspec.UNSET


class ChatList(msgspec.Struct):
    """A page of chats; `after` begins the next one."""

    record_count: int
    chats: list[Chat]
    page_no: int | msgspec.UnsetType = msgspec.UNSET
    page_size: int | msgspec.UnsetType = msgspec.UNSET
    after: str | None = None
