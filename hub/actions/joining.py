"""How an agent comes into a chat: by accepting one that waits, or beside those who are in it."""

from typing import Any

from hub.domain.chat import Chat, States
from hub.domain.event import Append, Change, Guard, Join
from hub.domain.identity import AgentCaller
from hub.domain.profile import Rules, TicketMoment, require_may_answer, shown_name


def accept_append(agent: AgentCaller, chat: Chat, cid: str) -> Append:
    """The `agent_joined` event by which the agent comes to hold a waiting chat. Forbidden when the agent's role may not."""
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
        data={"name": name, "state": "active"},
        guard=Guard(states=States.QUEUED),
        change=Change(
            state="active",
            holder_id=agent.id,
            join=Join(agent.id, "agent", name),
            ticket=ticket_due(chat.rules, "join", chat.visitor_name),
        ),
    )


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
