"""A waiting chat over two nodes, with Redis and without: offered to one agent wherever they are, and to the next when the first declines."""

import asyncio
from dataclasses import replace

import pytest

from hub.actions.ports import Ports
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from tests.doubles.applications import set_config
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import running_node
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant

AWAY = "redis://127.0.0.1:1/0"
PROMPTLY_S = 20.0


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own, made quickly."""
    return await make_tenant(ports, settings, open_secrets())


async def offered_to(line: Line, chat: int, agent_id: int) -> Frame:
    """The offer by which the line is told that the chat is held out to this agent."""

    def fits(row: Frame) -> bool:
        return row["chat"] == chat and row["offer"] is not None and row["offer"]["to"]["id"] == agent_id

    async with asyncio.timeout(PROMPTLY_S):
        frame = await line.expect("rows", lambda frame: any(fits(row) for row in frame["rows"]))
    return next(row["offer"] for row in frame["rows"] if fits(row))


async def key_of(ports: Ports, tenant: Tenant, agent_id: int) -> str:
    """A key by which a program works for the agent."""
    key = open_secrets().keys.issue_key("api_key")
    await ports.credentials.add_credential(
        tenant.id, "api_key", key.public_id, hash=key.hash, principal_id=agent_id
    )
    return key.text


@pytest.mark.parametrize("has_redis", [True, False])
async def test_a_chat_finds_its_agent_on_any_node(
    settings: Settings, ports: Ports, tenant: Tenant, pair: PairAddresses, has_redis: bool
) -> None:
    served = settings if has_redis else replace(settings, redis_url=AWAY)
    routing = {"routing": {"mode": "round_robin", "offer_for_s": 600}}
    await set_config(pair.owner_url, tenant.profile.id, routing)
    async with (
        running_node(served) as one,
        running_node(served) as other,
        visitor_line(one.ws_url, tenant) as visitor,
        agent_line(one.ws_url) as marta,
        agent_line(other.ws_url) as jonas,
    ):
        await marta.hello(token=await key_of(ports, tenant, tenant.marta.id), wants=["inbox"])
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await offered_to(marta, chat, tenant.marta.id)
        await jonas.hello(token=await key_of(ports, tenant, tenant.jonas.id), wants=["inbox"])

        assert (await marta.command("decline", chat=chat))["ok"]

        await offered_to(jonas, chat, tenant.jonas.id)
        assert (await jonas.command("accept", chat=chat))["ok"]
        async with asyncio.timeout(PROMPTLY_S):
            joined = await visitor.expect("event", lambda frame: frame["kind"] == "agent_joined")
        assert joined["who"]["id"] == tenant.jonas.id
