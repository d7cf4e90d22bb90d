"""Coming back: on any node, from any position, with rings or without."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.auth.visitor_tokens import VisitorTokens
from hub.domain.position import MAX_GAP_EVENTS, NEWEST_PAGE_EVENTS
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat, begin_chat, message_item
from tests.doubles.line import Line, agent_line, visitor_line
from tests.doubles.nobody import SilentBell
from tests.doubles.node import RunningNode, running_node
from tests.doubles.tenant import Tenant


async def begin(line: Line, tenant: Tenant) -> tuple[str, str, int]:
    """A visitor who has said three things: token, epoch and chat."""
    welcome = await line.hello(key=tenant.profile.key)
    chat = (await line.command("start"))["result"]["chat"]["id"]
    for text in ("One", "Two", "Three"):
        await line.command("post", chat=chat, text=text)
    return welcome["token"], welcome["epoch"], chat


async def resume(line: Line, token: str, **positions: str) -> dict[str, Any]:
    """The page of the one followed chat."""
    await line.hello(token=token, positions=positions)
    return await line.expect("page")


def seqs(page: dict[str, Any]) -> list[int]:
    return [event["seq"] for event in page["events"]]


async def test_a_visitor_goes_on_where_they_were_on_another_node(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        token, epoch, chat = await begin(line, tenant)

    async with visitor_line(second_node.ws_url, tenant) as line:
        page = await resume(line, token, **{str(chat): f"{epoch}:2"})
        assert (page["resume"], seqs(page), page["head"], page["more"]) == ("ok", [3, 4], 4, True)
        await line.command("post", chat=chat, text="Four")
        assert (await line.expect_message("Four"))["seq"] == 5


async def test_who_has_everything_gets_an_empty_page(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        token, epoch, chat = await begin(line, tenant)
    async with visitor_line(second_node.ws_url, tenant) as line:
        page = await resume(line, token, **{str(chat): f"{epoch}:4"})
        assert (page["resume"], seqs(page), page["head"]) == ("ok", [], 4)


@pytest.mark.parametrize("position", ["foreign:2", "{epoch}:99", "nonsense", "{epoch}:-1", "{epoch}:1e3", ""])
async def test_a_position_of_another_history_is_reset(
    node: RunningNode, tenant: Tenant, position: str
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        token, epoch, chat = await begin(line, tenant)
        async with visitor_line(node.ws_url, tenant) as again:
            page = await resume(again, token, **{str(chat): position.format(epoch=epoch)})
    assert (page["resume"], seqs(page)) == ("reset", [1, 2, 3, 4])


async def test_a_large_gap_is_answered_by_the_newest_page_and_paged_back(
    node: RunningNode, tenant: Tenant, ports: Ports, settings: Settings
) -> None:
    start = await begin_chat(ports, tenant)
    chat, epoch = start.chat.id, tenant.profile.epoch
    many = [message_item(start.caller, chat, str(number)) for number in range(MAX_GAP_EVENTS + 10)]
    await asyncio.gather(*(ports.events.append(item) for item in many))
    head = 1 + len(many)
    tokens = VisitorTokens(settings.secret_keys)
    token = tokens.issue_token(tenant.id, tenant.profile.id, start.caller.uuid, 0, datetime.now(UTC))

    async with visitor_line(node.ws_url, tenant) as line:
        page = await resume(line, token, **{str(chat): f"{epoch}:1"})
        assert (page["resume"], page["more"], page["head"]) == ("partial", True, head)
        assert seqs(page) == list(range(head - NEWEST_PAGE_EVENTS + 1, head + 1))
        older: list[int] = []
        before = seqs(page)[0]
        while before > 1:
            part = (await line.command("page", stream=str(chat), before=before, limit=200))["result"]
            older[:0] = [event["seq"] for event in part["events"]]
            before = older[0]
        assert older == list(range(1, head - NEWEST_PAGE_EVENTS + 1))

    async with visitor_line(node.ws_url, tenant) as line:
        page = await resume(line, token, **{str(chat): f"{epoch}:{head - MAX_GAP_EVENTS}"})
        assert (page["resume"], len(page["events"])) == ("ok", MAX_GAP_EVENTS)


async def test_two_tabs_that_start_at_once_are_in_one_chat(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as one, visitor_line(second_node.ws_url, tenant) as other:
        token = (await one.hello(key=tenant.profile.key))["token"]
        await other.hello(token=token)

        started = await asyncio.gather(one.command("start"), other.command("start"))

        [chat] = {reply["result"]["chat"]["id"] for reply in started}
        assert sorted(reply["result"]["created"] for reply in started) == [False, True]
        await one.command("post", chat=chat, text="From one tab")
        await other.expect_message("From one tab")
        await other.command("post", chat=chat, text="From the other")
        await one.expect_message("From the other")


async def test_a_command_repeated_on_another_node_is_carried_out_once(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        token, _, chat = await begin(line, tenant)
        first = await line.command("post", "one", chat=chat, text="Four")
    async with visitor_line(second_node.ws_url, tenant) as line:
        await line.hello(token=token)
        second = await line.command("post", "one", chat=chat, text="Four")
    assert (second["result"], second["duplicate"]) == (first["result"], True)


# Without rings.


async def test_a_lost_ring_shows_in_the_next_one_and_is_made_good(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)
    async with agent_line(node.ws_url) as agent:
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=start.chat.id)
        silent = replace(ports, bell=SilentBell())
        for number in range(3):
            await post_message(silent, start.caller, start.chat.id, f"Unrung {number}", str(number))
        await post_message(ports, start.caller, start.chat.id, "Rung", "rung")

        await agent.expect_message("Rung")

    said = [frame["seq"] for frame in agent.seen if frame["t"] == "event"]
    assert said == [3, 4, 5, 6]


@pytest.fixture
async def deaf_nodes(settings: Settings) -> AsyncIterator[tuple[RunningNode, RunningNode]]:
    """Two nodes without Redis."""
    away = replace(settings, redis_url="redis://127.0.0.1:1/0")
    async with running_node(away) as one, running_node(away) as other:
        yield one, other


async def test_without_redis_both_still_see_everything_in_one_order(
    deaf_nodes: tuple[RunningNode, RunningNode], tenant: Tenant
) -> None:
    here, there = deaf_nodes
    async with visitor_line(here.ws_url, tenant) as visitor, agent_line(there.ws_url) as agent:
        _, _, chat = await begin(visitor, tenant)
        await agent.hello(token=tenant.bootstrap.api_key, wants=["inbox"])
        await agent.command("follow", chat=chat)
        await agent.command("accept", chat=chat)
        await visitor.expect("event", lambda frame: frame["kind"] == "agent_joined")
        await asyncio.gather(
            visitor.command("post", chat=chat, text="From the visitor"),
            agent.command("post", chat=chat, text="From the agent"),
        )
        for line in (visitor, agent):
            await line.expect_message("From the visitor")
            await line.expect_message("From the agent")
        await agent.expect(
            "rows", lambda frame: any(row["chat"] == chat and row["head"] == 7 for row in frame["rows"])
        )
        both = [
            [f["id"] for f in line.seen if f["t"] == "event" and f["seq"] > 5] for line in (visitor, agent)
        ]
        assert both[0] == both[1]


async def test_a_position_ahead_of_a_node_that_missed_a_ring_is_no_reset(
    deaf_nodes: tuple[RunningNode, RunningNode], tenant: Tenant
) -> None:
    here, there = deaf_nodes
    async with agent_line(there.ws_url) as agent, visitor_line(here.ws_url, tenant) as visitor:
        token, epoch, chat = await begin(visitor, tenant)
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=chat)
        head = (await visitor.command("post", chat=chat, text="Four"))["result"]["seq"]

        async with visitor_line(there.ws_url, tenant) as again:
            page = await resume(again, token, **{str(chat): f"{epoch}:{head}"})

    assert (page["resume"], seqs(page), page["head"]) == ("ok", [], head)
