"""A chat's header: who sees it, and how events change it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.chat import (
    Chat,
    Participant,
    chat_after,
    chat_read,
    may_see,
    require_may_see,
)
from hub.domain.errors import ChatNotFound
from hub.domain.event import Event, EventKind
from hub.domain.identity import AgentCaller, Caller, VisitorCaller

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
VISITOR, MARTA, JONAS = 41, 5, 6

CHAT = Chat(
    tenant_id=1,
    id=17,
    uuid=UUID(int=17),
    profile_id=3,
    profile_name="Marlow Cycles",
    state="queued",
    visitor_id=VISITOR,
    visitor_name="Visitor 7F2C",
    holder_id=None,
    head=1,
    staff_head=0,
    participants=(Participant(VISITOR, "visitor", "Visitor 7F2C"),),
    started_at=NOON,
    queued_at=NOON,
    accepted_at=None,
    ended_at=None,
)

OWN = VisitorCaller(1, 3, UUID(int=1), VISITOR, "Visitor 7F2C")
AGENT = AgentCaller(1, MARTA, "Marta", "marta@demo.example")


def make_event(chat: Chat, kind: EventKind, actor_id: int = MARTA, **changes: Any) -> Event:
    """The next event of the chat."""
    is_staff = kind == "note_posted"
    event = Event(
        tenant_id=1,
        chat_id=17,
        stream="staff" if is_staff else "public",
        seq=(chat.staff_head if is_staff else chat.head) + 1,
        id=1,
        uuid=UUID(int=1),
        kind=kind,
        side="visitor" if actor_id == VISITOR else "agent",
        actor_id=actor_id,
        cid="1",
        at=NOON + timedelta(seconds=chat.head + chat.staff_head),
    )
    return replace(event, **changes)


def joined(chat: Chat, actor_id: int = MARTA, name: str = "Marta", *, accepts: bool = False) -> Chat:
    data = {"name": name} | ({"state": "active"} if accepts else {})
    return chat_after(chat, make_event(chat, "agent_joined", actor_id, data=data))


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        (OWN, True),
        (AGENT, True),
        (replace(AGENT, id=JONAS), True),
        (replace(OWN, id=VISITOR + 1), False),
        (replace(OWN, id=None), False),
        (replace(OWN, tenant_id=2), False),
        (replace(AGENT, tenant_id=2), False),
    ],
)
def test_visitors_see_their_own_chats_and_agents_those_of_their_tenant(caller: Caller, sees: bool) -> None:
    assert may_see(caller, CHAT) is sees
    if sees:
        assert require_may_see(caller, CHAT) is CHAT
    else:
        with pytest.raises(ChatNotFound):
            require_may_see(caller, CHAT)


def test_a_missing_chat_is_refused_like_somebody_elses() -> None:
    with pytest.raises(ChatNotFound):
        require_may_see(AGENT, None)


def test_who_accepts_holds_the_chat() -> None:
    chat = joined(CHAT, accepts=True)
    assert (chat.state, chat.holder_id, chat.head) == ("active", MARTA, 2)
    assert chat.accepted_at == NOON + timedelta(seconds=1)
    assert chat.participants[-1] == Participant(MARTA, "agent", "Marta")


def test_who_joins_beside_the_holder_takes_nothing_over() -> None:
    chat = joined(joined(CHAT, accepts=True), JONAS, "Jonas")
    assert (chat.holder_id, [person.id for person in chat.participants]) == (MARTA, [VISITOR, MARTA, JONAS])


def test_who_leaves_stays_in_the_list_as_somebody_who_left() -> None:
    chat = joined(CHAT)
    chat = chat_after(chat, make_event(chat, "agent_left"))
    assert [(person.id, person.left) for person in chat.participants] == [(VISITOR, False), (MARTA, True)]


def test_who_comes_back_keeps_the_place_and_what_was_read() -> None:
    chat = chat_read(joined(joined(CHAT), JONAS, "Jonas"), MARTA, 2, NOON)
    chat = chat_after(chat, make_event(chat, "agent_left"))

    chat = joined(chat, MARTA, "Marta L.")

    assert [person.id for person in chat.participants] == [VISITOR, MARTA, JONAS]
    assert chat.participants[1] == Participant(MARTA, "agent", "Marta L.", 2, NOON, left=False)


def test_an_end_ends_it() -> None:
    event = make_event(CHAT, "chat_ended", VISITOR)
    chat = chat_after(CHAT, event)
    assert (chat.state, chat.ended_at) == ("ended", event.at)


def test_notes_count_in_their_own_stream() -> None:
    chat = chat_after(CHAT, make_event(CHAT, "note_posted"))
    assert (chat.head, chat.staff_head) == (CHAT.head, 1)


def test_a_kind_of_later_versions_only_counts() -> None:
    later: Any = "tea_served"
    event = make_event(CHAT, later)
    assert chat_after(CHAT, event) == replace(CHAT, head=2, last_id=event.id)


def test_a_read_mark_never_goes_back() -> None:
    chat = chat_read(CHAT, VISITOR, 5, NOON)
    later = chat_read(chat, VISITOR, 4, NOON + timedelta(seconds=1))
    assert later == chat
    assert chat.participants[0].read_seq == 5


def test_a_read_mark_of_somebody_else_changes_nothing() -> None:
    assert chat_read(CHAT, JONAS, 5, NOON) == CHAT


KINDS: list[EventKind] = ["message_posted", "agent_joined", "agent_left", "chat_ended", "note_posted"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from([VISITOR, MARTA, JONAS])), max_size=20)


@given(STEPS)
def test_an_old_header_and_the_events_since_make_the_new_header(steps: list[tuple[EventKind, int]]) -> None:
    # Given a chat's whole history
    headers, events = [CHAT], []
    for kind, actor in steps:
        data = {"name": str(actor), "state": "active"} if kind == "agent_joined" else None
        events.append(make_event(headers[-1], kind, actor, data=data))
        headers.append(chat_after(headers[-1], events[-1]))

    # Then from every header on the way the rest of the events leads to the last one
    for number, header in enumerate(headers):
        for event in events[number:]:
            header = chat_after(header, event)  # noqa: PLW2901 (that is the point)
        assert header == headers[-1]
    people = [person.id for person in headers[-1].participants]
    assert len(people) == len(set(people))
