"""The websocket line on a real node: who gets in, how lines end, and that a slow one is nobody else's burden."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from hub.actions.agents import sign_in
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.auth.visitor_tokens import VisitorTokens
from hub.domain.profile import Look, Profile
from hub.live.frames import MAX_FRAME_BYTES
from hub.operate import protocols
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat
from tests.doubles.line import Line, agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import PAGE_ORIGIN, Tenant

JSON, MSGPACK = "hub.v1.json", "hub.v1.msgpack"
PATIENCE_S = 20.0

Headers = list[tuple[str, str]]


@asynccontextmanager
async def raw_line(
    url: str, headers: Headers | None = None, codec: str = JSON, **options: Any
) -> AsyncIterator[Line]:
    """A line with headers of one's own."""
    async with connect(
        url,
        subprotocols=[Subprotocol(codec)],
        additional_headers=headers,
        ping_interval=None,
        **options,
    ) as socket:
        yield Line(socket)


async def refusal_status(url: str, headers: Headers, subprotocols: list[str] | None = None) -> int:
    """The status a handshake is refused with; 101 when it is not."""
    try:
        async with connect(
            url,
            subprotocols=[Subprotocol(name) for name in subprotocols or [JSON]],
            additional_headers=headers,
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


# The handshake.


@pytest.fixture
async def shop(ports: Ports, tenant: Tenant) -> Profile:
    """A profile for the pages of one shop."""
    origins = ["https://good.example", "https://*.shop.example"]
    return await ports.profiles.create_profile(tenant.id, "Shop", "pk_shop", origins, Look())


# What a page's Origin header may look like, and what comes of it.
ORIGINS = {
    "https://good.example": 101,
    "https://GOOD.example.": 101,
    "https://good.example:443": 101,
    "https://www.shop.example": 101,
    None: 403,
    "null": 403,
    "https://other.example": 403,
    "https://good.example.evil.test": 403,
    "https://good.example:444": 403,
    "http://good.example": 403,
    "https://evil-good.example": 403,
    "https://shop.example": 403,
    "https://good.example@evil.test": 403,
    "https://good.example, https://evil.test": 403,
    "http://localhost:9999": 403,
}


async def test_the_page_is_checked_before_the_upgrade(node: RunningNode, shop: Profile) -> None:
    url = f"{node.ws_url}?profile={shop.id}"
    found = {
        origin: await refusal_status(url, [("Origin", origin)] if origin is not None else [])
        for origin in ORIGINS
    }
    assert found == ORIGINS


async def test_two_origins_are_refused_before_the_upgrade(node: RunningNode, shop: Profile) -> None:
    twice = [("Origin", "https://good.example")] * 2
    # 400: a header that may come once is a malformed handshake already when it comes twice.
    assert await refusal_status(f"{node.ws_url}?profile={shop.id}", twice) == 400


async def test_an_unknown_profile_is_not_found(node: RunningNode) -> None:
    for profile in ("2147483647", "0", "-1", "99999999999", "one", "", "1%00", "%D9%A3"):
        assert await refusal_status(f"{node.ws_url}?profile={profile}", [("Origin", PAGE_ORIGIN)]) == 404


async def test_another_sub_protocol_is_refused(node: RunningNode, tenant: Tenant) -> None:
    url = f"{node.ws_url}?profile={tenant.profile.id}"
    for name in ("hub.v2.json", "soap"):
        assert await refusal_status(url, [("Origin", PAGE_ORIGIN)], [name]) == 400


async def test_no_sub_protocol_is_refused(node: RunningNode, tenant: Tenant) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{node.ws_url}?profile={tenant.profile.id}", origin=PAGE_ORIGIN)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 400


async def test_of_several_sub_protocols_a_known_one_is_taken(node: RunningNode, tenant: Tenant) -> None:
    url = f"{node.ws_url}?profile={tenant.profile.id}"
    names = [Subprotocol(name) for name in ("hub.v9", JSON)]
    async with connect(url, subprotocols=names, additional_headers=[("Origin", PAGE_ORIGIN)]) as line:
        assert line.subprotocol == JSON


async def test_compression_is_declined(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        response = line.socket.response
        assert response is not None
        assert "Sec-WebSocket-Extensions" not in response.headers


# The console's cookie.


@pytest.fixture
async def cookie(ports: Ports, tenant: Tenant) -> str:
    """Marta's session cookie."""
    agent = tenant.bootstrap.agents[0]
    signed_in = await sign_in(ports, open_secrets(), agent.email, agent.password, "127.0.0.1")
    return f"hub_session={signed_in.session_id}"


async def test_the_console_is_known_by_its_cookie_on_its_own_page(
    node: RunningNode, tenant: Tenant, cookie: str
) -> None:
    async with raw_line(node.ws_url, [("Origin", node.base_url), ("Cookie", cookie)]) as console:
        assert (await console.hello())["you"]["id"] == tenant.marta.id


async def test_a_cookie_from_a_foreign_page_opens_nothing(node: RunningNode, cookie: str) -> None:
    for origin in ("http://evil.test", "null", PAGE_ORIGIN, "http://localhost:1"):
        assert await refusal_status(node.ws_url, [("Origin", origin), ("Cookie", cookie)]) == 403


async def test_a_cookie_without_an_origin_names_nobody(node: RunningNode, cookie: str) -> None:
    async with raw_line(node.ws_url, [("Cookie", cookie)]) as line:
        await line.send({"t": "hello", "v": 1})
        assert await line.expect_close() == 4001


async def test_a_console_that_is_not_signed_in_is_refused(node: RunningNode) -> None:
    for cookie in ("", "hub_session=", "hub_session=hs_forged"):
        assert await refusal_status(node.ws_url, [("Origin", node.base_url), ("Cookie", cookie)]) == 401


# Hello.


async def test_a_line_that_says_nothing_is_ended(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as silent:
        assert (await silent.expect("bye"))["reason"] == "no_hello"
        assert await silent.expect_close() == 4000


WRONG_HELLOS: list[tuple[dict[str, Any], int]] = [
    ({"v": 1, "key": "wrong"}, 4003),
    ({"v": 1}, 4003),
    ({"v": 1, "token": "vc_forged"}, 4001),
    ({"v": 2, "key": "any"}, 4090),
]


async def test_a_wrong_hello_ends_the_line(node: RunningNode, tenant: Tenant) -> None:
    for hello, code in WRONG_HELLOS:
        async with visitor_line(node.ws_url, tenant) as line:
            await line.send({"t": "hello", **hello})
            assert await line.expect_close() == code
            assert line.seen[-1]["t"] == "bye"


async def test_a_changed_or_expired_token_ends_the_line(
    node: RunningNode, tenant: Tenant, settings: Settings
) -> None:
    profile, now = tenant.profile, datetime.now(UTC)

    def issue(keys: tuple[str, ...], age_days: int) -> str:
        moment = now - timedelta(days=age_days)
        return VisitorTokens(keys).issue_token(tenant.id, profile.id, uuid4(), 0, moment)

    good = issue(settings.secret_keys, 0)
    bad = [issue(("another-secret-key-altogether",), 0), issue(settings.secret_keys, 31), good[:-2] + "xx"]
    for token in bad:
        async with visitor_line(node.ws_url, tenant) as line:
            await line.send({"t": "hello", "v": 1, "token": token})
            assert await line.expect_close() == 4001
    async with visitor_line(node.ws_url, tenant) as line:
        assert (await line.hello(token=good))["you"]["side"] == "visitor"


async def test_a_program_with_a_wrong_key_is_ended(node: RunningNode, tenant: Tenant) -> None:
    key = tenant.bootstrap.api_key
    for wrong in ("", "hk_live_nonsense", key[:-1] + ("0" if key[-1] != "0" else "1")):
        async with agent_line(node.ws_url) as line:
            await line.send({"t": "hello", "v": 1, "token": wrong})
            assert await line.expect_close() == 4001


# Wire faults.


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
async def test_the_wrong_kind_of_data_ends_the_line(node: RunningNode, tenant: Tenant, codec: str) -> None:
    async with visitor_line(node.ws_url, tenant, codec=codec) as line:
        await line.hello(key=tenant.profile.key)
        await line.socket.send(b"{}" if codec == JSON else "{}")
        assert await line.expect_close() == 1003


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
async def test_a_frame_up_to_the_limit_is_taken_and_a_larger_one_ends_the_line(
    node: RunningNode, tenant: Tenant, codec: str
) -> None:
    async with visitor_line(node.ws_url, tenant, codec=codec) as line:
        await line.hello(key=tenant.profile.key)
        empty = json.dumps({"t": "ping", "filling": ""}).encode()
        filling = "x" * (MAX_FRAME_BYTES - len(empty))
        await line.send({"t": "ping", "filling": filling})
        await line.expect("pong")
        await line.send({"t": "ping", "filling": filling + "x" * 100})
        assert await line.expect_close() == 1009


async def test_text_that_is_not_utf_8_ends_the_line(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        await line.hello(key=tenant.profile.key)
        await line.socket.send(b"\xff\xfe", text=True)
        assert await line.expect_close() == 1007


async def test_three_bad_frames_end_the_line(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        await line.hello(key=tenant.profile.key)
        for _ in range(3):
            await line.socket.send("no frame")
        assert (await line.expect("error"))["error"]["code"] == "bad_frame"
        assert await line.expect_close() == 4000


# Slow lines.


async def count_lines(node: RunningNode) -> int:
    """How many lines the node holds, as it reports itself."""
    async with httpx2.AsyncClient() as client:
        report = (await client.get(f"{node.base_url}/health")).json()
    return int(find_member(report, "lines"))


def find_member(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        if name in value:
            return value[name]
        found = [find_member(inner, name) for inner in value.values()]
        return next((inner for inner in found if inner is not None), None)
    return None


@asynccontextmanager
async def narrow_line(ws_url: str) -> AsyncIterator[Line]:
    """An agent program's line that takes in only little when nobody reads it."""
    address = urlsplit(ws_url)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, (address.hostname, address.port))
    async with raw_line(ws_url, sock=narrow, max_queue=1, close_timeout=0.2) as line:
        yield line


LONG = "x" * 99_000
ENOUGH = 90  # Nine megabytes: more than the system's buffers and the outbox hold together.


async def flood(ports: Ports, tenant: Tenant, chat_id: int, quick: Line) -> None:
    """Says more than a line can hold that does not read; the quick one takes all of it."""
    for number in range(ENOUGH):
        text = f"{number} {LONG}"
        await post_message(ports, tenant.marta, chat_id, text, str(number))
        await quick.expect_message(text)


async def test_a_line_that_reads_too_slowly_is_told_so_and_holds_up_nobody(
    node: RunningNode, tenant: Tenant, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its outbox is what shall end it, however long a busy machine takes to fill that.
    monkeypatch.setattr(protocols, "TAKES_NOTHING_S", 600.0)
    start = await begin_active_chat(ports, tenant)
    async with narrow_line(node.ws_url) as slow, agent_line(node.ws_url) as quick:
        for line in (slow, quick):
            await line.hello(token=tenant.bootstrap.api_key)
            await line.command("follow", chat=start.chat.id)

        await flood(ports, tenant, start.chat.id, quick)

        assert await slow.expect_close() == 4008
        bye = slow.seen[-1]
        assert (bye["t"], bye["reason"], bye["retry"]) == ("bye", "lagging", "now")
        seqs = [frame["seq"] for frame in slow.seen if frame["t"] == "event"]
        assert seqs == list(range(3, 3 + len(seqs)))
        assert len(seqs) < ENOUGH


async def test_a_line_that_never_reads_is_let_go(node: RunningNode, tenant: Tenant, ports: Ports) -> None:
    start = await begin_active_chat(ports, tenant)
    async with narrow_line(node.ws_url) as deaf, agent_line(node.ws_url) as quick:
        for line in (deaf, quick):
            await line.hello(token=tenant.bootstrap.api_key)
            await line.command("follow", chat=start.chat.id)
        # A command whose answer waits behind what is not read.
        await deaf.send({"t": "ping"})

        await flood(ports, tenant, start.chat.id, quick)

        async with asyncio.timeout(PATIENCE_S):
            while await count_lines(node) > 1:
                await asyncio.sleep(0.1)
        deaf.socket.transport.abort()


# Going.


async def test_a_node_that_goes_says_so_and_takes_nobody_in(node: RunningNode, tenant: Tenant) -> None:
    async with (
        visitor_line(node.ws_url, tenant) as visitor,
        agent_line(node.ws_url, codec=MSGPACK) as agent,
        visitor_line(node.ws_url, tenant) as unknown,
    ):
        await visitor.hello(key=tenant.profile.key)
        await agent.hello(token=tenant.bootstrap.api_key)

        draining = asyncio.create_task(node.app.state.drain())

        for line in (visitor, agent, unknown):
            bye = await line.expect("bye")
            assert (bye["reason"], bye["retry"]) == ("restart", "after")
            assert await line.expect_close() == 1012
        await draining
    url = f"{node.ws_url}?profile={tenant.profile.id}"
    assert await refusal_status(url, [("Origin", PAGE_ORIGIN)]) == 503
