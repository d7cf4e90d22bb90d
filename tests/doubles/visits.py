"""The page of somebody who only looks, for tests: its beats over HTTP."""

from typing import Any
from uuid import uuid4

import httpx2

from tests.doubles.line import Frame
from tests.doubles.tenant import PAGE_ORIGIN, Tenant


class LookingPage:
    """One page of a visitor; `token` is who they are, once they are somebody."""

    def __init__(self, client: httpx2.AsyncClient, base_url: str, tenant: Tenant) -> None:
        self._client = client
        self.url = f"{base_url}/api/realtime/visit?profile={tenant.profile.id}"
        self.word = uuid4().hex
        self.key = tenant.profile.key
        self.token: str | None = None
        self.origin: str | None = PAGE_ORIGIN

    async def post(self, **members: Any) -> httpx2.Response:
        """One beat as it is answered."""
        body = {"v": 1, "key": self.key, "visit": self.word, **members}
        headers = {} if self.origin is None else {"origin": self.origin}
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        return await self._client.post(self.url, json=body, headers=headers, timeout=40)

    async def beat(self, **members: Any) -> Frame:
        """What one beat is told."""
        answer = await self.post(**members)
        assert answer.status_code == 200, answer.text
        told: Frame = answer.json()
        return told
