"""Visits and invitations in Redis: leases that end by themselves, limited in number, and one invitation a visit."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import randrange

import pytest
from redis.asyncio import Redis

from hub.bus.doorbell import connect_redis
from hub.bus.visits import MAX_VISITS, RedisVisits
from hub.domain.errors import VisitsUnavailable
from hub.domain.visit import Invitation, Visit
from hub.embedded.pair import PairAddresses
from tests.doubles.valkey import OwnValkey

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LONG_S = 600
TENANTS = count(1_000_000 + randrange(1_000_000_000))


@pytest.fixture
async def redis(pair: PairAddresses) -> AsyncIterator[Redis]:
    client = connect_redis(pair.redis_url)
    yield client
    await client.aclose()


@pytest.fixture
def visits(redis: Redis) -> RedisVisits:
    """They wait for Redis however busy the machine is."""
    return RedisVisits(redis, answer_within_s=60)


@pytest.fixture
def tenant() -> int:
    return next(TENANTS)


def visit(word: str = "first", **members: object) -> Visit:
    return replace(Visit(f"3.{word}", 3, NOW, page_url="https://shop.example/bags"), **members)  # type: ignore[arg-type]


def invitation(cid: str, agent: str = "Marta", **members: object) -> Invitation:
    until = NOW + timedelta(minutes=2)
    asked = Invitation(cid, "3.first", 5, agent, agent, "Can I help?", NOW, until)
    return replace(asked, **members)  # type: ignore[arg-type]


async def test_a_visit_is_kept_as_it_was_told_last(visits: RedisVisits, tenant: int) -> None:
    assert not await visits.renew_visit(tenant, visit(), LONG_S)
    assert await visits.list_visits(tenant, 10) == ([], 0)
    assert await visits.add_visit(tenant, visit(), LONG_S)
    later = visit(pages=2, visitor_id=41, visitor_name="Ada", page_title="Größe")
    assert await visits.renew_visit(tenant, later, LONG_S)
    assert await visits.list_visits(tenant, 10) == ([(later, None)], 1)
    assert await visits.find_visit(tenant, later.id) == later


async def test_another_tenant_sees_nothing_of_it(visits: RedisVisits, tenant: int) -> None:
    await visits.add_visit(tenant, visit(), LONG_S)
    await visits.add_invitation(tenant, invitation("a"), LONG_S)
    other = next(TENANTS)
    assert await visits.list_visits(other, 10) == ([], 0)
    assert await visits.find_visit(other, "3.first") is None
    assert await visits.find_invitations([(other, "3.first")]) == [None]


async def test_a_visit_that_is_not_renewed_ends_and_leaves_nothing(
    visits: RedisVisits, redis: Redis, tenant: int
) -> None:
    await visits.add_visit(tenant, visit(), 0.05)
    await visits.add_invitation(tenant, invitation("a"), 0.05)
    async with asyncio.timeout(60):
        while await redis.keys(f"hub:*{{{tenant}}}*"):
            pass
    assert await visits.list_visits(tenant, 10) == ([], 0)
    assert not await visits.renew_visit(tenant, visit(), LONG_S)


async def test_no_more_are_kept_than_there_is_room_for(visits: RedisVisits, tenant: int) -> None:
    added = [await visits.add_visit(tenant, visit(str(number)), LONG_S) for number in range(MAX_VISITS + 1)]
    assert added == [True] * MAX_VISITS + [False]
    assert await visits.renew_visit(tenant, visit("7", pages=3), LONG_S)
    listed, total = await visits.list_visits(tenant, 20)
    assert (len(listed), total) == (20, MAX_VISITS)


async def test_of_two_invitations_one_stands(visits: RedisVisits, pair: PairAddresses, tenant: int) -> None:
    other = connect_redis(pair.redis_url)
    asked = [invitation("a"), invitation("b", "Jonas")]
    stores = [visits, RedisVisits(other, answer_within_s=60)]
    stand = await asyncio.gather(
        *(store.add_invitation(tenant, one, LONG_S) for store, one in zip(stores, asked, strict=True))
    )
    await other.aclose()
    assert stand[0] == stand[1]
    assert await visits.find_invitations([(tenant, "3.first"), (tenant, "3.other")]) == [stand[0], None]


async def test_only_the_one_that_stands_is_replaced_or_forgotten(visits: RedisVisits, tenant: int) -> None:
    await visits.add_invitation(tenant, invitation("a"), LONG_S)
    await visits.replace_invitation(tenant, invitation("b", state="dismissed"), LONG_S)
    await visits.forget_invitation(tenant, invitation("b"))
    assert await visits.find_invitations([(tenant, "3.first")]) == [invitation("a")]
    await visits.replace_invitation(tenant, invitation("a", state="dismissed"), LONG_S)
    assert await visits.find_invitations([(tenant, "3.first")]) == [invitation("a", state="dismissed")]
    await visits.forget_invitation(tenant, invitation("a"))
    assert await visits.find_invitations([(tenant, "3.first")]) == [None]


async def test_without_redis_nobody_can_say_and_nobody_waits_long(valkey: OwnValkey) -> None:
    redis = connect_redis(valkey.url)
    visits = RedisVisits(redis)
    await valkey.kill()
    for _ in range(2):  # The second one does not even ask.
        with pytest.raises(VisitsUnavailable):
            await visits.list_visits(1, 10)
    with pytest.raises(VisitsUnavailable):
        await visits.add_visit(1, visit(), LONG_S)
    await redis.aclose()
