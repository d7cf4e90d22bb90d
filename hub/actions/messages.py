"""What can be said: messages to everybody in a chat, and notes to its agents. Better words for it are in `corrections`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from hub.actions.agent_pages import require_not_among_colleagues
from hub.actions.attachments import claim_attachments, release_attachments
from hub.actions.joining import joins_before
from hub.actions.ports import Ports
from hub.domain.chat import Chat, States, require_may_see, sender_side
from hub.domain.errors import (
    AlreadyTaken,
    AnsweredMeanwhile,
    ChatEnded,
    ChatNotFound,
    CidReused,
    Forbidden,
    HeldOut,
    HubError,
    NotParticipant,
    OtherChatOpen,
    StorageUnavailable,
)
from hub.domain.event import ASKED_WITH_DATA, Append, Appended, AppendRefused, Event, Guard
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from hub.domain.person import require_supervisor
from hub.domain.text import MAX_AGENT_TEXT_CHARS, MAX_VISITOR_TEXT_CHARS, require_text
from hub.domain.value import words_from_value

MAX_GUARD_EVENTS = 20  # What was written meanwhile is shown beside the answer; nobody reads more there.

# What a message can show without a text.
SHOWN = ("attachments", "value", "kb_results", "service_results")


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Something to be said. `data` is what the message carries beside its text: attachments, answers to a flow, and so on.

    The text may be empty when `data` holds something to show, or files come along; a value is then told in words too.
    """

    chat_id: int
    text: str
    cid: str
    data: dict[str, Any] | None = None
    attachment_ids: tuple[int, ...] = ()


async def post_message(
    ports: Ports,
    caller: Caller,
    chat_id: int,
    text: str,
    cid: str,
    expect_seq: int | None = None,
    *,
    data: dict[str, Any] | None = None,
    attachment_ids: Sequence[int] = (),
) -> Appended:
    """The stored message, with its files. Safe to repeat with the same cid.

    `expect_seq` is the reply guard of agents: refuses with AnsweredMeanwhile when another agent wrote after that seq.
    Raises the text errors, ChatNotFound, ChatEnded, NotParticipant, CidReused, what `claim_attachments` raises, StorageUnavailable.
    """
    await require_not_among_colleagues(ports, caller, chat_id)
    message = NewMessage(chat_id, text, cid, data, tuple(attachment_ids))
    said = await find_said_before(ports, caller, chat_id, cid)
    if said is not None:
        return repeat_of(said, _append_from_message(caller, _with_files_of(said, message)))
    async with _holding_files(ports, caller, [message]) as [whole]:
        item = _append_from_message(caller, whole, expect_seq)
        try:
            appended = await ports.events.append(item)
        except AppendRefused as refused:
            if refused.reason == "seq" and expect_seq is not None:
                raise await _answered_meanwhile(ports, item, expect_seq) from refused
            raise refusal_from_reason(refused, caller) from refused
    ports.bell.ring_event(appended.event)
    return appended


async def post_messages(
    ports: Ports, caller: Caller, messages: Sequence[NewMessage], chats: Mapping[int, Chat]
) -> list[Appended]:
    """All of the messages stored, in their order, or none. Safe to repeat with the same cids.

    `chats` are the headers of the chats they go to. An agent who does not take part in one joins it: a waiting chat is
    theirs from then on. Raises what `post_message` and `claim_attachments` raise, and Forbidden for agents whose role may
    not take the chat.
    """
    async with _holding_files(ports, caller, messages) as whole:
        return await _post_all(ports, caller, whole, chats)


async def find_said_before(ports: Ports, caller: Caller, chat_id: int, cid: str) -> Event | None:
    """What a user said under this cid in the chat before it was known who they are; None for everybody else."""
    if not isinstance(caller, VisitorCaller) or not caller.is_proven or caller.id is None:
        return None
    return await ports.events.find_said_before(caller.tenant_id, chat_id, caller.id, cid)


def repeat_of(said: Event, item: Append) -> Appended:
    """The event that `item` is a repeat of; CidReused when it says something else."""

    def asked(one: Event | Append) -> tuple[Any, ...]:
        return one.stream, one.kind, one.text, one.data if one.kind in ASKED_WITH_DATA else None

    if asked(said) != asked(item):
        raise CidReused
    return Appended(said, duplicate=True)


async def _post_all(
    ports: Ports, caller: Caller, messages: Sequence[NewMessage], chats: Mapping[int, Chat]
) -> list[Appended]:
    try:
        return await _append_all(ports, caller, messages, chats)
    except ChatEnded:
        # The headers may be older than what somebody else did just now: accepted the chat, for example.
        fresh = {chat.id: chat for chat in await ports.chats.list_chats(caller.tenant_id, list(chats))}
        if fresh == dict(chats) or any(chat.state == "ended" for chat in fresh.values()):
            raise
        return await _append_all(ports, caller, messages, fresh)


async def _append_all(
    ports: Ports, caller: Caller, messages: Sequence[NewMessage], chats: Mapping[int, Chat]
) -> list[Appended]:
    posts = [_append_from_message(caller, message) for message in messages]
    joins: list[Append] = []
    if isinstance(caller, AgentCaller):
        for chat_id in dict.fromkeys(post.chat_id for post in posts):
            first = next(post for post in posts if post.chat_id == chat_id)
            joins += joins_before(first, caller, require_may_see(caller, chats.get(chat_id)))
    try:
        appended = await ports.events.append_all([*joins, *posts])
    except AppendRefused as refused:
        raise refusal_from_reason(refused, caller) from refused
    for one in appended:
        ports.bell.ring_event(one.event)
    return appended[len(joins) :]


async def post_note(
    ports: Ports,
    agent: AgentCaller,
    chat_id: int,
    text: str,
    cid: str,
    *,
    mention_ids: Sequence[int] = (),
    is_whisper: bool = False,
) -> Appended:
    """The stored note, in the staff stream: no visitor ever sees it, not even as a gap. Ended chats take notes too.

    The colleagues it names find the chat marked in their inbox until they have seen it; ids of nobody name nobody.
    A whisper is a supervisor's, for whoever holds the chat. Raises the text errors, Forbidden, ChatNotFound, StorageUnavailable.
    """
    text = require_text(text, MAX_AGENT_TEXT_CHARS)
    if is_whisper:
        require_supervisor(agent)
    data: dict[str, Any] = {"whisper": True} if is_whisper else {}
    if mention_ids:
        data["mentions"] = sorted(set(mention_ids))
    item = Append(
        agent.tenant_id,
        chat_id,
        "staff",
        "note_posted",
        "agent",
        agent.id,
        cid,
        text=text,
        data=data or None,
    )
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        raise refusal_from_reason(refused, agent) from refused
    ports.bell.ring_event(appended.event)
    return appended


@asynccontextmanager
async def _holding_files(
    ports: Ports, caller: Caller, messages: Sequence[NewMessage]
) -> AsyncIterator[list[NewMessage]]:
    """The messages with what they tell of their files, which are reserved for them; given back when the messages are refused."""
    claimed: list[NewMessage] = []
    try:
        for message in messages:
            claimed.append(message)
            claimed[-1] = await _with_files(ports, caller, message)
        yield claimed
    except StorageUnavailable:
        raise  # Nobody knows what became of it: a repeat finds its files.
    except HubError:
        for message in claimed:
            if message.attachment_ids:
                await release_attachments(ports, caller, message.chat_id, message.cid)
        raise


async def _with_files(ports: Ports, caller: Caller, message: NewMessage) -> NewMessage:
    files = await claim_attachments(ports, caller, message.chat_id, message.cid, message.attachment_ids)
    return _telling_of(files, message)


def _with_files_of(said: Event, message: NewMessage) -> NewMessage:
    """A repeat as it was said: its files belong to the first one, whose sender had another id. CidReused when it names others."""
    files = (said.data or {}).get("attachments", [])
    if [file["id"] for file in files] != list(message.attachment_ids):
        raise CidReused
    return _telling_of(files, message)


def _telling_of(files: Sequence[dict[str, Any]], message: NewMessage) -> NewMessage:
    return replace(message, data={**(message.data or {}), "attachments": list(files)}) if files else message


def refusal_from_reason(refused: AppendRefused, caller: Caller) -> HubError:
    """The refusal a failed guard means to this caller; to a visitor, a chat of others is no chat."""
    match refused.reason:
        case "state":
            return ChatEnded()
        case "kind":
            return Forbidden("This is not for chats among colleagues.")
        case "participant" if not isinstance(caller, VisitorCaller):
            return NotParticipant()
        case "holder" if not isinstance(caller, VisitorCaller):
            return AlreadyTaken("Somebody else holds this chat now.")
        case "offer" if not isinstance(caller, VisitorCaller):
            return HeldOut()
        case "other_open":
            return OtherChatOpen()
        case _:
            return ChatNotFound()


def _append_from_message(caller: Caller, message: NewMessage, expect_seq: int | None = None) -> Append:
    if caller.id is None:
        raise ChatNotFound
    side = sender_side(caller)
    data = message.data or {}
    text = message.text or words_from_value(data.get("value", {}))
    if text or not any(data.get(member) for member in SHOWN):
        text = require_text(text, MAX_VISITOR_TEXT_CHARS if side == "visitor" else MAX_AGENT_TEXT_CHARS)
    return Append(
        caller.tenant_id,
        message.chat_id,
        "public",
        "message_posted",
        side,
        caller.id,
        message.cid,
        text=text,
        data=message.data,
        guard=Guard(states=States.OPEN, participant_id=caller.id, expect_seq=expect_seq),
    )


async def _answered_meanwhile(ports: Ports, item: Append, expect_seq: int) -> AnsweredMeanwhile:
    written = await ports.events.list_after(
        item.tenant_id, item.chat_id, "public", expect_seq, MAX_GUARD_EVENTS
    )
    answers = (event for event in written if event.kind == "message_posted" and event.side == "agent")
    return AnsweredMeanwhile([event for event in answers if event.actor_id != item.actor_id])
