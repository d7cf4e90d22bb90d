"""An entrance for agents, beside the one through which a tenant's visitors come, and what its pages prove."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from hub.actions.ports import Ports, Secrets
from hub.actions.profiles import ProfileDraft, save_profiles
from hub.actions.tenants import give_identity_secret
from hub.auth.keys import RandomKeys
from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, LiveMode, Profile
from tests.doubles.id_tokens import claims_of, sign
from tests.doubles.line import Line
from tests.doubles.tenant import PAGE_ORIGIN, Tenant


@dataclass(frozen=True, slots=True)
class AgentsEntrance:
    """The profile, and the secret its pages' server signs with."""

    profile: Profile
    secret: str

    def id_token(self, of: str, **claims: Any) -> str:
        """What the page's server says of an agent."""
        return sign(self.secret, claims_of("staff-1", **{"email": of, "email_verified": True, **claims}))


async def make_agents_entrance(
    ports: Ports, secrets: Secrets, tenant: Tenant, *, mode: LiveMode = "websocket"
) -> AgentsEntrance:
    """A fresh one, for loopback pages."""

    def apply(profile: Profile) -> Profile:
        rules = replace(profile.rules, access=Access("agents"))
        return replace(profile, name="Staff", rules=rules, origins=("loopback",), mode=mode)

    [made] = await save_profiles(ports, RandomKeys(), tenant.marta, [ProfileDraft(None, apply)])
    return AgentsEntrance(made, await give_identity_secret(ports, secrets, tenant.id, made.id))


@asynccontextmanager
async def page_line(ws_url: str, profile: Profile, origin: str | None = PAGE_ORIGIN) -> AsyncIterator[Line]:
    """A line that a page of the profile opens; hello is still to be said."""
    async with connect(
        f"{ws_url}?profile={profile.id}",
        subprotocols=[Subprotocol("hub.v1.json")],
        origin=Origin(origin) if origin else None,
        ping_interval=None,
    ) as socket:
        yield Line(socket)


def email_of(tenant: Tenant, agent: AgentCaller) -> str:
    """The address the agent signs in with."""
    return next(one.email for one in tenant.bootstrap.agents if one.id == agent.id)
