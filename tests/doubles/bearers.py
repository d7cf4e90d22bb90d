"""Programs with a bearer token of the Halo dialect, and the dialect on the outside in memory."""

from collections.abc import Sequence
from datetime import datetime

from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.actions.ports import Ports
from hub.auth.access_tokens import AccessTokens, Grant
from hub.auth.keys import RandomKeys
from hub.auth.visitor_tokens import VisitorTokens
from hub.domain.identity import AgentCaller
from hub.rest.halo.routes import Halo
from hub.settings import Settings
from tests.doubles.ports import Memory
from tests.doubles.secrets import SECRET_KEYS, open_secrets

Headers = dict[str, str]


def halo_client(memory: Memory) -> TestClient:
    """The Halo dialect on the outside in memory."""
    halo = Halo(memory.ports, open_secrets(), VisitorTokens(SECRET_KEYS), Settings(secret_keys=SECRET_KEYS))
    return TestClient(Starlette(routes=halo.routes()))


async def bearer_in_memory(
    memory: Memory, tenant_id: int, name: str, *, is_admin: bool = False, scopes: tuple[str, ...] = ("all",)
) -> Headers:
    """The header of a program that acts for a new agent."""
    email = f"{name}@{tenant_id}.example".lower()
    agent_id = await memory.identities.create_agent(tenant_id, name, email, is_admin=is_admin)
    agent = AgentCaller(tenant_id, agent_id, name, email)
    return await bearer_of(memory.ports, agent, SECRET_KEYS, memory.clock.now(), scopes)


async def bearer_of(
    ports: Ports,
    agent: AgentCaller,
    secret_keys: Sequence[str],
    now: datetime,
    scopes: tuple[str, ...] = ("all",),
) -> Headers:
    """The header of a program that acts for an agent of the ports' hub, which has these keys."""
    secret = RandomKeys().issue_secret(RandomKeys().random_text(20))
    credential_id = await ports.credentials.add_credential(
        agent.tenant_id,
        "oauth_client",
        secret.public_id,
        hash=secret.hash,
        principal_id=agent.id,
        scopes=scopes,
    )
    token = AccessTokens(secret_keys).issue_token(
        "access", Grant(agent.tenant_id, credential_id, scopes), now
    )
    return {"Authorization": f"Bearer {token}"}
