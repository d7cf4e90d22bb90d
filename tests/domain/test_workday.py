"""Opening hours: weeks, breaks, holidays, time zones, and the two nights a year on which clocks jump."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.workday import (
    DAY_MIN,
    Holiday,
    Interval,
    Workday,
    find_zone,
    hours_at,
    hours_with_break,
    instant_from_wall,
    iterate_openings,
    local_text,
    require_apart,
    require_holiday_span,
    require_interval,
)

NINE_TO_FIVE = (Interval(9 * 60, 17 * 60),)
ALWAYS = (Interval(0, DAY_MIN),)
WEEK = (*([NINE_TO_FIVE] * 5), (), ())
BERLIN = "Europe/Berlin"
ZONES = (
    BERLIN,
    "UTC",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
)


def workday(
    days: Sequence[tuple[Interval, ...]] = WEEK, *holidays: Holiday, time_zone: str = BERLIN
) -> Workday:
    return Workday(1, 4, UUID(int=4), "Office", time_zone, tuple(days), holidays=holidays)


def holiday(
    first: date,
    last: date | None = None,
    start_min: int = 0,
    end_min: int = DAY_MIN,
    *,
    is_yearly: bool = False,
) -> Holiday:
    return Holiday(1, UUID(int=1), 4, "Feast", first, last or first, start_min, end_min, is_yearly)


def berlin(*parts: int) -> datetime:
    zone = find_zone(BERLIN)
    assert zone is not None
    return datetime(*parts, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type, misc]


# Plain weeks. 2 March 2026 is a Monday.


@pytest.mark.parametrize(
    ("now", "opens", "closes"),
    [
        (berlin(2026, 3, 2, 8, 59), berlin(2026, 3, 2, 9), berlin(2026, 3, 2, 17)),
        (berlin(2026, 3, 2, 9), None, berlin(2026, 3, 2, 17)),
        (berlin(2026, 3, 2, 16, 59, 59), None, berlin(2026, 3, 2, 17)),
        (berlin(2026, 3, 2, 17), berlin(2026, 3, 3, 9), berlin(2026, 3, 3, 17)),
        (berlin(2026, 3, 6, 18), berlin(2026, 3, 9, 9), berlin(2026, 3, 9, 17)),
        # The clocks go forward on Sunday, 29 March.
        (berlin(2026, 3, 27, 18), berlin(2026, 3, 30, 9), berlin(2026, 3, 30, 17)),
    ],
)
def test_the_week_says_when_it_opens_and_closes(
    now: datetime, opens: datetime | None, closes: datetime
) -> None:
    hours = hours_at(workday(), now)
    assert (hours.is_open, hours.opens_at, hours.closes_at) == (opens is None, opens, closes)


def test_a_break_closes_for_its_time() -> None:
    day = hours_with_break(Interval(9 * 60, 17 * 60), Interval(12 * 60, 13 * 60))
    hours = hours_at(workday([day] * 7), berlin(2026, 3, 2, 12, 30))
    assert (hours.is_open, hours.opens_at) == (False, berlin(2026, 3, 2, 13))


@pytest.mark.parametrize(
    ("pause", "left"),
    [
        (Interval(0, 60), [Interval(540, 1020)]),
        (Interval(500, 600), [Interval(600, 1020)]),
        (Interval(1000, 1100), [Interval(540, 1000)]),
        (Interval(500, 1100), []),
    ],
)
def test_a_break_takes_away_what_it_covers(pause: Interval, left: list[Interval]) -> None:
    assert list(hours_with_break(Interval(540, 1020), pause)) == left


def test_hours_over_midnight_are_one_opening() -> None:
    night = workday([(Interval(22 * 60, DAY_MIN),), (Interval(0, 6 * 60),), (), (), (), (), ()])
    hours = hours_at(night, berlin(2026, 3, 2, 23))
    assert (hours.is_open, hours.closes_at) == (True, berlin(2026, 3, 3, 6))
    assert hours_at(night, berlin(2026, 3, 3, 5)).closes_at == berlin(2026, 3, 3, 6)


def test_open_round_the_clock_has_no_end() -> None:
    hours = hours_at(workday([ALWAYS] * 7), berlin(2026, 3, 2, 12))
    assert (hours.is_open, hours.closes_at) == (True, None)


def test_without_any_hours_it_never_opens() -> None:
    hours = hours_at(workday([()] * 7), berlin(2026, 3, 2, 12))
    assert (hours.is_open, hours.opens_at, hours.closes_at) == (False, None, None)


# Holidays.


@pytest.mark.parametrize(
    ("closed", "now", "opens"),
    [
        (holiday(date(2026, 3, 2)), berlin(2026, 3, 2, 10), berlin(2026, 3, 3, 9)),
        (holiday(date(2026, 3, 2), date(2026, 3, 4)), berlin(2026, 3, 3, 10), berlin(2026, 3, 5, 9)),
        (holiday(date(2026, 3, 2), None, 14 * 60, 15 * 60), berlin(2026, 3, 2, 14), berlin(2026, 3, 2, 15)),
        # From Monday afternoon until Wednesday noon.
        (
            holiday(date(2026, 3, 2), date(2026, 3, 4), 14 * 60, 12 * 60),
            berlin(2026, 3, 3, 9),
            berlin(2026, 3, 4, 12),
        ),
        (holiday(date(2020, 3, 2), is_yearly=True), berlin(2026, 3, 2, 10), berlin(2026, 3, 3, 9)),
        # Over the new year, begun in another year.
        (
            holiday(date(2019, 12, 24), date(2020, 1, 3), is_yearly=True),
            berlin(2026, 1, 2, 10),
            berlin(2026, 1, 5, 9),
        ),
        (holiday(date(2024, 2, 29), is_yearly=True), berlin(2025, 2, 28, 10), berlin(2025, 3, 3, 9)),
    ],
)
def test_a_holiday_closes_and_is_named(closed: Holiday, now: datetime, opens: datetime) -> None:
    hours = hours_at(workday(WEEK, closed), now)
    assert (hours.is_open, hours.opens_at, hours.holiday) == (False, opens, closed)


def test_a_yearly_holiday_begins_in_its_first_year_and_a_single_one_stays_there() -> None:
    assert hours_at(workday(WEEK, holiday(date(2027, 3, 2), is_yearly=True)), berlin(2026, 3, 2, 10)).is_open
    assert hours_at(workday(WEEK, holiday(date(2025, 3, 2))), berlin(2026, 3, 2, 10)).is_open


def test_a_holiday_is_no_reason_when_it_would_be_closed_anyway() -> None:
    hours = hours_at(workday(WEEK, holiday(date(2026, 3, 2))), berlin(2026, 3, 2, 20))
    assert (hours.holiday, hours.opens_at) == (None, berlin(2026, 3, 3, 9))


def test_a_coming_holiday_moves_the_next_opening_and_shortens_the_present_one() -> None:
    week = workday(WEEK, holiday(date(2026, 3, 2), date(2026, 3, 3), 15 * 60, 12 * 60))
    assert hours_at(week, berlin(2026, 3, 2, 10)).closes_at == berlin(2026, 3, 2, 15)
    assert hours_at(week, berlin(2026, 3, 2, 15)).opens_at == berlin(2026, 3, 3, 12)


def test_holidays_over_all_that_is_foreseen_leave_no_opening() -> None:
    closed = holiday(date(2026, 1, 1), date(2026, 12, 31), is_yearly=True)
    assert hours_at(workday(WEEK, closed), berlin(2026, 3, 2, 10)).opens_at is None


# Clocks that jump.


def test_a_time_the_clocks_skip_counts_when_they_skip_it() -> None:
    zone = find_zone(BERLIN)
    assert zone is not None
    assert instant_from_wall(datetime.fromisoformat("2026-03-29T02:30"), zone) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )


def test_a_time_the_clocks_read_twice_counts_the_first_time() -> None:
    zone = find_zone(BERLIN)
    assert zone is not None
    assert instant_from_wall(datetime.fromisoformat("2026-10-25T02:30"), zone) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_day_that_a_zone_left_out_has_no_hours() -> None:
    samoa = workday([ALWAYS] * 7, time_zone="Pacific/Apia")
    before = datetime(2011, 12, 30, 9, 59, tzinfo=UTC)  # Still the 29th; the 30th did not happen.
    assert hours_at(samoa, before).is_open
    friday_only = workday([(), (), (), (), NINE_TO_FIVE, (), ()], time_zone="Pacific/Apia")
    opens = hours_at(friday_only, before).opens_at
    assert opens is not None
    assert opens.date() == date(2012, 1, 5)  # Friday the 6th there.


moments = st.integers(0, 400 * DAY_MIN).map(
    lambda minute: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
minutes = st.integers(0, DAY_MIN)


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[Interval, ...]:
    edges = sorted(draw(st.sets(minutes, max_size=6)))
    return tuple(Interval(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def some_holidays(draw: st.DrawFn) -> Holiday:
    first = draw(st.dates(date(2025, 1, 1), date(2027, 1, 1)))
    days = draw(st.integers(0, 20))
    start, end = sorted(draw(st.sets(minutes, min_size=2, max_size=2)))
    return holiday(first, first + timedelta(days), start, end, is_yearly=draw(st.booleans()))


workdays = st.builds(
    lambda days, holidays, zone: workday(days, *holidays, time_zone=zone),
    st.lists(day_hours(), min_size=7, max_size=7),
    st.lists(some_holidays(), max_size=4),
    st.sampled_from(ZONES),
)


def is_open_by_the_wall(week: Workday, now: datetime) -> bool:
    """What somebody with the plan in hand and an eye on the clock would say."""
    zone = find_zone(week.time_zone)
    assert zone is not None
    local = now.astimezone(zone).replace(tzinfo=None)
    minute = local.hour * 60 + local.minute
    if not any(hours.start_min <= minute < hours.end_min for hours in week.days[local.weekday()]):
        return False
    for one in week.holidays:
        for year in (local.year - 1, local.year) if one.is_yearly else (one.first.year,):
            leaps = (one.first.month, one.first.day) != (2, 29) or year % 4 == 0
            first = one.first.replace(year=year) if leaps else date(year, 2, 28)
            start = datetime.combine(first, time()) + timedelta(minutes=one.start_min)
            end = datetime.combine(first + (one.last - one.first), time()) + timedelta(minutes=one.end_min)
            if year >= one.first.year and start <= local < end:
                return False
    return True


def is_near_a_jump(week: Workday, now: datetime) -> bool:
    zone = find_zone(week.time_zone)
    assert zone is not None
    around = {(now + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in (-25, 25)}
    return len(around) > 1


@given(workdays, moments)
def test_it_is_open_when_the_plan_and_the_clock_say_so(week: Workday, now: datetime) -> None:
    if not is_near_a_jump(week, now):
        assert hours_at(week, now).is_open == is_open_by_the_wall(week, now)


@given(workdays, moments)
def test_nothing_changes_before_the_time_that_is_told_and_it_does_then(week: Workday, now: datetime) -> None:
    hours = hours_at(week, now)
    change = hours.closes_at if hours.is_open else hours.opens_at
    if change is None:
        return
    assert change > now
    assert hours_at(week, change - timedelta(seconds=1)).is_open == (
        hours.is_open or change - now < timedelta(seconds=1)
    )
    assert hours_at(week, change).is_open != hours.is_open


@given(workdays, moments)
def test_openings_are_in_order_and_apart(week: Workday, now: datetime) -> None:
    zone = find_zone(week.time_zone)
    assert zone is not None
    openings = list(iterate_openings(week, zone, now))
    for one in openings:
        assert one.closes_at is None or now < one.closes_at
        assert one.closes_at is None or one.opens_at < one.closes_at
    for one, other in pairwise(openings):
        assert one.closes_at is not None
        assert one.closes_at < other.opens_at


# What is no plan.


@pytest.mark.parametrize(("start", "end"), [(600, 600), (600, 540), (-1, 60), (0, DAY_MIN + 1)])
def test_hours_end_after_they_begin_within_a_day(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no time of one day"):
        require_interval(start, end)


def test_hours_of_a_day_are_apart_and_are_put_in_order() -> None:
    assert require_apart([Interval(780, 1020), Interval(540, 720)]) == (
        Interval(540, 720),
        Interval(780, 1020),
    )
    with pytest.raises(ValueError, match="11:59 is within the hours that begin at 09:00"):
        require_apart([Interval(540, 720), Interval(719, 800)])
    with pytest.raises(ValueError, match="at most"):
        require_apart([Interval(minute, minute + 1) for minute in range(25)])


@pytest.mark.parametrize(
    ("first", "last", "start", "end"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), 0, DAY_MIN),
        (date(2026, 3, 2), date(2026, 3, 2), 600, 600),
        (date(2026, 3, 2), date(2027, 3, 3), 0, DAY_MIN),
        (date(1, 1, 1), date(1, 1, 1), 0, DAY_MIN),
        (date(9999, 12, 31), date(9999, 12, 31), 0, DAY_MIN),
    ],
)
def test_a_holiday_has_an_end_within_a_year_and_a_date_of_this_world(
    first: date, last: date, start: int, end: int
) -> None:
    with pytest.raises(ValueError, match="holiday"):
        require_holiday_span(first, last, start, end)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Europe",
        "Europe/Atlantis",
        "/etc/passwd",
        "../../etc/passwd",
        "Europe//Berlin",
        "Europe/Bér",
        "a\x00b",
        "W. Europe Standard Time",
        "x" * 65,
    ],
)
def test_a_name_that_is_no_zone_finds_none(name: str) -> None:
    assert find_zone(name) is None


def test_a_time_is_told_with_its_date_when_its_weekday_would_mislead() -> None:
    now = berlin(2026, 3, 2, 10)
    assert local_text(berlin(2026, 3, 5, 9), now, BERLIN) == "Thursday 09:00 Europe/Berlin"
    assert local_text(berlin(2026, 3, 9, 9), now, BERLIN) == "Monday 9 March 2026 09:00 Europe/Berlin"
