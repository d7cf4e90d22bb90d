"""Workers and their watch, as real processes round a small application."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import websockets
from websockets.asyncio.client import connect

from hub.operate.stop_signals import list_stop_signals
from tests.operate.processes import HubProcess, Start, find_free_port, wait_until, wait_until_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

SMALL_HUB = str(Path(__file__).with_name("small_hub.py"))

StartSmall = Callable[..., Awaitable[HubProcess]]


@pytest.fixture
def start_small(start_process: Start) -> StartSmall:
    async def start(workers: int = 1, folly: str = "none", port: int | None = None) -> HubProcess:
        port = port or find_free_port()
        return await start_process(SMALL_HUB, str(port), str(workers), folly, port=port)

    return start


def list_logged(hub: HubProcess, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in hub.err.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


async def wait_until_logged(hub: HubProcess, event: str, times: int = 1) -> None:
    await wait_until(lambda: len(list_logged(hub, event)) >= times)


async def test_a_killed_worker_is_replaced_on_the_same_port(start_small: StartSmall) -> None:
    hub = await start_small()
    await hub.wait_until_serving()
    first = int(await hub.get_text("/process"))

    os.kill(first, signal.SIGKILL)
    second = int(await hub.get_text("/process"))  # Waits in the socket's queue: no connection is refused.

    assert second != first
    assert [line["exit_code"] for line in list_logged(hub, "worker_died")] == [-signal.SIGKILL]


async def test_several_workers_share_the_port(start_small: StartSmall) -> None:
    hub = await start_small(workers=3)
    await wait_until_logged(hub, "worker_ready", times=3)

    async def all_have_answered() -> bool:
        answering.add(await hub.get_text("/process"))
        return len(answering) == 3

    answering: set[str] = set()
    await wait_until(all_have_answered)
    assert answering == {str(process_id) for process_id in hub.list_children()}


@pytest.mark.parametrize("number", list_stop_signals())
async def test_a_signal_stops_the_hub_with_nothing_left(
    start_small: StartSmall, number: signal.Signals
) -> None:
    hub = await start_small(workers=2)
    await hub.wait_until_serving()
    children = hub.list_children()

    hub.process.send_signal(number)

    assert await hub.wait_until_ended() == 0
    await wait_until_gone(children)


async def test_a_frame_that_is_too_big_ends_its_line(start_small: StartSmall) -> None:
    hub = await start_small()
    await hub.wait_until_serving()
    async with connect(f"ws://127.0.0.1:{hub.port}/line", proxy=None) as line:
        await line.send("x" * 65_536)
        await line.send("x" * 65_537)

        with pytest.raises(websockets.ConnectionClosed) as closed:
            await line.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


async def test_lines_are_not_compressed_and_answers_do_not_name_the_server(start_small: StartSmall) -> None:
    hub = await start_small()
    await hub.wait_until_serving()
    async with connect(f"ws://127.0.0.1:{hub.port}/line", proxy=None, compression="deflate") as line:
        assert line.response is not None
        assert "sec-websocket-extensions" not in line.response.headers
        assert "server" not in line.response.headers
    async with httpx2.AsyncClient(trust_env=False) as client:
        assert "server" not in (await client.get(f"{hub.base_url}/process")).headers


async def test_live_lines_hear_the_goodbye_before_they_are_closed(start_small: StartSmall) -> None:
    hub = await start_small()
    await hub.wait_until_serving()
    async with connect(f"ws://127.0.0.1:{hub.port}/line", proxy=None) as line:
        hub.process.send_signal(signal.SIGTERM)

        assert await line.recv() == "bye"
    assert await hub.wait_until_ended() == 0


async def test_a_line_that_ignores_the_goodbye_does_not_hold_the_hub_up(start_small: StartSmall) -> None:
    hub = await start_small()
    await hub.wait_until_serving()
    async with connect(f"ws://127.0.0.1:{hub.port}/line", proxy=None) as line:
        hub.process.send_signal(signal.SIGTERM)

        assert await line.recv() == "bye"
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await line.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
    assert await hub.wait_until_ended() == 0


async def test_a_second_signal_ends_the_hub_though_a_line_is_still_open(start_small: StartSmall) -> None:
    hub = await start_small()
    await hub.wait_until_serving()
    async with connect(f"ws://127.0.0.1:{hub.port}/line", proxy=None) as line:
        hub.process.send_signal(signal.SIGTERM)
        assert await line.recv() == "bye"

        hub.process.send_signal(signal.SIGTERM)

        assert await hub.wait_until_ended() == 0
        with pytest.raises(websockets.ConnectionClosedError):
            await line.recv()


async def test_no_worker_outlives_a_killed_supervisor(start_small: StartSmall) -> None:
    hub = await start_small(workers=2)
    await hub.wait_until_serving()
    children = hub.list_children()
    async with connect(f"ws://127.0.0.1:{hub.port}/line", proxy=None):
        hub.process.kill()

        await wait_until_gone(children)


async def test_a_busy_port_is_one_sentence(start_small: StartSmall) -> None:
    first = await start_small()
    await first.wait_until_serving()

    second = await start_small(port=first.port)

    assert await second.wait_until_ended() == 1
    assert second.err.read_text() == (
        f"Port {first.port} on 127.0.0.1 is in use by another program: stop it, or choose another one with --port.\n"
    )


async def test_a_hub_that_cannot_start_gives_up_with_the_reason(start_small: StartSmall) -> None:
    hub = await start_small(folly="no-start")

    assert await hub.wait_until_ended() == 1
    assert hub.err.read_text().splitlines()[-1] == "The hub cannot serve: The folly is on."
    assert len(list_logged(hub, "worker_died")) == 5


async def test_an_event_loop_that_stands_still_is_logged_with_its_place_and_lives_on(
    start_small: StartSmall,
) -> None:
    hub = await start_small()
    await hub.wait_until_serving()
    process_id = await hub.get_text("/process")

    assert await hub.get_text("/still") == "moving again"

    await wait_until_logged(hub, "worker_stuck")
    [line] = list_logged(hub, "worker_stuck")
    assert any(place.endswith(":stand_still") for place in line["stack"])
    assert await hub.get_text("/process") == process_id


async def test_a_crash_of_the_interpreter_is_logged_with_its_place(start_small: StartSmall) -> None:
    hub = await start_small()
    await hub.wait_until_serving()

    os.kill(int(await hub.get_text("/process")), signal.SIGSEGV)

    await wait_until_logged(hub, "worker_crashed")
    await asyncio.wait_for(hub.get_text("/process"), 40)
