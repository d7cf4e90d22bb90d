"""All lines come back at once: everybody is served, with few questions to Postgres, and those who talk go on talking."""

import asyncio
from contextlib import AsyncExitStack
from random import Random
from uuid import uuid4

import asyncpg
import pytest

from tests.doubles.line import Line, agent_line, visitor_line
from tests.faults.crowd import following_lines, hello_frame, in_turns, make_chats
from tests.faults.figures import Figures, show_s
from tests.faults.proxy import running_proxy
from tests.faults.rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINES = 200
CHATS = 20
CROWD = 60
MOST_S = 120.0  # Aimed at are 30 s for ten times as many.

# Every read of the hub is a transaction, so the transactions of the pool are its questions.
TRANSACTIONS = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def count_transactions(rig: Rig) -> int:
    connection = await asyncpg.connect(rig.stores.owner_url)
    try:
        return int(await connection.fetchval(TRANSACTIONS))
    finally:
        await connection.close()


async def test_a_storm_of_reconnects_is_weathered(rig: Rig, scale: int, figures: Figures) -> None:
    first, second = rig.nodes
    tenant = await rig.make_tenant()
    chats = await make_chats(rig, tenant, CHATS)
    count = LINES * scale
    resumed_s: list[float] = []
    ack_s: list[float] = []
    sent_away: list[int] = []

    async with AsyncExitStack() as held:
        proxy = await held.enter_async_context(running_proxy(first.port))
        url = f"ws://127.0.0.1:{proxy.port}/api/realtime"
        await held.enter_async_context(following_lines(url, tenant, chats, count))
        speaker = await held.enter_async_context(visitor_line(second.ws_url, tenant))
        await speaker.hello(key=tenant.profile.key)
        own_chat = (await speaker.command("start"))["result"]["chat"]["id"]

        async def come_back(number: int) -> None:
            await asyncio.sleep(Random(number).uniform(0, 0.5))
            while not await try_to_resume(number):
                sent_away.append(number)

        async def try_to_resume(number: int) -> bool:
            async with agent_line(second.ws_url) as line:
                chat = chats[number % CHATS]
                await line.send(hello_frame(tenant, chat, behind=1))
                told = await line.receive()
                if told["t"] == "bye":
                    assert told["retry"] == "after"
                    await asyncio.sleep(told["after_ms"] / 1000)
                    return False
                pages = [await line.expect("page") for _ in range(2)]
                assert [len(page["events"]) for page in pages] == [1, 0]
                resumed_s.append(now_s() - cut_s)
            return True

        before = await count_transactions(rig)
        proxy.cut()
        cut_s = now_s()
        async with asyncio.timeout(MOST_S):
            returning = asyncio.create_task(in_turns(come_back, range(count), at_once=count))
            while not returning.done():
                sent_s = now_s()
                await send_until_stored(speaker, own_chat)
                ack_s.append(now_s() - sent_s)
                await asyncio.sleep(0.15)
            await returning
        asked = await count_transactions(rig) - before

    assert len(resumed_s) == count
    figures.add(
        f"F36 a storm of {count}",
        f"resumed {show_s(resumed_s)}, {len(sent_away)} times sent away; {asked / count:.1f} transactions a line; others' ack {show_s(ack_s)}",
        "2,000 in ≤ 30 s, ≤ 1 query a client, others ≤ 1 s",
    )


@pytest.mark.whole
async def test_a_crowd_that_cannot_be_greeted_is_told_to_come_back_at_different_times(
    rig: Rig, figures: Figures
) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    [chat] = await make_chats(rig, tenant, 1)
    async with AsyncExitStack() as held:
        lines = [await held.enter_async_context(agent_line(node.ws_url)) for _ in range(CROWD)]
        rig.stores.postgres.freeze()
        begun_s = now_s()
        for line in lines:
            await line.send(hello_frame(tenant, chat))
        async with asyncio.timeout(MOST_S):
            byes = [await line.expect("bye") for line in lines]
            codes = [await line.expect_close() for line in lines]
    assert {bye["retry"] for bye in byes} == {"after"}
    assert set(codes) == {1012, 1013}
    assert len({bye["after_ms"] for bye in byes if bye["reason"] == "busy"}) > 1
    figures.add(
        f"F18/F36 {CROWD} hellos while Postgres is frozen", f"all told after {now_s() - begun_s:.1f} s"
    )


async def send_until_stored(line: Line, chat: int) -> None:
    """A message, said again as a client does when it could not be stored in time."""
    cid = str(uuid4())
    while not (reply := await line.command("post", cid, chat=chat, text="Still here"))["ok"]:
        assert reply["error"]["retry"] == "after"
        await asyncio.sleep(reply["error"]["after_ms"] / 1000)
