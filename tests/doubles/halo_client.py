"""A program that speaks the Halo dialect, for tests: signed in as an agent of a tenant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2

from hub.actions.ports import Ports, Secrets
from tests.doubles.tenant import Tenant

PATIENCE_S = 20
PAGE = "http://localhost:9999"  # Where a widget might stand: profiles admit loopback pages.


class HaloProgram:
    """Calls with a bearer token, or without."""

    def __init__(self, http: httpx2.AsyncClient, token: str | None = None) -> None:
        self.http = http
        self.token = token

    def bearing(self, token: str | None) -> "HaloProgram":
        """The same under another token."""
        return HaloProgram(self.http, token)

    async def call(self, method: str, path: str, body: Any = None, **request: Any) -> httpx2.Response:
        """One call below `/api`; the answer as it came."""
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        headers |= request.pop("headers", {})
        if body is not None:
            request["json"] = body
        return await self.http.request(method, f"/api{path}", headers=headers, **request)

    async def get(self, path: str, **query: Any) -> Any:
        """What the address answers with 200."""
        answer = await self.call("GET", path, params=query or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any, **headers: str) -> Any:
        """What the address answers with 201; `headers` with underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.call("POST", path, body, headers=named)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def refusal(self, method: str, path: str, **request: Any) -> tuple[int, str | None]:
        """The status of a refusal in Halo's form, and the field it names."""
        answer = await self.call(method, path, **request)
        body = answer.json()
        assert body["status"] == answer.status_code, answer.text
        assert body["ClassName"] == body["error"]
        return answer.status_code, next(iter(body.get("errors", {})), None)


@asynccontextmanager
async def halo_program(base_url: str, token: str | None) -> AsyncIterator[HaloProgram]:
    """A program with this token."""
    async with httpx2.AsyncClient(base_url=base_url, timeout=PATIENCE_S) as client:
        yield HaloProgram(client, token)


@asynccontextmanager
async def admin_program(base_url: str, tenant: Tenant) -> AsyncIterator[HaloProgram]:
    """A program with the tenant's first client credentials: it acts as Marta, an administrator, within every scope."""
    async with httpx2.AsyncClient(base_url=base_url, timeout=PATIENCE_S) as client:
        halo = tenant.bootstrap.halo
        yield HaloProgram(client, await ask_for_token(client, halo.client_id, halo.client_secret))


@asynccontextmanager
async def program_of(
    base_url: str, ports: Ports, secrets: Secrets, tenant: Tenant, agent_id: int, *scopes: str
) -> AsyncIterator[HaloProgram]:
    """A program with fresh client credentials of an agent, within these scopes."""
    client_id, client_secret = await add_client(ports, secrets, tenant, agent_id, *scopes)
    async with httpx2.AsyncClient(base_url=base_url, timeout=PATIENCE_S) as client:
        yield HaloProgram(client, await ask_for_token(client, client_id, client_secret))


async def add_client(
    ports: Ports, secrets: Secrets, tenant: Tenant, agent_id: int, *scopes: str
) -> tuple[str, str]:
    """Client id and secret of a fresh client of the agent's, within these scopes."""
    client = secrets.keys.issue_secret(str(uuid4()))
    await ports.credentials.add_credential(
        tenant.id, "oauth_client", client.public_id, hash=client.hash, principal_id=agent_id, scopes=scopes
    )
    return client.public_id, client.text


async def ask_for_token(
    client: httpx2.AsyncClient, client_id: str, client_secret: str, scope: str = "all"
) -> str:
    """An access token for client credentials."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
        "scope": scope,
    }
    answer = await client.post("/auth/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])
