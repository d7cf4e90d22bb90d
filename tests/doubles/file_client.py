"""Somebody who brings and gets files over HTTP, under a token of their own."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from hub.actions.ports import Ports
from hub.auth.access_tokens import AccessTokens, Grant
from hub.auth.visitor_tokens import VisitorTokens
from hub.domain.identity import AgentCaller, VisitorCaller
from hub.settings import Settings

ADDRESS = "/api/Attachment"


@dataclass(frozen=True, slots=True)
class FileClient:
    """Calls under one token, or under none."""

    http: httpx2.AsyncClient
    token: str | None = None

    async def call(self, method: str, path: str = ADDRESS, **named: Any) -> httpx2.Response:
        """The answer, whatever it is."""
        headers = dict(named.pop("headers", {}))
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        return await self.http.request(method, path, headers=headers, **named)

    async def get(self, attachment_id: int, query: str = "", **headers: str) -> httpx2.Response:
        """The download of one; `headers` with underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.call("GET", f"{ADDRESS}/{attachment_id}{query}", headers=named)

    async def send_form(self, *files: tuple[str, bytes], **fields: str) -> httpx2.Response:
        """The answer to files in a form."""
        return await self.call("POST", files=[("file", file) for file in files], data=fields)

    async def bring(self, content: bytes = b"hello", name: str = "a.txt", **fields: str) -> dict[str, Any]:
        """One file in a form that must be taken; what was made of it."""
        response = await self.send_form((name, content), **fields)
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()
        return made


def input_of(content: bytes = b"hello", filename: str = "a.txt", **members: Any) -> dict[str, Any]:
    """A file as JSON brings it."""
    return {"filename": filename, "data_base64": b64encode(content).decode(), **members}


async def client_of_agent(
    http: httpx2.AsyncClient, ports: Ports, settings: Settings, agent: AgentCaller, scope: str = "all"
) -> FileClient:
    """A program that acts for the agent within the scope."""
    credential_id = await ports.credentials.add_credential(
        agent.tenant_id, "oauth_client", uuid4().hex, hash="x", principal_id=agent.id, scopes=["all"]
    )
    grant = Grant(agent.tenant_id, credential_id, (scope,))
    token = AccessTokens(settings.secret_keys).issue_token("access", grant, ports.clock.now())
    return FileClient(http, token)


def client_of_visitor(
    http: httpx2.AsyncClient, ports: Ports, settings: Settings, visitor: VisitorCaller
) -> FileClient:
    """A page that the visitor has open."""
    token = VisitorTokens(settings.secret_keys).issue_token(
        visitor.tenant_id, visitor.profile_id, visitor.uuid, 0, ports.clock.now()
    )
    return FileClient(http, token)
