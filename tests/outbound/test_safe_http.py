"""What a foreign address can do to the hub while it is called, and what it gets to see."""

import asyncio
import gzip
import ssl
from collections.abc import Mapping
from urllib.request import getproxies

import pytest
import trustme
import uvloop

from hub.domain.foreign_address import OwnHost
from hub.outbound.addresses import AddressPolicy
from hub.outbound.errors import Unreachable
from hub.outbound.safe_http import ForeignAnswer, SafeHttp
from tests.doubles.foreign import (
    Behaviour,
    LedNetwork,
    NameBook,
    Receiver,
    answers,
    hangs_up,
    running_receiver,
    says_nothing,
    sends,
    sends_for_ever,
)

PUBLIC = "93.184.216.34"
NO_CONTENT = answers("HTTP/1.1 204 No Content")
AUTHORITY = trustme.CA()
TRUSTING = ssl.create_default_context()
AUTHORITY.configure_trust(TRUSTING)


def server_tls(*names: str, authority: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    """A receiver's side of TLS, with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def http_to_own(receiver: Receiver, *, total_s: float = 10.0, max_answer_bytes: int = 65_536) -> SafeHttp:
    """Safe HTTP whose operator allows this receiver on loopback; the network and the names are real."""
    policy = AddressPolicy(
        own_hosts=[OwnHost("127.0.0.1", receiver.port), OwnHost("localhost", receiver.port)]
    )
    return SafeHttp(
        policy=policy, total_s=total_s, idle_s=0, max_answer_bytes=max_answer_bytes, ssl_context=TRUSTING
    )


def http_to_public(receiver: Receiver, *, connect_s: float = 5.0) -> SafeHttp:
    """Safe HTTP for which `shop.example` is at a public address, where the receiver answers."""
    return SafeHttp(
        policy=AddressPolicy(),
        idle_s=0,
        resolver=NameBook({"shop.example": [[PUBLIC]]}),
        network=LedNetwork({PUBLIC: receiver.port}),
        ssl_context=TRUSTING,
        connect_s=connect_s,
    )


async def call(
    behaviour: Behaviour, *, total_s: float = 10.0, max_answer_bytes: int = 65_536
) -> ForeignAnswer:
    """What a receiver that behaves like this answers to a POST by plain http."""
    async with running_receiver(behaviour) as receiver:
        http = http_to_own(receiver, total_s=total_s, max_answer_bytes=max_answer_bytes)
        return await http.post(f"http://127.0.0.1:{receiver.port}/in", body=b"{}", headers={})


async def test_an_answer_is_its_status_its_headers_and_its_body() -> None:
    answer = await call(
        answers("HTTP/1.1 202 Accepted\nContent-Length: 5\nX-One: 1\nVary: a\nvary: b", b"taken")
    )

    assert (answer.status, answer.body) == (202, b"taken")
    assert answer.headers == {"content-length": "5", "x-one": "1", "vary": "a, b"}
    assert answer.took_ms >= 0


async def test_a_request_says_no_more_than_it_must() -> None:
    async with running_receiver(NO_CONTENT) as receiver:
        await http_to_own(receiver).post(
            f"http://localhost:{receiver.port}/in?x=%20", body=b'{"a":1}', headers={"Content-Type": "application/json"}
        )  # fmt: skip

    [request] = receiver.requests
    assert request.head.split("\r\n")[0] == "POST /in?x=%20 HTTP/1.1"
    assert request.body == b'{"a":1}'
    assert request.headers == {
        "host": f"localhost:{receiver.port}",
        "user-agent": "hub",
        "content-type": "application/json",
        "accept-encoding": "identity",
        "content-length": "7",
    }


async def test_a_get_has_no_body_and_callers_may_name_themselves() -> None:
    async with running_receiver(NO_CONTENT) as receiver:
        await http_to_own(receiver).get(
            f"http://127.0.0.1:{receiver.port}", headers={"user-agent": "hub-webhooks"}
        )

    [request] = receiver.requests
    assert request.head.startswith("GET / HTTP/1.1")
    assert request.headers["user-agent"] == "hub-webhooks"
    assert "content-length" not in request.headers


async def test_a_checked_address_is_called_by_the_name() -> None:
    async with running_receiver(NO_CONTENT, tls=server_tls("shop.example")) as receiver:
        answer = await http_to_public(receiver).post(
            "https://shop.example/in", body=b"secret", headers={"X-Signature": "abc"}
        )

    [request] = receiver.requests
    assert answer.status == 204
    assert (receiver.server_names, request.headers["host"]) == (["shop.example"], "shop.example")
    assert (request.body, request.headers["x-signature"]) == (b"secret", "abc")


async def test_an_operators_own_host_is_called_by_https_too() -> None:
    async with running_receiver(NO_CONTENT, tls=server_tls("localhost")) as receiver:
        answer = await http_to_own(receiver).get(f"https://localhost:{receiver.port}/")

    assert (answer.status, receiver.server_names) == (204, ["localhost"])
    assert receiver.requests[0].headers["host"] == f"localhost:{receiver.port}"


async def test_a_certificate_may_also_be_for_an_address() -> None:
    async with running_receiver(NO_CONTENT, tls=server_tls("127.0.0.1")) as receiver:
        answer = await http_to_own(receiver).get(f"https://127.0.0.1:{receiver.port}/")

    assert answer.status == 204


@pytest.mark.parametrize(
    "tls",
    [
        pytest.param(lambda: server_tls("other.example"), id="for another name"),
        pytest.param(lambda: server_tls(PUBLIC), id="for the address alone"),
        pytest.param(lambda: server_tls("shop.example", authority=trustme.CA()), id="of an unknown authority"),
    ],
)  # fmt: skip
async def test_nothing_is_said_to_who_has_the_wrong_certificate(tls: object) -> None:
    assert callable(tls)
    async with running_receiver(NO_CONTENT, tls=tls()) as receiver:
        with pytest.raises(Unreachable) as failure:
            await http_to_public(receiver).post("https://shop.example/in", body=b"secret", headers={})

    assert (failure.value.reason, receiver.requests) == ("certificate_refused", [])


async def test_the_systems_authorities_are_trusted_and_no_others() -> None:
    async with running_receiver(NO_CONTENT, tls=server_tls("localhost")) as receiver:
        http = SafeHttp(policy=AddressPolicy(own_hosts=[OwnHost("localhost", receiver.port)]))
        with pytest.raises(Unreachable) as failure:
            await http.get(f"https://localhost:{receiver.port}/")

    assert failure.value.reason == "certificate_refused"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_not_followed(status: int) -> None:
    async with running_receiver(NO_CONTENT) as inner:
        answer = await call(
            answers(f"HTTP/1.1 {status} Go\nLocation: http://127.0.0.1:{inner.port}/\nContent-Length: 0")
        )

        assert (answer.status, inner.lines) == (status, 0)
        assert answer.headers["location"].endswith(f":{inner.port}/")


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        pytest.param(says_nothing, "timeout", id="never answers"),
        pytest.param(sends(b"HTTP/1.1 200 OK\r\nContent-"), "timeout", id="half a header"),
        pytest.param(
            sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "timeout", id="half a body"
        ),
        pytest.param(hangs_up, "answer_invalid", id="hangs up"),
        pytest.param(sends(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "answer_invalid", id="another protocol"),
        pytest.param(
            sends(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "answer_invalid",
            id="two lengths",
        ),
        pytest.param(sends_for_ever(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 4_000 + b"\r\n"), "answer_invalid", id="endless headers"),
        pytest.param(sends_for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500), "answer_too_long", id="endless beginnings"),
        pytest.param(
            sends_for_ever(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", (b"1;" + b"x" * 4_000 + b"\r\na\r\n") * 20),
            "answer_too_long", id="all frame and no picture",
        ),
    ],
)  # fmt: skip
async def test_a_receiver_that_does_not_answer_properly_is_unreachable(
    behaviour: Behaviour, reason: str
) -> None:
    is_slow = reason == "timeout"

    with pytest.raises(Unreachable) as failure:
        await call(behaviour, total_s=0.3 if is_slow else 20.0)

    assert failure.value.reason == reason


async def test_a_connection_that_breaks_in_the_middle_of_the_body_is_no_answer() -> None:
    async def breaks(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    with pytest.raises(Unreachable) as failure:
        await call(breaks)

    assert failure.value.reason == "answer_invalid"


async def test_a_handshake_that_never_ends_ends_with_the_time_for_connecting() -> None:
    async with running_receiver(says_nothing, reads=False) as receiver:
        with pytest.raises(Unreachable) as failure:
            await http_to_public(receiver, connect_s=0.3).get("https://shop.example/")

    assert failure.value.reason == "connect_timeout"


async def test_https_to_who_does_not_speak_it_fails() -> None:
    async with running_receiver(sends(b"HTTP/1.1 400 Bad Request\r\n\r\n"), reads=False) as receiver:
        with pytest.raises(Unreachable) as failure:
            await http_to_public(receiver).get("https://shop.example/")

    assert failure.value.reason == "tls_failed"


async def test_nobody_at_the_port_is_a_failure() -> None:
    async with running_receiver(NO_CONTENT) as receiver:
        pass

    with pytest.raises(Unreachable) as failure:
        await http_to_own(receiver).get(f"http://127.0.0.1:{receiver.port}/")

    assert failure.value.reason == "not_connected"


async def test_closed_forbidden_silent_and_unknown_look_alike_from_outside() -> None:
    names = NameBook(
        {"closed.example": [[PUBLIC]], "private.example": [["10.0.0.1"]], "mixed.example": [[PUBLIC, "::1"]]}
    )
    http = SafeHttp(policy=AddressPolicy(), resolver=names, network=LedNetwork())
    urls = [f"https://{name}.example/" for name in ("closed", "private", "mixed", "unknown")]
    urls += ["https://10.0.0.1/", "https://closed.example:22/", "http://closed.example/", "no address"]
    said, reasons = set[str](), set[str]()
    for url in urls:
        with pytest.raises(Unreachable) as failure:
            await http.get(url)
        said.add(str(failure.value))
        reasons.add(failure.value.reason)

    assert said == {"The address could not be reached."}
    assert reasons == {"not_connected", "address_refused", "name_unknown"}


@pytest.mark.parametrize(
    "behaviour",
    [
        sends_for_ever(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n", b"x" * 65_536),
        sends_for_ever(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4_096 + b"\r\n"),
        sends_for_ever(b"HTTP/1.0 200 OK\r\n\r\n", b"x" * 65_536),
    ],
)  # fmt: skip
async def test_a_body_is_cut_where_it_becomes_too_long(behaviour: Behaviour) -> None:
    answer = await call(behaviour, max_answer_bytes=10_000)

    assert (answer.status, answer.body) == (200, b"x" * 10_000)


@pytest.mark.parametrize("length", [65_535, 65_536, 65_537])
async def test_64_kib_are_taken(length: int) -> None:
    answer = await call(answers(f"HTTP/1.1 200 OK\nContent-Length: {length}", b"x" * length))

    assert len(answer.body) == min(length, 65_536)


async def test_a_packed_body_is_not_unpacked() -> None:
    packed = gzip.compress(bytes(10_000_000))

    answer = await call(
        answers(f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(packed)}", packed)
    )

    assert answer.body == packed


async def test_a_connection_is_for_one_request() -> None:
    async with running_receiver(answers("HTTP/1.1 200 OK\nContent-Length: 2", b"ok")) as receiver:
        http = http_to_own(receiver)
        for _ in range(3):
            await http.get(f"http://127.0.0.1:{receiver.port}/")

    assert receiver.lines == 3


async def test_many_are_called_at_once() -> None:
    async with (
        running_receiver(answers("HTTP/1.1 200 OK\nContent-Length: 2", b"ok")) as quick,
        running_receiver(says_nothing) as slow,
    ):
        policy = AddressPolicy(own_hosts=[OwnHost("127.0.0.1", quick.port), OwnHost("127.0.0.1", slow.port)])
        http = SafeHttp(policy=policy)
        waiting = [asyncio.create_task(http.get(f"http://127.0.0.1:{slow.port}/")) for _ in range(50)]
        answered = await asyncio.gather(*(http.get(f"http://127.0.0.1:{quick.port}/") for _ in range(50)))
        await http.close()
        ended = await asyncio.gather(*waiting, return_exceptions=True)

    assert [answer.status for answer in answered] == [200] * 50
    assert {type(error) for error in ended} == {Unreachable}


async def test_closing_ends_what_is_under_way_and_what_would_come() -> None:
    async with running_receiver(says_nothing) as receiver:
        http, url = http_to_own(receiver, total_s=3_600), f"http://127.0.0.1:{receiver.port}/"
        waiting = asyncio.create_task(http.get(url))
        await receiver.has_request.wait()
        await http.close()

        with pytest.raises(Unreachable) as cut:
            await asyncio.wait_for(waiting, 20)
        with pytest.raises(Unreachable) as late:
            await http.get(url)

    assert (cut.value.reason, late.value.reason, receiver.lines) == ("closing", "closing", 1)


async def test_a_caller_that_gives_up_leaves_no_connection_open() -> None:
    async with running_receiver(says_nothing) as receiver:
        waiting = asyncio.create_task(http_to_own(receiver).get(f"http://127.0.0.1:{receiver.port}/"))
        await receiver.has_request.wait()
        waiting.cancel()

        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_proxies_of_the_environment_are_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_receiver(NO_CONTENT) as proxy, running_receiver(NO_CONTENT) as receiver:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        assert "http" in getproxies()
        await http_to_own(receiver).get(f"http://127.0.0.1:{receiver.port}/")

        assert (proxy.lines, receiver.lines) == (0, 1)


@pytest.mark.parametrize(
    "name", ["Host", "content-length", "Transfer-Encoding", "CONNECTION", "Accept-Encoding", "Upgrade"]
)
async def test_headers_that_decide_about_the_request_are_not_the_callers(name: str) -> None:
    http = SafeHttp(policy=AddressPolicy(), network=LedNetwork())

    with pytest.raises(ValueError, match=name):
        await http.post("https://shop.example/", body=b"", headers={name: "x"})


@pytest.mark.parametrize(
    "headers", [{"X-A": "1\r\nX-B: 2"}, {"X-A\r\nX-B": "2"}, {"X A": "1"}, {"": "1"}, {"X-A": "\x00"}, {"X-A": "€"}, {"ü": "1"}]
)  # fmt: skip
async def test_a_header_that_is_none_is_not_sent(headers: Mapping[str, str]) -> None:
    async with running_receiver(NO_CONTENT) as receiver:
        with pytest.raises(Unreachable) as failure:
            await http_to_own(receiver).post(f"http://127.0.0.1:{receiver.port}/", body=b"", headers=headers)

        assert (failure.value.reason, receiver.requests) == ("request_invalid", [])


def test_it_works_on_the_loop_the_hub_runs_on() -> None:
    async def walk() -> int:
        async with running_receiver(NO_CONTENT, tls=server_tls("shop.example")) as receiver:
            return (await http_to_public(receiver).get("https://shop.example/")).status

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(walk()) == 204
