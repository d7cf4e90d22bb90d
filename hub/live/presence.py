"""Keeps the leases by which the agents on this process's lines are here: all in one statement, and none for a line that comes back."""

import asyncio
from collections import Counter
from collections.abc import Callable
from time import monotonic

import structlog

from hub.actions.ports import PresenceStore
from hub.domain.errors import StorageUnavailable
from hub.domain.identity import AgentCaller

log = structlog.get_logger()

RENEW_EVERY_S = 15.0
LEASE_S = 45.0  # Two lost renewals are survivable.
# Whoever reloads the console, or comes in beats, has not left: the lease is cut short only after a pause, and then so that
# it ends GRACE_S after the last line did.
PAUSE_S = 8.0
GRACE_S = 20.0
GATHER_S = 0.05  # Agents who come together, as after a restart, are written together.
RETRY_S = 1.0

AgentKey = tuple[int, int]  # Tenant and agent.


class PresenceKeeper:
    """Counts the lines of each agent, and writes what changes."""

    def __init__(self, store: PresenceStore, now_s: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._now_s = now_s
        self._lines: Counter[AgentKey] = Counter()
        self._held_until_s: dict[AgentKey, float] = {}  # How long the lease lasts that was written last.
        self._fresh: set[AgentKey] = set()  # To be written now.
        self._left_at_s: dict[AgentKey, float] = {}
        self._changed = asyncio.Event()
        self._renew_at_s = 0.0
        self.on_written: Callable[[set[int]], None] = lambda tenant_ids: (
            None
        )  # The tenants it changed something for.

    def arrive(self, agent: AgentCaller) -> None:
        """A line of the agent's was opened."""
        key = (agent.tenant_id, agent.id)
        self._lines[key] += 1
        self._left_at_s.pop(key, None)
        left_s = self._held_until_s.get(key, 0.0) - self._now_s()
        if left_s < LEASE_S - RENEW_EVERY_S - PAUSE_S:
            self._fresh.add(key)
            self._changed.set()

    def leave(self, agent: AgentCaller) -> None:
        """A line of the agent's is gone."""
        key = (agent.tenant_id, agent.id)
        self._lines[key] -= 1
        if self._lines[key] <= 0:
            del self._lines[key]
            self._fresh.discard(key)
            self._left_at_s[key] = self._now_s()
            self._changed.set()

    async def run(self) -> None:
        """Writes until cancelled; then those who are still here have left with the process."""
        try:
            while True:
                await self._wait()
                try:
                    await self.write()
                except StorageUnavailable:
                    await asyncio.sleep(RETRY_S)
                except Exception:  # Who is here is worth less than the lines of this process.
                    log.exception("presence_failed")
                    await asyncio.sleep(RETRY_S)
        finally:
            await self._say_farewell()

    async def write(self) -> None:
        """One statement for all who came, have left for good or are to be renewed; none when there is nobody. StorageUnavailable."""
        now_s = self._now_s()
        is_renewal = now_s >= self._renew_at_s
        here = set(self._lines) if is_renewal else set(self._fresh)
        gone = {key: left_s for key, left_s in self._left_at_s.items() if now_s - left_s >= PAUSE_S}
        if here or gone:
            changed = {tenant_id for tenant_id, _ in (*self._fresh, *gone)}
            await self._store.renew_presence(
                [(*key, LEASE_S) for key in here]
                + [(*key, max(0.0, left_s + GRACE_S - now_s)) for key, left_s in gone.items()]
            )
            self._held_until_s |= dict.fromkeys(here, now_s + LEASE_S)
            self._fresh -= here
            for key, left_s in gone.items():
                self._held_until_s.pop(key, None)
                if self._left_at_s.get(key) == left_s:
                    del self._left_at_s[key]
                elif key in self._lines:
                    self._fresh.add(key)  # Came back while this was written.
            if changed:
                self.on_written(changed)
        if is_renewal:
            self._renew_at_s = now_s + RENEW_EVERY_S

    async def _wait(self) -> None:
        """Until somebody came, somebody has been away for long enough, or it is time to renew."""
        self._changed.clear()
        if self._fresh:
            await asyncio.sleep(GATHER_S)
            return
        due = [self._renew_at_s, *(left_at_s + PAUSE_S for left_at_s in self._left_at_s.values())]
        try:
            async with asyncio.timeout(min(due) - self._now_s()):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _say_farewell(self) -> None:
        leases = [(*key, GRACE_S) for key in {*self._lines, *self._left_at_s}]
        if leases:
            try:
                await self._store.renew_presence(leases)
            except StorageUnavailable:
                return  # The leases end by themselves.
