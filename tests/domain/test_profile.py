"""A profile as the rules see it."""

from uuid import UUID

from hub.domain.profile import Profile

PROFILE = Profile(1, 3, UUID(int=3), "pk_3fQ2", "Marlow Cycles", (), "k3x9")


def test_an_entrance_is_open_unless_an_operator_closes_it() -> None:
    assert PROFILE.is_open


def test_a_profile_admits_no_page_until_it_is_told_which() -> None:
    assert PROFILE.origins == ()
