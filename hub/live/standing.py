"""Ends the lines of those who may no longer be on them: revoked, disabled. Needs no Redis."""

import asyncio

from hub.actions.ports import StandingStore
from hub.domain.errors import StorageUnavailable
from hub.live.registry import Registry

LOOK_EVERY_S = 3.0  # A revocation must reach every line of every process within 5 s.


async def watch_standing(registry: Registry, standing: StandingStore) -> None:
    """Looks all callers of this process up every few seconds, in one query, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        sessions = registry.list_known()
        callers = list({session.caller for session in sessions if session.caller is not None})
        try:
            fallen = set(await standing.list_fallen(callers)) if callers else set()
        except StorageUnavailable:
            continue
        for session in sessions:
            if session.caller in fallen:
                session.revoke()
