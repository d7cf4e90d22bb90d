"""Messages in Halo's words, and Halo's in ours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from hub.domain.chat import Chat
from hub.domain.errors import BadRequest, Forbidden, TextEmpty
from hub.domain.event import Event
from hub.domain.identity import Caller, VisitorCaller
from hub.domain.rating import MOST_SCORE
from hub.domain.value import render_date, words_from_value
from hub.rest.halo import wire_chats as wire
from hub.rest.halo.moment import render_moment
from hub.rest.halo.translate_chats import profile_id_text, sender_ids
from hub.rest.markup import clean_markup, markup_from_text

CHAT_STARTED, AGENT_JOINED, AGENT_LEFT = 1, 3, 4
ENDED_BY_VISITOR, ENDED_BY_AGENT, ENDED_BY_IDLENESS = 5, 6, 7
RENAMED = 13
IDENTIFIED = 14
RATED = 16

NOT_SAFE = "Something in the text that could have run was taken out."
# Kinds that are messages or lines of Halo's log. What has no line there (an edit changes the message itself) is left out.
TOLD_KINDS = frozenset(
    {
        "message_posted",
        "chat_started",
        "agent_joined",
        "agent_left",
        "chat_ended",
        "chat_renamed",
        "visitor_identified",
        "chat_rated",
    }
)


def message_from_event(event: Event, chat: Chat, edit: Event | None = None) -> wire.Message:
    """A LiveChatMsg; `edit` holds the words that have replaced the first ones."""
    # Also what a visitor said before it was known who they are is theirs.
    actor_id = (chat.visitor_id or 0) if event.side == "visitor" else event.actor_id
    agent_id, user_id, unknown_id = sender_ids(chat, actor_id)
    system_id, line = _line_from_event(event, chat)
    now = event if edit is None else edit
    data, now_data = event.data or {}, now.data or {}
    if system_id:
        text, plain, data = markup_from_text(line), line, {}
    else:
        plain = now.text or ""
        text = now_data.get("html") or markup_from_text(plain)
    if now_data.get("deleted"):
        data = {}
    attachments = [wire.AttachmentPair(one["id"], one["name"]) for one in data.get("attachments", ())]
    return wire.Message(
        id=event.id,
        chat_id=event.chat_id,
        sender_id=actor_id or None,
        text=text,
        textplain=plain,
        timestamp=render_moment(event.at),
        system_id=system_id,
        ticket_id=chat.ticket_id,
        user_id=user_id,
        agent_id=agent_id,
        unknown_id=unknown_id,
        display_name=_name_of(chat, actor_id),
        lastmessageid=chat.last_id,
        chatprofileid=profile_id_text(chat),
        **_values(data),
        attachment_id=attachments[0].id if attachments else None,
        attachment_ids=attachments,
        is_message_safe=not now_data.get("unsafe", False),
        modified_by_agent_id=None if edit is None else edit.actor_id,
        modified_by_agent_name=None if edit is None else now_data.get("name"),
        abandoned=chat.is_abandoned,
    )


def text_from_input(message: wire.MessageInput, caller: Caller) -> tuple[str, dict[str, Any]]:
    """What is said as plain text, and what it carries besides.

    What visitors write is text, to the letter; what agents' programs write is HTML, cleaned. TextEmpty when nothing is left.
    """
    data = _data_from_input(message, caller)
    if isinstance(caller, VisitorCaller):
        text = message.text if message.text is not None else message.textplain or ""
    elif message.text is None:
        text = message.textplain or ""
    else:
        cleaned = clean_markup(message.text)
        text = cleaned.text
        data |= {"html": cleaned.html} if cleaned.html else {}
        data |= {"unsafe": True} if cleaned.was_active else {}
    if not text and "value" in data:
        text = words_from_value(data["value"])
    if not text and not data.get("kb_results") and not data.get("service_results") and not _attached(message):
        raise TextEmpty(field="text")
    return text, data


def attachment_ids_from_input(message: wire.MessageInput) -> list[int]:
    """The attachments it names, each once."""
    several = message.attachment_ids or []
    ids = [one if isinstance(one, int) else one.id for one in several]
    single = message.attachment_id or 0
    return list(dict.fromkeys([*([single] if single > 0 else []), *ids]))


def require_own_name(message: wire.MessageInput, caller: Caller, chat: Chat | None) -> None:
    """Forbidden when the message claims to be somebody else's; absent, 0 and -1 claim nothing."""
    is_visitor = isinstance(caller, VisitorCaller)
    own = {
        "sender_id": caller.id,
        "agent_id": None if is_visitor else caller.id,
        "user_id": caller.id if is_visitor else None,
    }
    for field, allowed in own.items():
        claimed = getattr(message, field) or 0
        if claimed > 0 and claimed != allowed:
            raise Forbidden("The message names another sender than the one who calls.", field=field)
    own_uuid = str(caller.uuid) if isinstance(caller, VisitorCaller) else None
    if message.unknown_id and message.unknown_id != own_uuid:
        raise Forbidden("The message names another sender than the one who calls.", field="unknown_id")
    others = () if chat is None else (person for person in chat.participants if person.id != caller.id)
    if message.display_name and any(_same_name(message.display_name, person.name) for person in others):
        raise Forbidden("The message bears the name of somebody else in the chat.", field="display_name")


def _same_name(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _attached(message: wire.MessageInput) -> bool:
    return bool(attachment_ids_from_input(message))


def _name_of(chat: Chat, actor_id: int) -> str:
    return next((person.name for person in chat.participants if person.id == actor_id), "")


def _line_from_event(event: Event, chat: Chat) -> tuple[int, str]:
    """The kind of a line about the chat, and its words; 0 for what somebody said."""
    name = (event.data or {}).get("name") or _name_of(chat, event.actor_id)
    match event.kind:
        case "chat_started":
            did = "left a message" if (event.data or {}).get("offline") else "started the chat"
            who = chat.visitor_name or _name_of(chat, event.actor_id)
            return CHAT_STARTED, f"{who} {did}."
        case "agent_joined":
            return AGENT_JOINED, f"{name} joined."
        case "agent_left":
            return AGENT_LEFT, f"{name} left."
        case "chat_renamed":
            return RENAMED, f"The chat is now called {name}."
        case "visitor_identified":
            return IDENTIFIED, f"The visitor has signed in as {name}."
        case "chat_rated":
            return RATED, _rating_line(chat, event.data or {})
        case "chat_ended":
            kinds = {"visitor": ENDED_BY_VISITOR, "agent": ENDED_BY_AGENT}
            return kinds.get(event.side, ENDED_BY_IDLENESS), "The chat has ended."
        case _:
            return 0, ""


def _rating_line(chat: Chat, rating: Mapping[str, Any]) -> str:
    line = f"{chat.visitor_name} rated the chat with {rating['score']} of {MOST_SCORE}."
    return f"{line}\n{rating['comment']}" if "comment" in rating else line


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    """The members of flows as they were stored."""
    told: dict[str, Any] = {f"value_{kind}": value for kind, value in data.get("value", {}).items()}
    if "value_date" in told:
        told["value_date"] = render_moment(datetime.fromisoformat(told["value_date"]))
    told |= {name: data[name] for name in ("input_id", "next_input_id", "chat_image_type") if name in data}
    if "next_input" in data:
        told["next_input_fieldinfo"] = msgspec.convert(data["next_input"], wire.NextInput)
    for name, member in (("kb_results", "kb_search_results"), ("service_results", "services_search_results")):
        if name in data:
            told[member] = msgspec.convert(data[name], list[wire.SearchResult])
    return told


def _data_from_input(message: wire.MessageInput, caller: Caller) -> dict[str, Any]:
    """What a message carries, in our words. What only agents and flows say is ignored from visitors."""
    data: dict[str, Any] = {}
    values = {
        "int": message.value_int,
        "bool": message.value_bool,
        "date": None if message.value_date is None else _date(message.value_date),
        "multi": message.value_multi,
    }
    given = {kind: value for kind, value in values.items() if value is not None}
    if given:
        data["value"] = given
    if message.input_id:
        data["input_id"] = message.input_id
    if isinstance(caller, VisitorCaller):
        return data
    if message.next_input_id:
        data["next_input_id"] = message.next_input_id
    if message.next_input_fieldinfo is not None:
        data["next_input"] = msgspec.to_builtins(message.next_input_fieldinfo)
    if message.chat_image_type is not None:
        data["chat_image_type"] = message.chat_image_type
    if message.kb_search_results:
        data["kb_results"] = msgspec.to_builtins(message.kb_search_results)
    if message.services_search_results:
        data["service_results"] = msgspec.to_builtins(message.services_search_results)
    return data


def _date(at: datetime) -> str:
    """The date as values hold it. BadRequest for a first or last day that is none in UTC."""
    try:
        return render_date(at)
    except OverflowError:
        raise BadRequest("That date is too far away.", field="value_date") from None
