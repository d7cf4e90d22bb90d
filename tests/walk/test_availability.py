"""Agents on one node open and close the door for visitors on another, with Redis and without."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import pytest

from hub.actions.ports import Ports
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from tests.doubles.applications import end_leases, set_config
from tests.doubles.beats import visitor_beats
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import RunningNode, running_node
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant

AWAY = "redis://127.0.0.1:1/0"
# The hub promises two seconds; only what never comes takes so long.
PROMPTLY_S = 15.0


@pytest.fixture
async def tenant(ports: Ports, settings: Settings, pair: PairAddresses) -> Tenant:
    """A tenant whose profile takes chats only while an agent is there who takes them."""
    made = await make_tenant(ports, settings, open_secrets())
    await set_config(pair.owner_url, made.profile.id, {"hours": {"needs_agent": True}})
    return made


@asynccontextmanager
async def two_nodes(
    settings: Settings, redis_url: str | None
) -> AsyncIterator[tuple[RunningNode, RunningNode]]:
    """Two nodes of one hub."""
    settings = replace(settings, redis_url=redis_url)
    async with running_node(settings) as one, running_node(settings) as other:
        yield one, other


async def told(line: Line, available: bool, within_s: float = PROMPTLY_S) -> Frame:
    """The frame by which the line is told so."""
    async with asyncio.timeout(within_s):
        return await line.expect("eph", lambda frame: frame.get("available") is available)


def available(frames: list[Frame]) -> list[bool]:
    """What frames say of the door, in their order."""
    return [frame["available"] for frame in frames if frame.get("kind") == "availability"]


@pytest.mark.parametrize("has_redis", [True, False])
async def test_a_console_on_one_node_opens_and_closes_the_door_on_the_other(
    settings: Settings, tenant: Tenant, pair: PairAddresses, has_redis: bool
) -> None:
    async with (
        two_nodes(settings, settings.redis_url if has_redis else AWAY) as (one, other),
        visitor_line(other.ws_url, tenant) as visitor,
    ):
        await visitor.hello(key=tenant.profile.key)
        await told(visitor, available=False)
        assert (await visitor.command("start"))["error"]["code"] == "not_available"

        async with agent_line(one.ws_url) as agent:
            await agent.hello(token=tenant.bootstrap.api_key)
            await told(visitor, available=True)
            assert (await agent.command("availability", accepting=False))["ok"]
            await told(visitor, available=False)
            assert (await agent.command("availability", accepting=True))["ok"]
            await told(visitor, available=True)
            path = f"/api/ChatProfile/{tenant.profile.id}?key={tenant.profile.key}&check_available=true"
            async with httpx2.AsyncClient(trust_env=False, base_url=other.base_url) as page:
                assert (await page.get(path)).json()["_chat_available"] is True
            chat = (await visitor.command("start"))["result"]["chat"]["id"]

        # When the agent has left for good nobody can come in any more, and who is in stays.
        await end_leases(pair.owner_url, tenant)
        await told(visitor, available=False)
        assert (await visitor.command("post", chat=chat, text="Hello?"))["ok"]


async def test_an_agent_whose_node_goes_is_here_for_the_grace_and_at_once_on_another(
    settings: Settings, tenant: Tenant
) -> None:
    async with running_node(settings) as staying:
        async with running_node(settings) as going, agent_line(going.ws_url) as agent:
            await agent.hello(token=tenant.bootstrap.api_key)
        async with visitor_line(staying.ws_url, tenant) as visitor:
            await visitor.hello(key=tenant.profile.key)
            await told(visitor, available=True)
            async with agent_line(staying.ws_url) as back:
                await back.hello(token=tenant.bootstrap.api_key)
                with pytest.raises(TimeoutError):
                    await told(visitor, available=False, within_s=2.0)


async def test_a_beat_that_waits_is_answered_when_the_door_opens(
    settings: Settings, tenant: Tenant, node: RunningNode
) -> None:
    async with visitor_beats(node.base_url, tenant) as visitor:
        await visitor.beat(key=tenant.profile.key)
        while available(await visitor.beat()) != [False]:
            await asyncio.sleep(0.01)
        waiting = asyncio.create_task(visitor.beat(wait_ms=20_000))
        async with agent_line(node.ws_url) as agent:
            await agent.hello(token=tenant.bootstrap.api_key)
            async with asyncio.timeout(PROMPTLY_S):
                frames = await waiting
        assert available(frames)[-1] is True
