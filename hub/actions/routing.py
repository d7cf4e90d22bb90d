"""What the hub does with chats by itself, so that none is stranded: offers them, takes them back, releases and puts them off.

All of it may run in several processes at once, and again after a crash: each event has one cid wherever it is made.
"""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from hub.actions.joining import leave_append, ticket_due
from hub.actions.offers import end_offer_append, offer_append
from hub.actions.ports import Ports
from hub.actions.routing_ports import Move, MoveKind
from hub.domain.chat import Chat, Named, Offer, States
from hub.domain.event import Append, AppendRefused, Change, Guard
from hub.domain.identity import SYSTEM_ID
from hub.domain.moment import ms_from_datetime
from hub.domain.routing import plan_offers

OF_HERE: frozenset[MoveKind] = frozenset({"offer_over", "overdue"})
OF_GONE: frozenset[MoveKind] = frozenset({"gone", "abandoned"})


async def move_chats(ports: Ports, tenant_id: int, moves: Sequence[Move], *, releases: bool) -> None:
    """Does what is to be done with the tenant's chats, unless another process is at it.

    `releases`: whether chats of people who are gone are released, or ended; a hub that was away itself must take nobody for gone.
    Raises StorageUnavailable.
    """
    async with ports.routing.take_turn(tenant_id) as turn:
        if turn is None:
            return
        kinds = OF_HERE | OF_GONE if releases else OF_HERE
        wanted = [move for move in moves if move.kind in kinds]
        chats = {
            chat.id: chat
            for chat in await ports.chats.list_chats(tenant_id, [move.chat_id for move in wanted])
        }
        items = [_append_from_move(chats[move.chat_id], move) for move in wanted if move.chat_id in chats]
        await asyncio.gather(*(_append(ports, item) for item in items if item is not None))
        waiting = await turn.list_waiting() if any(move.kind == "route" for move in moves) else ()
        if not waiting:
            return
        for match in plan_offers(waiting, await turn.list_candidates(), ports.clock.now()):
            [chat] = await ports.chats.list_chats(tenant_id, [match.chat.id])
            to = Named(match.agent.caller.id, match.agent.caller.name)
            offer = Offer(0, "route", ports.clock.now(), to=to)
            guard = Guard(states=States.QUEUED, offer_seq=0)
            item = offer_append(chat, offer, match.chat.offer_for_s, guard, "system", SYSTEM_ID, str(uuid4()))
            if await _append(ports, item):
                await turn.note_offered(to.id)


def _append_from_move(chat: Chat, move: Move) -> Append | None:
    match move.kind:
        case "offer_over" if chat.offer is not None:
            return _offer_over(chat, chat.offer)
        case "gone" if move.agent_id is not None and move.agent_id == chat.holder_id:
            since = ms_from_datetime(chat.accepted_at or chat.started_at)
            return leave_append(chat, move.agent_id, f"gone-{since}", "gone")
        case "overdue":
            return _put_off(chat)
        case "abandoned":
            return _abandon(chat)
    return None


def _offer_over(chat: Chat, offer: Offer) -> Append:
    """Nobody has answered: a waiting chat goes on to the next, one that was to be handed over stays with its holder."""
    passes_id = offer.to.id if offer.kind == "route" and offer.to is not None else None
    cid = f"offer-over-{offer.seq}"
    return end_offer_append(chat, offer.seq, "system", SYSTEM_ID, cid, "unanswered", passes_id)


def _put_off(chat: Chat) -> Append:
    """The `chat_put_off` event: it waits on as a message that was left, and its visitor is told not to sit there."""
    return Append(
        chat.tenant_id,
        chat.id,
        "public",
        "chat_put_off",
        "system",
        SYSTEM_ID,
        f"put-off-{_since(chat)}",
        guard=Guard(states=States.QUEUED, offer_seq=0),
        change=Change(puts_off=True),
    )


def _abandon(chat: Chat) -> Append:
    return Append(
        chat.tenant_id,
        chat.id,
        "public",
        "chat_ended",
        "system",
        SYSTEM_ID,
        f"abandoned-{_since(chat)}",
        data={"reason": "abandoned"},
        guard=Guard(states=States.QUEUED),
        change=Change(state="ended", ticket=ticket_due(chat.rules, "end", chat.visitor_name)),
    )


def _since(chat: Chat) -> int:
    return ms_from_datetime(chat.queued_at or chat.started_at)


async def _append(ports: Ports, item: Append) -> bool:
    """Whether it was stored now; what somebody has done meanwhile stands."""
    try:
        appended = await ports.events.append(item)
    except AppendRefused:
        return False
    if not appended.duplicate:
        ports.bell.ring_event(appended.event)
    return not appended.duplicate
