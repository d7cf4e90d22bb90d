"""What can be done with chats among agents: start one, add colleagues. The rest is done as in every chat, by those who take part."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.actions.messages import refusal_from_reason
from hub.actions.ports import Ports
from hub.domain.chat import Chat, Named, States, require_may_see
from hub.domain.colleagues import MAX_COLLEAGUES, clean_colleagues, require_colleagues
from hub.domain.errors import BadRequest, CidReused, Forbidden
from hub.domain.event import Append, AppendRefused, Change, Guard, Join
from hub.domain.identity import AgentCaller
from hub.domain.text import clean_name, require_storable

MAX_TRIES = 3  # Somebody else added one of them at the same moment.


@dataclass(frozen=True, slots=True)
class ColleagueStart:
    """The chat, and whether this call made it."""

    chat: Chat
    created: bool


async def start_colleagues(
    ports: Ports, agent: AgentCaller, ids: Sequence[int], name: str | None, cid: str
) -> ColleagueStart:
    """The chat of the agent with these colleagues. Two have one open chat, whoever starts it and how often; of more it is a new one,
    with this name if it has one. Safe to repeat.

    Raises BadRequest (field `agents`: nobody, too many, or no agent in force), CidReused, TextInvalid, ChatNotFound (a repeat by
    somebody who has left it), StorageUnavailable.
    """
    others = clean_colleagues(agent.id, ids)
    known = await ports.colleagues.list_names(agent.tenant_id, others)
    require_colleagues(others, known)
    people = [Named(agent.id, agent.name), *(Named(one, known[one]) for one in others)]
    shown = clean_name(require_storable(name, "name")) if name and len(others) > 1 else ""
    started = await ports.colleagues.start(agent.tenant_id, agent.id, people, shown or None, cid)
    if started.reused:
        raise CidReused
    chat = require_may_see(agent, await ports.chats.find_chat(agent.tenant_id, started.chat_id))
    if started.created:
        for event in await ports.events.list_after(agent.tenant_id, chat.id, "public", 0, 1):
            ports.bell.ring_event(event)
    return ColleagueStart(chat, started.created)


async def add_colleagues(
    ports: Ports, agent: AgentCaller, chat_id: int, ids: Sequence[int], cid: str
) -> list[int]:
    """Who takes part from now on besides those who did; they can read what was said before. Safe to repeat.

    Raises Forbidden (what two have said stays between them; visitors' chats have invitations), BadRequest as above, ChatEnded,
    ChatNotFound, StorageUnavailable.
    """
    others = clean_colleagues(agent.id, ids)
    known = await ports.colleagues.list_names(agent.tenant_id, others)
    require_colleagues(others, known)
    for number in range(MAX_TRIES):
        chat = require_may_see(agent, await ports.chats.find_chat(agent.tenant_id, chat_id))
        items = _add_appends(agent, chat, {one: known[one] for one in others}, cid)
        try:
            appended = await ports.events.append_all(items) if items else []
        except AppendRefused as refused:
            if refused.reason == "kind" and number < MAX_TRIES - 1:
                continue
            raise refusal_from_reason(refused, agent) from refused
        for one in appended:
            ports.bell.ring_event(one.event)
        return [one.event.actor_id for one in appended]
    raise AssertionError("unreachable")


def _add_appends(agent: AgentCaller, chat: Chat, names: dict[int, str], cid: str) -> list[Append]:
    if chat.kind != "agents":
        raise Forbidden("Colleagues are invited into a visitor’s chat.")
    if chat.is_pair:
        raise Forbidden("What two have said stays between them; start a chat with all of you.")
    new = {agent_id: name for agent_id, name in names.items() if agent_id not in chat.present_ids}
    if len(chat.present_ids) + len(new) > MAX_COLLEAGUES:
        raise BadRequest(f"At most {MAX_COLLEAGUES} agents are in one chat.", field="agents")
    return [
        Append(
            agent.tenant_id,
            chat.id,
            "public",
            "agent_joined",
            "agent",
            agent_id,
            f"{cid}.{agent_id}",
            data={"name": name, "by": agent.id},
            guard=Guard(states=States.ACTIVE, participant_id=agent.id),
            change=Change(join=Join(agent_id, "agent", name)),
        )
        for agent_id, name in new.items()
    ]
