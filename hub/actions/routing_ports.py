"""What actions on waiting chats and those who may take them need from outside; `hub.store` fulfils it. The rest is in `ports`."""

from collections.abc import Sequence
from typing import Protocol

from hub.domain.event import Event
from hub.domain.identity import AgentCaller


class RoutingStore(Protocol):
    """Finds chats for agents."""

    async def list_waiting(self, agent: AgentCaller, limit: int) -> Sequence[int]:
        """The chats that wait for somebody like this agent, who comes next first: offered to nobody else, for their teams or none.

        Access is not asked. Messages that were left come last.
        """

    async def find_acceptance(self, tenant_id: int, agent_id: int, cid: str) -> Event | None:
        """The event by which the agent accepted some chat under this cid within the last hour."""
