"""A workday: when an entrance is open by the clock. Hours of the week in a time zone, less holidays.

Hours are minutes of the wall clock of the workday's zone. A time that the clocks read twice counts the first time, one that
they skip counts at the moment they skip it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

DAY_MIN = 24 * 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MAX_INTERVALS = 24  # Of one weekday: an hour each would be odd enough.
MAX_HOLIDAYS = 500  # Of one workday: ten years of a busy calendar.
MAX_HOLIDAY_DAYS = 366
LOOK_AHEAD_DAYS = 731  # Who does not open within two years does not open.
STEADY_DAYS = (
    8  # Open for a week without a break is told as open without an end; it is looked at again long before.
)
FIRST_YEAR, LAST_YEAR = 1970, 9_000  # Within these no sum of days leaves the calendar.


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Hours of one day: from `start_min` until `end_min`, minutes after midnight; 1,440 is the midnight that ends the day."""

    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True)
class Holiday:
    """Closed from `start_min` of the first day until `end_min` of the last. A yearly one comes back every year from the first on."""

    id: int
    uuid: UUID
    workday_id: int
    name: str
    first: date
    last: date
    start_min: int = 0
    end_min: int = DAY_MIN
    is_yearly: bool = False

    @property
    def is_whole_day(self) -> bool:
        """Whether no part of any of its days is left."""
        return (self.start_min, self.end_min) == (0, DAY_MIN)


@dataclass(frozen=True, slots=True)
class Workday:
    """A named week of opening hours. `days` are Monday to Sunday, each with its intervals in order."""

    tenant_id: int
    id: int
    uuid: UUID
    name: str
    time_zone: str
    days: tuple[tuple[Interval, ...], ...]
    summary: str = ""
    holidays: tuple[Holiday, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Opening:
    """Open without a break from one time until before the other, UTC. `closes_at` None: for longer than a week."""

    opens_at: datetime
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class HoursNow:
    """How the clock stands: open or not, when that changes, and the holiday that closes it now, if one does."""

    is_open: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    holiday: Holiday | None = None


@lru_cache(maxsize=1_024)
def find_zone(name: str) -> ZoneInfo | None:
    """The time zone of this IANA name; None when there is none."""
    if not name or len(name) > 64 or not all(part and part.isascii() for part in name.split("/")):
        return None
    if not all(character.isalnum() or character in "/_+-" for character in name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # A folder, a name that is none, one that is not found.
        return None


def require_interval(start_min: int, end_min: int) -> Interval:
    """Hours of one day. ValueError with a sentence when they end before they begin."""
    if not 0 <= start_min < end_min <= DAY_MIN:
        raise ValueError(f"{clock_text(start_min)} to {clock_text(end_min)} is no time of one day.")
    return Interval(start_min, end_min)


def require_apart(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """The hours of one day in order. ValueError with a sentence when two overlap or they are too many."""
    if len(intervals) > MAX_INTERVALS:
        raise ValueError(f"A day has at most {MAX_INTERVALS} opening hours.")
    ordered = tuple(sorted(intervals))
    for one, other in pairwise(ordered):
        if other.start_min < one.end_min:
            raise ValueError(
                f"{clock_text(other.start_min)} is within the hours that begin at {clock_text(one.start_min)}."
            )
    return ordered


def require_holiday_span(first: date, last: date, start_min: int, end_min: int) -> None:
    """Returns when a holiday can last from the first day's time to the last day's. ValueError with a sentence else."""
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise ValueError(f"A holiday is between the years {FIRST_YEAR} and {LAST_YEAR:,}.")
    if last < first or (last == first and end_min <= start_min):
        raise ValueError("A holiday ends after it begins.")
    if (last - first).days >= MAX_HOLIDAY_DAYS:
        raise ValueError(f"A holiday has at most {MAX_HOLIDAY_DAYS} days.")


def hours_with_break(hours: Interval, pause: Interval) -> tuple[Interval, ...]:
    """The hours before and after a break; all of them when the break lies outside."""
    before = (hours.start_min, min(hours.end_min, pause.start_min))
    after = (max(hours.start_min, pause.end_min), hours.end_min)
    return tuple(Interval(start, end) for start, end in (before, after) if start < end)


def clock_text(minute: int) -> str:
    """`09:30`; `24:00` is the midnight that ends a day."""
    return f"{minute // 60:02}:{minute % 60:02}"


def hours_at(workday: Workday, now: datetime) -> HoursNow:
    """How the clock stands. `opens_at` is the next opening when it is closed; `closes_at` the end of that or this opening."""
    zone = find_zone(workday.time_zone)
    if zone is None:
        return HoursNow(is_open=False)
    opening = next(iterate_openings(workday, zone, now), None)
    if opening is None:
        return HoursNow(is_open=False, holiday=find_holiday(workday, zone, now))
    if opening.opens_at <= now:
        return HoursNow(is_open=True, closes_at=opening.closes_at)
    return HoursNow(
        is_open=False,
        opens_at=opening.opens_at,
        closes_at=opening.closes_at,
        holiday=find_holiday(workday, zone, now),
    )


def iterate_openings(workday: Workday, zone: ZoneInfo, now: datetime) -> Iterator[Opening]:
    """The openings that end after now, in order; hours that touch are one. Those that begin within two years."""
    begun: datetime | None = None
    ends: datetime | None = None
    today = now.astimezone(zone).date()
    for opens_at, closes_at in _iterate_spans(workday, zone, today - timedelta(days=1)):
        if closes_at <= now or closes_at <= opens_at:
            continue
        if begun is None or ends is None:
            begun, ends = opens_at, closes_at
        elif opens_at <= ends:
            ends = max(ends, closes_at)
        else:
            yield Opening(begun, ends)
            begun, ends = opens_at, closes_at
        if ends - max(begun, now) >= timedelta(days=STEADY_DAYS):
            yield Opening(begun, None)
            return
    if begun is not None:
        yield Opening(begun, ends)


def find_holiday(workday: Workday, zone: ZoneInfo, now: datetime) -> Holiday | None:
    """The holiday that takes away hours that would be open now, if one does."""
    local = now.astimezone(zone).replace(tzinfo=None)
    minute = local.hour * 60 + local.minute
    if not any(hours.start_min <= minute < hours.end_min for hours in workday.days[local.weekday()]):
        return None
    for holiday in workday.holidays:
        if any(start <= local < end for start, end in _occurrences(holiday, local.year - 1, local.year)):
            return holiday
    return None


def _iterate_spans(workday: Workday, zone: ZoneInfo, first_day: date) -> Iterator[tuple[datetime, datetime]]:
    """Beginnings and ends, UTC, day by day."""
    closed = _closed_spans(workday.holidays, first_day)
    starts = [start for start, _ in closed]
    for number in range(LOOK_AHEAD_DAYS + 1):
        day = first_day + timedelta(days=number)
        for hours in workday.days[day.weekday()]:
            start, end = _wall(day, hours.start_min), _wall(day, hours.end_min)
            for opens, closes in _without(start, end, closed, starts):
                yield instant_from_wall(opens, zone), instant_from_wall(closes, zone)


def _without(
    start: datetime, end: datetime, closed: list[tuple[datetime, datetime]], starts: list[datetime]
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a span when those that are closed, apart and in order, are taken out."""
    number = max(0, bisect_right(starts, start) - 1)
    while number < len(closed) and closed[number][0] < end:
        closes, opens = closed[number]
        if closes > start:
            yield start, closes
        start = max(start, opens)
        number += 1
    if start < end:
        yield start, end


def _closed_spans(holidays: Sequence[Holiday], first_day: date) -> list[tuple[datetime, datetime]]:
    """When holidays close, as readings of the wall clock, in order and merged."""
    years = first_day.year - 1, first_day.year + LOOK_AHEAD_DAYS // 365 + 1
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(span for holiday in holidays for span in _occurrences(holiday, *years)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _occurrences(holiday: Holiday, first_year: int, last_year: int) -> Iterator[tuple[datetime, datetime]]:
    """The holiday as often as it begins in these years."""
    years = range(first_year, last_year + 1) if holiday.is_yearly else (holiday.first.year,)
    for year in years:
        if year < holiday.first.year:
            continue
        first = _same_day(holiday.first, year)
        last = first + (holiday.last - holiday.first)
        yield _wall(first, holiday.start_min), _wall(last, holiday.end_min)


def _same_day(day: date, year: int) -> date:
    """The day in another year; 29 February is the 28th where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _wall(day: date, minute: int) -> datetime:
    """A reading of the wall clock: a time without a zone."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def instant_from_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of the zone first read this time, UTC; when they skip it, the moment they do."""
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # Skipped: somewhere between the two readings of it the offset changes; found to the second.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, int((instant - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def local_text(at: datetime, now: datetime, time_zone: str) -> str:
    """A time as an operator reads it: `Thursday 09:00 Europe/Berlin`, with the date when it is not within the week."""
    zone = find_zone(time_zone) or UTC
    local = at.astimezone(zone)
    text = WEEKDAYS[local.weekday()]
    if (local.date() - now.astimezone(zone).date()).days >= 7:
        text += f" {local.day} {MONTHS[local.month - 1]} {local.year}"
    return f"{text} {local:%H:%M} {time_zone}"
