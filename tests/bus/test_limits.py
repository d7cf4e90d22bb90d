"""Rate limits that all processes share, and what remains of them without Redis."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from hub.bus.doorbell import connect_redis
from hub.bus.limits import RedisLimits
from hub.embedded.pair import PairAddresses
from tests.doubles.valkey import OwnValkey


@pytest.fixture
async def redis(pair: PairAddresses) -> AsyncIterator[Redis]:
    client = connect_redis(pair.redis_url)
    yield client
    await client.aclose()


def patient(redis: Redis) -> RedisLimits:
    """Limits that wait for Redis however busy the machine is: alone they would count otherwise."""
    return RedisLimits(redis, answer_within_s=60)


@pytest.fixture
def key() -> str:
    return f"test:{uuid4()}"


async def test_a_burst_is_admitted_and_then_the_wait_is_told(redis: Redis, key: str) -> None:
    limits = patient(redis)
    waits = [await limits.take(key, 6, 3) for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert all(9 < wait <= 10 for wait in waits[3:])  # One every ten seconds.


async def test_two_processes_count_together(redis: Redis, pair: PairAddresses, key: str) -> None:
    other = connect_redis(pair.redis_url)
    both = (patient(redis), patient(other))
    waits = await asyncio.gather(*(limits.take(key, 1, 10) for limits in both for _ in range(20)))
    await other.aclose()
    assert waits.count(0) == 10


async def test_who_waits_as_long_as_told_is_admitted(redis: Redis, key: str) -> None:
    limits = patient(redis)
    assert await limits.take(key, 600, 1) == 0
    wait = await limits.take(key, 600, 1)
    assert 0 < wait <= 0.1
    await asyncio.sleep(wait)
    assert await limits.take(key, 600, 1) == 0


async def test_keys_do_not_share_their_limit(redis: Redis, key: str) -> None:
    limits = patient(redis)
    assert [await limits.take(f"{key}:{number}", 1, 1) for number in range(5)] == [0] * 5


async def test_buckets_do_not_stay_in_redis_for_ever(redis: Redis, key: str) -> None:
    await patient(redis).take(key, 60, 5)
    assert 0 < await redis.pttl(f"hub:limit:{key}") <= 2_000


async def test_without_redis_each_process_counts_for_itself(key: str) -> None:
    redis = connect_redis("redis://127.0.0.1:1/0")
    limits = RedisLimits(redis)
    waits = [await limits.take(key, 6, 3) for _ in range(5)]
    await redis.aclose()
    assert waits[:3] == [0, 0, 0]
    assert all(9 < wait <= 10 for wait in waits[3:])


async def test_a_frozen_redis_does_not_hold_up_anybody(valkey: OwnValkey, key: str) -> None:
    redis = connect_redis(valkey.url)
    limits = RedisLimits(redis)
    assert await limits.take(key, 6, 1) == 0
    valkey.freeze(True)
    try:
        async with asyncio.timeout(10):
            assert await limits.take(key, 6, 1) == 0  # This process's own count begins.
            assert await limits.take(key, 6, 1) > 0
    finally:
        valkey.freeze(False)
        await redis.aclose()


async def test_a_redis_that_forgot_its_scripts_is_told_again(redis: Redis, key: str) -> None:
    limits = patient(redis)
    assert await limits.take(key, 6, 2) == 0
    await redis.script_flush()
    assert await limits.take(key, 6, 2) == 0
    assert await limits.take(key, 6, 2) > 0
