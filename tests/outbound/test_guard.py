"""Where a request goes: to a checked address of a name that was looked up once, or nowhere at all."""

import asyncio
import ssl
import threading
from collections.abc import Sequence

import pytest

from hub.domain.foreign_address import OwnHost
from hub.outbound.addresses import AddressPolicy
from hub.outbound.errors import Unreachable
from hub.outbound.resolver import SystemResolver
from hub.outbound.safe_http import SafeHttp
from tests.doubles.foreign import LedNetwork, NameBook, answers, running_receiver
from tests.doubles.foreign_addresses import NOT_FOREIGN

NAME = "http://receiver.example/in"
PUBLIC = "93.184.216.34"
PUBLIC_6 = "2606:4700::1111"
TRUSTING_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # No handshake is made here.


def open_http(network: LedNetwork, names: NameBook, *own: str, connect_s: float = 5.0) -> SafeHttp:
    """Safe HTTP with this network and these names; what is named as own may be called by http."""
    policy = AddressPolicy(own_hosts=[OwnHost(host) for host in own])
    return SafeHttp(
        policy=policy, resolver=names, network=network, connect_s=connect_s, ssl_context=TRUSTING_NOBODY
    )


async def reason_of_failure(http: SafeHttp, url: str) -> str:
    """The word for why the URL could not be called."""
    with pytest.raises(Unreachable) as failure:
        await http.get(url)
    return failure.value.reason


@pytest.mark.parametrize("address", NOT_FOREIGN)
async def test_a_name_that_leads_to_such_an_address_is_not_called(address: str) -> None:
    network, names = LedNetwork(), NameBook({"shop.example": [[address]]})

    assert await reason_of_failure(open_http(network, names), "https://shop.example/") == "address_refused"
    assert (names.asked, network.asked) == (["shop.example"], [])


@pytest.mark.parametrize("address", NOT_FOREIGN)
async def test_such_an_address_itself_is_not_called(address: str) -> None:
    network, names = LedNetwork(), NameBook({})
    host = f"[{address}]" if ":" in address else address

    assert await reason_of_failure(open_http(network, names), f"https://{host}/") == "address_refused"
    assert (names.asked, network.asked) == ([], [])


@pytest.mark.parametrize(
    "found",
    [
        [PUBLIC, "127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        [PUBLIC, PUBLIC_6, "::1"],
        [PUBLIC, "::ffff:10.0.0.1"],
        [PUBLIC, "fe80::1%eth0"],
        [PUBLIC, "not an address"],
    ],
)
async def test_one_wrong_address_among_good_ones_is_enough(found: list[str]) -> None:
    network = LedNetwork()

    reason = await reason_of_failure(
        open_http(network, NameBook({"shop.example": [found]})), "https://shop.example/"
    )

    assert (reason, network.asked) == ("address_refused", [])


async def test_a_name_that_changes_after_it_was_looked_up_is_called_where_it_was_then() -> None:
    names = NameBook({"shop.example": [[PUBLIC], ["127.0.0.1"]]})
    network = LedNetwork()
    http = open_http(network, names)

    assert await reason_of_failure(http, "https://shop.example/") == "not_connected"
    assert (names.asked, network.asked) == (["shop.example"], [(PUBLIC, 443)])

    assert await reason_of_failure(http, "https://shop.example/") == "address_refused"
    assert network.asked == [(PUBLIC, 443)]


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://93.184.216.34/", (PUBLIC, 443)),
        ("https://[2606:4700:0::1111]/", (PUBLIC_6, 443)),
        ("https://[::ffff:93.184.216.34]/", (PUBLIC, 443)),
    ],
)
async def test_a_foreign_address_is_called_without_a_look_up(url: str, asked: tuple[str, int]) -> None:
    network, names = LedNetwork(), NameBook({})

    assert await reason_of_failure(open_http(network, names), url) == "not_connected"
    assert (names.asked, network.asked) == ([], [asked])


async def test_an_ipv4_address_that_came_within_an_ipv6_one_is_called_as_what_it_is() -> None:
    network = LedNetwork()
    names = NameBook({"shop.example": [[f"::ffff:{PUBLIC}"]]})

    await reason_of_failure(open_http(network, names), "https://shop.example/")

    assert network.asked == [(PUBLIC, 443)]


@pytest.mark.parametrize("found", [[], None])
async def test_a_name_without_addresses_is_not_called(found: list[str] | None) -> None:
    network = LedNetwork()
    names = NameBook({} if found is None else {"shop.example": [found]})

    assert await reason_of_failure(open_http(network, names), "https://shop.example/") == "name_unknown"
    assert network.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/", "ftp://shop.example/", "https://user:word@shop.example/", "https://shop.example:6379/", "https://shop.example/#x",
        "https://localhost./", "https://①②⑦.0.0.1/", "https://0x7f.1/", "https://2130706433/", "https:///", "https://" + "x" * 3_000,
    ],
)  # fmt: skip
async def test_a_url_that_is_no_longer_allowed_fails_like_any_other(url: str) -> None:
    network, names = LedNetwork(), NameBook({"shop.example": [[PUBLIC]]})

    assert await reason_of_failure(open_http(network, names), url) == "address_refused"
    assert (names.asked, network.asked) == ([], [])


async def test_an_own_host_is_called_wherever_its_name_leads() -> None:
    async with running_receiver(answers("HTTP/1.1 204 No Content")) as receiver:
        network = LedNetwork({"10.0.0.7": receiver.port})
        names = NameBook({"receiver.example": [["10.0.0.7"]]})

        answer = await open_http(network, names, "receiver.example").get(NAME)

    assert (answer.status, network.asked) == (204, [("10.0.0.7", 80)])


async def test_other_names_for_an_own_hosts_address_stay_refused() -> None:
    network = LedNetwork()
    names = NameBook({"shop.example": [["10.0.0.7"]]})

    reason = await reason_of_failure(open_http(network, names, "receiver.example"), "https://shop.example/")

    assert (reason, network.asked) == ("address_refused", [])


@pytest.mark.parametrize("silent", [False, True])
async def test_a_dead_address_is_passed_over_for_the_next(silent: bool) -> None:
    async with running_receiver(answers("HTTP/1.1 204 No Content")) as receiver:
        network = LedNetwork({PUBLIC: receiver.port}, silent=silent)
        names = NameBook({"receiver.example": [[PUBLIC_6, PUBLIC]]})

        answer = await open_http(network, names, "receiver.example", connect_s=2.0).get(NAME)

    assert (answer.status, network.asked) == (204, [(PUBLIC_6, 80), (PUBLIC, 80)])


async def test_families_take_turns_and_four_attempts_are_all() -> None:
    found = [PUBLIC_6, PUBLIC_6, "2606:4700::2", "2606:4700::3", PUBLIC, "8.8.8.8", "8.8.4.4"]
    network = LedNetwork()

    reason = await reason_of_failure(
        open_http(network, NameBook({"shop.example": [found]})), "https://shop.example/"
    )

    assert reason == "not_connected"
    assert [host for host, _ in network.asked] == [PUBLIC_6, PUBLIC, "2606:4700::2", "8.8.8.8"]


async def test_silent_addresses_end_with_the_time_for_connecting() -> None:
    network = LedNetwork(silent=True)
    names = NameBook({"shop.example": [[PUBLIC, "8.8.8.8"]]})

    reason = await reason_of_failure(open_http(network, names, connect_s=0.05), "https://shop.example/")

    assert reason == "connect_timeout"


async def test_a_name_server_that_never_answers_ends_with_the_time_for_connecting() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    network = LedNetwork()
    http = SafeHttp(policy=AddressPolicy(), resolver=never, network=network, connect_s=0.05)

    assert await reason_of_failure(http, "https://shop.example/") == "connect_timeout"
    assert network.asked == []


async def test_the_system_is_asked_for_names() -> None:
    found = await SystemResolver()("localhost", 80)

    assert set(found) & {"127.0.0.1", "::1"}


async def test_what_cannot_be_looked_up_is_a_name_without_addresses() -> None:
    with pytest.raises(OSError, match="label"):
        await SystemResolver()("x" * 64 + ".example", 80)


async def test_a_look_up_that_was_given_up_keeps_its_place_until_it_ends() -> None:
    may_end, begun, mishaps = threading.Event(), list[str](), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, mishap: mishaps.append(mishap))

    def look_up(host: str, port: int) -> Sequence[str]:
        begun.append(host)
        may_end.wait(20)
        return [PUBLIC]

    resolver = SystemResolver(max_lookups=1, look_up=look_up)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await resolver("slow.example", 443)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await resolver("second.example", 443)
    may_end.set()

    assert await resolver("third.example", 443) == [PUBLIC]
    assert (begun, mishaps) == (["slow.example", "third.example"], [])
