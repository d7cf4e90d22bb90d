"""A client of the Halo dialect: signs in, calls, and tells what came back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from hub.actions.tenants import BootstrapHalo
from tests.doubles.tenant import Tenant

PAGE = "http://localhost:9999"


@dataclass(frozen=True, slots=True)
class HaloClient:
    """Calls under one bearer token, or none."""

    http: httpx2.AsyncClient
    token: str | None = None

    def bearing(self, token: str | None) -> "HaloClient":
        """The same client under another token."""
        return HaloClient(self.http, token)

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """The answer, whatever it is; `headers` with underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            named["Authorization"] = f"Bearer {self.token}"
        content: dict[str, Any] = {} if body is None else {"json": body}
        return await self.http.request(method, f"/api{path}", headers=named, **content)

    async def get(self, path: str, **headers: str) -> Any:
        """The JSON of an answer that must be 200."""
        response = await self.call("GET", path, **headers)
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: Any, **headers: str) -> Any:
        """The JSON of an answer that must be 201."""
        response = await self.call("POST", path, body, **headers)
        assert response.status_code == 201, response.text
        return response.json()


@asynccontextmanager
async def open_halo_client(base_url: str, tenant: Tenant) -> AsyncIterator[HaloClient]:
    """The tenant's application, signed in: it acts as Marta."""
    async with httpx2.AsyncClient(base_url=base_url, timeout=30) as http:
        yield HaloClient(http, await fetch_token(http, tenant.bootstrap.halo))


async def fetch_token(http: httpx2.AsyncClient, halo: BootstrapHalo, scope: str = "all") -> str:
    """An access token for the client credentials."""
    response = await ask_for_token(
        http,
        grant_type="client_credentials",
        client_id=halo.client_id,
        client_secret=halo.client_secret,
        scope=scope,
    )
    assert response.status_code == 200, response.text
    token: str = response.json()["access_token"]
    return token


async def ask_for_token(http: httpx2.AsyncClient, **form: str) -> httpx2.Response:
    """The answer of the token endpoint."""
    return await http.post("/auth/token", data=form)
