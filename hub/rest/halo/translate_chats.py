"""Chats in Halo's words."""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.chat import Chat, ChatOrder, Participant, Summary
from hub.domain.errors import BadRequest
from hub.domain.identity import Caller
from hub.rest.halo import wire_chats as wire
from hub.rest.halo.moment import render_moment

# What a list can be ordered by, in Halo's words.
ORDERS: dict[str, ChatOrder] = {
    "id": "id",
    "name": "name",
    "chatprofile_id": "profile",
    "user_id": "visitor",
    "agent_id": "holder",
    "team_id": "team",
    "ticket_id": "ticket",
    "lastupdatedate": "touched",
    "datetimequeued": "queued",
    "datetimeagentjoined": "accepted",
    "lastmessageid": "last_event",
    "closed": "ended",
    "assigned": "assigned",
}


def order_from_query(query: wire.ChatListQuery) -> list[tuple[ChatOrder, bool]]:
    """The keys with whether they descend. BadRequest names an `order` that is none."""
    order: list[tuple[ChatOrder, bool]] = []
    for number in ("", "2", "3", "4", "5"):
        word, descends = getattr(query, f"order{number}"), getattr(query, f"orderdesc{number}")
        if word is None:
            continue
        key = ORDERS.get(word.strip().lower())
        if key is None:
            known = ", ".join(ORDERS)
            raise BadRequest(f"A list of chats is ordered by one of {known}.", field=f"order{number}")
        order.append((key, bool(descends)))
    if not order and query.orderdesc is not None:
        return [("id", query.orderdesc)]
    return order


def chat_from_summary(
    summary: Summary,
    caller: Caller,
    messages: Sequence[wire.Message] | None = None,
) -> wire.Chat:
    """A LiveChatHeader as this caller sees it. Members whose capability is not there yet are null."""
    chat = summary.chat
    told = wire.Chat(
        id=chat.id,
        guid=str(chat.uuid),
        name=chat.name or _name_without(chat, caller),
        team_id=chat.team_id,
        isagentchat=chat.kind == "agents",
        closed=chat.state == "ended",
        assigned=chat.holder_id is not None,
        agent_id=chat.holder_id,
        user_id=_user_id(chat, chat.visitor_id),
        lastmessageid=chat.last_id,
        lastmessage=summary.last_text,
        lastupdatedate=render_moment(summary.touched_at),
        participant_count=sum(not person.left for person in chat.participants),
        ticket_id=chat.ticket_id,
        icon=chat.icon,
        chatprofile_id=profile_id_text(chat),
        chatprofile_name=chat.profile_name,
        livechat_started=chat.state != "flow",
        flow_step=None,
        teams_conversation_id=chat.teams_conversation_id,
        time_to_launch=summary.started_after_s,
        page_url=chat.page_url,
        user_chat_url=None,
        language_id=None,
        language=chat.language,
        ai_thread_id=None,
        virtual_agent_id=None,
        slack_app_id=None,
        slack_channel_id=None,
        slack_user_id=None,
        abandoned=chat.is_abandoned,
        last_wait_message_id=None,
        datecreated=render_moment(chat.started_at),
        datetimequeued=_maybe(chat.queued_at),
        datetimeagentjoined=_maybe(chat.accepted_at),
        dateclosed=_maybe(chat.ended_at),
        queue_time=_queue_time_s(chat),
        feedback_submitted=summary.is_rated,
        unread_count=summary.count_unread(caller),
        participants=[_participant(chat, person) for person in chat.participants],
    )
    if messages is not None:
        told.messages = list(messages)
    return told


def profile_id_text(chat: Chat) -> str:
    """The profile's id as Halo writes it; empty among agents, where there is none."""
    return "" if chat.profile_id is None else str(chat.profile_id)


def sender_ids(chat: Chat, actor_id: int) -> tuple[int | None, int | None, str | None]:
    """Agent, user, unknown: exactly one of them names who did something in a chat, or none (the hub itself)."""
    if actor_id == chat.visitor_id:
        user_id = _user_id(chat, actor_id)
        return None, user_id, str(chat.visitor_uuid) if user_id is None else None
    return (actor_id, None, None) if actor_id else (None, None, None)


def _name_without(chat: Chat, caller: Caller) -> str:
    """What a chat goes by that nobody has named: its visitor, or the others in it."""
    others = (person.name for person in chat.participants if person.id != caller.id and not person.left)
    return chat.visitor_name if chat.kind == "visitor" else ", ".join(others)


def _user_id(chat: Chat, identity_id: int | None) -> int | None:
    """Visitors who are users of the tenant have a number in Halo; the others are unknown."""
    return identity_id if chat.visitor_kind == "user" else None


def _participant(chat: Chat, person: Participant) -> wire.ChatParticipant:
    agent_id, user_id, unknown_id = sender_ids(chat, person.id)
    return wire.ChatParticipant(
        id=person.id,
        agent_id=agent_id,
        user_id=user_id,
        unknown_id=unknown_id,
        name=person.name,
        has_left=person.left,
        last_read_date=_maybe(person.read_at),
    )


def _queue_time_s(chat: Chat) -> float | None:
    """How long the visitor waited; None while they wait or when they never did."""
    until = chat.accepted_at or chat.ended_at
    if chat.queued_at is None or until is None:
        return None
    return round((until - chat.queued_at).total_seconds(), 3)


def _maybe(at: datetime | None) -> str | None:
    return None if at is None else render_moment(at)
