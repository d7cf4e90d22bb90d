"""Who holds a chat: accepting, picking the next one, leaving, taking over, opening again. Of several at once exactly one wins."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hub.actions.joining import accept_append, come_in_append, hand_over_appends, leave_append
from hub.actions.messages import refusal_from_reason
from hub.actions.ports import Ports
from hub.domain.chat import Chat, States, require_may_see, require_visitors
from hub.domain.errors import (
    AlreadyTaken,
    ChatEnded,
    Conflict,
    Forbidden,
    HeldOut,
    HubError,
    NothingWaits,
    NotParticipant,
)
from hub.domain.event import Append, Appended, AppendRefused, Change, Guard, Join
from hub.domain.identity import AgentCaller
from hub.domain.person import require_supervisor
from hub.domain.profile import require_may_answer, shown_name

MAX_TRIES = (
    3  # What a header says may be old by the time of the commit; three times in a row it is not chance.
)
MAX_CANDIDATES = 20  # Of the waiting chats; who loses the race for all of them has many busy colleagues.

FINAL = ("missing", "other_open", "reused")  # No other header changes these.

Decide = Callable[[Chat], Sequence[Append]]


async def accept_chat(ports: Ports, agent: AgentCaller, chat_id: int, cid: str) -> Appended:
    """The `agent_joined` event: the agent holds the chat now, or takes part in it when they were only invited.

    It must be in the queue, or be offered to the agent or their team; then whoever held it has left. Raises AlreadyTaken,
    HeldOut (it is offered to somebody else), ChatEnded, ChatNotFound, Forbidden (the agent's role may not), StorageUnavailable.
    """

    def decide(chat: Chat) -> Sequence[Append]:
        offer = chat.offer
        if chat.state != "active" or offer is None or not offer.is_for(agent):
            return [
                accept_append(agent, chat, cid)
            ]  # Of one that does not wait only a repeat is let through.
        if offer.kind == "invite":
            return [come_in_append(agent, chat, offer, cid)]
        guard = Guard(states=States.ACTIVE, holder_id=chat.holder_id, offer_seq=offer.seq)
        return hand_over_appends(agent, chat, cid, guard)

    return await append_decided(ports, agent, chat_id, decide)


async def accept_next(ports: Ports, agent: AgentCaller, cid: str) -> Appended:
    """The `agent_joined` event of the chat that waited longest among those the agent may take; it is theirs now.

    Chats of the agent's own teams and of none; a repeat of the cid gets the first answer. Raises NothingWaits, StorageUnavailable.
    """
    repeated = await ports.routing.find_acceptance(agent.tenant_id, agent.id, cid)
    if repeated is not None:
        return Appended(repeated, duplicate=True)
    for chat_id in await ports.routing.list_waiting(agent, MAX_CANDIDATES):
        try:
            return await accept_chat(ports, agent, chat_id, cid)
        except (AlreadyTaken, HeldOut, ChatEnded, Forbidden):
            continue  # Somebody was faster.
    raise NothingWaits


async def leave_chat(ports: Ports, agent: AgentCaller, chat_id: int, cid: str) -> Appended:
    """The `agent_left` event. A chat whose holder leaves goes back to the queue; one among colleagues is gone for who leaves it.

    Raises NotParticipant, ChatEnded, ChatNotFound, Forbidden (a chat of two is not left), StorageUnavailable.
    """

    def decide(chat: Chat) -> Sequence[Append]:
        _require_no_pair(chat)
        return [leave_append(chat, agent.id, cid)]

    return await append_decided(ports, agent, chat_id, decide, among_colleagues=True)


async def remove_agent(ports: Ports, agent: AgentCaller, chat_id: int, removed_id: int, cid: str) -> Appended:
    """The `agent_left` event of a colleague whom the chat's holder, or among colleagues whoever began it, sends out of it.

    Raises Forbidden (only they may; nobody sends themselves), NotParticipant (there is no such colleague in the chat),
    ChatEnded, ChatNotFound, StorageUnavailable.
    """
    if removed_id == agent.id:
        raise Forbidden("To go yourself, leave the chat.")

    def decide(chat: Chat) -> Sequence[Append]:
        _require_no_pair(chat)
        if chat.kind == "agents" and chat.starter_id != agent.id:
            raise Forbidden("Only who began the chat sends others out of it.")
        if chat.kind == "visitor" and chat.state != "ended" and chat.holder_id != agent.id:
            raise Forbidden("Only who holds the chat sends others out of it.")
        if not any(person.id == removed_id and person.side == "agent" for person in chat.participants):
            raise NotParticipant
        item = leave_append(chat, removed_id, cid)
        guard = replace(item.guard, holder_id=agent.id, not_holder_id=None)
        if chat.kind == "agents":
            guard = item.guard
        return [replace(item, data={**(item.data or {}), "by": agent.id}, guard=guard)]

    return await append_decided(ports, agent, chat_id, decide, among_colleagues=True)


async def take_over_chat(ports: Ports, agent: AgentCaller, chat_id: int, cid: str) -> Appended:
    """The `agent_joined` event: a supervisor holds the chat now, and whoever held it has left. Offers end.

    Raises Forbidden (supervisors are administrators), Conflict (it is theirs already), ChatEnded, ChatNotFound,
    StorageUnavailable.
    """
    require_supervisor(agent)

    def decide(chat: Chat) -> Sequence[Append]:
        if chat.state == "active" and chat.holder_id != agent.id:
            guard = Guard(states=States.ACTIVE, holder_id=chat.holder_id)
            return hand_over_appends(agent, chat, cid, guard)
        accepted = accept_append(
            agent, chat, cid
        )  # Of one that is theirs already only a repeat is let through.
        return [replace(accepted, guard=replace(accepted.guard, offer_seq=None))]

    return await append_decided(ports, agent, chat_id, decide)


async def reopen_chat(ports: Ports, agent: AgentCaller, chat_id: int, cid: str) -> Appended:
    """The `chat_reopened` event: an ended chat goes on, and the agent holds it, unless it is among colleagues.

    Raises Conflict (it has not ended), OtherChatOpen (the visitor, or the other one of two, has begun another one), Forbidden, ChatNotFound,
    StorageUnavailable.
    """
    chat = require_may_see(agent, await ports.chats.find_chat(agent.tenant_id, chat_id))
    require_may_answer(chat.rules.access, agent)
    name = shown_name(chat.rules.naming, agent.name, chat.profile_name)
    holds = Change(state="active", holder_id=agent.id, join=Join(agent.id, "agent", name))
    item = Append(
        agent.tenant_id,
        chat.id,
        "public",
        "chat_reopened",
        "agent",
        agent.id,
        cid,
        data={"name": name, "state": "active"},
        guard=Guard(states=States.ENDED),
        change=holds if chat.kind == "visitor" else Change(state="active"),
    )
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        if refused.reason == "state":
            raise Conflict("This chat has not ended.") from refused
        raise refusal_from_reason(refused, agent) from refused
    ports.bell.ring_event(appended.event)
    return appended


async def append_decided(
    ports: Ports, agent: AgentCaller, chat_id: int, decide: Decide, *, among_colleagues: bool = False
) -> Appended:
    """The first of the events `decide` makes of the chat's header, all of them stored in one transaction.

    Of a visitor's chat; `among_colleagues` when it may be one of these as well, else they are refused with Forbidden.
    What the header says is guarded; when it was out of date by then, it is read and decided anew.
    """
    for number in range(MAX_TRIES):
        require = require_may_see if among_colleagues else require_visitors
        chat = require(agent, await ports.chats.find_chat(agent.tenant_id, chat_id))
        try:
            appended = await ports.events.append_all(decide(chat))
        except AppendRefused as refused:
            if number == MAX_TRIES - 1 or refused.reason in FINAL:
                raise _refusal(agent, chat, refused) from refused
            continue
        for one in appended:
            if (
                not one.duplicate
            ):  # A repeat was decided by another header: only the store knows what was told then.
                ports.bell.ring_event(one.event)
        return appended[0]
    raise AssertionError("unreachable")


def _require_no_pair(chat: Chat) -> None:
    if chat.is_pair:
        raise Forbidden("A chat of two is ended, not left.")


def _refusal(agent: AgentCaller, chat: Chat, refused: AppendRefused) -> HubError:
    """What a failed guard means, by the header it was decided with."""
    if refused.reason == "state":
        return ChatEnded() if chat.state == "ended" else AlreadyTaken()
    if refused.reason == "offer" and chat.offer is not None:
        return HeldOut(f"This chat is just being offered to {chat.offer.addressee}.")
    return refusal_from_reason(refused, agent)
