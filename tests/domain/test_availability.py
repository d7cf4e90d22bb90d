"""The one answer to whether a chat can begin, and the reasons against it."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.availability import Availability, Entrance, PresentAgent, judge_availability
from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, AccessRule, Hours
from hub.domain.workday import Interval, Workday

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # A Monday.
NIGHT = datetime(2026, 3, 4, 23, tzinfo=UTC)
OFFICE = Workday(1, 4, UUID(int=4), "Office", "Europe/Berlin", (((Interval(540, 1020)),),) * 7)
OPEN = Entrance(1, 3, is_open=True, access=Access(), hours=Hours())
STAFFED = replace(OPEN, hours=Hours(needs_agent=True))


def agent(agent_id: int = 5, *, role_ids: tuple[int, ...] = (), **state: int | bool | None) -> PresentAgent:
    caller = AgentCaller(1, agent_id, "Marta", "marta@shop.example", role_ids=role_ids)
    return replace(PresentAgent(caller), **state)  # type: ignore[arg-type]


def judge(
    entrance: Entrance = OPEN,
    *agents: PresentAgent,
    workday: Workday | None = None,
    queue_length: int = 0,
    now: datetime = NOON,
) -> Availability:
    return judge_availability(entrance, workday, agents, queue_length, now)


def reasons(found: Availability) -> list[tuple[str, str]]:
    return [(reason.code, reason.sentence) for reason in found.reasons]


def test_an_open_entrance_without_conditions_is_available() -> None:
    assert judge() == Availability(is_available=True)


def test_an_operator_can_close_it() -> None:
    found = judge(replace(OPEN, is_open=False))
    assert reasons(found) == [("closed", "An operator has closed this entrance")]
    assert not found.is_available


def test_visitors_do_not_come_in_where_only_agents_may() -> None:
    found = judge(replace(OPEN, access=Access(audience="agents")))
    assert reasons(found) == [("agents_only", "Only agents may begin chats here")]


def test_outside_its_hours_it_says_when_it_opens() -> None:
    entrance = replace(OPEN, hours=Hours(workday_id=4))
    found = judge(entrance, workday=OFFICE, now=NIGHT)
    assert reasons(found) == [("outside_hours", "Outside opening hours; opens Thursday 09:00 Europe/Berlin")]
    assert found.next_open_at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    within = judge(entrance, workday=OFFICE)
    assert within.is_available
    assert within.next_close_at == datetime(2026, 3, 2, 16, tzinfo=UTC)


def test_the_clock_does_not_open_what_an_operator_has_closed() -> None:
    entrance = replace(OPEN, is_open=False, hours=Hours(workday_id=4))
    found = judge(entrance, workday=OFFICE, now=NIGHT)
    assert [code for code, _ in reasons(found)] == ["closed", "outside_hours"]
    assert found.next_open_at is None


@pytest.mark.parametrize("workday", [None, replace(OFFICE, time_zone="Europe/Atlantis")])
def test_hours_that_cannot_be_read_keep_it_closed(workday: Workday | None) -> None:
    found = judge(replace(OPEN, hours=Hours(workday_id=4)), workday=workday)
    assert [code for code, _ in reasons(found)] == ["no_workday"]


@pytest.mark.parametrize(
    ("agents", "reason"),
    [
        ([], ("nobody_here", "Nobody is signed in")),
        (
            [agent(is_accepting=False)],
            ("nobody_accepting", "Nobody who is here takes new chats at the moment"),
        ),
        (
            [agent(capacity=2, active_chats=2), agent(6, is_accepting=False)],
            ("nobody_free", "Everybody who is here has as many chats as they take"),
        ),
    ],
)
def test_where_an_agent_is_needed_it_says_what_is_wrong_with_those_who_are_here(
    agents: list[PresentAgent], reason: tuple[str, str]
) -> None:
    assert reasons(judge(STAFFED, *agents)) == [reason]
    assert judge(OPEN, *agents).is_available


def test_one_free_agent_is_enough() -> None:
    found = judge(STAFFED, agent(is_accepting=False), agent(6, capacity=2, active_chats=1))
    assert (found.is_available, found.agents_present, found.agents_free) == (True, 2, 1)


@pytest.mark.parametrize(
    "access",
    [
        Access(role_ids=(9,)),
        Access(is_enforced=True),
        Access(is_enforced=True, rules=(AccessRule("agent", 5, "none"),)),
    ],
)
def test_agents_who_may_not_answer_do_not_count(access: Access) -> None:
    found = judge(replace(STAFFED, access=access), agent(role_ids=(8,)))
    assert reasons(found) == [("nobody_may_answer", "Nobody who is here may answer chats of this profile")]
    assert (found.agents_present, found.agents_free) == (0, 0)


def test_a_full_queue_lets_nobody_in() -> None:
    entrance = replace(OPEN, hours=Hours(max_queue=3))
    assert judge(entrance, queue_length=2).is_available
    found = judge(entrance, queue_length=3)
    assert reasons(found) == [("queue_full", "3 chats wait already, as many as are let in")]
    assert judge(OPEN, queue_length=500).queue_length == 500


entrances = st.builds(
    Entrance,
    st.just(1),
    st.just(3),
    st.booleans(),
    st.builds(
        Access,
        audience=st.sampled_from(["proven", "anyone", "agents"]),
        role_ids=st.sampled_from([(), (8,), (9,)]),
    ),
    st.builds(
        Hours,
        workday_id=st.sampled_from([None, 4]),
        needs_agent=st.booleans(),
        max_queue=st.sampled_from([None, 0, 3]),
    ),
)
agents_here = st.lists(
    st.builds(
        agent,
        st.integers(1, 5),
        role_ids=st.sampled_from([(), (8,)]),
        is_accepting=st.booleans(),
        capacity=st.sampled_from([None, 1, 3]),
        active_chats=st.integers(0, 3),
    ),
    max_size=4,
)


@given(entrances, agents_here, st.integers(0, 5), st.sampled_from([NOON, NIGHT]))
def test_it_is_available_exactly_when_there_is_no_reason_against_it(
    entrance: Entrance, here: list[PresentAgent], waiting: int, now: datetime
) -> None:
    found = judge(entrance, *here, workday=OFFICE, queue_length=waiting, now=now)
    codes = [reason.code for reason in found.reasons]
    assert found.is_available == (codes == [])
    assert len(set(codes)) == len(codes)
    assert found.agents_free <= found.agents_present <= len(here)
    assert not (found.is_available and found.next_open_at)


@given(entrances, agents_here, st.integers(0, 5))
def test_one_more_free_agent_never_closes_it(
    entrance: Entrance, here: list[PresentAgent], waiting: int
) -> None:
    if judge(entrance, *here, workday=OFFICE, queue_length=waiting).is_available:
        assert judge(entrance, *here, agent(99), workday=OFFICE, queue_length=waiting).is_available
