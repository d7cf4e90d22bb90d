"""Work that one process does for all, now and then: who writes the time does it."""

from datetime import datetime, timedelta

from hub.store.pool import Database

BEGIN = """
    INSERT INTO chores AS c (name, at) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET at = $2 WHERE c.at <= $2 - $3::interval
    RETURNING true
"""


async def begin_chore(database: Database, name: str, now: datetime, every: timedelta) -> bool:
    """Whether it is the caller's turn: one in `every`, whatever the number of processes."""
    async with database.nobody() as connection:
        return await connection.fetchval(BEGIN, name, now, every) is not None
