"""An agent's own message is edited and deleted: everybody sees the newest words, and what was said first stays for the trace."""

from uuid import uuid4

from hub.actions.chats import end_chat, start_chat
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.domain.chat import StartFacts
from tests.doubles.conversation import begin_active_chat, read_stream
from tests.doubles.line import agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.tenant import Tenant


async def test_the_visitor_sees_the_newest_words_and_then_that_there_are_none(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor, agent_line(node.ws_url) as agent:
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start", language="de-AT"))["result"]["chat"]["id"]
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("accept", chat=chat)
        said = (await agent.command("post", chat=chat, text="It is gren"))["result"]["seq"]

        edited = await agent.command("edit", chat=chat, seq=said, text="It is green")

        assert edited["ok"]
        event = await visitor.expect_message("It is green")
        assert (event["kind"], event["data"]["seq"]) == ("message_edited", said)
        cid = str(uuid4())
        deleted = await agent.command("delete", cid, chat=chat, seq=said)
        event = await visitor.expect_message("Diese Nachricht wurde gelöscht.")
        assert (event["kind"], event["data"]["deleted"]) == ("message_edited", True)

        repeated = await agent.command("delete", cid, chat=chat, seq=said)
        assert (repeated["result"], repeated["duplicate"]) == (deleted["result"], True)
        again = await agent.command("edit", chat=chat, seq=said, text="It is blue")
        assert (again["error"]["code"], again["error"]["field"]) == ("not_found", "seq")
        events = await read_stream(ports, tenant.id, chat)
        assert [one.text for one in events if one.text] == [
            "It is gren",
            "It is green",
            "Diese Nachricht wurde gelöscht.",
        ]


async def test_what_is_not_the_agents_own_stays_as_it_is(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)
    chat = start.chat.id
    theirs = await post_message(ports, start.caller, chat, "Hello", "hello")
    await ports.events.list_after(tenant.id, chat, "public", 0, 10)
    foreign = await start_chat(ports, tenant.new_visitor(), tenant.profile, "start", StartFacts())
    async with agent_line(node.ws_url) as agent:
        await agent.hello(token=tenant.bootstrap.api_key)
        for op, more in (("edit", {"text": "Changed"}), ("delete", {})):
            refused = await agent.command(op, chat=chat, seq=theirs.event.seq, **more)
            assert refused["error"]["code"] == "forbidden"
            for seq in (0, 1, 2, 99):
                refused = await agent.command(op, chat=chat, seq=seq, **more)
                assert refused["error"]["code"] == "not_found", seq
            refused = await agent.command(op, chat=foreign.chat.id + 10**6, seq=1, **more)
            assert refused["error"]["code"] == "chat_not_found"


async def test_an_own_message_can_be_put_right_after_the_end(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)
    said = await post_message(ports, tenant.marta, start.chat.id, "See you Mnday", "say")
    await end_chat(ports, start.caller, start.chat.id, "end")
    async with agent_line(node.ws_url) as agent:
        await agent.hello(token=tenant.bootstrap.api_key)
        edited = await agent.command("edit", chat=start.chat.id, seq=said.event.seq, text="See you Monday")
        assert edited["ok"]
        empty = await agent.command("edit", chat=start.chat.id, seq=said.event.seq, text=" ")
        assert empty["error"]["code"] == "text_empty"
