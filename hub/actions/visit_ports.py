"""What actions on visits need from outside; `hub.bus` fulfils it, in Redis alone. The rest is in `ports`."""

from collections.abc import Sequence
from typing import Protocol

from hub.domain.visit import Invitation, Visit

VisitKey = tuple[int, str]  # Tenant and visit.


class VisitStore(Protocol):
    """Keeps who is on the site, as leases. Everything raises VisitsUnavailable while Redis is away."""

    async def renew_visit(self, tenant_id: int, visit: Visit, lease_s: float) -> bool:
        """The visit as it is now, for so long; False when it was not known, and nothing was kept."""

    async def add_visit(self, tenant_id: int, visit: Visit, lease_s: float) -> bool:
        """A new one; False when the tenant has as many as are kept."""

    async def find_visit(self, tenant_id: int, visit_id: str) -> Visit | None: ...

    async def list_visits(
        self, tenant_id: int, limit: int
    ) -> tuple[list[tuple[Visit, Invitation | None]], int]:
        """Those whose lease holds, the newest lease first, and how many there are."""

    async def add_invitation(self, tenant_id: int, invitation: Invitation, lease_s: float) -> Invitation:
        """The invitation that stands for this visit from now on: this one, or one that was there before."""

    async def find_invitations(self, keys: Sequence[VisitKey]) -> list[Invitation | None]:
        """What stands for each of these visits, in their order; one round trip."""

    async def replace_invitation(self, tenant_id: int, invitation: Invitation, lease_s: float) -> None:
        """This one instead of the one with the same id, for so long; nothing when that one stands no more."""

    async def forget_invitation(self, tenant_id: int, invitation: Invitation) -> None:
        """The one with this id stands no more."""
