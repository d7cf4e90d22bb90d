"""Addresses and callers that are too fast are told so, and others are not held up."""

from dataclasses import replace
from itertools import count

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from hub.actions.chats import STARTS_OF_ADDRESS
from hub.live.admission import LINES_BURST
from hub.live.rates import COMMANDS_BURST
from hub.settings import Settings
from tests.doubles.line import Line, visitor_line
from tests.doubles.node import RunningNode, running_node
from tests.doubles.tenant import PAGE_ORIGIN, Tenant

# Every test has an address of its own: limits are kept in Redis, and that is shared by the whole run.
ADDRESSES = (f"203.0.113.{number}" for number in count(1))


def proxied(settings: Settings) -> Settings:
    """The settings of a hub behind a proxy on this machine."""
    return replace(settings, trusted_proxies=("127.0.0.0/8",))


async def open_line(node: RunningNode, tenant: Tenant, address: str) -> Line:
    """A visitor's line from an address, as the proxy tells it."""
    socket = await connect(
        f"{node.ws_url}?profile={tenant.profile.id}",
        subprotocols=[Subprotocol("hub.v1.json")],
        origin=Origin(PAGE_ORIGIN),
        additional_headers={"X-Forwarded-For": address},
        ping_interval=None,
    )
    return Line(socket)


async def start_as_somebody_new(node: RunningNode, tenant: Tenant, address: str) -> dict[str, object]:
    """What starting a chat is answered with."""
    line = await open_line(node, tenant, address)
    await line.hello(key=tenant.profile.key)
    reply = await line.command("start")
    await line.socket.close()
    return reply


async def open_and_close(node: RunningNode, tenant: Tenant, address: str, times: int) -> None:
    """Opens lines as fast as it can."""
    for _ in range(times):
        line = await open_line(node, tenant, address)
        await line.socket.close()


async def test_an_address_that_starts_too_many_chats_must_wait_and_another_need_not(
    settings: Settings, tenant: Tenant
) -> None:
    busy, calm = next(ADDRESSES), next(ADDRESSES)
    async with running_node(proxied(settings)) as node:
        replies = [await start_as_somebody_new(node, tenant, busy)]
        # The allowance fills up again while a slow machine counts.
        while replies[-1]["ok"] and len(replies) < 10 * STARTS_OF_ADDRESS:
            replies.append(await start_as_somebody_new(node, tenant, busy))
        elsewhere = await start_as_somebody_new(node, tenant, calm)
    assert len(replies) > STARTS_OF_ADDRESS
    error = replies[-1]["error"]
    assert (error["code"], error["retry"]) == ("too_many", "after")  # type: ignore[index]
    assert error["after_ms"] > 0  # type: ignore[index]
    assert elsewhere["ok"]


async def test_an_address_that_opens_lines_too_fast_is_refused_before_the_upgrade(
    settings: Settings, tenant: Tenant
) -> None:
    address = next(ADDRESSES)
    async with running_node(proxied(settings)) as node:
        with pytest.raises(InvalidStatus) as refused:
            await open_and_close(node, tenant, address, 2 * LINES_BURST)
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["Retry-After"]) > 0
        line = await open_line(node, tenant, next(ADDRESSES))
        assert (await line.hello(key=tenant.profile.key))["t"] == "welcome"


async def test_programs_of_the_machine_itself_are_not_counted(node: RunningNode, tenant: Tenant) -> None:
    for _ in range(STARTS_OF_ADDRESS + 3):
        async with visitor_line(node.ws_url, tenant) as line:
            await line.hello(key=tenant.profile.key)
            assert (await line.command("start"))["ok"]


async def test_a_visitors_second_line_does_not_double_the_rate(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as first, visitor_line(node.ws_url, tenant) as second:
        token = (await first.hello(key=tenant.profile.key))["token"]
        chat = (await first.command("start"))["result"]["chat"]["id"]
        await second.hello(token=token)
        replies = [
            await line.command("post", chat=chat, text=str(number))
            for number in range(2 * COMMANDS_BURST)
            for line in (first, second)
        ]
    codes = {reply["error"]["code"] for reply in replies if not reply["ok"]}
    assert codes == {"too_many"}
