"""What actions on availability, presence and opening hours need from outside; `hub.store` fulfils them. The rest is in `ports`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from hub.domain.availability import Entrance, PresentAgent
from hub.domain.readiness import Readiness
from hub.domain.workday import Holiday, Interval, Workday


@dataclass(frozen=True, slots=True)
class Facts:
    """What availability goes by in one tenant: its entrances and workdays by id, the agents who are here, the waiting chats by profile."""

    entrances: Mapping[int, Entrance] = field(default_factory=dict)
    workdays: Mapping[int, Workday] = field(default_factory=dict)
    agents: tuple[PresentAgent, ...] = ()
    waiting: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HolidayChange:
    """A holiday as it shall be; without an id a new one."""

    workday_id: int
    name: str
    first: date
    last: date
    start_min: int
    end_min: int
    is_yearly: bool
    id: int | None = None


@dataclass(frozen=True, slots=True)
class WorkdayChange:
    """A workday as it shall be; without an id a new one. `holidays` take the place of those there are; None leaves them."""

    name: str
    summary: str
    time_zone: str
    days: tuple[tuple[Interval, ...], ...]
    holidays: tuple[HolidayChange, ...] | None = None
    id: int | None = None


class AvailabilityStore(Protocol):
    """Reads what availability goes by."""

    async def find_facts(self, tenant_id: int) -> Facts:
        """The facts of one tenant, a second old at worst."""

    async def read_facts(self, tenant_ids: Iterable[int]) -> dict[int, Facts]:
        """The facts as they are now, by tenant; one query."""

    def forget_facts(self, tenant_id: int) -> None:
        """Something was changed here: who asks next must be told of it."""

    async def set_readiness(self, tenant_id: int, agent_id: int, readiness: Readiness) -> None: ...


class PresenceStore(Protocol):
    """Keeps which agents are here."""

    async def renew_presence(self, leases: Sequence[tuple[int, int, float]]) -> None:
        """Each (tenant, agent) is here for so many seconds from now on, as this process knows it; one statement."""


class WorkdayStore(Protocol):
    """Reads and changes workdays with their holidays."""

    async def list_workdays(self, tenant_id: int) -> list[Workday]: ...

    async def find_workdays(self, tenant_id: int, ids: Sequence[int]) -> list[Workday]:
        """Those of the tenant that have these ids."""

    async def save_workdays(self, tenant_id: int, changes: Sequence[WorkdayChange]) -> list[Workday]:
        """All of them, or none. Raises NotFound."""

    async def delete_workday(self, tenant_id: int, workday_id: int) -> str | None:
        """The name of a profile that goes by it, when one does: then it stays. Raises NotFound."""

    async def list_holidays(self, tenant_id: int, workday_id: int | None) -> list[Holiday]:
        """Those of a workday; None: all."""

    async def find_holidays(self, tenant_id: int, ids: Sequence[int]) -> list[Holiday]:
        """Those of the tenant that have these ids."""

    async def save_holidays(self, tenant_id: int, changes: Sequence[HolidayChange]) -> list[Holiday]:
        """All of them, or none. Raises NotFound."""

    async def delete_holiday(self, tenant_id: int, holiday_id: int) -> None:
        """Raises NotFound."""
