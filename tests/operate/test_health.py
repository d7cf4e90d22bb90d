"""Health as balancers and operators see it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from hub.operate.health import FRESH_FOR_S, Probe, routes

TOKEN = "a-token-of-the-operators"


class CountedProbe:
    """A probe that counts how often it was asked, and fails when told to."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.asked = 0

    async def __call__(self) -> None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure


class FrozenProbe:
    """A probe that never answers."""

    async def __call__(self) -> None:
        await asyncio.Event().wait()


class HeldSeconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def all_well() -> dict[str, Probe]:
    return {"postgres": CountedProbe(), "redis": CountedProbe(), "redis_loop_back": CountedProbe()}


def ask(probes: Mapping[str, Probe], *, client: str = "127.0.0.1", **options: Any) -> httpx2.AsyncClient:
    app = Starlette(routes=routes(probes, **options))
    transport = httpx2.ASGITransport(app, client=(client, 50_000))
    return httpx2.AsyncClient(transport=transport, base_url="http://hub.example")


async def test_live_says_only_that_the_process_answers() -> None:
    async with ask({"postgres": CountedProbe(OSError("away"))}) as client:
        answer = await client.get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


async def test_ready_when_all_is_well() -> None:
    async with ask(all_well()) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert answer.headers["cache-control"] == "no-store"


async def test_not_ready_without_postgres() -> None:
    async with ask(all_well() | {"postgres": CountedProbe(OSError("away"))}) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"status": "not_ready"})


@pytest.mark.parametrize("name", ["redis", "redis_loop_back"])
async def test_without_redis_still_ready_but_degraded(name: str) -> None:
    async with ask(all_well() | {name: CountedProbe(ConnectionError("away"))}) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})


async def test_a_store_that_never_answers_counts_as_away() -> None:
    async with ask(all_well() | {"postgres": FrozenProbe()}, within_s=0.01) as client:
        answer = await client.get("/health/ready")

    assert answer.status_code == 503


async def test_not_ready_while_draining_though_all_is_well() -> None:
    probes = all_well()
    async with ask(probes, is_draining=lambda: True) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"status": "draining"})


async def test_many_askers_at_once_cost_one_look() -> None:
    probe = CountedProbe()
    async with ask({"postgres": probe}, now_s=HeldSeconds()) as client:
        await asyncio.gather(*(client.get("/health/ready") for _ in range(20)))

    assert probe.asked == 1


async def test_a_look_is_repeated_when_it_is_no_longer_fresh() -> None:
    probe, clock = CountedProbe(), HeldSeconds()
    async with ask({"postgres": probe}, now_s=clock) as client:
        assert (await client.get("/health/ready")).status_code == 200
        probe.failure = OSError("away")
        assert (await client.get("/health/ready")).status_code == 200

        clock.now_s += FRESH_FOR_S

        assert (await client.get("/health/ready")).status_code == 503


async def test_an_asker_who_hangs_up_does_not_end_the_look_of_the_others() -> None:
    going = asyncio.Event()
    may_go_on = asyncio.Event()

    async def slow() -> None:
        going.set()
        await may_go_on.wait()

    async with ask({"postgres": slow}) as client:
        first = asyncio.create_task(client.get("/health/ready"))
        await going.wait()
        second = asyncio.create_task(client.get("/health/ready"))
        first.cancel()
        await asyncio.wait({first})
        may_go_on.set()

        assert (await second).status_code == 200


async def test_the_report_names_what_is_wrong_without_quoting_it() -> None:
    failure = OSError("postgresql://hub:secret@db refused")
    async with ask(all_well() | {"postgres": CountedProbe(failure)}, facts=lambda: {"lines": 3}) as client:
        answer = await client.get("/health")

    body = answer.json()
    assert answer.status_code == 503
    assert body["status"] == "not_ready"
    assert body["lines"] == 3
    assert body["checks"]["postgres"]["error"] == "OSError"
    assert body["checks"]["redis"]["ok"] is True
    assert "secret" not in answer.text


Headers = dict[str, str]


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 401),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 401),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}, 401),
    ],
)
async def test_without_a_token_the_report_is_for_this_machine(
    client: str, headers: Headers, status: int
) -> None:
    async with ask(all_well(), client=client) as caller:
        assert (await caller.get("/health", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        ("Bearer wrong", 401),
        (TOKEN, 401),
        ("", 401),
        ("Bearer é", 401),
    ],
)
async def test_with_a_token_the_report_is_for_its_holders(header: str, status: int) -> None:
    async with ask(all_well(), token=TOKEN) as caller:
        answer = await caller.get("/health", headers={b"authorization": header.encode()})

    assert answer.status_code == status
    assert ("checks" in answer.json()) == (status == 200)


async def test_a_probe_is_any_awaitable_callable() -> None:
    probe: Callable[[], Awaitable[None]] = CountedProbe()
    async with ask({"postgres": probe}) as caller:
        assert (await caller.get("/health/ready")).status_code == 200
