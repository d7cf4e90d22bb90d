"""A tenant made for one test, as `hub bootstrap` makes it."""

from dataclasses import dataclass
from uuid import uuid4

from hub.actions.ports import Ports, Secrets
from hub.actions.tenants import Bootstrap, bootstrap_tenant
from hub.domain.identity import AgentCaller, VisitorCaller, visitor_name
from hub.domain.profile import Profile
from hub.settings import Settings
from tests.doubles.secrets import cheap_secrets

PAGE_ORIGIN = "http://localhost:9999"


@dataclass(frozen=True, slots=True)
class Tenant:
    """Credentials in the clear, and callers for actions."""

    bootstrap: Bootstrap
    profile: Profile
    marta: AgentCaller
    jonas: AgentCaller

    @property
    def id(self) -> int:
        """The tenant's id."""
        return self.bootstrap.tenant.id

    def new_visitor(self) -> VisitorCaller:
        """Somebody who has never been here."""
        uuid = uuid4()
        return VisitorCaller(self.id, self.profile.id, uuid, None, visitor_name(uuid))


async def make_tenant(ports: Ports, settings: Settings, secrets: Secrets | None = None) -> Tenant:
    """A fresh tenant with two agents and a profile that admits loopback pages.

    With `open_secrets` its agents cannot sign in by password.
    """
    bootstrap = await bootstrap_tenant(ports, secrets or cheap_secrets(settings), settings.base_url)
    profile = await ports.profiles.find_profile(bootstrap.profile.id)
    assert profile is not None
    marta, jonas = (
        AgentCaller(
            bootstrap.tenant.id, agent.id, agent.name, agent.email, is_admin=agent is bootstrap.agents[0]
        )
        for agent in bootstrap.agents
    )
    return Tenant(bootstrap, profile, marta, jonas)
