"""A visitor who falls silent, on two nodes: asked on every line, answered on any, ended once; with Redis and without."""

import asyncio
from dataclasses import replace

import pytest

from hub.actions.ports import Ports
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from tests.doubles.applications import set_config
from tests.doubles.beats import visitor_beats
from tests.doubles.conversation import read_stream
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import RunningNode, running_node
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant

AWAY = "redis://127.0.0.1:1/0"
PROMPTLY_S = 15.0


@pytest.fixture
async def tenant(ports: Ports, settings: Settings, pair: PairAddresses) -> Tenant:
    """A tenant whose profile asks after a second, and closes two seconds later."""
    made = await make_tenant(ports, settings, open_secrets())
    patience = {"ask_after_s": 1, "close_after_s": 2}
    await set_config(pair.owner_url, made.profile.id, {"patience": patience})
    return made


async def asked(line: Line, *, stands: bool) -> Frame:
    """The frame by which the line is asked, or told that it is not any more."""
    async with asyncio.timeout(PROMPTLY_S):
        return await line.expect(
            "eph", lambda frame: frame["kind"] == "still_there" and bool(frame["until"]) is stands
        )


async def begin(visitor: Line, agent: Line, tenant: Tenant) -> tuple[str, int]:
    """A chat in which the agent waits for an answer; the visitor's token, and the chat."""
    token = (await visitor.hello(key=tenant.profile.key))["token"]
    chat: int = (await visitor.command("start"))["result"]["chat"]["id"]
    await agent.hello(token=tenant.bootstrap.api_key)
    assert (await agent.command("accept", chat=chat))["ok"]
    assert (await agent.command("post", chat=chat, text="Which size?"))["ok"]
    return token, chat


@pytest.mark.parametrize("has_redis", [True, False])
async def test_the_question_its_answer_and_the_end_reach_every_node(
    settings: Settings, ports: Ports, tenant: Tenant, has_redis: bool
) -> None:
    served = settings if has_redis else replace(settings, redis_url=AWAY)
    async with (
        running_node(served) as one,
        running_node(served) as other,
        visitor_line(one.ws_url, tenant) as visitor,
        visitor_line(other.ws_url, tenant) as second_tab,
        agent_line(other.ws_url) as agent,
    ):
        token, chat = await begin(visitor, agent, tenant)
        await second_tab.hello(token=token)
        first = await asked(visitor, stands=True)
        assert first["until"] == (await asked(second_tab, stands=True))["until"]

        assert (await second_tab.command("here", chat=chat))["result"] == {}
        await asked(visitor, stands=False)
        await asked(second_tab, stands=False)
        again = await asked(visitor, stands=True)
        assert again["until"] > first["until"]

        for line in (visitor, second_tab):
            async with asyncio.timeout(PROMPTLY_S):
                ended = await line.expect("event", lambda frame: frame["kind"] == "chat_ended")
            assert ended["data"] == {"reason": "idle"}
            assert ended["who"] == {"id": None, "side": "system"}
    events = await read_stream(ports, tenant.id, chat)
    assert [event.kind for event in events].count("chat_ended") == 1


async def test_a_question_outlives_its_node(settings: Settings, ports: Ports, tenant: Tenant) -> None:
    async with running_node(settings) as staying:
        async with (
            running_node(settings) as going,
            visitor_line(going.ws_url, tenant) as visitor,
            agent_line(going.ws_url) as agent,
        ):
            token, chat = await begin(visitor, agent, tenant)
            await asked(visitor, stands=True)
        async with visitor_line(staying.ws_url, tenant) as back:
            await back.hello(token=token, positions={str(chat): f"{tenant.profile.epoch}:3"})
            async with asyncio.timeout(PROMPTLY_S):
                while (await read_stream(ports, tenant.id, chat))[-1].kind != "chat_ended":
                    await asyncio.sleep(0.05)


async def test_a_beat_that_waits_is_answered_with_the_question(node: RunningNode, tenant: Tenant) -> None:
    async with (
        visitor_line(node.ws_url, tenant) as visitor,
        agent_line(node.ws_url) as agent,
        visitor_beats(node.base_url, tenant) as beats,
    ):
        token, chat = await begin(visitor, agent, tenant)
        beats.token, beats.epoch, beats.positions = token, tenant.profile.epoch, {str(chat): 3}
        async with asyncio.timeout(PROMPTLY_S):
            while True:
                frames = await beats.beat(wait_ms=5_000)
                if any(frame.get("kind") == "still_there" and frame["until"] for frame in frames):
                    break
