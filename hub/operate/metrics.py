"""Measurements in Prometheus' form. The rooms are handed the methods of `Metrics` as plain callables and know nothing of it.

With several workers each writes into files of one directory (`metrics_directory`), and any of them answers for all.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.domain.delivery import TargetHealth
from hub.operate.metrics_directory import DIRECTORY_VARIABLE

# Around the promises: an acknowledgement within some ms, a delivery within a second even without Redis.
LATENCY_BUCKETS_S: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip

# From the moment something happened to the moment somebody outside knew: at once, or after a fault that may last a day.
ERRAND_BUCKETS_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0, 300.0, 3_600.0, 86_400.0)

BATCH_BUCKETS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

# Labels come from closed lists of ours; a mistake there must not fill the memory of the hub and of Prometheus.
MAX_LABELS = 64


Measurement = TypeVar("Measurement", Counter, Gauge)


class Metrics:
    """All measurements of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._delivery = self._histogram(
            "delivery_seconds", "From commit to the receiver's line.", LATENCY_BUCKETS_S
        )
        self._ack = self._histogram(
            "ack_seconds", "From a command's arrival to its reply.", LATENCY_BUCKETS_S
        )
        self._batch = self._histogram("commit_batch_events", "Events that shared one commit.", BATCH_BUCKETS)
        self._commit = self._histogram("commit_seconds", "One group commit in Postgres.", LATENCY_BUCKETS_S)
        self._appended = self._counter("events_appended", "Events committed.")
        self._caught_up = self._counter("catch_up_reads", "Reads of events that no ring announced in time.")
        self._depth = self._gauge("outbox_frames", "Frames waiting in outboxes.", "livesum")
        self._redis = self._gauge(
            "redis_healthy", "1 while rings come back in time; the worst worker counts.", "livemin"
        )
        self._stranded = self._gauge(
            "stranded_chats",
            "Open chats without a queue, an agent or a flow: none, unless something is wrong.",
            "livemax",
        )
        self._overdue = self._gauge(
            "overdue_chats",
            "Chats whose visitor waits for an answer for longer than their profile allows.",
            "livemostrecent",
        )
        self._dropped = _Labelled(self._counter("outbox_dropped", "Frames given up, by kind.", "kind"))
        self._open = _Labelled(self._gauge("connections_open", "Live lines, by kind.", "livesum", "kind"))
        self._frames_in = _Labelled(self._counter("frames_in", "Frames from clients, by kind.", "kind"))
        self._frames_out = _Labelled(self._counter("frames_out", "Frames to clients, by kind.", "kind"))
        self._refused = _Labelled(
            self._counter("refusals", "Refused commands and requests, by code.", "code")
        )
        self._errand = self._histogram(
            "errand_seconds", "From what happened to its arrival at a webhook.", ERRAND_BUCKETS_S
        )
        self._attempts = _Labelled(
            self._counter("errand_attempts", "Deliveries to webhooks tried, by outcome.", "outcome")
        )
        # Each worker sees all targets, so the newest look counts.
        self._waiting = _Labelled(
            self._gauge("errands_waiting", "Deliveries that wait, by webhook.", "livemostrecent", "target")
        )
        self._oldest = _Labelled(
            self._gauge(
                "errands_oldest_seconds",
                "How long the oldest delivery has waited, by webhook.",
                "livemostrecent",
                "target",
            )
        )

    def note_delivery(self, seconds: float) -> None:
        """An event was handed to a receiver's line this long after its commit."""
        self._delivery.observe(seconds)

    def note_ack(self, seconds: float) -> None:
        """A command was answered this long after it came."""
        self._ack.observe(seconds)

    def note_commit(self, events: int, seconds: float) -> None:
        """One group commit stored so many events and took so long."""
        self._batch.observe(events)
        self._commit.observe(seconds)
        self._appended.inc(events)

    def note_catch_up(self) -> None:
        """The store had events that no ring had announced."""
        self._caught_up.inc()

    def note_dropped(self, kind: str, frames: int = 1) -> None:
        """A slow line cost it frames: `ephemeral`, or `lagging` for a line that was ended."""
        self._dropped.get(kind).inc(frames)

    def set_outbox_frames(self, frames: int) -> None:
        """So many frames wait in all outboxes of this process."""
        self._depth.set(frames)

    def set_redis_healthy(self, healthy: bool) -> None:
        """Whether rings come back to this process in time."""
        self._redis.set(int(healthy))

    def set_stranded_chats(self, chats: int) -> None:
        """So many open chats have neither a queue nor an agent nor a flow."""
        self._stranded.set(chats)

    def set_overdue_chats(self, chats: int) -> None:
        """So many visitors wait for an answer for longer than they should."""
        self._overdue.set(chats)

    def note_opened(self, kind: str) -> None:
        """A live line of this kind has been opened."""
        self._open.get(kind).inc()

    def note_closed(self, kind: str) -> None:
        """A live line of this kind is gone."""
        self._open.get(kind).dec()

    def note_frame_in(self, kind: str) -> None:
        """A client sent a frame."""
        self._frames_in.get(kind).inc()

    def note_frame_out(self, kind: str) -> None:
        """A client was sent a frame."""
        self._frames_out.get(kind).inc()

    def note_refusal(self, code: str) -> None:
        """A HubError with this code was answered."""
        self._refused.get(code).inc()

    def note_attempt(self, outcome: str, age_s: float) -> None:
        """A delivery was tried: `done` so long after what it tells of, `again` or `dead`."""
        self._attempts.get(outcome).inc()
        if outcome == "done":
            self._errand.observe(age_s)

    def set_targets(self, targets: Sequence[TargetHealth], now: datetime) -> None:
        """How it stands with all webhooks; those that are no more wait for nothing."""
        known = {f"{target.tenant_id}/{target.target_id}": target for target in targets}
        for label in self._waiting.labels() | known.keys():
            target = known.get(label)
            oldest_at = target.oldest_at if target else None
            self._waiting.get(label).set(target.waiting if target else 0)
            self._oldest.get(label).set((now - oldest_at).total_seconds() if oldest_at else 0)

    def render(self) -> bytes:
        """Everything in the text form of Prometheus: of all workers when they share a directory, else of this process."""
        if DIRECTORY_VARIABLE not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def _counter(self, name: str, help: str, *labels: str) -> Counter:
        return Counter(f"hub_{name}", help, labels, registry=self._registry)

    def _gauge(self, name: str, help: str, mode: Any, *labels: str) -> Gauge:
        return Gauge(f"hub_{name}", help, labels, registry=self._registry, multiprocess_mode=mode)

    def _histogram(self, name: str, help: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"hub_{name}", help, registry=self._registry, buckets=buckets)


class _Labelled(Generic[Measurement]):
    """The children of one labelled measurement, kept at hand: looking one up costs more than counting."""

    def __init__(self, parent: Measurement) -> None:
        self._parent: Measurement = parent
        self._children: dict[str, Measurement] = {}

    def get(self, label: str) -> Measurement:
        """The child with this label; `other` when there are too many."""
        child = self._children.get(label)
        if child is None:
            kept = label if len(self._children) < MAX_LABELS else "other"
            child = self._children[kept] = self._parent.labels(kept)
        return child

    def labels(self) -> set[str]:
        """Those there are."""
        return set(self._children)


def routes(metrics: Metrics) -> list[BaseRoute]:
    """`/metrics`: one address for all workers."""

    async def show_metrics(_request: Request) -> Response:
        return Response(
            metrics.render(), headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"}
        )

    return [Route("/metrics", show_metrics, methods=["GET"])]
