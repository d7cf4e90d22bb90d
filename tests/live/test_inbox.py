"""The agents' inbox: every console sees every change, each as its agent sees it."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from hub.actions.chats import end_chat
from hub.actions.holding import accept_chat
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.domain.identity import AgentCaller
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat, begin_chat
from tests.doubles.line import Frame, Line, agent_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant


async def open_inbox(line: Line, tenant: Tenant, cursor: str | None = None) -> Frame:
    """The first rows."""
    wants: dict[str, Any] = {"inbox": cursor} if cursor else {}
    await line.hello(token=tenant.bootstrap.api_key, wants=["inbox"], **wants)
    return await line.expect("rows")


async def expect_row(line: Line, chat: int, matches: Callable[[Frame], bool] = lambda row: True) -> Frame:
    """The first row of the chat that matches."""
    frame = await line.expect(
        "rows", lambda frame: any(row["chat"] == chat and matches(row) for row in frame["rows"])
    )
    row: Frame = next(row for row in frame["rows"] if row["chat"] == chat)
    return row


def newest_rows(line: Line) -> dict[int, Frame]:
    """What the console shows: of each chat the row that was told last."""
    return {row["chat"]: row for frame in line.seen if frame["t"] == "rows" for row in frame["rows"]}


async def test_the_whole_inbox_comes_first_and_then_every_change(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    waiting = await begin_chat(ports, tenant)
    async with agent_line(node.ws_url) as console:
        rows = await open_inbox(console, tenant)
        assert (rows["whole"], rows["complete"]) == (True, True)
        assert [(row["chat"], row["state"]) for row in rows["rows"]] == [(waiting.chat.id, "queued")]

        fresh = await begin_chat(ports, tenant)
        assert (await expect_row(console, fresh.chat.id))["state"] == "queued"
        await accept_chat(ports, tenant.jonas, fresh.chat.id, "accept")
        row = await expect_row(console, fresh.chat.id, lambda row: row["state"] == "active")
        assert row["holder"] == {"id": tenant.jonas.id, "name": tenant.jonas.name}
        await post_message(ports, fresh.caller, fresh.chat.id, "Hello", "hello")
        row = await expect_row(console, fresh.chat.id, lambda row: row["last"] is not None)
        assert (row["last"]["text"], row["unread"], row["head"]) == ("Hello", 1, 3)
        await end_chat(ports, fresh.caller, fresh.chat.id, "end")
        assert (await expect_row(console, fresh.chat.id, lambda row: row["state"] == "ended"))["ended_at"]


async def test_a_console_that_comes_back_is_told_only_what_changed(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    await begin_chat(ports, tenant)
    async with agent_line(node.ws_url) as console:
        cursor = (await open_inbox(console, tenant))["cursor"]
    missed = await begin_chat(ports, tenant)

    async with agent_line(second_node.ws_url) as console:
        rows = await open_inbox(console, tenant, cursor)

    assert (rows["whole"], [row["chat"] for row in rows["rows"]]) == (False, [missed.chat.id])


async def test_a_cursor_of_nowhere_gets_the_whole_inbox(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_chat(ports, tenant)
    for cursor in ("nonsense", "-1", "9" * 19, "9" * 40, "٣", "1 OR 1=1"):
        async with agent_line(node.ws_url) as console:
            rows = await open_inbox(console, tenant, cursor)
            assert (rows["whole"], [row["chat"] for row in rows["rows"]]) == (True, [start.chat.id])


async def test_unread_falls_on_all_consoles_of_the_agent_who_reads(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)
    chat = start.chat.id
    for number in range(3):
        await post_message(ports, start.caller, chat, str(number), str(number))
    async with agent_line(node.ws_url) as desk, agent_line(second_node.ws_url) as phone:
        for console in (desk, phone):
            [row] = (await open_inbox(console, tenant))["rows"]
            assert row["unread"] == 3

        await desk.command("read", chat=chat, seq=4)

        for console in (desk, phone):
            assert (await expect_row(console, chat))["unread"] == 1


async def test_another_tenants_inbox_stays_quiet(
    node: RunningNode, tenant: Tenant, ports: Ports, settings: Settings
) -> None:
    foreign = await make_tenant(ports, settings, open_secrets())
    async with agent_line(node.ws_url) as console, agent_line(node.ws_url) as stranger:
        await open_inbox(console, tenant)
        await open_inbox(stranger, foreign)
        ours, theirs = await begin_chat(ports, tenant), await begin_chat(ports, foreign)

        await expect_row(console, ours.chat.id)
        await expect_row(stranger, theirs.chat.id)

    for line, own in ((console, ours), (stranger, theirs)):
        told = {row["chat"] for frame in line.seen if frame["t"] == "rows" for row in frame["rows"]}
        assert told == {own.chat.id}


async def test_a_console_that_is_reloaded_under_load_goes_on_being_told(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)
    chat = start.chat.id
    busy = asyncio.create_task(keep_talking(ports, tenant.marta, chat))
    try:
        for _ in range(15):
            async with agent_line(node.ws_url) as before:
                await open_inbox(before, tenant)
                async with agent_line(node.ws_url) as after:
                    # One line goes while the other comes.
                    await asyncio.gather(open_inbox(after, tenant), before.socket.close())
                    await expect_row(after, chat)
    finally:
        busy.cancel()


async def keep_talking(ports: Ports, agent: AgentCaller, chat: int) -> None:
    while True:
        await post_message(ports, agent, chat, "Hello", str(uuid4()))
        await asyncio.sleep(0.01)


async def test_many_changes_at_once_end_in_the_newest_state(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    starts = [await begin_active_chat(ports, tenant) for _ in range(5)]
    async with agent_line(node.ws_url) as console:
        await open_inbox(console, tenant)

        await asyncio.gather(
            *(
                post_message(ports, start.caller, start.chat.id, str(number), str(number))
                for start in starts
                for number in range(20)
            )
        )

        while not all(row["head"] == 22 for row in newest_rows(console).values()):
            await console.receive()
        newest = newest_rows(console)
        assert {chat: (row["unread"], row["last"]["text"]) for chat, row in newest.items()} == {
            start.chat.id: (20, "19") for start in starts
        }
    told = [frame for frame in console.seen if frame["t"] == "rows"]
    assert len(told) < 50  # A hundred messages are not a hundred frames.
