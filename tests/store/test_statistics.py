"""The planner is told of tables that grew from nothing."""

import asyncio

import asyncpg

from hub.app import open_database
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from hub.store.statistics import FIRST_AFTER_EVENTS, Statistics

LOOKS = "SELECT analyze_count FROM pg_stat_user_tables WHERE relname = 'events'"
PATIENCE_S = 10.0


async def test_growth_has_the_tables_looked_at_and_little_of_it_does_not(
    pair: PairAddresses, settings: Settings
) -> None:
    observer = await asyncpg.connect(pair.owner_url)
    async with open_database(settings) as database:
        statistics = Statistics(database)
        keeping = asyncio.create_task(statistics.keep_fresh())
        before = await observer.fetchval(LOOKS)

        statistics.note_appended(FIRST_AFTER_EVENTS - 1)
        await asyncio.sleep(0)
        assert not keeping.done()
        statistics.note_appended(1)

        async with asyncio.timeout(PATIENCE_S):
            while await observer.fetchval(LOOKS) == before:
                await asyncio.sleep(0.05)
        keeping.cancel()
        await asyncio.wait({keeping})
    await observer.close()
