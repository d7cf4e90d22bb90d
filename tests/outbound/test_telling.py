"""What is told of a chat is how it stood then, and writing down what came of it costs the same however much waits."""

import asyncio
from uuid import uuid4

from hub.actions.chats import end_chat
from hub.actions.courier_ports import Outcome
from hub.actions.deliveries import claim_deliveries, judge_delivery
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.domain.delivery import Answer
from hub.store.deliveries import SETTLE, outcome_json
from tests.doubles.conversation import begin_active_chat
from tests.doubles.receiver import Reply, receiver
from tests.doubles.tenant import Tenant
from tests.outbound.couriers import add_webhook, courier, let_pass, talk
from tests.store.conftest import Connection

READ = "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'deliveries'"
WAITING = 300


async def test_a_chat_is_told_as_it_stood_though_it_is_told_later(ports: Ports, tenant: Tenant) -> None:
    async with receiver() as told:
        await add_webhook(ports, tenant, told, topics=["message_posted"])
        start = await begin_active_chat(ports, tenant)
        await post_message(ports, tenant.marta, start.chat.id, "Hello", str(uuid4()))
        await end_chat(ports, tenant.marta, start.chat.id, str(uuid4()))
        async with courier(ports):
            await told.wait_for(lambda calls: len(calls) == 1)
    [call] = told.calls
    assert call.told["data"]["chat"]["state"] == "active"
    assert call.told["data"]["chat"]["agent"]["id"] == tenant.marta.id
    assert call.told["data"]["event"]["actor"]["id"] == tenant.marta.id


async def test_what_was_told_once_keeps_its_names(ports: Ports, tenant: Tenant, owner: Connection) -> None:
    async with receiver(lambda call: Reply(500)) as told:
        await add_webhook(ports, tenant, told, topics=["chat_started"])
        await talk(ports, tenant, 0)
        async with courier(ports):
            await told.wait_for(lambda calls: len(calls) == 1)
            await owner.execute("UPDATE identities SET name = 'Somebody else'")
            told.decide = lambda call: Reply()
            while not await owner.fetchval("SELECT failures FROM targets"):
                await asyncio.sleep(0.02)
            await let_pass(owner, 60)
            await told.wait_for(lambda calls: len(calls) == 2)
    first, again = told.calls
    assert again.body == first.body


async def test_writing_down_reads_no_more_for_all_that_waits(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    async with receiver() as told:
        await add_webhook(ports, tenant, told, topics=["message_posted"])
        await talk(ports, tenant, WAITING)
        [errand] = await claim_deliveries(ports, 1)
        outcome: Outcome = judge_delivery(ports, errand, Answer(3, 200, None, "ok"))
        async with owner.transaction():
            await owner.execute(SETTLE, [outcome_json(outcome)])
            read = await owner.fetchval(READ)
    assert 0 < read < WAITING / 10
