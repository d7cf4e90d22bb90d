"""What can be done with a chat as a whole: start, accept, end."""

from dataclasses import dataclass, replace
from math import ceil

from hub.actions.messages import refusal_from_reason
from hub.actions.ports import Ports
from hub.domain.chat import Chat, StartFacts, States, sender_side
from hub.domain.errors import AlreadyTaken, ChatEnded, ChatNotFound, Forbidden, HubError, TooMany
from hub.domain.event import Append, Appended, AppendRefused, Change, Guard, Join
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from hub.domain.profile import Profile, is_available
from hub.domain.text import clean_name, require_storable

# A minute. An address may be an office or a phone network; a profile may be on a page that is on television.
STARTS_OF_ADDRESS = 20
STARTS_OF_PROFILE = 600
MAX_FACT_CHARS = 2_000  # Longer addresses and titles are cut: they are shown, nothing depends on them.


@dataclass(frozen=True, slots=True)
class ChatStart:
    """The chat a visitor is in now, and whether this call made it. `caller` is the visitor, now with an id."""

    chat: Chat
    caller: VisitorCaller
    created: bool


async def start_chat(
    ports: Ports,
    visitor: VisitorCaller,
    profile: Profile,
    cid: str,
    facts: StartFacts,
    address: str | None = None,
) -> ChatStart:
    """The visitor's one open chat with the profile, made now or there already. Safe to repeat, also from a second tab.

    `address` is where the visitor calls from, as limits count it. Raises Forbidden when the entrance is closed, TooMany
    when an address or the whole profile starts too many, BadRequest for facts that cannot be stored, StorageUnavailable.
    """
    if not is_available(profile):
        raise Forbidden("This chat is closed just now.")
    facts = _clean_facts(facts)
    if address is not None:
        await _require_turn(ports, f"start:{profile.id}:{address}", STARTS_OF_ADDRESS)
        await _require_turn(ports, f"start:{profile.id}", STARTS_OF_PROFILE)
    name = facts.name or visitor.name
    started = await ports.chats.start_chat(profile, visitor.uuid, name, "queued", cid, facts)
    chat = await ports.chats.find_chat(profile.tenant_id, started.chat_id)
    if chat is None:
        raise ChatNotFound
    if started.created:
        for event in await ports.events.list_after(profile.tenant_id, chat.id, "public", 0, 1):
            ports.bell.ring_event(event)
    return ChatStart(chat, replace(visitor, id=started.visitor_id, name=chat.visitor_name), started.created)


async def accept_chat(ports: Ports, agent: AgentCaller, chat_id: int, cid: str) -> Appended:
    """The `agent_joined` event; the agent now holds the chat. Of several at once exactly one wins.

    Raises AlreadyTaken, ChatEnded, ChatNotFound, StorageUnavailable.
    """
    item = Append(
        agent.tenant_id,
        chat_id,
        "public",
        "agent_joined",
        "agent",
        agent.id,
        cid,
        data={"name": agent.name, "state": "active"},
        guard=Guard(states=States.QUEUED),
        change=Change(state="active", holder_id=agent.id, join=Join(agent.id, "agent", agent.name)),
    )
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        raise await _accept_refusal(ports, agent, chat_id, refused) from refused
    ports.bell.ring_event(appended.event)
    return appended


async def end_chat(ports: Ports, caller: Caller, chat_id: int, cid: str) -> Appended:
    """The `chat_ended` event. Visitors end their own chat, agents one they take part in.

    Raises ChatEnded, ChatNotFound, NotParticipant, StorageUnavailable.
    """
    if caller.id is None:
        raise ChatNotFound
    side = sender_side(caller)
    item = Append(
        caller.tenant_id,
        chat_id,
        "public",
        "chat_ended",
        side,
        caller.id,
        cid,
        data={"reason": side},
        guard=Guard(states=States.OPEN, participant_id=caller.id),
        change=Change(state="ended"),
    )
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        raise refusal_from_reason(refused, caller) from refused
    ports.bell.ring_event(appended.event)
    return appended


async def _require_turn(ports: Ports, key: str, per_minute: int) -> None:
    wait_s = await ports.limits.take(key, per_minute, per_minute)
    if wait_s > 0:
        raise TooMany("Too many chats are being started; wait a moment.", after_ms=ceil(wait_s * 1000))


async def _accept_refusal(ports: Ports, agent: AgentCaller, chat_id: int, refused: AppendRefused) -> HubError:
    if refused.reason != "state":
        return refusal_from_reason(refused, agent)
    chat = await ports.chats.find_chat(agent.tenant_id, chat_id)
    return ChatEnded() if chat is None or chat.state == "ended" else AlreadyTaken()


def _clean_facts(facts: StartFacts) -> StartFacts:
    def cut(text: str | None, field: str) -> str | None:
        return None if text is None else require_storable(text, field)[:MAX_FACT_CHARS]

    return StartFacts(
        page_url=cut(facts.page_url, "page_url"),
        page_title=cut(facts.page_title, "page_title"),
        referrer=cut(facts.referrer, "referrer"),
        language=cut(facts.language, "language"),
        time_zone=cut(facts.time_zone, "time_zone"),
        name=clean_name(require_storable(facts.name, "name")) or None if facts.name else None,
        email=cut(facts.email, "email"),
    )
