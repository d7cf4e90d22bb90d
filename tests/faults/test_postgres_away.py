"""Without Postgres nothing is acknowledged and nobody is cut off; the refusal comes soon, and the return is noticed by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.faults.crowd import make_chats, say_hello
from tests.faults.figures import Figures, show_s
from tests.faults.rig import Rig
from tests.faults.whole import only_whole
from tests.operate.processes import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")

SENDERS = 5
MOST_S = 8.0  # Aimed at are refusals within 2 s and the first acknowledgement within 3 s of the return.

Break = Callable[[Rig], Awaitable[None]]


async def kill(rig: Rig) -> None:
    await rig.stores.postgres.kill()


async def freeze(rig: Rig) -> None:
    rig.stores.postgres.freeze()


async def lose_silently(rig: Rig) -> None:
    rig.nodes[0].postgres.partition()


async def refuse_node(rig: Rig) -> None:
    rig.nodes[0].postgres.refuse()


def now_s() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize("break_postgres", [lose_silently, *only_whole(kill, freeze, refuse_node)])
async def test_senders_are_refused_soon_on_lines_that_stay_open_and_served_soon_after(
    rig: Rig, break_postgres: Break, figures: Figures
) -> None:
    tenant = await rig.make_tenant()
    chats = await make_chats(rig, tenant, SENDERS)
    url = rig.nodes[0].ws_url

    async def send_until_stored(line: Line, chat: int) -> None:
        cid = str(uuid4())
        while True:
            sent_s = now_s()
            reply = await line.command("post", cid, chat=chat, text="Is anybody there?")
            if reply["ok"]:
                stored_s.append(now_s())
                return
            refusals.append(reply["error"])
            refused_s.append(now_s() - sent_s)
            await asyncio.sleep(reply["error"]["after_ms"] / 1000)

    stored_s: list[float] = []
    refused_s: list[float] = []
    refusals: list[Frame] = []
    async with AsyncExitStack() as held:
        opened = [await held.enter_async_context(agent_line(url)) for _ in chats]
        for line, chat in zip(opened, chats, strict=True):
            await say_hello(line, tenant, chat)
        await break_postgres(rig)
        sending = asyncio.gather(
            *(send_until_stored(line, chat.id) for line, chat in zip(opened, chats, strict=True))
        )
        await wait_until(lambda: len(refusals) >= 2 * SENDERS)
        await rig.heal()
        back_s = now_s()
        await sending

    figures.add(
        f"F17/F18/F32 {break_postgres.__name__}",
        f"refusals {show_s(refused_s)}, last ack {max(stored_s) - back_s:.2f} s after the return",
        "refusal ≤ 2 s, first ack ≤ 3 s",
    )
    assert {(error["code"], error["retry"]) for error in refusals} == {("storage_unavailable", "after")}
    assert max(refused_s) < MOST_S
    transcripts = await rig.read_transcripts(tenant)
    assert [
        sum(event.text == "Is anybody there?" for event in transcripts[str(chat.id)]) for chat in chats
    ] == [1] * SENDERS


@pytest.mark.parametrize("break_postgres", [freeze, *only_whole(lose_silently)])
async def test_a_line_that_comes_while_postgres_is_away_is_told_to_come_back(
    rig: Rig, break_postgres: Break, figures: Figures
) -> None:
    tenant = await rig.make_tenant()
    async with agent_line(rig.nodes[0].ws_url) as line:
        await break_postgres(rig)
        begun_s = now_s()
        await line.send({"t": "hello", "v": 1, "token": tenant.bootstrap.api_key})
        async with asyncio.timeout(30):
            bye = await line.expect("bye")
            told_s = now_s() - begun_s
            code = await line.expect_close()
    figures.add("F18 a hello while Postgres is frozen", f"told after {told_s:.1f} s", "≤ 2 s")

    assert (bye["reason"], bye["retry"], code) == ("storage_unavailable", "after", 1012)


@pytest.mark.whole
async def test_reading_goes_on_soon_after_postgres_was_frozen(rig: Rig, figures: Figures) -> None:
    tenant = await rig.make_tenant()
    [chat] = await make_chats(rig, tenant, 1)
    async with agent_line(rig.nodes[0].ws_url) as line:
        await say_hello(line, tenant, chat)
        rig.stores.postgres.freeze()
        # More of them than the pool has connections.
        cids = [str(uuid4()) for _ in range(12)]
        for cid in cids:
            await line.send(
                {"t": "cmd", "cid": cid, "op": "page", "args": {"stream": str(chat.id), "before": 3}}
            )
        await asyncio.sleep(3)
        rig.stores.postgres.thaw()
        back_s = now_s()
        for cid in cids:
            async with asyncio.timeout(40):
                while cid not in {frame.get("cid") for frame in line.seen if frame["t"] == "reply"}:
                    await line.receive()
        async with visitor_line(rig.nodes[0].ws_url, tenant) as visitor:
            await visitor.hello(key=tenant.profile.key)
            assert (await visitor.command("start"))["ok"]
        figures.add("F18 reads after the return", f"served after {now_s() - back_s:.1f} s", "≤ 3 s")


async def test_one_locked_chat_holds_up_no_other(rig: Rig, figures: Figures) -> None:
    tenant = await rig.make_tenant()
    locked, free = await make_chats(rig, tenant, 2)
    async with agent_line(rig.nodes[0].ws_url) as one, agent_line(rig.nodes[0].ws_url) as other:
        await say_hello(one, tenant, locked)
        await say_hello(other, tenant, free)
        async with rig.stores.connect_superuser() as connection, connection.transaction():
            await connection.execute("SELECT FROM chats WHERE id = $1 FOR UPDATE", locked.id)
            held_up = asyncio.create_task(one.command("post", chat=locked.id, text="held up"))
            ack_s = []
            for number in range(20):
                sent_s = now_s()
                assert (await other.command("post", chat=free.id, text=f"{number}"))["ok"]
                ack_s.append(now_s() - sent_s)
                await asyncio.sleep(0.11)  # Below the limit of commands.
            refused = await held_up
        assert refused["error"]["code"] == "storage_unavailable"
        figures.add("F26 beside a locked chat", f"ack {show_s(ack_s)}", "as ever")
