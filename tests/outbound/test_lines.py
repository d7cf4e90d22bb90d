"""Connections that are asked again, and those that are not."""

import asyncio
from collections.abc import Callable

from hub.domain.foreign_address import OwnHost
from hub.outbound.addresses import AddressPolicy
from hub.outbound.safe_http import SafeHttp
from tests.doubles.receiver import Received, Receiver, Reply, receiver

TOLD = b"x" * 60_000


def http_to_loopback(*, idle_s: float = 60.0) -> SafeHttp:
    """Safe HTTP whose operator allows loopback, with room for one answer of `TOLD` and no second."""
    policy = AddressPolicy(own_hosts=[OwnHost("127.0.0.1", has_any_port=True)])
    return SafeHttp(policy=policy, idle_s=idle_s, max_answer_bytes=len(TOLD) + 1)


async def ask_in_turn(http: SafeHttp, count: int, to: Receiver) -> list[int]:
    """The states of so many answers, each asked for when the one before is there."""
    return [(await http.post(to.url(), body=b"{}", headers={})).status for _ in range(count)]


async def count_connections(decide: Callable[[Received], Reply], count: int = 3) -> int:
    """How many connections so many requests take, one after the other."""
    http = http_to_loopback()
    async with receiver(decide) as other:
        assert await ask_in_turn(http, count, other) == [200] * count
        await http.close()
        return other.connections


async def test_requests_in_turn_share_a_connection() -> None:
    assert await count_connections(lambda _: Reply(body=b"taken")) == 1


async def test_each_answer_may_be_as_long_as_one_may_be() -> None:
    assert await count_connections(lambda _: Reply(body=TOLD), count=5) == 1


async def test_an_answer_that_was_cut_ends_its_connection() -> None:
    assert await count_connections(lambda _: Reply(body=TOLD + b"more than fits")) == 3


async def test_who_says_that_it_hangs_up_is_called_anew() -> None:
    assert await count_connections(lambda _: Reply(headers={"connection": "close"})) == 3


async def test_who_hung_up_meanwhile_is_called_anew() -> None:
    http = http_to_loopback()
    async with receiver() as other:
        await ask_in_turn(http, 1, other)
        other.hang_up()
        await other.wait_until_quiet()

        assert await ask_in_turn(http, 1, other) == [200]
        assert other.connections == 2
        await http.close()


async def test_requests_at_once_have_a_connection_each_and_keep_them() -> None:
    http = http_to_loopback()
    both = asyncio.Event()

    def decide(_: Received) -> Reply:
        if len(other.calls) == 1:
            both.set()
        return Reply(waits=both)

    async with receiver(decide) as other:
        await asyncio.gather(ask_in_turn(http, 1, other), ask_in_turn(http, 1, other))
        assert other.connections == 2

        await ask_in_turn(http, 4, other)
        assert other.connections == 2
        await http.close()


async def test_hosts_have_connections_of_their_own() -> None:
    http = http_to_loopback()
    async with receiver() as one, receiver() as other:
        for _ in range(3):
            await ask_in_turn(http, 1, one)
            await ask_in_turn(http, 1, other)

        assert (one.connections, len(one.calls), other.connections, len(other.calls)) == (1, 3, 1, 3)
        await http.close()


async def test_an_idle_connection_is_ended() -> None:
    http = http_to_loopback(idle_s=0.1)
    async with receiver() as other:
        await ask_in_turn(http, 1, other)

        await other.wait_until_quiet()
        await ask_in_turn(http, 1, other)
        assert other.connections == 2
        await http.close()


async def test_closing_ends_them() -> None:
    http = http_to_loopback()
    async with receiver() as other:
        await ask_in_turn(http, 1, other)

        await http.close()

        await other.wait_until_quiet()
