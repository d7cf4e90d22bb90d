"""What those who wait are told of the others' waits."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.profile import Alerts
from hub.domain.waiting import LEAST_WAITS, Wait, find_wait, wait_interval, whole_wait


@pytest.mark.parametrize(
    ("wait_s", "told_s"),
    [(0, 30), (1, 30), (30, 30), (30.1, 60), (60, 60), (60.001, 120), (120, 120), (125, 180), (3_601, 3_660)],
)
def test_a_wait_is_told_in_whole_steps_and_never_as_less_than_it_was(wait_s: float, told_s: int) -> None:
    assert whole_wait(wait_s) == told_s


def test_a_few_waits_say_nothing() -> None:
    assert wait_interval([10.0] * (LEAST_WAITS - 1)) is None
    assert wait_interval([]) is None


@pytest.mark.parametrize(
    ("waits_s", "told"),
    [
        ([5, 5, 5, 5, 5], (30, 30)),
        ([200, 40, 20, 100, 70], (60, 240)),
        ([*range(60, 601, 60)], (180, 540)),
        ([10] * 45 + [3_000] * 5, (30, 30)),
        ([10] * 44 + [3_000] * 6, (30, 3_000)),
    ],
)
def test_most_waits_are_within_the_interval(waits_s: list[float], told: tuple[int, int]) -> None:
    assert wait_interval(waits_s) == told


@given(st.lists(st.floats(0, 90_000), min_size=LEAST_WAITS, max_size=50))
def test_nine_of_ten_waited_no_longer_than_told(waits_s: list[float]) -> None:
    interval = wait_interval(waits_s)
    assert interval is not None
    low, high = interval
    assert 30 <= low <= high
    assert sum(wait <= high for wait in waits_s) >= 0.9 * len(waits_s)
    assert sum(wait <= low for wait in waits_s) >= 0.25 * len(waits_s)
    assert interval == wait_interval(sorted(waits_s))


SINCE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ALERTS = Alerts(first_answer_s=60, next_answer_s=180)


@pytest.mark.parametrize(
    ("is_answered", "is_offline", "limit_s"),
    [(False, False, 60), (True, False, 180), (False, True, None), (True, True, 180)],
)
def test_each_wait_has_its_limit(is_answered: bool, is_offline: bool, limit_s: int | None) -> None:
    wait = find_wait(SINCE, ALERTS, is_answered=is_answered, is_offline=is_offline)
    assert wait == Wait(SINCE, limit_s)


def test_without_alerts_a_wait_has_no_limit_and_who_does_not_wait_has_none() -> None:
    assert find_wait(SINCE, Alerts(), is_answered=True, is_offline=False) == Wait(SINCE, None)
    assert find_wait(None, ALERTS, is_answered=False, is_offline=False) is None
