"""What actions on waiting chats and those who may take them need from outside; `hub.store` fulfils it. The rest is in `ports`."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from hub.domain.event import Event
from hub.domain.identity import AgentCaller
from hub.domain.routing import Candidate, WaitingChat

MoveKind = Literal["offer_over", "gone", "overdue", "abandoned", "route"]


@dataclass(frozen=True, slots=True)
class Move:
    """Something to be done with a chat now: its offer's time is over, its holder (`agent_id`) is gone, it has waited for too long,
    its visitor has gone, or it looks for an agent.
    """

    chat_id: int
    kind: MoveKind
    agent_id: int | None = None


@dataclass(frozen=True, slots=True)
class StrandedChat:
    """An open chat that nobody would ever come to, and what is wrong with it, in one word."""

    tenant_id: int
    chat_id: int
    reason: str


class Turn(Protocol):
    """This process's turn to move the chats of one tenant; nobody else has it meanwhile."""

    async def list_waiting(self) -> Sequence[WaitingChat]:
        """The chats that look for an agent, who comes next first."""

    async def list_candidates(self) -> Sequence[Candidate]:
        """The agents who are here."""

    async def note_offered(self, agent_id: int) -> None:
        """It was this agent's turn."""


class RoutingStore(Protocol):
    """Finds chats for agents, and what is to be moved."""

    async def list_waiting(self, agent: AgentCaller, limit: int) -> Sequence[int]:
        """The chats that wait for somebody like this agent, who comes next first: offered to nobody else, for their teams or none.

        Messages that were left come last.
        """

    async def find_acceptance(self, tenant_id: int, agent_id: int, cid: str) -> Event | None:
        """The event by which the agent accepted some chat under this cid within the last hour."""

    async def list_moves(self) -> dict[int, list[Move]]:
        """What is to be done now in the chats of each tenant; one query."""

    def take_turn(self, tenant_id: int) -> AbstractAsyncContextManager[Turn | None]:
        """The turn with the tenant's chats; None while another process has it."""

    async def list_stranded(self) -> list[StrandedChat]:
        """Open chats without a queue, an agent or a flow, of all tenants; some of them when they are many."""
