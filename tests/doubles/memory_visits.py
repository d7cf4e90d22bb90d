"""Who is on the site, in memory: leases by a clock that is moved."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from hub.actions.visit_ports import VisitKey
from hub.domain.visit import Invitation, Visit


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime: ...


class MemoryVisits:
    """Keeps visits and invitations as Redis does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._visits: dict[VisitKey, tuple[datetime, Visit]] = {}
        self._invitations: dict[VisitKey, tuple[datetime, Invitation]] = {}

    async def renew_visit(self, tenant_id: int, visit: Visit, lease_s: float) -> bool:
        if await self.find_visit(tenant_id, visit.id) is None:
            return False
        return await self.add_visit(tenant_id, visit, lease_s)

    async def add_visit(self, tenant_id: int, visit: Visit, lease_s: float) -> bool:
        self._visits[tenant_id, visit.id] = (self._end(lease_s), visit)
        return True

    async def find_visit(self, tenant_id: int, visit_id: str) -> Visit | None:
        until, visit = self._visits.get((tenant_id, visit_id), (None, None))
        return visit if until is not None and until > self._clock.now() else None

    async def list_visits(
        self, tenant_id: int, limit: int
    ) -> tuple[list[tuple[Visit, Invitation | None]], int]:
        live = [
            visit
            for (tenant, _), (until, visit) in self._visits.items()
            if tenant == tenant_id and until > self._clock.now()
        ]
        standing = await self.find_invitations([(tenant_id, visit.id) for visit in live])
        return list(zip(live, standing, strict=True))[:limit], len(live)

    async def add_invitation(self, tenant_id: int, invitation: Invitation, lease_s: float) -> Invitation:
        [standing] = await self.find_invitations([(tenant_id, invitation.visit_id)])
        if standing is None:
            self._invitations[tenant_id, invitation.visit_id] = (self._end(lease_s), invitation)
        return standing or invitation

    async def find_invitations(self, keys: Sequence[VisitKey]) -> list[Invitation | None]:
        now = self._clock.now()
        found = [self._invitations.get(key) for key in keys]
        return [None if one is None or one[0] <= now else one[1] for one in found]

    async def replace_invitation(self, tenant_id: int, invitation: Invitation, lease_s: float) -> None:
        [standing] = await self.find_invitations([(tenant_id, invitation.visit_id)])
        if standing is not None and standing.id == invitation.id:
            self._invitations[tenant_id, invitation.visit_id] = (self._end(lease_s), invitation)

    async def forget_invitation(self, tenant_id: int, invitation: Invitation) -> None:
        [standing] = await self.find_invitations([(tenant_id, invitation.visit_id)])
        if standing is not None and standing.id == invitation.id:
            del self._invitations[tenant_id, invitation.visit_id]

    def _end(self, lease_s: float) -> datetime:
        return self._clock.now() + timedelta(seconds=lease_s)
