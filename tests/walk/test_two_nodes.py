"""Visitors and agents on two nodes, in any order, with lines that break: in the end all have seen the same, once."""

import asyncio
import random
from dataclasses import replace

import pytest

from hub.actions.ports import Ports
from hub.settings import Settings
from tests.doubles.conversation import read_stream, require_dense
from tests.doubles.line import Frame
from tests.doubles.node import running_node
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.doubles.walker import Walker, walking

VISITORS = 4
WORDS = 12
PATIENCE_S = 60.0
AWAY = "redis://127.0.0.1:1/0"


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own, made quickly."""
    return await make_tenant(ports, settings, open_secrets())


async def speak(walker: Walker, chat: int, name: str, chance: random.Random) -> list[str]:
    """Says some things, and now and then loses the line in the midst of it; what was acknowledged."""
    said = []
    for number in range(WORDS):
        text = f"{name} {number}"
        speaking = asyncio.create_task(walker.command("post", chat=chat, text=text))
        if chance.random() < 0.25:
            await asyncio.sleep(chance.random() * 0.02)
            walker.drop()
        reply = await speaking
        assert reply["ok"], reply
        said.append(text)
        if walker.is_agent and chance.random() < 0.3:
            await walker.command("note", chat=chat, text=f"note {text}")
        if chance.random() < 0.3:
            await walker.command("read", chat=chat, seq=number + 1)
        await asyncio.sleep(chance.random() * 0.02)
    return said


async def visit(visitor: Walker, agent: Walker, number: int, chance: random.Random) -> tuple[int, list[str]]:
    """One conversation from its start to its end; the chat and everything that was acknowledged."""
    chat: int = (await visitor.command("start"))["result"]["chat"]["id"]
    await agent.follow(chat)
    assert (await agent.command("accept", chat=chat))["ok"]
    spoken = await asyncio.gather(
        speak(visitor, chat, f"visitor {number}", chance), speak(agent, chat, f"agent {number}", chance)
    )
    assert (await visitor.command("end", chat=chat))["ok"]
    return chat, [*spoken[0], *spoken[1]]


async def until_seen(walker: Walker, chat: int) -> None:
    """Returns when the walker has seen the chat's end."""
    while not any(event["kind"] == "chat_ended" for event in walker.views.get(str(chat), [])):
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(("redis", "seed"), [("healthy", 1), ("away", 2)])
async def test_everybody_has_seen_what_was_said_once_and_in_one_order(
    settings: Settings, ports: Ports, tenant: Tenant, redis: str, seed: int
) -> None:
    chance = random.Random(seed)
    served = settings if redis == "healthy" else replace(settings, redis_url=AWAY)
    async with (
        running_node(served) as one,
        running_node(served) as other,
        asyncio.timeout(PATIENCE_S),
    ):
        urls = [one.ws_url, other.ws_url]
        query = f"?profile={tenant.profile.id}"
        key = {"token": tenant.bootstrap.api_key}
        visitors = [Walker(urls, chance, {"key": tenant.profile.key}, query) for _ in range(VISITORS)]
        agents = [Walker(urls, chance, key) for _ in range(VISITORS)]
        async with walking(*visitors, *agents):
            visits = zip(visitors, agents, range(VISITORS), strict=True)
            spoken = await asyncio.gather(*(visit(*parties, chance) for parties in visits))
            for walker_pair, (chat, _) in zip(zip(visitors, agents, strict=True), spoken, strict=True):
                for walker in walker_pair:
                    await until_seen(walker, chat)

    assert sum(len(walker.resumes) for walker in visitors) > VISITORS  # Lines were lost on the way.
    for visitor, agent, (chat, said) in zip(visitors, agents, spoken, strict=True):
        public = await read_stream(ports, tenant.id, chat)
        staff = await read_stream(ports, tenant.id, chat, "staff")
        for stream in (public, staff):
            require_dense(stream)
        messages = [event.text for event in public if event.kind == "message_posted"]
        assert sorted(text or "" for text in messages) == sorted(said)
        assert list(visitor.views) == [str(chat)]
        for walker in (visitor, agent):
            assert ids(walker.views[str(chat)]) == [event.id for event in public]
        assert ids(agent.views[f"{chat}/staff"]) == [event.id for event in staff]


def ids(view: list[Frame]) -> list[int]:
    """The ids of what was seen, in its order."""
    return [event["id"] for event in view]
