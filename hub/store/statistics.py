"""Has Postgres look at tables that grew from nothing, before its own housekeeping comes round.

Plans are kept, and a plan made for empty tables takes the first index it finds: measured, a tenth to a thirtieth of the throughput from the
thousandth message on. Statistics mend that at once, because they make every connection plan anew.
"""

import asyncio

from hub.domain.errors import StorageUnavailable
from hub.store.pool import Database

REFRESH = "SELECT refresh_statistics()"

FIRST_AFTER_EVENTS = 500  # Below that no plan is slow.
THEN_AFTER_TIMES = (
    8  # Postgres' own housekeeping follows slower growth; three or four looks are all it takes.
)
LAST_AFTER_EVENTS = 1_000_000


class Statistics:
    """Counts what this process appends, and has the statistics refreshed as that grows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._appended = 0
        self._due_at = FIRST_AFTER_EVENTS
        self._due = asyncio.Event()

    def note_appended(self, events: int) -> None:
        """So many events were committed."""
        self._appended += events
        if self._appended >= self._due_at:
            self._due.set()

    async def keep_fresh(self) -> None:
        """Refreshes when it is due, until cancelled."""
        while self._due_at < LAST_AFTER_EVENTS:
            await self._due.wait()
            self._due.clear()
            self._due_at = max(self._due_at, self._appended) * THEN_AFTER_TIMES
            try:
                async with self._database.nobody() as connection:
                    await connection.execute(REFRESH)
            except StorageUnavailable:
                continue  # Then the housekeeping will have to do.
