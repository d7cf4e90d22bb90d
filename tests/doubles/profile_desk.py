"""Three profiles in memory behind the Halo dialect, and who comes to them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from starlette.testclient import TestClient

from hub.domain.profile import Access, Flow, Profile, Rules
from tests.doubles.bearers import Headers, bearer_in_memory, halo_client
from tests.doubles.ports import Memory, OpenLimits

KEY = "kVYpTS6a9bQ2mN4rXwZ8cDfGhJkLsE1u"
SHOP = Profile(1, 7, uuid4(), KEY, "Shop", ("loopback", "https://shop.example"), "epoch", flow=Flow())
HIDDEN = replace(SHOP, id=8, name="Hidden", kind=3, rules=Rules(access=Access(is_enforced=True)))
FOREIGN = Profile(2, 9, uuid4(), "another tenant's key", "Elsewhere", ("*",), "epoch")

Body = dict[str, Any]


class Desk:
    """The dialect over three profiles, with an administrator, an agent, and an administrator of another tenant."""

    def __init__(self, memory: Memory, admin: Headers, agent: Headers, foreigner: Headers) -> None:
        self.memory = memory
        self.client: TestClient = halo_client(memory)
        self.admin, self.agent, self.foreigner = admin, agent, foreigner

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
    memory.profiles.profiles |= {profile.id: profile for profile in (SHOP, HIDDEN, FOREIGN)}
    admin = await bearer_in_memory(memory, 1, "Marta", is_admin=True)
    agent = await bearer_in_memory(memory, 1, "Jonas")
    return Desk(memory, admin, agent, await bearer_in_memory(memory, 2, "Eve", is_admin=True))
