"""What is done to nodes during a trial, and ways to combine injections. Each heals what it broke before it returns.

Its counterparts for the stores are `redis_injections` and `postgres_injections`.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from random import Random

from tests.faults.rig import HubNode, Rig

Inject = Callable[[Rig, Random], Awaitable[None]]

SHORT_S = (0.3, 1.0)


async def wait(random: Random, within_s: tuple[float, float]) -> None:
    """Some time between these two."""
    await asyncio.sleep(random.uniform(*within_s))


def some_node(rig: Rig, random: Random) -> HubNode:
    """One of the nodes."""
    return random.choice(rig.nodes)


async def kill_worker(rig: Rig, random: Random) -> None:
    """The supervisor starts another."""
    node = some_node(rig, random)
    node.kill_worker()
    await asyncio.sleep(0.05)
    await node.start()


async def kill_node(rig: Rig, random: Random) -> None:
    """Supervisor and worker, as when the machine goes."""
    node = some_node(rig, random)
    node.kill()
    await wait(random, SHORT_S)
    await node.start()


async def roll_nodes(rig: Rig, random: Random) -> None:
    """One after the other is stopped in order and started again."""
    for node in rig.nodes:
        node.signal(signal.SIGTERM)
        assert await node.wait_until_ended() == 0
        await node.start()


def freeze_node(within_s: tuple[float, float]) -> Inject:
    """The worker stands still."""

    async def inject(rig: Rig, random: Random) -> None:
        node = some_node(rig, random)
        node.freeze()
        try:
            await wait(random, within_s)
        finally:
            node.thaw()
        await node.start()

    return inject


def all_together(*injections: Inject) -> Inject:
    """Two of them at the same time: recovery fails in company."""

    async def inject(rig: Rig, random: Random) -> None:
        await asyncio.gather(*(one(rig, random) for one in random.sample(injections, 2)))

    return inject


def one_of(*injections: Inject) -> Inject:
    """Another one each time."""

    async def inject(rig: Rig, random: Random) -> None:
        await random.choice(injections)(rig, random)

    return inject
