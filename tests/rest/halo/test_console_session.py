"""The console calls the dialect by its session: the cookie together with the XSRF token, and never the cookie alone."""

import httpx2

from hub.actions.agents import sign_in, sign_out
from hub.actions.ports import Ports
from hub.app import make_secrets
from hub.auth.console_sessions import xsrf_from_session
from hub.settings import Settings
from tests.doubles.halo_client import PATIENCE_S
from tests.doubles.node import RunningNode
from tests.doubles.tenant import make_tenant


async def test_the_session_and_its_xsrf_token_together_are_the_agent(
    node: RunningNode, ports: Ports, settings: Settings
) -> None:
    secrets = make_secrets(settings)
    agent = (await make_tenant(ports, settings)).bootstrap.agents[0]
    session_id = (await sign_in(ports, secrets, agent.email, agent.password, "local")).session_id
    cookie, xsrf = {"Cookie": f"hub_session={session_id}"}, {"X-XSRF-TOKEN": xsrf_from_session(session_id)}
    async with httpx2.AsyncClient(base_url=node.base_url, timeout=PATIENCE_S) as http:

        async def status(headers: dict[str, str]) -> int:
            return (await http.get("/api/CannedText", headers=headers)).status_code

        assert await status(cookie | xsrf) == 200
        made = await http.post("/api/CannedText", json={"name": "hi", "text": "Hi"}, headers=cookie | xsrf)
        assert made.status_code == 201
        assert made.json()["agent_id"] == agent.id

        assert await status(cookie) == 401
        assert await status(xsrf) == 401
        assert await status(cookie | {"X-XSRF-TOKEN": "guess"}) == 403
        assert await status(cookie | xsrf | {"Origin": "https://elsewhere.example"}) == 403
        assert await status(cookie | xsrf | {"Sec-Fetch-Site": "cross-site"}) == 403
        assert await status(cookie | xsrf | {"Sec-Fetch-Site": "same-origin"}) == 200
        # A bearer token speaks for itself, whatever else comes along.
        assert await status(cookie | xsrf | {"Authorization": "Bearer nothing"}) == 401

        await sign_out(ports, secrets.keys, session_id)
        assert await status(cookie | xsrf) == 401
