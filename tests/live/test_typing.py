"""Typing over both kinds of lines: told while it lasts, and never longer."""

from tests.doubles.beats import visitor_beats
from tests.doubles.line import agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.tenant import Tenant

TYPING = {"t": "eph", "kind": "typing", "on": True}


async def test_typing_ends_when_the_line_breaks(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with agent_line(second_node.ws_url) as agent:
        await agent.hello(token=tenant.bootstrap.api_key)
        async with visitor_line(node.ws_url, tenant) as visitor:
            await visitor.hello(key=tenant.profile.key)
            chat = (await visitor.command("start"))["result"]["chat"]["id"]
            await agent.command("follow", chat=chat)
            await visitor.send(TYPING | {"chat": chat})
            assert (await agent.expect("eph"))["on"] is True
            visitor.socket.transport.abort()
        assert (await agent.expect("eph"))["on"] is False


async def test_typing_told_in_a_beat_outlasts_the_beat(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_beats(node.base_url, tenant) as visitor, agent_line(node.ws_url) as agent:
        await visitor.beat(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=chat)

        await visitor.beat(eph=[TYPING | {"chat": chat}])
        # What the agent says comes behind everything the beat has caused.
        await agent.command("accept", chat=chat)

    told = [frame["on"] for frame in agent.seen if frame["t"] == "eph"]
    assert told == [True]
