"""A program that acts for an agent over the Halo dialect of a real node, and what it cannot change there yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import msgspec

from hub.actions.ports import Ports
from hub.domain.identity import AgentCaller
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant


@asynccontextmanager
async def application(
    node: RunningNode, ports: Ports, agent: AgentCaller, scope: str = "all"
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that has signed in as the agent with these scopes."""
    keys = open_secrets().keys
    client_id = keys.random_text(20)
    secret = keys.issue_secret(client_id)
    await ports.credentials.add_credential(
        agent.tenant_id, "oauth_client", client_id, hash=secret.hash, principal_id=agent.id, scopes=("all",)
    )
    async with httpx2.AsyncClient(trust_env=False, base_url=node.base_url) as client:
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret.text,
            "scope": scope,
        }
        token = (await client.post("/auth/token", data=form)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def set_config(owner_url: str, profile_id: int, config: dict[str, Any]) -> None:
    """Merges members into the configuration of a profile, behind the hub's back."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute(
            "UPDATE profiles SET config = config || $2::text::jsonb WHERE id = $1",
            profile_id,
            msgspec.json.encode(config).decode(),
        )
    finally:
        await connection.close()


async def end_leases(owner_url: str, tenant: Tenant) -> None:
    """Lets everybody of the tenant who was here have left, as time does."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("UPDATE presence SET until = now() WHERE tenant_id = $1", tenant.id)
    finally:
        await connection.close()
