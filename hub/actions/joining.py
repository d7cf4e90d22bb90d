"""How an agent comes into a chat: by accepting one that waits or is handed over, or beside those who are in it; and out of it."""

from typing import Any

from hub.domain.chat import Chat, Offer, States
from hub.domain.event import Append, Change, Guard, Join
from hub.domain.identity import AgentCaller
from hub.domain.profile import Rules, TicketMoment, require_may_answer, shown_name


def accept_append(agent: AgentCaller, chat: Chat, cid: str) -> Append:
    """The `agent_joined` event by which the agent comes to hold a waiting chat, unless it is offered to somebody else.

    Forbidden when the agent's role may not.
    """
    require_may_answer(chat.rules.access, agent)
    own_offer_seq = chat.offer.seq if chat.offer is not None and chat.offer.is_for(agent) else 0
    name = shown_name(chat.rules.naming, agent.name, chat.profile_name)
    return Append(
        agent.tenant_id,
        chat.id,
        "public",
        "agent_joined",
        "agent",
        agent.id,
        cid,
        data={"name": name, "state": "active"},
        guard=Guard(states=States.QUEUED, offer_seq=own_offer_seq),
        change=Change(
            state="active",
            holder_id=agent.id,
            join=Join(agent.id, "agent", name),
            ticket=ticket_due(chat.rules, "join", chat.visitor_name),
        ),
    )


def hand_over_appends(agent: AgentCaller, chat: Chat, cid: str, guard: Guard) -> list[Append]:
    """The events by which the agent comes to hold an active chat, and whoever holds it now leaves. Forbidden as above.

    `guard` says what must be true for it.
    """
    require_may_answer(chat.rules.access, agent)
    name = shown_name(chat.rules.naming, agent.name, chat.profile_name)
    team_id = None if chat.offer is None or chat.offer.team is None else chat.offer.team.id
    joined = Append(
        agent.tenant_id,
        chat.id,
        "public",
        "agent_joined",
        "agent",
        agent.id,
        cid,
        data={"name": name, "holds": True},
        guard=guard,
        change=Change(
            holder_id=agent.id,
            join=Join(agent.id, "agent", name),
            details=None if team_id is None else {"team_id": team_id},
        ),
    )
    return [joined, *_leaving(chat, chat.holder_id, f"{cid}.left")]


def come_in_append(agent: AgentCaller, chat: Chat, offer: Offer, cid: str) -> Append:
    """The `agent_joined` event by which an invited agent comes in beside the holder. Forbidden as above."""
    require_may_answer(chat.rules.access, agent)
    name = shown_name(chat.rules.naming, agent.name, chat.profile_name)
    return Append(
        agent.tenant_id,
        chat.id,
        "public",
        "agent_joined",
        "agent",
        agent.id,
        cid,
        data={"name": name},
        guard=Guard(states=States.ACTIVE, offer_seq=offer.seq),
        change=Change(join=Join(agent.id, "agent", name), ends_offer=True),
    )


def leave_append(chat: Chat, agent_id: int, cid: str, reason: str | None = None) -> Append:
    """The `agent_left` event of somebody who takes part; when they hold the chat, it goes back to the queue.

    One among colleagues is left whether it goes on or has ended.
    """
    holds = chat.state == "active" and chat.holder_id == agent_id
    data: dict[str, Any] = {"name": name_in(chat, agent_id)}
    if holds:
        data |= {"state": "queued"}
    if reason is not None:
        data |= {"reason": reason}
    return Append(
        chat.tenant_id,
        chat.id,
        "public",
        "agent_left",
        "agent",
        agent_id,
        cid,
        data=data,
        guard=Guard(
            states=None if chat.kind == "agents" else States.ACTIVE if holds else States.OPEN,
            participant_id=agent_id,
            holder_id=agent_id if holds else None,
            not_holder_id=None if holds else agent_id,
        ),
        change=Change(
            state="queued" if holds else None,
            releases=holds or None,
            leave_id=agent_id,
            passes_id=agent_id if holds else None,
        ),
    )


def name_in(chat: Chat, agent_id: int) -> str:
    """What visitors of the chat call an agent who takes part."""
    return next((person.name for person in chat.participants if person.id == agent_id), chat.profile_name)


def _leaving(chat: Chat, agent_id: int | None, cid: str) -> list[Append]:
    """The `agent_left` of whoever held the chat until just now; nothing when nobody did."""
    if agent_id is None or any(person.id == agent_id and person.left for person in chat.participants):
        return []
    return [
        Append(
            chat.tenant_id,
            chat.id,
            "public",
            "agent_left",
            "agent",
            agent_id,
            cid,
            data={"name": name_in(chat, agent_id)},
            guard=Guard(not_holder_id=agent_id),
            change=Change(leave_id=agent_id),
        )
    ]


def joins_before(item: Append, agent: AgentCaller, chat: Chat) -> list[Append]:
    """What has to happen before the agent can say `item` in the chat: nothing, an acceptance, or coming in beside the holder."""
    if any(person.id == agent.id and not person.left for person in chat.participants):
        return []
    cid = f"{item.cid}.join"
    if chat.state == "queued":
        return [accept_append(agent, chat, cid)]
    require_may_answer(chat.rules.access, agent)
    name = shown_name(chat.rules.naming, agent.name, chat.profile_name)
    return [
        Append(
            agent.tenant_id,
            chat.id,
            "public",
            "agent_joined",
            "agent",
            agent.id,
            cid,
            data={"name": name},
            guard=Guard(states=States.FLOW | States.ACTIVE),
            change=Change(join=Join(agent.id, "agent", name)),
        )
    ]


def ticket_due(rules: Rules, moment: TicketMoment, visitor_name: str) -> dict[str, Any] | None:
    """The ticket a profile wants logged at this moment of a chat; None when it wants none."""
    ticketing = rules.ticketing
    if ticketing.moment != moment:
        return None
    ticket = {
        "summary": f"Chat with {visitor_name}",
        "type_id": ticketing.type_id,
        "clientsite_id": ticketing.clientsite_id,
    }
    return {name: value for name, value in ticket.items() if value is not None}
