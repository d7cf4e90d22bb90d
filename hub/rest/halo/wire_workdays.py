"""Workdays, holidays and availability as Halo's clients send and get them.

Times of a workday are readings of its own clocks: the date and the zone of `start` and its kin are not looked at.
"""

from typing import Annotated

import msgspec

from hub.rest.halo.answers import ListQuery

Id = Annotated[
    int, msgspec.Meta(ge=-(2**31), lt=2**31)
]  # What a database column of ids can be compared with.


class WorkdayQuery(msgspec.Struct):
    """How workdays are listed."""

    showholidays: bool = False


class HolidayQuery(ListQuery):
    """Which holidays: those of a workday, under either name, or all."""

    workday_id: Id | None = None
    workdayid: Id | None = None


class WorkdayInterval(msgspec.Struct):
    """Hours of one day of the week: `monday`, `09:00`, `12:30`."""

    weekday: str
    start: str
    end: str


class HolidayIn(msgspec.Struct, kw_only=True):
    """A holiday to create, or with `holid` (or `id`) to change: whole days, or with `allday` false from a time to a time."""

    id: str | Id | None = None
    holid: Id | None = None
    workday_id: Id | None = None
    name: str | None = None
    date: str | None = None
    end_date: str | None = None
    allday: bool | None = None
    isrecurring: bool | None = None


class WorkdayIn(msgspec.Struct, kw_only=True):
    """A workday to create, or with `id` to change; what a change leaves out stays as it is.

    Hours are `start` to `end` on the days that `inc…` names, with `alldayssame` false each day's own, less a break from
    `lunchstart` to `lunchend`. `intervals` take their place and say each day's hours one by one.
    """

    id: Id | None = None
    name: str | None = None
    summary: str | None = None
    timezone: str | None = None
    alldayssame: bool | None = None
    start: str | None = None
    end: str | None = None
    lunchstart: str | None = None
    lunchend: str | None = None
    incmonday: bool | None = None
    inctuesday: bool | None = None
    incwednesday: bool | None = None
    incthursday: bool | None = None
    incfriday: bool | None = None
    incsaturday: bool | None = None
    incsunday: bool | None = None
    startmonday: str | None = None
    starttuesday: str | None = None
    startwednesday: str | None = None
    startthursday: str | None = None
    startfriday: str | None = None
    startsaturday: str | None = None
    startsunday: str | None = None
    endmonday: str | None = None
    endtuesday: str | None = None
    endwednesday: str | None = None
    endthursday: str | None = None
    endfriday: str | None = None
    endsaturday: str | None = None
    endsunday: str | None = None
    intervals: list[WorkdayInterval] | None = None
    holidays: list[HolidayIn] | None = None


class HolidayOut(msgspec.Struct):
    """A holiday. `date` and `end_date` are readings of the workday's clocks."""

    id: str
    holid: int
    workday_id: int
    name: str
    date: str
    end_date: str
    allday: bool
    isrecurring: bool


class WorkdayOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A workday. `intervals` say all; `start…` and `end…` are when a day's first hours begin and its last ones end."""

    id: int
    guid: str
    name: str
    summary: str
    timezone: str
    alldayssame: bool
    start: str | None
    end: str | None
    incmonday: bool
    inctuesday: bool
    incwednesday: bool
    incthursday: bool
    incfriday: bool
    incsaturday: bool
    incsunday: bool
    startmonday: str | None
    starttuesday: str | None
    startwednesday: str | None
    startthursday: str | None
    startfriday: str | None
    startsaturday: str | None
    startsunday: str | None
    endmonday: str | None
    endtuesday: str | None
    endwednesday: str | None
    endthursday: str | None
    endfriday: str | None
    endsaturday: str | None
    endsunday: str | None
    intervals: list[WorkdayInterval]
    holidays: list[HolidayOut] | None = None


class WorkdayList(msgspec.Struct):
    """Workdays, by name."""

    record_count: int
    workdays: list[WorkdayOut]


class HolidayList(msgspec.Struct):
    """Holidays, by their first day."""

    record_count: int
    holidays: list[HolidayOut]


class AvailabilityReason(msgspec.Struct):
    """Why no chat can be begun: a code for programs and a sentence for people."""

    code: str
    message: str


class AvailabilityAnswer(msgspec.Struct):
    """Whether a chat can be begun with the profile now, and if not, why and until when; agents are those who may answer it."""

    _chat_available: bool
    reasons: list[AvailabilityReason]
    next_open_at: str | None
    next_close_at: str | None
    agents_present: int
    agents_free: int
    queue_length: int
    max_queue: int | None
    workdays_id: int | None
    techmustonline: bool
    checked_at: str
