"""What may be changed about the things of the desk."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from hub.domain.desk import Patch, in_order_of, require_known, with_clean_name
from hub.domain.errors import BadRequest, Forbidden, NotFound
from hub.domain.identity import AgentCaller
from hub.domain.person import clean_agent
from hub.domain.ticket import clean_ticket

MARTA = AgentCaller(1, 5, "Marta", "marta@shop.example", is_admin=True)


@dataclass(frozen=True)
class Thing:
    id: int


@pytest.mark.parametrize(
    ("patch", "cleaned"),
    [
        ({"name": " A\n\tteam \u202e"}, {"name": "A team"}),
        ({"id": 1, "name": "x" * 200}, {"id": 1, "name": "x" * 100}),
        ({"id": 1, "sequence": 2}, {"id": 1, "sequence": 2}),
    ],
)
def test_a_name_stands_on_one_line_and_is_left_alone_when_it_is_not_named(
    patch: Patch, cleaned: Patch
) -> None:
    assert with_clean_name(patch, "A team") == cleaned


@pytest.mark.parametrize("patch", [{}, {"name": None}, {"name": " \u200e"}, {"id": 1, "name": ""}])
def test_nothing_is_without_a_name(patch: Patch) -> None:
    with pytest.raises(BadRequest, match="A team needs a name"):
        with_clean_name(patch, "A team")


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        (datetime(2026, 3, 1, 10), datetime(2026, 3, 1, 10, tzinfo=UTC)),  # noqa: DTZ001 - Halo's clients send it without a zone.
        (
            datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 3, 1, 8, tzinfo=UTC),
        ),
        (None, None),
    ],
)
def test_when_something_occurred_is_kept_in_utc(told: Any, moment: Any) -> None:
    assert clean_ticket({"id": 1, "occurred_at": told})["occurred_at"] == moment


@pytest.mark.parametrize(
    "told",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime(2200, 1, 1, tzinfo=UTC),
    ],
)
def test_a_date_that_is_too_far_away_is_none(told: datetime) -> None:
    with pytest.raises(BadRequest) as refused:
        clean_ticket({"id": 1, "occurred_at": told})
    assert refused.value.field == "occurred_at"


def test_an_administrator_changes_others_and_not_their_own_standing() -> None:
    for change in ({"is_disabled": True}, {"is_admin": False}):
        assert clean_agent({"id": 6, **change}, MARTA) == {"id": 6, **change}
        with pytest.raises(Forbidden):
            clean_agent({"id": 5, **change}, MARTA)
    assert clean_agent({"id": 5, "is_admin": True, "is_disabled": False}, MARTA)["id"] == 5


def test_what_is_named_has_to_be_known_and_nothing_is_always_known() -> None:
    require_known([{"user_id": 1}, {"user_id": None}, {}], "user_id", [1, 2], "user")
    with pytest.raises(BadRequest, match="There is no user 3"):
        require_known([{"user_id": 1}, {"user_id": 3}], "user_id", [1, 2], "user")


def test_things_come_in_the_order_of_their_ids_and_all_of_them() -> None:
    assert in_order_of([2, 1], [Thing(1), Thing(2), Thing(3)]) == [Thing(2), Thing(1)]
    with pytest.raises(NotFound):
        in_order_of([2, 4], [Thing(1), Thing(2)])
