"""`hub serve` with its embedded stores, as a real process, treated badly."""

import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.operate.processes import HubProcess, Start, find_free_port, wait_until, wait_until_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

StartHub = Callable[..., Awaitable[HubProcess]]


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One data directory for all tests, since making a database takes longest; each test leaves it to the next."""
    with tempfile.TemporaryDirectory(prefix="hub-test-") as directory:
        # Where the account of the embedded servers can get at it, when the tests run as root.
        Path(directory).chmod(0o755)
        yield Path(directory, "data")


@pytest.fixture
def start_hub(start_process: Start, data_dir: Path) -> StartHub:
    async def start(*arguments: str, port: int | None = None) -> HubProcess:
        port = port or find_free_port()
        options = ("--port", str(port), "--data-dir", str(data_dir), *arguments)
        return await start_process("-m", "hub", "serve", *options, port=port)

    return start


async def get_status(hub: HubProcess, path: str) -> int:
    async with httpx2.AsyncClient(trust_env=False) as client:
        return (await client.get(hub.base_url + path)).status_code


async def wait_until_written(file: Path, text: str) -> None:
    await wait_until(lambda: text in file.read_text())


async def test_serving_tells_where_to_look_and_stops_on_sigterm_with_nothing_left(
    start_hub: StartHub,
) -> None:
    hub = await start_hub()
    await wait_until_written(hub.out, "(shown this once)")
    children = hub.list_children()

    said = hub.out.read_text()
    assert f"{hub.base_url}/demo" in said
    assert f"{hub.base_url}/console" in said
    assert [await get_status(hub, path) for path in ("/demo", "/console", "/health/ready")] == [200, 200, 200]
    hub.process.send_signal(signal.SIGTERM)

    assert await hub.wait_until_ended() == 0
    assert len(children) >= 3  # A worker, Postgres, Valkey.
    await wait_until_gone(children)


async def test_a_killed_worker_is_replaced_and_the_hub_serves_on(start_hub: StartHub) -> None:
    hub = await start_hub("--workers", "2")
    await hub.wait_until_serving()
    await wait_until(lambda: hub.err.read_text().count('"event": "worker_ready"') == 2)
    victim = hub.list_workers()[0]

    os.kill(victim, signal.SIGKILL)

    await wait_until(lambda: hub.err.read_text().count('"event": "worker_ready"') == 3)
    assert [await get_status(hub, "/health/ready") for _ in range(10)] == [200] * 10
    assert victim not in hub.list_workers()


async def test_a_killed_hub_leaves_nothing_running_and_starts_again(start_hub: StartHub) -> None:
    hub = await start_hub("--workers", "2")
    await hub.wait_until_serving()
    children = hub.list_children()

    hub.process.kill()
    await hub.wait_until_ended()

    await wait_until_gone(children)
    again = await start_hub()
    await again.wait_until_serving()


async def test_a_hub_started_right_after_a_kill_gets_the_port_and_the_data(start_hub: StartHub) -> None:
    hub = await start_hub()
    await hub.wait_until_serving()

    hub.process.kill()
    await hub.wait_until_ended()
    again = await start_hub(port=hub.port)

    await again.wait_until_serving()


@pytest.mark.parametrize("moment", ["", "worker_started"])
async def test_sigterm_while_starting_is_a_clean_stop(start_hub: StartHub, moment: str) -> None:
    hub = await start_hub()

    await wait_until(lambda: moment in hub.err.read_text() if moment else bool(hub.list_children()))
    children = hub.list_children()
    hub.process.send_signal(signal.SIGTERM)

    assert await hub.wait_until_ended() == 0
    await wait_until_gone(children)


async def test_the_hub_ends_with_a_sentence_when_its_postgres_dies(start_hub: StartHub) -> None:
    hub = await start_hub()
    await hub.wait_until_serving()
    os.kill(hub.find_postgres(), signal.SIGKILL)

    assert await hub.wait_until_ended() == 1
    assert "Postgres" in hub.err.read_text().splitlines()[-1]
    assert "Traceback" not in hub.err.read_text()


async def test_a_busy_port_is_one_sentence_and_nothing_is_started(start_hub: StartHub) -> None:
    first = await start_hub()
    await first.wait_until_serving()

    second = await start_hub(port=first.port)

    assert await second.wait_until_ended() == 1
    assert second.err.read_text() == (
        f"Port {first.port} on 127.0.0.1 is in use by another program: stop it, or choose another one with --port.\n"
    )
    assert second.out.read_text() == ""


async def test_a_second_hub_on_the_same_data_is_refused_in_one_sentence(start_hub: StartHub) -> None:
    first = await start_hub()
    await first.wait_until_serving()

    second = await start_hub()

    assert await second.wait_until_ended() == 1
    [sentence] = second.err.read_text().splitlines()
    assert "is in use by another hub" in sentence
    assert await get_status(first, "/health/ready") == 200


async def test_several_workers_show_their_measurements_together(start_hub: StartHub) -> None:
    hub = await start_hub("--workers", "2")
    await hub.wait_until_serving()

    shown = {await hub.get_text("/metrics") for _ in range(4)}

    assert all("\nhub_outbox_frames 0.0" in text and "\nhub_redis_healthy " in text for text in shown)
