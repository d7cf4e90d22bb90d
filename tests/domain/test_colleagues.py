"""Chats among agents by their rules alone: for whom they are there, and how events change their header."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from hub.domain.chat import Chat, Participant, chat_after, may_see, require_visitors
from hub.domain.colleagues import MAX_COLLEAGUES, clean_colleagues, require_colleagues
from hub.domain.errors import BadRequest, ChatNotFound, Forbidden
from hub.domain.event import Event, EventKind
from hub.domain.identity import AgentCaller, VisitorCaller
from tests.doubles.samples import SAMPLE_CHAT, at

MARTA = AgentCaller(1, 5, "Marta Lindqvist", "marta@shop.example", is_admin=True)
JONAS = AgentCaller(1, 6, "Jonas Okafor", "jonas@shop.example")
TALK = Chat(
    tenant_id=1, id=23, uuid=UUID(int=23), profile_id=None, profile_name="", state="active", visitor_id=None, visitor_name="",
    holder_id=None, head=1, staff_head=0, participants=(Participant(6, "agent", JONAS.name), Participant(7, "agent", "Ines", left=True)),
    started_at=at(1795250300000), queued_at=None, accepted_at=None, ended_at=None, kind="agents", starter_id=6,
)  # fmt: skip


def event(kind: EventKind, actor_id: int, seq: int = 2, **data: Any) -> Event:
    moment = at(1795250400000)
    return Event(
        1, 23, "public", seq, 900 + seq, UUID(int=seq), kind, "agent", actor_id, "c", moment, data=data
    )


def test_it_is_there_for_who_takes_part_and_for_nobody_else() -> None:
    visitor = VisitorCaller(1, 3, UUID(int=1), None, "Ada")
    assert may_see(JONAS, TALK)
    for other in (
        MARTA,
        replace(JONAS, id=7),
        replace(JONAS, tenant_id=2),
        replace(JONAS, page_profile_id=3),
        visitor,
        replace(visitor, id=6),
    ):
        assert not may_see(other, TALK), other
        with pytest.raises(ChatNotFound):
            require_visitors(other, TALK)
    with pytest.raises(Forbidden):
        require_visitors(JONAS, TALK)
    assert require_visitors(MARTA, SAMPLE_CHAT) is SAMPLE_CHAT


def test_who_comes_in_has_read_what_was_said_and_nobody_comes_to_hold_it() -> None:
    came = chat_after(TALK, event("agent_joined", 5, name="Marta Lindqvist", by=6))
    assert came.present_ids == {5, 6}
    assert next(person for person in came.participants if person.id == 5).read_seq == 2
    assert may_see(MARTA, came)
    assert not may_see(MARTA, chat_after(came, event("agent_left", 5, 3, name="Marta Lindqvist")))
    ended = chat_after(came, event("chat_ended", 5, 3))
    again = chat_after(ended, event("chat_reopened", 5, 4, name="Marta Lindqvist", state="active"))
    assert (ended.state, ended.is_abandoned) == ("ended", False)
    assert (again.state, again.holder_id, again.ended_at) == ("active", None, None)


def test_each_is_named_once_and_oneself_is_no_colleague() -> None:
    assert clean_colleagues(5, [6, 5, 7, 6]) == [6, 7]
    assert len(clean_colleagues(5, range(100, 99 + MAX_COLLEAGUES))) == MAX_COLLEAGUES - 1
    for ids in ([], [5], range(100, 100 + MAX_COLLEAGUES)):
        with pytest.raises(BadRequest) as refused:
            clean_colleagues(5, ids)
        assert refused.value.field == "agents"
    require_colleagues([6], [6, 7])
    with pytest.raises(BadRequest):
        require_colleagues([6, 8], [6, 7])
