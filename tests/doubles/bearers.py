"""Programs with a bearer token: of agents in memory, and of a tenant's agents on a real node."""

from datetime import datetime

import httpx2
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.actions.ports import Keys
from hub.auth.access_tokens import AccessTokens, Grant
from hub.auth.keys import RandomKeys
from hub.auth.visitor_tokens import VisitorTokens
from hub.rest.halo.routes import Halo
from hub.settings import Settings
from tests.doubles.node import RunningNode
from tests.doubles.ports import Memory
from tests.doubles.secrets import SECRET_KEYS, open_secrets
from tests.doubles.tenant import Tenant

Headers = dict[str, str]


def halo_client(memory: Memory) -> TestClient:
    """The Halo dialect on the outside in memory."""
    halo = Halo(memory.ports, open_secrets(), VisitorTokens(SECRET_KEYS), Settings(secret_keys=SECRET_KEYS))
    return TestClient(Starlette(routes=halo.routes()), raise_server_exceptions=True)


async def bearer_in_memory(
    memory: Memory, tenant_id: int, name: str, *, is_admin: bool = False, scopes: tuple[str, ...] = ("all",)
) -> Headers:
    """The header of a program that acts for a new agent."""
    keys: Keys = RandomKeys()
    agent_id = await memory.identities.create_agent(
        tenant_id, name, f"{name}@{tenant_id}.example".lower(), is_admin=is_admin
    )
    secret = keys.issue_secret(f"client-{tenant_id}-{name}")
    credential_id = await memory.credentials.add_credential(
        tenant_id, "oauth_client", secret.public_id, hash=secret.hash, principal_id=agent_id, scopes=scopes
    )
    return access_header(tenant_id, credential_id, scopes, memory.clock.now())


def access_header(tenant_id: int, credential_id: int, scopes: tuple[str, ...], now: datetime) -> Headers:
    """The header with a token for this credential."""
    token = AccessTokens(SECRET_KEYS).issue_token("access", Grant(tenant_id, credential_id, scopes), now)
    return {"Authorization": f"Bearer {token}"}


async def bearer_of(node: RunningNode, tenant: Tenant, agent: int = 0) -> Headers:
    """The header of a program that has signed in with the password of the tenant's first agent, who is an administrator, or another."""
    credentials = tenant.bootstrap.agents[agent]
    form = {"grant_type": "password", "username": credentials.email, "password": credentials.password}
    async with httpx2.AsyncClient() as client:
        response = await client.post(f"{node.base_url}/auth/token", data=form)
    response.raise_for_status()
    return {"Authorization": f"Bearer {response.json()['access_token']}"}
