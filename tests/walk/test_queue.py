"""The queue of one entrance over two nodes, with Redis and without: everybody is told their place, wherever they wait."""

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
PROMPTLY_S = 15.0


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own, made quickly."""
    return await make_tenant(ports, settings, open_secrets())


async def start(line: Line, tenant: Tenant) -> int:
    """A chat in the queue."""
    await line.hello(key=tenant.profile.key)
    chat: int = (await line.command("start"))["result"]["chat"]["id"]
    return chat


async def stands(line: Line, position: int) -> Frame:
    """The frame by which the line is told that it stands there."""
    async with asyncio.timeout(PROMPTLY_S):
        return await line.expect("eph", lambda frame: frame.get("position") == position)


@pytest.mark.parametrize("has_redis", [True, False])
async def test_places_are_told_on_every_node(settings: Settings, tenant: Tenant, has_redis: bool) -> None:
    served = settings if has_redis else replace(settings, redis_url=AWAY)
    async with (
        running_node(served) as one,
        running_node(served) as other,
        visitor_line(one.ws_url, tenant) as first,
        visitor_line(other.ws_url, tenant) as second,
        agent_line(one.ws_url) as agent,
    ):
        chats = [await start(first, tenant), await start(second, tenant)]
        assert (await stands(first, 1))["chat"] == chats[0]
        assert await stands(second, 2) == {
            "t": "eph",
            "kind": "queue",
            "chat": chats[1],
            "position": 2,
            "wait_s": None,
        }
        await agent.hello(token=tenant.bootstrap.api_key)
        assert (await agent.command("accept", chat=chats[0]))["ok"]
        await stands(second, 1)


async def test_a_message_that_was_left_has_no_place(
    settings: Settings, tenant: Tenant, pair: PairAddresses
) -> None:
    async with (
        running_node(settings) as node,
        visitor_line(node.ws_url, tenant) as left,
        visitor_line(node.ws_url, tenant) as waits,
    ):
        await set_config(pair.owner_url, tenant.profile.id, {"is_open": False})
        await left.hello(key=tenant.profile.key)
        await left.expect("eph", lambda frame: frame.get("available") is False)
        ada = {"name": "Ada", "email": "ada@shop.example"}
        assert (await left.command("start", offline=True, **ada))["result"]["created"]
        await set_config(pair.owner_url, tenant.profile.id, {"is_open": True})
        await left.expect("eph", lambda frame: frame.get("available") is True)
        await start(waits, tenant)
        await stands(waits, 1)
        assert not [frame for frame in left.seen if frame.get("kind") == "queue"]
