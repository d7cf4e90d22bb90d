"""A profile as the rules see it."""

from dataclasses import replace
from uuid import UUID

import pytest

from hub.domain.errors import Forbidden, HubError, IdentityRequired, ProfileNotFound
from hub.domain.identity import AgentCaller
from hub.domain.profile import (
    Access,
    AccessRule,
    Audience,
    Profile,
    RuleKind,
    RuleLevel,
    Rules,
    admits_key,
    level_for,
    require_may_edit,
    require_may_start,
)

PROFILE = Profile(1, 3, UUID(int=3), "pk_3fQ2", "Marlow Cycles", (), "k3x9")


def test_an_entrance_is_open_unless_an_operator_closes_it() -> None:
    assert PROFILE.is_open


def test_a_profile_admits_no_page_until_it_is_told_which() -> None:
    assert PROFILE.origins == ()


AGENT = AgentCaller(1, 5, "Jonas Okafor", "jonas@shop.example", role_ids=(7,), team_ids=(9,))
ADMIN = replace(AGENT, id=6, is_admin=True)


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        ([], "none"),
        ([("agent", 5, "read")], "read"),
        ([("agent", 5, "edit")], "edit"),
        ([("agent", 6, "edit")], "none"),
        ([("team", 9, "read"), ("role", 7, "edit")], "edit"),
        ([("team", 7, "edit"), ("role", 9, "edit")], "none"),
        ([("team", 9, "edit"), ("agent", 5, "none")], "none"),
    ],
)
def test_enforced_rules_decide_what_an_agent_may(
    rules: list[tuple[RuleKind, int, RuleLevel]], level: RuleLevel
) -> None:
    access = Access(is_enforced=True, rules=tuple(AccessRule(*rule) for rule in rules))
    assert level_for(access, AGENT) == level
    assert level_for(access, ADMIN) == "edit"


def test_rules_that_are_not_enforced_hide_nothing_and_give_no_right() -> None:
    access = Access(rules=(AccessRule("agent", 5, "edit"), AccessRule("role", 7, "none")))
    assert level_for(access, AGENT) == "read"
    with pytest.raises(Forbidden):
        require_may_edit(access, AGENT)
    require_may_edit(access, ADMIN)


def test_who_may_not_see_a_profile_cannot_learn_that_it_is_there() -> None:
    with pytest.raises(ProfileNotFound):
        require_may_edit(Access(is_enforced=True), AGENT)


@pytest.mark.parametrize(
    ("audience", "refusal"),
    [("anyone", None), ("proven", IdentityRequired), ("agents", Forbidden)],
)
def test_an_entrance_is_for_its_audience(audience: Audience, refusal: type[HubError] | None) -> None:
    profile = replace(PROFILE, rules=Rules(access=Access(audience=audience)))
    if refusal is None:
        require_may_start(profile, is_proven=False)
    else:
        with pytest.raises(refusal):
            require_may_start(profile, is_proven=False)
    assert admits_key(profile, PROFILE.key) is (audience != "agents")
    assert not admits_key(profile, "another")


def test_the_proven_may_start_where_proof_is_asked_for() -> None:
    require_may_start(replace(PROFILE, rules=Rules(access=Access(audience="proven"))), is_proven=True)


def test_a_deleted_entrance_lets_nobody_new_in() -> None:
    deleted = replace(PROFILE, is_deleted=True)
    assert not admits_key(deleted, PROFILE.key)
    with pytest.raises(ProfileNotFound):
        require_may_start(deleted, is_proven=True)
