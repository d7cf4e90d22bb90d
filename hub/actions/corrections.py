"""Better words for what was said, or none."""

from typing import Any

from hub.actions.messages import refusal_from_reason
from hub.actions.ports import Ports
from hub.domain.chat import Chat, require_may_see
from hub.domain.errors import Forbidden, NotFound
from hub.domain.event import Append, Appended, AppendRefused, Change, Event, Guard
from hub.domain.identity import AgentCaller
from hub.domain.profile import shown_name
from hub.domain.text import MAX_AGENT_TEXT_CHARS, require_text
from hub.domain.tombstone import tombstone_for


async def edit_message(
    ports: Ports,
    agent: AgentCaller,
    chat: Chat,
    message: Event,
    text: str,
    cid: str,
    data: dict[str, Any] | None = None,
) -> Appended:
    """The `message_edited` event, which replaces the text of what an agent or a bot has said. What was said first stays stored.
    Among colleagues everybody changes their own words alone.

    Raises Forbidden (a visitor's words are the visitor's), NotFound (it was deleted), the text errors, ChatNotFound,
    NotParticipant, StorageUnavailable.
    """
    if message.side not in ("agent", "bot"):
        raise Forbidden("What visitors say is not changed.")
    if chat.kind == "agents" and message.actor_id != agent.id:
        raise Forbidden("This is somebody else’s message.")
    return await _replace_words(
        ports, agent, chat, message, require_text(text, MAX_AGENT_TEXT_CHARS), cid, data or {}
    )


async def edit_own_message(
    ports: Ports, agent: AgentCaller, chat_id: int, seq: int, text: str, cid: str
) -> Appended:
    """As `edit_message`, for what the agent has said themselves. Raises Forbidden for all else."""
    chat, message = await _find_own_message(ports, agent, chat_id, seq)
    return await edit_message(ports, agent, chat, message, text, cid)


async def delete_message(ports: Ports, agent: AgentCaller, chat_id: int, seq: int, cid: str) -> Appended:
    """The event by which words of the hub stand instead of the agent's own message, and its files are shown no more.

    It is the last word about the message. What was said first stays stored, for the trace. Raises as `edit_own_message` does.
    """
    chat, message = await _find_own_message(ports, agent, chat_id, seq)
    text = tombstone_for(chat.language)
    return await _replace_words(ports, agent, chat, message, text, cid, {"deleted": True})


async def _find_own_message(ports: Ports, agent: AgentCaller, chat_id: int, seq: int) -> tuple[Chat, Event]:
    chat = require_may_see(agent, await ports.chats.find_chat(agent.tenant_id, chat_id))
    found = await ports.events.list_after(agent.tenant_id, chat_id, "public", seq - 1, 1)
    if not found or found[0].kind != "message_posted":
        raise NotFound("There is no such message.", field="seq")
    message = found[0]
    if message.side != "agent" or message.actor_id != agent.id:
        raise Forbidden("This is somebody else’s message.")
    return chat, message


async def _replace_words(
    ports: Ports,
    agent: AgentCaller,
    chat: Chat,
    message: Event,
    text: str,
    cid: str,
    data: dict[str, Any],
) -> Appended:
    for edit in await ports.events.list_edits(agent.tenant_id, message.chat_id, [message.seq]):
        is_repeat = (edit.actor_id, edit.cid) == (agent.id, cid)
        if (edit.data or {}).get("deleted") and not is_repeat:
            raise NotFound("The message was deleted.", field="seq")
    item = Append(
        agent.tenant_id,
        message.chat_id,
        "public",
        "message_edited",
        "agent",
        agent.id,
        cid,
        text=text,
        data={
            **data,
            "seq": message.seq,
            "id": message.id,
            "name": shown_name(chat.rules.naming, agent.name, chat.profile_name),
        },
        guard=Guard(participant_id=agent.id),
        change=Change(edits=message.seq),
    )
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        raise refusal_from_reason(refused, agent) from refused
    ports.bell.ring_event(appended.event)
    return appended
