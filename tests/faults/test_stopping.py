"""Nodes that are stopped say good-bye: their lines go on elsewhere, and no acknowledgement is lost."""

import asyncio
import signal
from random import Random

import httpx2
import pytest

from tests.doubles.line import Frame, Line, agent_line
from tests.faults.carriers import carry_by_websocket
from tests.faults.crowd import SpokenChat, following_lines, make_chats, say_hello
from tests.faults.figures import Figures, show_s
from tests.faults.people import Person, World
from tests.faults.rig import Rig
from tests.faults.whole import only_whole
from tests.operate.processes import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINES = 100
MOST_AWAY_S = 40.0  # Long after the 10 s that are aimed at.


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def wait_for_bye(line: Line) -> tuple[Frame, int]:
    """The farewell and the code of the close behind it."""
    bye = await line.expect("bye")
    return bye, await line.expect_close()


async def test_every_line_of_a_stopped_node_is_told_when_to_come_back_and_resumes_elsewhere(
    rig: Rig, scale: int, figures: Figures
) -> None:
    stopped, other = rig.nodes
    tenant = await rig.make_tenant()
    chats = await make_chats(rig, tenant, 5)
    count = LINES if scale == 1 else LINES * scale // 2
    resumed_s: list[float] = []

    async def resume(line: Line, chat: SpokenChat) -> tuple[str, int]:
        async with asyncio.timeout(MOST_AWAY_S):
            bye, code = await wait_for_bye(line)
            await asyncio.sleep(bye["after_ms"] / 1000)
            async with agent_line(other.ws_url) as again:
                pages = await say_hello(again, tenant, chat, behind=1)
        resumed_s.append(now_s() - began_s)
        assert [(page["resume"], len(page["events"])) for page in pages] == [("ok", 1), ("ok", 0)]
        return f"{bye['reason']} {bye['retry']}", code

    async with following_lines(stopped.ws_url, tenant, chats, count) as lines:
        began_s = now_s()
        resuming = asyncio.gather(*(resume(line, chats[n % 5]) for n, line in enumerate(lines)))
        stopped.signal(signal.SIGTERM)
        await wait_until(lambda: refuses_new_lines(rig))
        told = await resuming
    ended_s = now_s() - began_s

    assert await stopped.wait_until_ended() == 0
    assert set(told) == {("restart after", 1012)}
    figures.add(
        f"F02 drain of {count} lines", f"resumed {show_s(resumed_s)}, all in {ended_s:.1f} s", "all ≤ 10 s"
    )


async def refuses_new_lines(rig: Rig) -> bool:
    """Whether the first node sends balancers and newcomers away, or is gone."""
    try:
        return await rig.nodes[0].get_status("/health/ready") == 503
    except httpx2.TransportError:
        return True


async def test_what_is_sent_while_a_node_stops_is_acknowledged_once(rig: Rig, figures: Figures) -> None:
    tenant = await rig.make_tenant()
    world = World(tenant, [node.base_url for node in rig.nodes])
    visitors = [Person(world, f"visitor{number}", Random(number)) for number in range(8)]
    lives = [asyncio.create_task(visitor.live(carry_by_websocket)) for visitor in visitors]
    for visitor in visitors:
        visitor.start()
    await wait_until(lambda: all(visitor.chat for visitor in visitors))

    stopping = asyncio.create_task(stop_and_start(rig, 0))
    while not stopping.done():
        for visitor in visitors:
            visitor.say()
        await asyncio.sleep(0.2)
    await stopping
    await wait_until(lambda: not any(visitor.outbox for visitor in visitors))
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)

    stored = [
        event.text
        for events in (await rig.read_transcripts(tenant)).values()
        for event in events
        if event.text
    ]
    assert len(stored) == len(set(stored)) >= len(visitors)
    assert world.returns_s
    figures.add("F02 sends during a drain", f"{len(stored)} stored once, returns {show_s(world.returns_s)}")


async def stop_and_start(rig: Rig, number: int) -> None:
    """Restarts one node in order."""
    node = rig.nodes[number]
    node.signal(signal.SIGTERM)
    assert await node.wait_until_ended() == 0
    await node.start()


@pytest.mark.parametrize("number", [signal.SIGTERM, *only_whole(signal.SIGHUP, signal.SIGINT)])
async def test_asking_twice_ends_the_lines_at_once_and_in_order(rig: Rig, number: signal.Signals) -> None:
    node = rig.nodes[0]
    tenant = await rig.make_tenant()
    [chat] = await make_chats(rig, tenant, 1)
    async with following_lines(node.ws_url, tenant, [chat], 30) as lines:
        node.signal(number)
        node.signal(number)

        assert await node.wait_until_ended() == 0
        for line in lines:
            await line.expect_close()


@pytest.mark.whole
async def test_a_node_that_is_stopped_while_it_starts_ends_in_order_and_starts_again(rig: Rig) -> None:
    node = rig.nodes[0]
    node.signal(signal.SIGTERM)
    await node.wait_until_ended()
    random = Random(5)
    for _ in range(3):
        node.begin_start()
        await asyncio.sleep(random.uniform(0.3, 1.0))
        node.signal(signal.SIGTERM)
        # In its first moment there is nothing to clean up, and nobody yet to do it.
        assert await node.wait_until_ended() in {0, -signal.SIGTERM}

    await node.start()
    assert await node.is_ready()
