"""The entrances as the visitors of this process see them: open or not, pushed to every line when it changes.

One look at the facts every second for all of them, and one judgement for each profile that has visitors' lines; agents'
lines are told the same way whether they take new chats.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from hub.actions.availability import availability_from_facts
from hub.actions.hours_ports import Facts
from hub.actions.ports import Ports
from hub.domain.availability import Availability
from hub.domain.errors import StorageUnavailable
from hub.domain.identity import AgentCaller
from hub.domain.profile import Profile
from hub.domain.readiness import Readiness
from hub.live.frames import Map, Outgoing, accepting_frame, availability_frame

log = structlog.get_logger()

LOOK_EVERY_S = 1.0  # A change anywhere is told within two seconds, with Redis or without.
LINGER_S = 60.0  # Lines that come in beats find their door known, and are told without being answered for it.


class DoorLine(Protocol):
    """A line that is told."""

    def offer_event(self, frame: Outgoing) -> None: ...

    def send(self, frame: Map, *, is_news: bool = True) -> None: ...


@dataclass(slots=True)
class _Door:
    """One entrance with its lines. `told` is what they were told last; None before the first look."""

    lines: set[DoorLine] = field(default_factory=set)
    told: Map | None = None
    left_at_s: float = 0.0


@dataclass(slots=True)
class _Desk:
    """One agent with their lines."""

    readiness: Readiness
    lines: set[DoorLine] = field(default_factory=set)


ProfileKey = tuple[int, int]  # Tenant and profile.
AgentKey = tuple[int, int]  # Tenant and agent.


class Doors:
    """All entrances and agents this process has lines of."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._doors: dict[ProfileKey, _Door] = {}
        self._desks: dict[AgentKey, _Desk] = {}
        self._facts: dict[int, Facts] = {}
        self._look_now = asyncio.Event()

    def enter(self, line: DoorLine, profile: Profile) -> None:
        """A visitor's line has been welcomed: it is told how the door stands, now or as soon as that is known."""
        door = self._doors.setdefault((profile.tenant_id, profile.id), _Door())
        door.lines.add(line)
        if door.told is None:
            self._look_now.set()
        else:
            line.send(door.told, is_news=False)

    def sit_down(self, line: DoorLine, agent: AgentCaller, readiness: Readiness) -> None:
        """An agent's line has been welcomed, and told whether the agent takes new chats."""
        desk = self._desks.setdefault((agent.tenant_id, agent.id), _Desk(readiness))
        desk.lines.add(line)
        self._tell_desk(desk, readiness)

    def leave(self, line: DoorLine, profile: Profile) -> None:
        """A visitor's line is gone."""
        door = self._doors.get((profile.tenant_id, profile.id))
        if door is not None:
            door.lines.discard(line)
            door.left_at_s = asyncio.get_running_loop().time()

    def stand_up(self, line: DoorLine, agent: AgentCaller) -> None:
        """An agent's line is gone."""
        desk = self._desks.get((agent.tenant_id, agent.id))
        if desk is not None:
            desk.lines.discard(line)
            if not desk.lines:
                del self._desks[agent.tenant_id, agent.id]

    def look_soon(self) -> None:
        """Something was changed here: looks at once rather than within a second."""
        self._look_now.set()

    async def watch(self) -> None:
        """Looks every second, and at once when asked to, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._look_now.wait()
            except TimeoutError:
                pass
            self._look_now.clear()
            try:
                await self.look()
            except Exception:  # Lines are told later rather than lost with the process.
                log.exception("look_failed")

    async def look(self) -> None:
        """Reads the facts, judges every entrance, and tells the lines of those that have changed."""
        now_s = asyncio.get_running_loop().time()
        self._doors = {
            key: door for key, door in self._doors.items() if door.lines or now_s - door.left_at_s < LINGER_S
        }
        tenants = {tenant_id for tenant_id, _ in (*self._doors, *self._desks)}
        if not tenants:
            return
        with suppress(StorageUnavailable):  # The clock goes on, by what was known last.
            self._facts = await self._ports.availability.read_facts(tenants)
        for key, door in list(self._doors.items()):
            self._tell_door(*key, door)
        for tenant_id, facts in self._facts.items():
            for agent in facts.agents:
                desk = self._desks.get((tenant_id, agent.caller.id))
                if desk is not None:
                    self._tell_desk(desk, agent.readiness)

    def _tell_door(self, tenant_id: int, profile_id: int, door: _Door) -> None:
        facts = self._facts.get(tenant_id)
        if facts is None:
            return  # Not known yet: the next look may.
        entrance = facts.entrances.get(profile_id)
        # A profile that was deleted lets nobody in.
        found = availability_from_facts(self._ports, entrance, facts) if entrance else Availability(False)
        frame = availability_frame(found)
        if frame != door.told:
            door.told = frame
            outgoing = Outgoing(frame)
            for line in door.lines:
                line.offer_event(outgoing)  # A state is not repeated, so it must not be lost.

    def _tell_desk(self, desk: _Desk, readiness: Readiness) -> None:
        if desk.readiness != readiness:
            desk.readiness = readiness
            outgoing = Outgoing(accepting_frame(readiness))
            for line in desk.lines:
                line.offer_event(outgoing)
