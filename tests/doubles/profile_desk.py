"""Three profiles in memory behind the Halo dialect, and who comes to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from starlette.testclient import TestClient

from hub.domain.person import AgentFilter
from hub.domain.profile import Access, Flow, Profile, Rules
from tests.doubles.bearers import Headers, bearer_in_memory, halo_client
from tests.doubles.nobody import NO_DESK, NoDesk, NoWorkdays
from tests.doubles.ports import Memory, MemoryIdentities, OpenLimits

KEY = "kVYpTS6a9bQ2mN4rXwZ8cDfGhJkLsE1u"
SHOP = Profile(1, 7, uuid4(), KEY, "Shop", ("loopback", "https://shop.example"), "epoch", flow=Flow())
HIDDEN = replace(SHOP, id=8, name="Hidden", kind=3, rules=Rules(access=Access(is_enforced=True)))
FOREIGN = Profile(2, 9, uuid4(), "another tenant's key", "Elsewhere", ("*",), "epoch")

# What there is in the first tenant, for profiles to refer to.
WORKDAY_IDS, TYPE_IDS, TEAM_IDS = (31, 32), (51, 52), (71, 72)

Body = dict[str, Any]


@dataclass(frozen=True)
class Numbered:
    """Something of which nobody here needs more than the id."""

    id: int


class FewWorkdays(NoWorkdays):
    """Those of the first tenant."""

    async def list_workdays(self, tenant_id: int) -> list[Any]:
        return [Numbered(number) for number in WORKDAY_IDS if tenant_id == 1]


class FewTeams(NoDesk):
    """Teams and ticket types of the first tenant."""

    async def list_teams(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[Any]:
        return [Numbered(number) for number in TEAM_IDS if tenant_id == 1]

    async def list_types(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[Any]:
        return [Numbered(number) for number in TYPE_IDS if tenant_id == 1]


class FewAgents(NoDesk):
    """Those who have programs here."""

    def __init__(self, identities: MemoryIdentities) -> None:
        self._identities = identities

    async def list_agents(self, tenant_id: int, wanted: AgentFilter) -> list[Any]:
        return [agent for agent in self._identities.agents.values() if agent.tenant_id == tenant_id]


class Desk:
    """The dialect over three profiles, with an administrator, an agent, and an administrator of another tenant."""

    def __init__(self, memory: Memory, admin: Headers, agent: Headers, foreigner: Headers) -> None:
        self.memory = memory
        self.client: TestClient = halo_client(memory)
        self.admin, self.agent, self.foreigner = admin, agent, foreigner

    @property
    def agent_ids(self) -> list[int]:
        """The agents of the first tenant."""
        return [agent.id for agent in self.memory.identities.agents.values() if agent.tenant_id == 1]

    @property
    def profiles(self) -> Mapping[int, Profile]:
        """What is stored."""
        return self.memory.profiles.profiles

    def post(self, body: Any, who: Headers | None = None) -> Any:
        """A POST by the administrator, or whom it names."""
        return self.client.post("/api/ChatProfile", json=body, headers=self.admin if who is None else who)

    def get(self, path: str, who: Headers | None = None) -> Any:
        """A GET below the resource."""
        return self.client.get(f"/api/ChatProfile{path}", headers=self.admin if who is None else who)


async def make_desk() -> Desk:
    """A desk of a test's own."""
    memory = Memory(limits=OpenLimits())
    few = replace(NO_DESK, teams=FewTeams(), staff=FewAgents(memory.identities))
    memory.ports = replace(memory.ports, desk=few, workdays=FewWorkdays())
    memory.profiles.profiles |= {profile.id: profile for profile in (SHOP, HIDDEN, FOREIGN)}
    admin = await bearer_in_memory(memory, 1, "Marta", is_admin=True)
    agent = await bearer_in_memory(memory, 1, "Jonas")
    return Desk(memory, admin, agent, await bearer_in_memory(memory, 2, "Eve", is_admin=True))
