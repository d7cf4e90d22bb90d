"""Routing's rules: nobody is offered what they may not take or have no room for, no chat goes to two, and turns go round."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.availability import PresentAgent
from hub.domain.identity import AgentCaller
from hub.domain.language import speaks
from hub.domain.profile import Access, RoutingMode
from hub.domain.routing import (
    REST,
    Candidate,
    WaitingChat,
    choose_agent,
    may_speak,
    may_take,
    plan_offers,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

ids = st.integers(1, 6)
teams = st.lists(st.integers(1, 3), max_size=2, unique=True).map(tuple)


def agent(number: int, **members: object) -> Candidate:
    """An agent who is free, unless the members say otherwise."""
    caller = AgentCaller(1, number, f"Agent {number}", "", team_ids=members.pop("team_ids", ()))  # type: ignore[arg-type]
    offers, offered_at = members.pop("offers", 0), members.pop("offered_at", None)
    return Candidate(PresentAgent(caller, **members), offers, offered_at)  # type: ignore[arg-type]


def chat(number: int = 1, mode: RoutingMode = "round_robin", **members: object) -> WaitingChat:
    """A chat anybody may take, unless the members say otherwise."""
    return WaitingChat(number, mode, Access(), 30, **members)  # type: ignore[arg-type]


chats = st.lists(
    st.builds(
        WaitingChat,
        id=st.integers(1, 50),
        mode=st.sampled_from(["round_robin", "least_busy"]),
        access=st.builds(Access, role_ids=st.lists(st.integers(1, 2), max_size=1).map(tuple)),
        offer_for_s=st.just(30),
        team_ids=teams,
        team_id=st.none() | st.integers(1, 3),
        passed_ids=st.frozensets(ids, max_size=4),
        passed_at=st.none() | st.just(NOON) | st.just(NOON - REST),
        language=st.sampled_from([None, "de", "de-AT", "fr", "no language"]),
        language_rule=st.sampled_from(["off", "prefer", "demand"]),
        any_language_at=st.sampled_from([None, NOON, NOON + timedelta(seconds=1)]),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)
candidates = st.lists(
    st.builds(
        lambda number, team_ids, roles, accepting, capacity, active, offers, minutes, languages: Candidate(
            PresentAgent(
                AgentCaller(1, number, "", "", role_ids=roles, team_ids=team_ids),
                accepting,
                capacity,
                active,
                languages=languages,
            ),
            offers,
            None if minutes is None else NOON - timedelta(minutes=minutes),
        ),
        ids,
        teams,
        st.lists(st.integers(1, 2), max_size=2, unique=True).map(tuple),
        st.booleans(),
        st.none() | st.integers(1, 3),
        st.integers(0, 3),
        st.integers(0, 1),
        st.none() | st.integers(0, 9),
        st.lists(st.sampled_from(["de", "fr"]), unique=True).map(tuple),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)


@given(waiting=chats, here=candidates)
def test_whatever_waits_and_whoever_is_here_the_plan_is_lawful(
    waiting: list[WaitingChat], here: list[Candidate]
) -> None:
    plan = plan_offers(waiting, here, NOON)

    known = {one.id: one for one in here}
    assert max(Counter(match.chat.id for match in plan).values(), default=1) == 1
    assert max(Counter(match.agent.caller.id for match in plan).values(), default=1) == 1
    for match in plan:
        chosen = known[match.agent.caller.id]
        assert chosen.is_free
        assert may_take(match.chat, chosen.agent)
        assert may_speak(match.chat, chosen.agent, NOON)
        rested = match.chat.passed_at is None or NOON - match.chat.passed_at >= REST
        assert rested or chosen.id not in match.chat.passed_ids


@given(waiting=chats, here=candidates)
def test_nobody_who_could_take_a_chat_stands_by_while_it_waits(
    waiting: list[WaitingChat], here: list[Candidate]
) -> None:
    plan = plan_offers(waiting, here, NOON)

    taken_by = {match.agent.caller.id for match in plan}
    planned = {match.chat.id for match in plan}
    for one in waiting:
        for candidate in here:
            idle = candidate.is_free and candidate.id not in taken_by
            may = may_take(one, candidate.agent) and may_speak(one, candidate.agent, NOON)
            if one.id not in planned and idle and may:
                assert candidate.id in one.passed_ids


@given(here=candidates, rounds=st.integers(1, 20))
def test_turns_go_round(here: list[Candidate], rounds: int) -> None:
    times: Counter[int] = Counter()
    free = [one for one in here if one.is_free]
    left = {one.id: replace(one, offered_at=None) for one in free}
    for number in range(rounds):
        chosen = choose_agent(chat(), list(left.values()), NOON)
        if chosen is None:
            assert free == []
            return
        times[chosen.id] += 1
        left[chosen.id] = replace(chosen, offered_at=NOON + timedelta(seconds=number))
    counts = [times[one.id] for one in free]
    assert max(counts) - min(counts) <= 1


def test_the_least_busy_is_asked_and_between_equals_who_was_asked_longest_ago() -> None:
    busy, idle = agent(1, active_chats=2), agent(2, active_chats=1, offered_at=NOON)
    other = agent(3, active_chats=1, offered_at=NOON - timedelta(minutes=1))
    one = chat(mode="least_busy")
    assert choose_agent(one, [busy, idle, other], NOON) == other
    assert choose_agent(one, [busy, idle], NOON) == idle
    assert choose_agent(chat(), [busy, idle, other], NOON) == busy


def test_an_offer_under_way_counts_against_the_capacity_and_keeps_others_away() -> None:
    assert choose_agent(chat(), [agent(1, offers=1)], NOON) is None
    assert choose_agent(chat(), [agent(1, capacity=1, active_chats=1)], NOON) is None
    assert choose_agent(chat(), [agent(1, is_accepting=False)], NOON) is None


def test_who_let_it_pass_by_is_asked_again_after_a_pause_when_nobody_else_is_left() -> None:
    passed = chat(passed_ids=frozenset({1}), passed_at=NOON)
    assert choose_agent(passed, [agent(1)], NOON + REST - timedelta(seconds=1)) is None
    assert choose_agent(passed, [agent(1)], NOON + REST) == agent(1)
    assert choose_agent(passed, [agent(1), agent(2)], NOON + REST) == agent(2)


def test_a_chat_of_a_team_goes_to_that_team() -> None:
    inside, outside = agent(1, team_ids=(4,)), agent(2, team_ids=(5,))
    assert choose_agent(chat(team_id=4), [outside, inside], NOON) == inside
    assert choose_agent(chat(team_ids=(4, 6)), [outside], NOON) is None
    assert choose_agent(chat(team_ids=(4, 6)), [outside, inside], NOON) == inside


def test_where_agents_pick_for_themselves_nobody_is_asked() -> None:
    assert choose_agent(chat(mode="manual"), [agent(1)], NOON) is None


@given(waiting=chats, here=candidates)
def test_who_speaks_the_visitors_language_is_asked_before_who_does_not(
    waiting: list[WaitingChat], here: list[Candidate]
) -> None:
    for one in waiting:
        chosen = choose_agent(one, here, NOON)
        if chosen is None or one.language_rule == "off" or speaks(chosen.agent.languages, one.language):
            continue
        for other in here:
            if other.is_free and may_take(one, other.agent) and speaks(other.agent.languages, one.language):
                assert other.id in one.passed_ids


@given(waiting=chats, here=candidates)
def test_no_language_keeps_a_chat_waiting_for_ever(waiting: list[WaitingChat], here: list[Candidate]) -> None:
    for one in waiting:
        late = replace(one, any_language_at=NOON, passed_ids=frozenset())
        if any(candidate.is_free and may_take(late, candidate.agent) for candidate in here):
            assert choose_agent(late, here, NOON) is not None


def test_a_demanded_language_is_waited_for_and_then_anybody_is_asked() -> None:
    german = chat(language="de-AT", language_rule="demand", any_language_at=NOON + timedelta(seconds=60))
    assert choose_agent(german, [agent(1, languages=("fr",)), agent(2)], NOON) is None
    assert choose_agent(german, [agent(1), agent(2, languages=("de",))], NOON) == agent(2, languages=("de",))
    assert choose_agent(german, [agent(1)], NOON + timedelta(seconds=60)) == agent(1)
    # Nobody knows what is demanded of a visitor whose language nobody knows.
    assert choose_agent(replace(german, language=None), [agent(1)], NOON) == agent(1)
