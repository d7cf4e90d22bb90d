"""Workdays and their holidays in Postgres."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg

from hub.actions.hours_ports import HolidayChange, WorkdayChange
from hub.domain.errors import NotFound
from hub.domain.workday import Holiday, Interval, Workday
from hub.store.pool import Connection, Database

WORKDAY_COLUMNS = ("tenant_id", "id", "uuid", "name", "summary", "time_zone", "days")
HOLIDAY_COLUMNS = (
    *("id", "uuid", "workday_id", "name", "first_day", "last_day", "start_min", "end_min", "is_yearly"),
)
WORKDAY = ", ".join(WORKDAY_COLUMNS)
HOLIDAY = ", ".join(HOLIDAY_COLUMNS)

LIST = f"SELECT {WORKDAY} FROM workdays WHERE tenant_id = $1 ORDER BY name, id"
FIND = f"SELECT {WORKDAY} FROM workdays WHERE tenant_id = $1 AND id = ANY ($2)"
HOLIDAYS = (
    f"SELECT {HOLIDAY} FROM holidays WHERE tenant_id = $1 AND workday_id = ANY ($2) ORDER BY first_day, id"
)
CREATE = f"""
    INSERT INTO workdays (tenant_id, name, summary, time_zone, days) VALUES ($1, $2, $3, $4, $5) RETURNING {WORKDAY}
"""
UPDATE = f"""
    UPDATE workdays SET name = $3, summary = $4, time_zone = $5, days = $6, changed_at = now()
    WHERE tenant_id = $1 AND id = $2 RETURNING {WORKDAY}
"""

# First of all, so that whoever is giving a profile these hours is waited for, and whoever comes later finds them gone.
LOCK = "SELECT id FROM workdays WHERE tenant_id = $1 AND id = $2 FOR UPDATE"
USERS = """
    SELECT p.name FROM profiles p
    WHERE p.tenant_id = $1 AND p.deleted_at IS NULL AND (p.config->'hours'->>'workday_id')::int = $2 ORDER BY p.id LIMIT 1
"""
DELETE = "DELETE FROM workdays WHERE tenant_id = $1 AND id = $2"

LIST_HOLIDAYS = f"SELECT {HOLIDAY} FROM holidays WHERE tenant_id = $1 AND ($2::int IS NULL OR workday_id = $2) ORDER BY first_day, id"
FIND_HOLIDAYS = f"SELECT {HOLIDAY} FROM holidays WHERE tenant_id = $1 AND id = ANY ($2)"
CREATE_HOLIDAY = f"""
    INSERT INTO holidays (tenant_id, workday_id, name, first_day, last_day, start_min, end_min, is_yearly)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {HOLIDAY}
"""
UPDATE_HOLIDAY = f"""
    UPDATE holidays SET workday_id = $3, name = $4, first_day = $5, last_day = $6, start_min = $7, end_min = $8, is_yearly = $9
    WHERE tenant_id = $1 AND id = $2 RETURNING {HOLIDAY}
"""
DELETE_HOLIDAY = "DELETE FROM holidays WHERE tenant_id = $1 AND id = $2 RETURNING id"
CLEAR_HOLIDAYS = "DELETE FROM holidays WHERE tenant_id = $1 AND workday_id = $2"


class Workdays:
    """Reads and changes workdays."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_workdays(self, tenant_id: int) -> list[Workday]:
        """All of the tenant, by name, with their holidays."""
        async with self._database.tenants([tenant_id]) as connection:
            return await _with_holidays(connection, tenant_id, await connection.fetch(LIST, tenant_id))

    async def find_workdays(self, tenant_id: int, ids: Sequence[int]) -> list[Workday]:
        """Those of the tenant that have these ids, with their holidays."""
        async with self._database.tenants([tenant_id]) as connection:
            return await _with_holidays(
                connection, tenant_id, await connection.fetch(FIND, tenant_id, list(ids))
            )

    async def save_workdays(self, tenant_id: int, changes: Sequence[WorkdayChange]) -> list[Workday]:
        """The workdays as they are now, in the order of the changes; all of them are saved or none. NotFound."""
        async with self._database.tenants([tenant_id]) as connection:
            saved = [await _save_workday(connection, tenant_id, change) for change in changes]
            return await _with_holidays(connection, tenant_id, saved)

    async def delete_workday(self, tenant_id: int, workday_id: int) -> str | None:
        """Deletes it with its holidays; the name of a profile that goes by it, when one does: then it stays. NotFound."""
        async with self._database.tenants([tenant_id]) as connection:
            if await connection.fetchval(LOCK, tenant_id, workday_id) is None:
                raise NotFound
            user: str | None = await connection.fetchval(USERS, tenant_id, workday_id)
            if user is None:
                await connection.execute(DELETE, tenant_id, workday_id)
            return user

    async def list_holidays(self, tenant_id: int, workday_id: int | None) -> list[Holiday]:
        """Those of a workday, or all, by their first day."""
        async with self._database.tenants([tenant_id]) as connection:
            return [
                holiday_from_row(row) for row in await connection.fetch(LIST_HOLIDAYS, tenant_id, workday_id)
            ]

    async def find_holidays(self, tenant_id: int, ids: Sequence[int]) -> list[Holiday]:
        """Those of the tenant that have these ids."""
        async with self._database.tenants([tenant_id]) as connection:
            return [
                holiday_from_row(row) for row in await connection.fetch(FIND_HOLIDAYS, tenant_id, list(ids))
            ]

    async def save_holidays(self, tenant_id: int, changes: Sequence[HolidayChange]) -> list[Holiday]:
        """The holidays as they are now, in the order of the changes; all of them are saved or none. NotFound."""
        async with self._database.tenants([tenant_id]) as connection:
            return [
                holiday_from_row(await _save_holiday(connection, tenant_id, change)) for change in changes
            ]

    async def delete_holiday(self, tenant_id: int, holiday_id: int) -> None:
        """Deletes it. NotFound."""
        async with self._database.tenants([tenant_id]) as connection:
            if await connection.fetchval(DELETE_HOLIDAY, tenant_id, holiday_id) is None:
                raise NotFound


def workday_from_row(row: asyncpg.Record | Mapping[str, Any], holidays: Iterable[Holiday]) -> Workday:
    """The workday of a row; of the holidays it takes its own."""
    values: dict[str, Any] = dict(row)
    values["days"] = tuple(tuple(Interval(*hours) for hours in day) for day in values["days"])
    return Workday(**values, holidays=tuple(one for one in holidays if one.workday_id == values["id"]))


def holiday_from_row(row: asyncpg.Record | Mapping[str, Any]) -> Holiday:
    """The holiday of a row."""
    values: dict[str, Any] = dict(row)
    return Holiday(first=values.pop("first_day"), last=values.pop("last_day"), **values)


async def _with_holidays(
    connection: Connection, tenant_id: int, rows: Sequence[asyncpg.Record]
) -> list[Workday]:
    found = await connection.fetch(HOLIDAYS, tenant_id, [row["id"] for row in rows])
    holidays = [holiday_from_row(row) for row in found]
    return [workday_from_row(row, holidays) for row in rows]


async def _save_workday(connection: Connection, tenant_id: int, change: WorkdayChange) -> asyncpg.Record:
    days = [[[hours.start_min, hours.end_min] for hours in day] for day in change.days]
    values = (change.name, change.summary, change.time_zone, days)
    if change.id is None:
        rows = await connection.fetch(CREATE, tenant_id, *values)
    else:
        rows = await connection.fetch(UPDATE, tenant_id, change.id, *values)
    if not rows:
        raise NotFound
    if change.holidays is not None:
        await connection.execute(CLEAR_HOLIDAYS, tenant_id, rows[0]["id"])
        for holiday in change.holidays:
            await connection.fetch(CREATE_HOLIDAY, tenant_id, *_holiday_values(rows[0]["id"], holiday))
    saved: asyncpg.Record = rows[0]
    return saved


async def _save_holiday(connection: Connection, tenant_id: int, change: HolidayChange) -> asyncpg.Record:
    values = _holiday_values(change.workday_id, change)
    try:
        if change.id is None:
            rows = await connection.fetch(CREATE_HOLIDAY, tenant_id, *values)
        else:
            rows = await connection.fetch(UPDATE_HOLIDAY, tenant_id, change.id, *values)
    except asyncpg.ForeignKeyViolationError:
        raise NotFound from None  # The workday went while its holiday was on the way.
    if not rows:
        raise NotFound
    saved: asyncpg.Record = rows[0]
    return saved


def _holiday_values(workday_id: int, change: HolidayChange) -> tuple[Any, ...]:
    return (
        workday_id,
        change.name,
        change.first,
        change.last,
        change.start_min,
        change.end_min,
        change.is_yearly,
    )
