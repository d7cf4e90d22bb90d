"""When something runs out (descriptors, memory, room on the disk, time of the store), what was begun goes on and it heals by itself."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.tenant import Tenant
from tests.faults.crowd import make_chats
from tests.faults.figures import Figures, show_s
from tests.faults.rig import HubNode, Rig, running_rig
from tests.faults.small_disk import MIB, fill, small_disk
from tests.faults.stores import running_stores
from tests.operate.processes import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENCE_S = 60.0
SPARE_DESCRIPTORS = 12
DISK_BYTES = 320 * MIB
LONG_TEXT = "x" * 3_900
SPARE_MEMORY_BYTES = 192 * MIB


def now_s() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def speaking_visitor(node: HubNode, tenant: Tenant) -> AsyncIterator[tuple[Line, int]]:
    """A visitor in a chat of their own."""
    async with visitor_line(node.ws_url, tenant) as line:
        await line.hello(key=tenant.profile.key)
        yield line, (await line.command("start"))["result"]["chat"]["id"]


async def time_posts(line: Line, chat: int, count: int) -> list[float]:
    """How long each of so many messages took to be acknowledged."""
    took_s = []
    for number in range(count):
        sent_s = now_s()
        assert (await line.command("post", chat=chat, text=f"{number}"))["ok"]
        took_s.append(now_s() - sent_s)
        await asyncio.sleep(0.15)
    return took_s


# Descriptors.


@contextmanager
def few_descriptors(node: HubNode) -> Iterator[None]:
    """The worker may open only a few more."""
    before = resource.prlimit(node.worker_id, resource.RLIMIT_NOFILE)
    fewest = node.count_descriptors() + SPARE_DESCRIPTORS
    resource.prlimit(node.worker_id, resource.RLIMIT_NOFILE, (fewest, before[1]))
    try:
        yield
    finally:
        resource.prlimit(node.worker_id, resource.RLIMIT_NOFILE, before)


async def test_without_descriptors_open_lines_go_on_and_new_ones_come_in_afterwards(
    rig: Rig, figures: Figures
) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    refused = 0
    async with (
        speaking_visitor(node, tenant) as (line, chat),
        httpx2.AsyncClient(trust_env=False) as client,
        AsyncExitStack() as held,
    ):
        # What the hub opens with the first message and the first question stays open, and so does the operator's connection.
        await time_posts(line, chat, 1)
        await client.get(f"{node.base_url}/health")
        with few_descriptors(node):
            for _ in range(4 * SPARE_DESCRIPTORS):
                try:
                    async with asyncio.timeout(0.5):
                        await held.enter_async_context(agent_line(node.ws_url))
                except (OSError, TimeoutError, WebSocketException, EOFError):
                    refused += 1
            ack_s = await time_posts(line, chat, 5)
            told = (await client.get(f"{node.base_url}/health")).json()["descriptors"]
        await wait_until(node.is_ready)
        async with agent_line(node.ws_url) as late:
            await late.hello(token=tenant.bootstrap.api_key)
    assert refused > 0
    assert told["open"] >= told["limit"] - SPARE_DESCRIPTORS
    figures.add(
        "F06 no descriptors left",
        f"{refused} new lines refused; open ones ack {show_s(ack_s)}",
        "open lines go on",
    )


# Memory.


@pytest.mark.whole
async def test_without_memory_a_worker_may_go_but_nothing_that_was_acknowledged_does(
    rig: Rig, figures: Figures
) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    worker = node.worker_id
    size_bytes = int(Path(f"/proc/{worker}/statm").read_text().split()[0]) * resource.getpagesize()
    [chat] = await make_chats(rig, tenant, 1, messages=1)
    acked: list[str] = []
    async with AsyncExitStack() as held:
        lines = [await held.enter_async_context(agent_line(node.ws_url)) for _ in range(30)]
        for line in lines:
            await line.hello(token=tenant.bootstrap.api_key, positions=chat.position(tenant.profile.epoch))
        async with visitor_line(rig.nodes[1].ws_url, tenant) as speaker:
            await speaker.hello(key=tenant.profile.key)
            own = (await speaker.command("start"))["result"]["chat"]["id"]
            before = resource.prlimit(worker, resource.RLIMIT_AS)
            resource.prlimit(worker, resource.RLIMIT_AS, (size_bytes + SPARE_MEMORY_BYTES, before[1]))
            for number in range(60):
                text = f"{number} {LONG_TEXT}"
                if (await speaker.command("post", chat=own, text=text))["ok"]:
                    acked.append(text)
        await wait_until(node.is_ready)
    if node.worker_id == worker:
        resource.prlimit(worker, resource.RLIMIT_AS, before)
    stored = [event.text for event in (await rig.read_transcripts(tenant))[str(own)]]
    assert [text for text in acked if text not in stored] == []
    outcome = "the worker stayed" if node.worker_id == worker else "the worker was replaced"
    figures.add("F07 a cap on memory", f"{outcome}, {len(acked)} acknowledged, none missing", "as F01")


# Room on the disk.


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    for parent in place.parents[:3]:  # The servers have an account of their own.
        parent.chmod(0o755)
    with small_disk(place, DISK_BYTES):
        yield place


@pytest.mark.needs_small_disk
@pytest.mark.whole
async def test_a_full_disk_refuses_writes_in_so_many_words_and_heals_without_a_restart(
    disk: Path, tmp_path: Path, figures: Figures
) -> None:
    async with (
        running_stores(disk / "data") as stores,
        running_rig(stores, tmp_path, count=1) as rig,
    ):
        [node], tenant = rig.nodes, await rig.make_tenant()
        async with speaking_visitor(node, tenant) as (line, chat):
            for number in range(10):
                assert (await line.command("post", chat=chat, text=f"{number}"))["ok"]
                await asyncio.sleep(0.1)
            filler = fill(disk)
            refused, acked, refused_s = await post_until_refused(line, chat)
            page = await line.command("page", stream=str(chat), before=10, limit=5)
            filler.unlink()
            begun_s = now_s()
            while not (await line.command("post", refused["cid"], chat=chat, text=LONG_TEXT))["ok"]:
                await asyncio.sleep(0.1)
            healed_s = now_s() - begun_s
        stored = (await rig.read_transcripts(tenant))[str(chat)]
        unforeseen = node.list_unforeseen()
    assert refused["error"]["code"] == "storage_unavailable"
    assert page["ok"]
    assert [event.seq for event in stored] == list(range(1, 1 + 10 + acked + 1 + 1))
    assert unforeseen == []
    figures.add(
        "F22 a disk that is full",
        f"{acked} more acknowledged, then refused after {refused_s:.1f} s; first acknowledgement {healed_s:.1f} s after there was room",
        "refused typed, reads go on, heals by itself",
    )


async def post_until_refused(line: Line, chat: int) -> tuple[Frame, int, float]:
    """The refusal, how many were acknowledged before it, and how long it took."""
    acked = 0
    async with asyncio.timeout(PATIENCE_S):
        while True:
            sent_s = now_s()
            reply = await line.command("post", chat=chat, text=LONG_TEXT)
            if reply["ok"]:
                acked += 1
            elif reply["error"]["code"] == "too_many":
                await asyncio.sleep(reply["error"]["after_ms"] / 1000)
            else:
                return reply, acked, now_s() - sent_s


# Time of the store.


async def test_slow_lists_hold_up_no_sends(rig: Rig, figures: Figures) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    asking = 12  # More than the pool has connections.
    async with speaking_visitor(node, tenant) as (line, chat), AsyncExitStack() as held:
        lines = [await held.enter_async_context(agent_line(node.ws_url)) for _ in range(asking)]
        async with rig.stores.connect_superuser() as connection, connection.transaction():
            # Every list and every header joins this table; a message that is appended does not.
            await connection.execute("LOCK TABLE profiles IN ACCESS EXCLUSIVE MODE")
            hello = {"token": tenant.bootstrap.api_key, "wants": ["inbox"]}
            greeting = [asyncio.create_task(find_end(each, hello)) for each in lines]
            ack_s = await time_posts(line, chat, 20)
            async with asyncio.timeout(PATIENCE_S):
                ends = await asyncio.gather(*greeting)
    assert set(ends) <= {"storage_unavailable", "busy"}
    figures.add(
        "F27 lists that take for ever",
        f"lists told {sorted(set(ends))}; sends ack {show_s(ack_s)}",
        "sends p99 ≤ 1 s",
    )


async def find_end(line: Line, hello: Frame) -> str:
    """Why the line was ended after this hello."""
    try:
        await line.send({"t": "hello", "v": 1, "cid": str(uuid4()), **hello})
        while True:
            frame = await asyncio.wait_for(line.socket.recv(), PATIENCE_S)
            if '"bye"' in str(frame):
                return str(frame).partition('"reason":"')[2].partition('"')[0]
    except ConnectionClosed:
        return "closed without a word"
