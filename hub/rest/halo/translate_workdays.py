"""Workdays, holidays and availability: Halo's fields to our words and back."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from hub.actions.hours_ports import HolidayChange, WorkdayChange
from hub.domain.availability import Availability
from hub.domain.errors import BadRequest
from hub.domain.profile import Profile
from hub.domain.text import MAX_NAME_CHARS, clean_name
from hub.domain.workday import (
    DAY_MIN,
    Holiday,
    Interval,
    Workday,
    clock_text,
    find_zone,
    hours_with_break,
    require_apart,
    require_holiday_span,
    require_interval,
)
from hub.rest.halo.moment import render_moment
from hub.rest.halo.wire_workdays import HolidayIn, WorkdayIn, WorkdayInterval

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
USUAL_DAYS = DAYS[:5]
DEFAULT_ZONE = "UTC"
MAX_SUMMARY_CHARS = 1_000
NO_DAY = "1900-01-01T"  # Halo's clients read times of the clock as dates; the date means nothing.

CLOCK = re.compile(
    r"(?:\d{4}-\d\d-\d\dT)?(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ].*)?", re.ASCII)


def workday_change_from_wire(told: WorkdayIn, known: Workday | None) -> WorkdayChange:
    """The workday as it shall be; `known` as it is, None for a new one. BadRequest names the field."""
    zone = told.timezone or (known.time_zone if known else DEFAULT_ZONE)
    if find_zone(zone) is None:
        raise BadRequest(
            "There is no such time zone; an IANA name such as Europe/Berlin is wanted.", field="timezone"
        )
    summary = told.summary if told.summary is not None else (known.summary if known else "")
    if len(summary) > MAX_SUMMARY_CHARS:
        raise BadRequest(f"A summary has at most {MAX_SUMMARY_CHARS:,} characters.", field="summary")
    holidays = None
    if told.holidays is not None:
        holidays = tuple(holiday_change_from_wire(one, None, told.id or 0) for one in told.holidays)
    return WorkdayChange(
        name=_name_from_wire(told.name, known.name if known else None),
        summary=summary,
        time_zone=zone,
        days=_days_from_wire(told, known),
        holidays=holidays,
        id=told.id,
    )


def holiday_change_from_wire(
    told: HolidayIn, known: Holiday | None, workday_id: int | None = None
) -> HolidayChange:
    """The holiday as it shall be; `known` as it is, None for a new one. BadRequest names the field."""
    workday_id = workday_id if workday_id is not None else told.workday_id
    if workday_id is None:
        if known is None:
            raise BadRequest("A holiday belongs to a workday.", field="workday_id")
        workday_id = known.workday_id
    first, last, start_min, end_min = _span_from_wire(told, known)
    try:
        require_holiday_span(first, last, start_min, end_min)
    except ValueError as error:
        raise BadRequest(str(error), field="end_date") from None
    is_yearly = told.isrecurring if told.isrecurring is not None else bool(known and known.is_yearly)
    return HolidayChange(
        workday_id=workday_id,
        name=_name_from_wire(told.name, known.name if known else None),
        first=first,
        last=last,
        start_min=start_min,
        end_min=end_min,
        is_yearly=is_yearly,
        id=known.id if known else None,
    )


def workday_from_domain(workday: Workday, *, with_holidays: bool) -> dict[str, Any]:
    """A Halo Workdays object."""
    days = workday.days
    open_days = [day for day in days if day]
    is_same = all(day == open_days[0] for day in open_days)
    answer: dict[str, Any] = {
        "id": workday.id,
        "guid": str(workday.uuid),
        "name": workday.name,
        "summary": workday.summary,
        "timezone": workday.time_zone,
        "alldayssame": is_same,
        "start": _clock_to_wire(open_days[0][0].start_min) if open_days and is_same else None,
        "end": _clock_to_wire(open_days[0][-1].end_min) if open_days and is_same else None,
    }
    for name, day in zip(DAYS, days, strict=True):
        answer[f"inc{name}"] = bool(day)
        answer[f"start{name}"] = _clock_to_wire(day[0].start_min) if day else None
        answer[f"end{name}"] = _clock_to_wire(day[-1].end_min) if day else None
    answer["intervals"] = [
        {"weekday": name, "start": clock_text(hours.start_min), "end": clock_text(hours.end_min)}
        for name, day in zip(DAYS, days, strict=True)
        for hours in day
    ]
    if with_holidays:
        answer["holidays"] = [holiday_from_domain(holiday) for holiday in workday.holidays]
    return answer


def holiday_from_domain(holiday: Holiday) -> dict[str, Any]:
    """A Halo Holidays object."""
    whole = holiday.is_whole_day
    ends_with_day = holiday.end_min == DAY_MIN and not whole
    last = holiday.last + timedelta(days=1) if ends_with_day else holiday.last
    return {
        "id": str(holiday.uuid),
        "holid": holiday.id,
        "workday_id": holiday.workday_id,
        "name": holiday.name,
        "date": f"{holiday.first.isoformat()}T{clock_text(holiday.start_min)}:00",
        "end_date": f"{last.isoformat()}T{clock_text(holiday.end_min % DAY_MIN)}:00",
        "allday": whole,
        "isrecurring": holiday.is_yearly,
    }


def availability_from_domain(found: Availability, profile: Profile, now: datetime) -> dict[str, Any]:
    """Whether a chat can be begun, and everything that speaks against it."""
    return {
        "_chat_available": found.is_available,
        "reasons": [{"code": reason.code, "message": reason.sentence} for reason in found.reasons],
        "next_open_at": _moment_to_wire(found.next_open_at),
        "next_close_at": _moment_to_wire(found.next_close_at),
        "agents_present": found.agents_present,
        "agents_free": found.agents_free,
        "queue_length": found.queue_length,
        "max_queue": profile.hours.max_queue,
        "workdays_id": profile.hours.workday_id,
        "techmustonline": profile.hours.needs_agent,
        "checked_at": _moment_to_wire(now),
    }


def holiday_id_from_wire(told: HolidayIn) -> int | None:
    """The id of the holiday to change; None for a new one. `id` may be the number, too, and must not be another one."""
    number = None
    if isinstance(told.id, int) or (
        told.id and told.id.isascii() and told.id.isdigit() and len(told.id) < 10
    ):
        number = int(told.id) or None
    elif told.id and not told.holid:
        raise BadRequest("A holiday is named by its holid.", field="id")
    if told.holid and number and number != told.holid:
        raise BadRequest("The id is of another holiday than the holid.", field="id")
    return told.holid or number


def _days_from_wire(told: WorkdayIn, known: Workday | None) -> tuple[tuple[Interval, ...], ...]:
    if told.intervals is not None:
        return _days_from_intervals(told.intervals)
    given = msgspec.structs.asdict(told)
    asked = [name for name in _hours_fields() if given[name] is not None]
    if known is not None and not asked:
        return known.days
    return _days_from_fields(told, given)


def _hours_fields() -> list[str]:
    each = [f"{what}{day}" for what in ("inc", "start", "end") for day in DAYS]
    return ["alldayssame", "start", "end", "lunchstart", "lunchend", *each]


def _days_from_intervals(intervals: Sequence[WorkdayInterval]) -> tuple[tuple[Interval, ...], ...]:
    days: dict[str, list[Interval]] = {day: [] for day in DAYS}
    for number, one in enumerate(intervals):
        day = days.get(one.weekday.lower())
        if day is None:
            raise BadRequest("A weekday is monday to sunday.", field=f"intervals[{number}].weekday")
        start = _clock_from_wire(one.start, f"intervals[{number}].start", is_end=False)
        end = _clock_from_wire(one.end, f"intervals[{number}].end", is_end=True)
        day.append(_interval(start, end, f"intervals[{number}].end"))
    try:
        return tuple(require_apart(day) for day in days.values())
    except ValueError as error:
        raise BadRequest(str(error), field="intervals") from None


def _days_from_fields(told: WorkdayIn, given: Mapping[str, Any]) -> tuple[tuple[Interval, ...], ...]:
    names_days = any(given[f"inc{day}"] is not None for day in DAYS)
    pause = _break_from_wire(told)
    days: list[tuple[Interval, ...]] = []
    for day in DAYS:
        if not (bool(given[f"inc{day}"]) if names_days else day in USUAL_DAYS):
            days.append(())
            continue
        suffix = day if told.alldayssame is False else ""
        start_name, end_name = f"start{suffix}", f"end{suffix}"
        start = _clock_from_wire(given[start_name], start_name, is_end=False)
        end = _clock_from_wire(given[end_name], end_name, is_end=True)
        hours = _interval(start, end, end_name)
        days.append(hours_with_break(hours, pause) if pause else (hours,))
    return tuple(days)


def _break_from_wire(told: WorkdayIn) -> Interval | None:
    if told.lunchstart is None and told.lunchend is None:
        return None
    start = _clock_from_wire(told.lunchstart, "lunchstart", is_end=False)
    return _interval(start, _clock_from_wire(told.lunchend, "lunchend", is_end=True), "lunchend")


def _interval(start_min: int, end_min: int, field: str) -> Interval:
    try:
        return require_interval(start_min, end_min)
    except ValueError:
        raise BadRequest(
            "The hours of a day end after they begin, at midnight at the latest.", field=field
        ) from None


def _span_from_wire(told: HolidayIn, known: Holiday | None) -> tuple[date, date, int, int]:
    if told.date is None:
        if known is None:
            raise BadRequest("A holiday has a date.", field="date")
        if told.end_date is not None or told.allday is not None:
            raise BadRequest("Say the date together with its end.", field="date")
        return known.first, known.last, known.start_min, known.end_min
    first = _date_from_wire(told.date, "date")
    if told.allday is not False:
        last = first if told.end_date is None else _date_from_wire(told.end_date, "end_date")
        return first, last, 0, DAY_MIN
    if told.end_date is None:
        raise BadRequest("A holiday that is no whole day has an end.", field="end_date")
    last = _date_from_wire(told.end_date, "end_date")
    end_min = _clock_from_wire(told.end_date, "end_date", is_end=False)
    if end_min == 0 and last > date.min:  # The midnight with which a day begins ends the one before.
        last, end_min = last - timedelta(days=1), DAY_MIN
    return first, last, _clock_from_wire(told.date, "date", is_end=False), end_min


def _clock_from_wire(text: str | None, field: str, *, is_end: bool) -> int:
    """Minutes after midnight. An end of 00:00 is the midnight that ends the day; seconds make an end a minute later."""
    match = CLOCK.fullmatch((text or "").strip())
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (99, 0, 0)
    is_midnight = (hour, minute, second) == (24, 0, 0)
    if not is_midnight and (hour > 23 or minute > 59 or second > 59):
        raise BadRequest("A time such as 09:00 or 2026-01-05T09:00:00 is wanted.", field=field)
    minutes = hour * 60 + minute
    return (minutes + (second > 0)) or DAY_MIN if is_end else minutes


def _date_from_wire(text: str, field: str) -> date:
    match = DATE.fullmatch(text.strip())
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise BadRequest("A date such as 2026-12-24 is wanted.", field=field) from None


def _name_from_wire(told: str | None, known: str | None) -> str:
    if told is None and known is not None:
        return known
    name = clean_name(told or "")
    if not name or len(told or "") > MAX_NAME_CHARS:
        raise BadRequest(f"A name of 1 to {MAX_NAME_CHARS} characters is wanted.", field="name")
    return name


def _clock_to_wire(minute: int) -> str:
    return f"{NO_DAY}{clock_text(minute % DAY_MIN)}:00"


def _moment_to_wire(at: datetime | None) -> str | None:
    return None if at is None else render_moment(at)
