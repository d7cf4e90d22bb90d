"""Holding out a chat to somebody else: handing it over, inviting a colleague, and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from hub.actions.holding import append_decided
from hub.actions.messages import refusal_from_reason
from hub.actions.ports import Ports
from hub.domain.availability import PresentAgent
from hub.domain.chat import Chat, Named, Offer, OfferKind, States, require_visitors
from hub.domain.desk import in_order_of
from hub.domain.errors import BadRequest, ChatEnded, Forbidden, HeldOut, NobodyThere, OfferGone
from hub.domain.event import Append, Appended, AppendRefused, Change, Guard
from hub.domain.identity import AgentCaller, Side
from hub.domain.profile import may_answer, may_see_profile
from hub.domain.text import require_text

NO_OFFER = -1  # No offer has this seq: only a repeat is let through.
MAX_NOTE_CHARS = 1_000
OFFER_FOR_S = 60  # Long enough to come back from the next room.


async def transfer_chat(
    ports: Ports,
    agent: AgentCaller,
    chat_id: int,
    cid: str,
    *,
    to_id: int | None = None,
    team_id: int | None = None,
    note: str | None = None,
) -> Appended:
    """The `chat_offered` event: the agent's chat is held out to another agent, or to a team, who may take it over.

    Until somebody does it stays the agent's; it is theirs again when nobody does in time. Raises what `_require_addressee` does,
    NotParticipant (they do not hold it), HeldOut (it is offered already), ChatEnded, ChatNotFound, the text errors,
    StorageUnavailable.
    """
    chat = require_visitors(agent, await ports.chats.find_chat(agent.tenant_id, chat_id))
    addressee = await _require_addressee(ports, agent, chat, to_id, team_id)
    guard = Guard(states=States.ACTIVE, participant_id=agent.id, holder_id=agent.id, offer_seq=0)
    return await _offer(ports, agent, chat, "transfer", addressee, note, guard, cid)


async def invite_agent(
    ports: Ports, agent: AgentCaller, chat_id: int, cid: str, to_id: int, note: str | None = None
) -> Appended:
    """The `chat_offered` event: another agent may come in beside those who take part. Raises as `transfer_chat` does."""
    chat = require_visitors(agent, await ports.chats.find_chat(agent.tenant_id, chat_id))
    addressee = await _require_addressee(ports, agent, chat, to_id, None)
    guard = Guard(states=States.ACTIVE, participant_id=agent.id, offer_seq=0)
    return await _offer(ports, agent, chat, "invite", addressee, note, guard, cid)


async def decline_offer(ports: Ports, agent: AgentCaller, chat_id: int, cid: str) -> Appended:
    """The `offer_ended` event: the agent does not take what was offered to them, or takes back what they have offered.

    Raises OfferGone, Forbidden (it is offered to a whole team, or is none of theirs), ChatNotFound, StorageUnavailable.
    """

    def decide(chat: Chat) -> Sequence[Append]:
        offer = chat.offer
        is_mine = offer is not None and offer.to is not None and offer.to.id == agent.id
        is_from_me = offer is not None and offer.sender is not None and offer.sender.id == agent.id
        if offer is not None and not is_mine and not is_from_me:
            raise Forbidden("Only who offered a chat, or to whom it is offered, ends the offer.")
        reason = "withdrawn" if is_from_me else "declined"
        passes_id = agent.id if offer is not None and offer.kind == "route" else None
        seq = NO_OFFER if offer is None else offer.seq
        return [end_offer_append(chat, seq, "agent", agent.id, cid, reason, passes_id)]

    try:
        return await append_decided(ports, agent, chat_id, decide)
    except (HeldOut, ChatEnded) as refused:
        raise OfferGone from refused


def end_offer_append(
    chat: Chat, seq: int, side: Side, actor_id: int, cid: str, reason: str, passes_id: int | None
) -> Append:
    """The `offer_ended` event of the offer with this seq. `passes_id` is who has let the waiting chat pass by."""
    return Append(
        chat.tenant_id,
        chat.id,
        "staff",
        "offer_ended",
        side,
        actor_id,
        cid,
        data={"reason": reason, **({} if chat.offer is None else data_from_offer(chat.offer))},
        guard=Guard(offer_seq=seq),
        change=Change(ends_offer=True, passes_id=passes_id),
    )


def data_from_offer(offer: Offer) -> dict[str, Any]:
    """Whom an offer is for and from, as events tell it."""
    people = {"to": offer.to, "team": offer.team, "sender": offer.sender}
    return {"kind": offer.kind} | {role: asdict(named) for role, named in people.items() if named is not None}


def offer_append(
    chat: Chat, offer: Offer, for_s: int, guard: Guard, side: Side, actor_id: int, cid: str
) -> Append:
    """The `chat_offered` event. `offer.seq` and `offer.until` are the store's to say."""
    told = data_from_offer(offer)
    return Append(
        chat.tenant_id,
        chat.id,
        "staff",
        "chat_offered",
        side,
        actor_id,
        cid,
        text=offer.note,
        data={**told, "for_s": for_s},
        guard=guard,
        change=Change(offer=told if offer.note is None else told | {"note": offer.note}, offer_for_s=for_s),
    )


async def _offer(
    ports: Ports,
    agent: AgentCaller,
    chat: Chat,
    kind: OfferKind,
    addressee: Mapping[str, Named],
    note: str | None,
    guard: Guard,
    cid: str,
) -> Appended:
    text = require_text(note, MAX_NOTE_CHARS) if note else None
    offer = Offer(0, kind, ports.clock.now(), sender=Named(agent.id, agent.name), note=text, **addressee)
    item = offer_append(chat, offer, OFFER_FOR_S, guard, "agent", agent.id, cid)
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        if refused.reason == "state":
            raise ChatEnded("Only a chat that somebody holds is handed over.") from refused
        raise refusal_from_reason(refused, agent) from refused
    ports.bell.ring_event(appended.event)
    return appended


async def _require_addressee(
    ports: Ports, agent: AgentCaller, chat: Chat, to_id: int | None, team_id: int | None
) -> dict[str, Named]:
    """The one agent or the one team, when somebody of them is here who may answer the chat.

    Raises BadRequest (not exactly one, or the agent themselves), NotFound (no such team), Forbidden (their role may not), NobodyThere.
    """
    if (to_id is None) == (team_id is None):
        raise BadRequest("Name one agent or one team.", field="agent")
    if to_id == agent.id:
        raise BadRequest("That is you.", field="agent")
    facts = await ports.availability.find_facts(agent.tenant_id)
    present = [one for one in facts.agents if one.readiness.status != "invisible"]
    if team_id is not None:
        [team] = in_order_of([team_id], await ports.desk.teams.list_teams(agent.tenant_id, [team_id]))
        if not any(_is_fit(one, chat) and team_id in one.caller.team_ids for one in present):
            raise NobodyThere(f"Nobody of {team.name} who could take this chat is there now.")
        return {"team": Named(team.id, team.name)}
    here = next((one for one in present if one.caller.id == to_id), None)
    if here is None:
        raise NobodyThere("That agent is not there now.")
    if not _is_fit(here, chat):
        raise Forbidden(f"{here.caller.name} may not take chats of this profile.")
    return {"to": Named(here.caller.id, here.caller.name)}


def _is_fit(agent: PresentAgent, chat: Chat) -> bool:
    access = chat.rules.access
    return may_see_profile(access, agent.caller) and may_answer(access, agent.caller)
