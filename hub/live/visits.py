"""Beats of visits that wait in this process until somebody invites their visitor.

One look a second for all of them asks what stands: it needs no ring, and an invitation that was taken or has ended is noticed the
same way.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final, Protocol

from hub.actions.visit_ports import VisitKey, VisitStore
from hub.domain.errors import VisitsUnavailable
from hub.domain.visit import Invitation

LOOK_EVERY_S: Final = 1.0
# Beyond that a process has better to do: who comes then hears of an invitation a beat later.
MAX_WAITING: Final = 5_000


class Process(Protocol):
    """Knows whether this process is going."""

    @property
    def draining(self) -> bool: ...


@dataclass(eq=False, slots=True)
class _Waiting:
    """A beat that waits for an invitation other than the one it knows."""

    key: VisitKey
    knows: str | None
    found: Invitation | None
    is_over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands for a visit, and whether its page may come again at once: it has waited, or has news to show."""

    standing: Invitation | None
    is_due: bool


class Visiting:
    """The visits whose beats wait in this process."""

    def __init__(self, visits: VisitStore) -> None:
        self._visits = visits
        self._waiting: set[_Waiting] = set()

    async def watch(self, process: Process) -> None:
        """Looks for invitations once a second until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.look(is_going=process.draining)

    async def look(self, *, is_going: bool = False) -> None:
        """Answers the beats whose invitation is another one by now; all of them, when Redis or the process goes."""
        waiting = list(self._waiting)
        try:
            found = await self._visits.find_invitations([one.key for one in waiting])
        except VisitsUnavailable:
            found = [None] * len(waiting)
            for one in waiting:
                one.is_over.set()
        for one, invitation in zip(waiting, found, strict=True):
            if key_of(invitation) != one.knows or is_going:
                one.found = invitation
                one.is_over.set()

    async def wait(self, key: VisitKey, knows: str | None, wait_ms: int) -> "Outcome":
        """What stands for the visit as soon as it is not what its page knows; at the latest after `wait_ms`.

        VisitsUnavailable.
        """
        [standing] = await self._visits.find_invitations([key])
        if key_of(standing) != knows:
            return Outcome(standing, is_due=True)
        if not wait_ms or len(self._waiting) >= MAX_WAITING:
            return Outcome(standing, is_due=False)
        waiting = _Waiting(key, knows, standing)
        self._waiting.add(waiting)
        try:
            async with asyncio.timeout(wait_ms / 1000):
                await waiting.is_over.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(waiting)
        return Outcome(waiting.found, is_due=True)


def key_of(invitation: Invitation | None) -> str | None:
    """By which a page knows it; None for one that is shown no more."""
    return invitation.key if invitation is not None and invitation.state == "open" else None
