"""Measurements as Prometheus reads them."""

import fcntl
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from hub.domain.delivery import TargetHealth
from hub.operate.metrics import MAX_LABELS, Metrics, routes
from hub.operate.metrics_directory import DIRECTORY_VARIABLE, LOCK, remove_abandoned
from tests.operate.processes import ROOT

WORKERS = Path(__file__).with_name("counting_workers.py")


def samples_of(text: str) -> dict[tuple[str, ...], float]:
    """The values by name and label values."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_everything_noted_is_shown() -> None:
    metrics = Metrics()
    metrics.note_delivery(0.02)
    metrics.note_ack(0.004)
    metrics.note_commit(3, 0.002)
    metrics.note_commit(5, 0.002)
    metrics.note_catch_up()
    metrics.note_dropped("ephemeral", 4)
    metrics.set_outbox_frames(17)
    metrics.set_redis_healthy(True)
    metrics.note_opened("websocket")
    metrics.note_opened("websocket")
    metrics.note_closed("websocket")
    metrics.note_frame_in("cmd")
    metrics.note_frame_out("event")
    metrics.note_refusal("chat_ended")

    metrics.set_stranded_chats(1)
    metrics.set_overdue_chats(2)
    metrics.note_attempt("again", 3.0)
    metrics.note_attempt("done", 33.0)
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    shop = TargetHealth(1, 7, "Shop", "on", None, None, 3, now - timedelta(seconds=90))
    metrics.set_targets([shop, replace(shop, target_id=8)], now)
    metrics.set_targets([shop], now)

    samples = samples_of(metrics.render().decode())

    assert (samples["hub_stranded_chats",], samples["hub_overdue_chats",]) == (1, 2)
    assert samples["hub_errand_attempts_total", "again"] == 1
    assert samples["hub_errand_seconds_sum",] == 33
    assert (samples["hub_errands_waiting", "1/7"], samples["hub_errands_oldest_seconds", "1/7"]) == (3, 90)
    assert (samples["hub_errands_waiting", "1/8"], samples["hub_errands_oldest_seconds", "1/8"]) == (0, 0)
    assert samples["hub_delivery_seconds_count",] == 1
    assert samples["hub_delivery_seconds_bucket", "0.025"] == 1
    assert samples["hub_delivery_seconds_bucket", "0.01"] == 0
    assert samples["hub_ack_seconds_bucket", "0.005"] == 1
    assert samples["hub_commit_seconds_count",] == 2
    assert samples["hub_commit_batch_events_sum",] == 8
    assert samples["hub_events_appended_total",] == 8
    assert samples["hub_catch_up_reads_total",] == 1
    assert samples["hub_outbox_dropped_total", "ephemeral"] == 4
    assert samples["hub_outbox_frames",] == 17
    assert samples["hub_redis_healthy",] == 1
    assert samples["hub_connections_open", "websocket"] == 1
    assert samples["hub_frames_in_total", "cmd"] == 1
    assert samples["hub_frames_out_total", "event"] == 1
    assert samples["hub_refusals_total", "chat_ended"] == 1


def test_labels_without_end_do_not_fill_the_memory() -> None:
    metrics = Metrics()
    for number in range(MAX_LABELS + 10):
        metrics.note_refusal(f"code_{number}")

    samples = samples_of(metrics.render().decode())

    assert samples["hub_refusals_total", "other"] == 10
    assert sum(name[0] == "hub_refusals_total" for name in samples) == MAX_LABELS + 1


async def test_the_metrics_address_answers_in_the_text_form() -> None:
    metrics = Metrics()
    metrics.note_opened("websocket")
    transport = httpx2.ASGITransport(Starlette(routes=routes(metrics)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub.example") as client:
        answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert samples_of(answer.text)["hub_connections_open", "websocket"] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_several_workers_are_added_up_and_the_dead_hold_nothing_open() -> None:
    environment = {name: value for name, value in os.environ.items() if name != DIRECTORY_VARIABLE}
    told = subprocess.run(
        [sys.executable, WORKERS], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout

    samples = samples_of(told)

    assert samples["hub_events_appended_total",] == 2 + 3
    assert samples["hub_commit_seconds_count",] == 2
    assert samples["hub_connections_open", "websocket"] == 3
    assert samples["hub_refusals_total", "too_many"] == 2
    assert samples["hub_redis_healthy",] == 1


def test_only_what_a_killed_hub_has_left_is_removed(tmp_path: Path) -> None:
    abandoned, used, foreign = (
        tmp_path / name for name in ("hub-metrics-a", "hub-metrics-b", "something-else")
    )
    for directory in (abandoned, used, foreign):
        directory.mkdir()
        (directory / LOCK).touch()
    with (used / LOCK).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        remove_abandoned(tmp_path)

    assert sorted(tmp_path.iterdir()) == [used, foreign]
