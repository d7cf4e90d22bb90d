"""What is done to Redis during a trial, and to the way there."""

import asyncio
from collections.abc import Callable
from random import Random

from redis.asyncio import Redis

from tests.faults.injections import SHORT_S, Inject, some_node, wait
from tests.faults.proxy import Flow
from tests.faults.rig import HubNode, Rig

MANY_RINGS = 2_000

AWAY_S = (1.0, 3.0)  # Past the hub's deadlines of 0.25 s for an echo and 1 s between two.


async def kill_redis(rig: Rig, random: Random) -> None:
    """It is away for a while."""
    await rig.stores.valkey.kill()
    await wait(random, AWAY_S)
    await rig.stores.valkey.start()


async def freeze_redis(rig: Rig, random: Random) -> None:
    """It takes connections and answers nothing."""
    rig.stores.valkey.freeze()
    await wait(random, AWAY_S)
    rig.stores.valkey.thaw()


async def flush_redis(rig: Rig, random: Random) -> None:
    """It forgets everything."""
    async with rig.stores.connect_valkey() as redis:
        await redis.flushall()


async def cut_subscribers(rig: Rig, random: Random) -> None:
    """What Redis does to subscribers that are behind: it ends them, and what was on its way is gone."""
    async with rig.stores.connect_valkey() as redis:
        await redis.client_kill_filter(_type="pubsub")


async def overflow_subscribers(rig: Rig, random: Random) -> None:
    """A subscriber is behind by more than its buffer, and Redis drops it with everything in it."""
    async with rig.stores.connect_valkey() as redis:
        before = (await redis.config_get("client-output-buffer-limit"))["client-output-buffer-limit"] or ""
        await redis.config_set("client-output-buffer-limit", "pubsub 65536 65536 1")
        dropped = await _count_dropped(redis)
        some_node(rig, random).redis.answers.bytes_per_s = 2_000
        while len(await redis.client_list(_type="pubsub")) < len(rig.nodes):
            await asyncio.sleep(0.05)  # One of them has just been dropped, and comes back.
        channels = await redis.pubsub_channels("hub:chat:*")
        # Nobody can read these rings, but they take their place. The kernel takes many of them for a slow reader.
        for _ in range(MANY_RINGS):
            await redis.publish(random.choice(channels), b"x" * 100_000)
            if await _count_dropped(redis) > dropped:
                break
        await wait(random, SHORT_S)
        for node in rig.nodes:
            node.redis.heal()
        await redis.config_set("client-output-buffer-limit", before)
        assert await _count_dropped(redis) > dropped


async def _count_dropped(redis: Redis) -> int:
    """How many clients were behind by too much."""
    return int((await redis.info("stats"))["client_output_buffer_limit_disconnections"])


async def fill_redis(rig: Rig, random: Random) -> None:
    """Its memory is full: writes are refused, rings still pass."""
    async with rig.stores.connect_valkey() as redis:
        await redis.config_set("maxmemory", "1mb")
        await wait(random, AWAY_S)
        await redis.config_set("maxmemory", "0")


async def lock_redis(rig: Rig, random: Random) -> None:
    """Its password is another one for a while, and everybody has to sign in again."""
    password = rig.stores.secrets.valkey_password
    async with rig.stores.connect_valkey() as redis:
        await redis.config_set("requirepass", "another")
        await redis.client_kill_filter(_type="pubsub")
        await redis.client_kill_filter(_type="normal", skipme=True)
        await wait(random, AWAY_S)
        await redis.config_set("requirepass", password)


def hinder_redis(hinder: Callable[[HubNode], None], within_s: tuple[float, float] = AWAY_S) -> Inject:
    """Something between one node and Valkey."""

    async def inject(rig: Rig, random: Random) -> None:
        node = some_node(rig, random)
        hinder(node)
        await wait(random, within_s)
        node.redis.heal()

    return inject


def swallow_rings(node: HubNode) -> None:
    """What Valkey says does not arrive; what it is told does."""
    node.redis.answers.passes.clear()


def slow_redis(node: HubNode) -> None:
    """Half a second late, and a trickle."""
    slow(node.redis.answers)
    slow(node.redis.requests)


def slow(flow: Flow) -> None:
    """Half a second and 10 KB/s."""
    flow.delay_s, flow.bytes_per_s = 0.5, 10_000
