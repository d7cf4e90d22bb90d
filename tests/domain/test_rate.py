"""Rates: a burst at once, then so many a second, and an honest answer to how long to wait."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.rate import Bucket


def test_a_burst_passes_at_once_and_then_one_for_each_interval() -> None:
    bucket = Bucket(per_s=10, burst=3)
    assert [bucket.take(100.0) for _ in range(3)] == [0, 0, 0]
    assert 0.09 < bucket.take(100.0) <= 0.1
    assert bucket.take(100.11) == 0
    assert bucket.take(100.11) > 0


def test_a_refusal_counts_nothing() -> None:
    bucket = Bucket(per_s=1, burst=1)
    bucket.take(0.0)
    for _ in range(100):
        assert bucket.take(0.5) > 0
    assert bucket.take(1.0) == 0


def test_rest_fills_the_burst_again_and_no_further() -> None:
    bucket = Bucket(per_s=1, burst=5)
    for _ in range(5):
        bucket.take(0.0)
    assert [bucket.take(1000.0) == 0 for _ in range(6)] == [True] * 5 + [False]


RATES = st.floats(0.1, 100)
PAUSES = st.lists(st.floats(0, 3), max_size=60)


@given(RATES, st.integers(1, 20), PAUSES)
def test_never_more_than_the_burst_and_the_rate_pass(per_s: float, burst: int, pauses: list[float]) -> None:
    bucket, now, admitted = Bucket(per_s, burst), 1000.0, 0
    for pause in pauses:
        now += pause
        admitted += bucket.take(now) == 0
    assert admitted <= burst + (now - 1000.0) * per_s + 0.01


@given(RATES, st.integers(1, 20), PAUSES)
def test_who_waits_as_long_as_told_passes(per_s: float, burst: int, pauses: list[float]) -> None:
    bucket, now = Bucket(per_s, burst), 1000.0
    for pause in pauses:
        now += pause
        wait = bucket.take(now)
        if wait > 0:
            now += wait
            assert bucket.take(now) == 0
