"""Couriers that are killed at any moment: everything arrives, in the order of its chat, and what is repeated has the id it had."""

import asyncio
from collections.abc import Callable
from random import Random
from uuid import uuid4

import asyncpg
import pytest

from hub.actions.messages import post_message
from hub.actions.webhooks import save_webhooks
from hub.app import make_secrets
from tests.doubles.receiver import Received, Reply, receiver
from tests.faults.crowd import make_chats
from tests.faults.rig import Rig
from tests.operate.processes import wait_until_gone

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHATS, ROUNDS, WORDS = 10, 3, 6


async def test_killed_couriers_lose_nothing_and_keep_the_order(rig: Rig) -> None:
    chance = Random(65)
    tenant = await rig.make_tenant()
    late = asyncio.Event()
    taken: dict[int, list[int]] = {}

    def take(call: Received) -> Reply:
        """Half of the answers come too late for whoever is killed meanwhile."""
        event, chat_id = call.told["data"]["event"], call.told["data"]["chat"]["id"]
        taken.setdefault(chat_id, []).append(event["seq"])
        return Reply(waits=late if chance.random() < 0.5 else None)

    async with receiver(take) as told, rig.open_ports() as ports:
        patch = {"name": "Shop", "url": told.url()}
        await save_webhooks(ports, make_secrets(rig.settings), tenant.id, [patch])
        chats = await make_chats(rig, tenant, CHATS, 0)
        for _ in range(ROUNDS):
            late.clear()
            before = len(told.calls)
            for number in range(WORDS * CHATS):
                await post_message(
                    ports, tenant.marta, chats[number % CHATS].id, f"Word {number}", str(uuid4())
                )
            await told.wait_for(has_more_than(before))
            await kill_workers(rig)
            await end_leases(rig)
            late.set()
        await rig.heal()
        expected = set(range(1, 2 + WORDS * ROUNDS + 1))
        await told.wait_for(
            lambda _: len(taken) == CHATS and all(set(seqs) == expected for seqs in taken.values()), 90
        )

    for seqs in taken.values():
        first = list(dict.fromkeys(seqs))
        assert first == sorted(first)
        # What is repeated is the one that was on its way, or what another had begun after it: never an earlier one.
        assert all(seq >= max(seqs[:place]) for place, seq in enumerate(seqs) if place)
    ids = {(call.told["data"]["event"]["id"], call.headers["webhook-id"]) for call in told.calls}
    assert len(ids) == len({event for event, _ in ids}) == CHATS * len(expected)
    assert len(told.calls) > len(ids), "nothing was killed on its way"


def has_more_than(count: int) -> Callable[[list[Received]], bool]:
    """Whether there were some calls more."""
    return lambda calls: len(calls) >= count + CHATS // 2


async def kill_workers(rig: Rig) -> None:
    """All couriers at once; their supervisors replace them."""
    killed = [node.worker_id for node in rig.nodes]
    for node in rig.nodes:
        node.kill_worker()
    await wait_until_gone(killed)


async def end_leases(rig: Rig) -> None:
    """As if the half minute were over in which the dead have what they had taken."""
    connection = await asyncpg.connect(rig.stores.owner_url)
    try:
        await connection.execute("UPDATE deliveries SET leased_until = now() WHERE leased_until > now()")
    finally:
        await connection.close()
