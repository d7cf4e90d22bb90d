"""What those who wait are told of the others' waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.waiting import LEAST_WAITS, wait_interval, whole_wait


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
