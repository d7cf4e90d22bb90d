"""A visitor and an agent talk over live lines, through two nodes."""

import pytest

from tests.doubles.line import agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.tenant import Tenant


@pytest.mark.parametrize("codec", ["hub.v1.json", "hub.v1.msgpack"])
async def test_both_see_each_others_messages_in_one_order_across_two_nodes(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, codec: str
) -> None:
    async with (
        visitor_line(node.ws_url, tenant, codec=codec) as visitor,
        agent_line(second_node.ws_url, codec=codec) as agent,
    ):
        welcome = await visitor.hello(key=tenant.profile.key)
        assert welcome["token"].startswith("vc_")
        await agent.hello(token=tenant.bootstrap.api_key, wants=["inbox"])
        await agent.expect("rows")
        started = await visitor.command("start", page_title="Fernweh 3")
        chat = started["result"]["chat"]["id"]
        await visitor.expect("page")
        row = await agent.expect("rows", lambda frame: any(row["chat"] == chat for row in frame["rows"]))
        assert row["rows"][0]["state"] == "queued"

        assert (await agent.command("follow", chat=chat))["result"]["chat"]["page_title"] == "Fernweh 3"
        assert (await agent.command("accept", chat=chat))["ok"]
        assert (await visitor.expect("event", lambda frame: frame["kind"] == "agent_joined"))["seq"] == 2
        await visitor.command("post", chat=chat, text="Where is my order?")
        seen = await agent.expect_message("Where is my order?")
        assert (seen["seq"], seen["who"]["side"]) == (3, "visitor")
        await agent.command("post", chat=chat, text="On its way.")
        assert (await visitor.expect_message("On its way."))["seq"] == 4

        await visitor.send({"t": "eph", "kind": "typing", "chat": chat, "on": True})
        assert (await agent.expect("eph"))["on"] is True
        await agent.command("note", chat=chat, text="Only for us.")
        assert (await agent.expect_message("Only for us."))["stream"] == f"{chat}/staff"
        await visitor.command("end", chat=chat)
        assert (await agent.expect("event", lambda frame: frame["kind"] == "chat_ended"))["data"] == {
            "reason": "visitor"
        }
        refused = await agent.command("post", chat=chat, text="Too late")
        assert (refused["error"]["code"], refused["chat"]["state"]) == ("chat_ended", "ended")
        assert not any(frame.get("stream", "").endswith("/staff") for frame in visitor.seen)
