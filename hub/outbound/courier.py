"""The courier: takes deliveries that are due to where they go, and writes down what came of it. One in each process; they share the work by claims.

A delivery arrives at least once: whoever dies between the call and the writing-down leaves it to the next, under the same id.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

import structlog

from hub.actions.courier_ports import Outcome
from hub.actions.deliveries import claim_deliveries, judge_delivery, settle_deliveries
from hub.actions.ports import Ports, Seals
from hub.domain.delivery import Answer, Errand, TargetHealth
from hub.domain.errors import StorageUnavailable
from hub.outbound import superoffice, webhook
from hub.outbound.errors import Unreachable
from hub.outbound.safe_http import ForeignAnswer

log = structlog.get_logger()

T = TypeVar("T")

MAX_IN_FLIGHT = 128  # Of one process: a handful of targets that hang leave room for the others.
LOOK_EVERY_S = 1.0  # For what becomes due by itself, and for what other processes have written.
PAUSE_S = (
    0.05  # After a look, so that a busy minute shares its looks: those who chat share the store with them.
)
MEASURE_EVERY_S = 15.0
FINISH_WITHIN_S = 5.0
KEPT_ANSWER_BYTES = 4_096

NEVER_BEGUN = frozenset({"address_refused", "connect_timeout", "name_unknown", "not_connected"})


class ForeignHttp(Protocol):
    """Calls foreign addresses, and only those one may call."""

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> ForeignAnswer:
        """The answer, whatever it says. Raises Unreachable when there is none."""


class CourierObserver(Protocol):
    """Told of what the courier does, for metrics."""

    def attempted(self, outcome: str, age_s: float) -> None:
        """A delivery was tried: `done` so long after it was due, `again` or `dead`."""

    def measured(self, targets: Sequence[TargetHealth]) -> None:
        """How it stands with all targets."""


class Courier:
    """The courier of one process."""

    def __init__(self, ports: Ports, seals: Seals, http: ForeignHttp, observer: CourierObserver) -> None:
        self._ports = ports
        self._seals = seals
        self._http = http
        self._observer = observer
        self._calls: set[asyncio.Task[None]] = set()
        self._open_count = 0  # Errands taken on and not yet written down.
        self._outcomes: list[Outcome] = []
        self._look_now = asyncio.Event()
        self._is_wanted = False  # Whether there is anybody to tell; without, no commit makes it look.
        self._is_finishing = False
        self._all_settled = asyncio.Event()

    def note_commit(self) -> None:
        """Something was committed here that may have to be told."""
        if self._is_wanted:
            self._look_now.set()

    async def run(self) -> None:
        """Carries deliveries until cancelled. What is under way then is cut; another courier repeats it when the lease is over."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._look_forever())
                group.create_task(self._measure_forever())
        finally:
            for call in self._calls:
                call.cancel()

    async def finish(self) -> None:
        """Takes nothing new, and waits a little for what is under way, so that a restart repeats as little as possible."""
        self._is_finishing = True
        if self._open_count:
            self._all_settled.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(FINISH_WITHIN_S):
                    await self._all_settled.wait()

    async def _look_forever(self) -> None:
        while True:
            took = await _attempt(self._look, None)
            if took is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._look_now.wait()
            self._look_now.clear()
            await self._begin(took or [])

    async def _look(self) -> list[Errand] | None:
        """Writes down what has come meanwhile, so that those behind it may go, and takes on more; None when there was nothing of either.
        StorageUnavailable."""
        settled = await self._settle()
        errands = [] if self._is_finishing else await self._take()
        return errands if settled or errands else None

    async def _take(self) -> list[Errand]:
        """Takes on what is due, as far as there is room. StorageUnavailable."""
        room = MAX_IN_FLIGHT - self._open_count
        errands = await claim_deliveries(self._ports, room) if room > 0 else []
        self._open_count += len(errands)
        self._is_wanted = self._is_wanted or bool(errands)
        return errands

    async def _begin(self, errands: Sequence[Errand]) -> None:
        """Begins the calls, spread over the pause after a look: at once they would hold up those who chat, whose loop it is."""
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        for number, errand in enumerate(errands):
            call = asyncio.create_task(self._carry(errand))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
            await asyncio.sleep(begun_s + PAUSE_S * number / len(errands) - loop.time())
        await asyncio.sleep(begun_s + PAUSE_S - loop.time())

    async def _carry(self, errand: Errand) -> None:
        """Calls, judges, and hands over to be written down."""
        answer = await self._call(errand)
        outcome = judge_delivery(self._ports, errand, answer)
        self._outcomes.append(outcome)
        self._look_now.set()
        self._tell(outcome)

    async def _call(self, errand: Errand) -> Answer:
        try:
            body, headers = self._render(errand)
        except Exception:
            log.exception("delivery_not_rendered", tenant=errand.tenant_id, delivery=errand.id)
            return Answer(0, error="not_rendered")
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        try:
            answer = await self._http.post(errand.url, body=body, headers=headers)
        except Unreachable as error:
            log.info("call_failed", tenant=errand.tenant_id, target=errand.target_id, reason=error.reason)
            return Answer(round((loop.time() - began_s) * 1000), error=told_reason(error.reason))
        return answer_from_foreign(answer)

    def _render(self, errand: Errand) -> tuple[bytes, dict[str, str]]:
        secrets = [
            self._seals.unseal(sealed, errand.tenant_id, "webhook_secret", name).decode()
            for name, sealed in errand.secrets
        ]
        body = render_body(errand)
        if errand.form == "superoffice":
            return body, superoffice.headers_from_delivery(errand, body, secrets)
        return body, webhook.headers_from_delivery(errand, body, secrets, self._ports.clock.now())

    def _tell(self, outcome: Outcome) -> None:
        errand, verdict = outcome.errand, outcome.verdict
        age_s = (self._ports.clock.now() - errand.due_since).total_seconds()
        self._observer.attempted("again" if verdict.state == "due" else verdict.state, max(0.0, age_s))
        if verdict.state == "dead":
            log.warning(
                "delivery_given_up", tenant=errand.tenant_id, target=errand.target_id, delivery=errand.id
            )
        if verdict.pauses is not None:
            log.warning(
                "target_paused", tenant=errand.tenant_id, target=errand.target_id, reason=verdict.pauses
            )

    async def _settle(self) -> int:
        batch = list(self._outcomes)
        if batch:
            await settle_deliveries(self._ports, batch)
            del self._outcomes[: len(batch)]
            self._open_count -= len(batch)
            if not self._open_count:
                self._all_settled.set()
        return len(batch)

    async def _measure_forever(self) -> None:
        while True:
            await _attempt(self._measure, None)
            await asyncio.sleep(MEASURE_EVERY_S)

    async def _measure(self) -> None:
        targets = await self._ports.outbound.targets.measure_targets()
        self._is_wanted = bool(targets)
        self._observer.measured(targets)


def render_body(errand: Errand) -> bytes:
    """What is sent, in the form the target wants."""
    if errand.form == "superoffice":
        return superoffice.render_delivery(errand)
    return webhook.render_delivery(errand)


def told_reason(reason: str) -> str:
    """The word for whoever named the address: one for all that keeps a call from beginning, or they could tell a closed port from a forbidden one."""
    return "unreachable" if reason in NEVER_BEGUN else reason


def answer_from_foreign(answer: ForeignAnswer) -> Answer:
    """The answer as it is judged and kept: the beginning of its text, without what Postgres cannot hold."""
    text = answer.body[:KEPT_ANSWER_BYTES].decode("utf-8", "replace").replace("\x00", "\ufffd")
    return Answer(answer.took_ms, answer.status, None, text, retry_after_s(answer.headers.get("retry-after")))


def retry_after_s(text: str | None) -> float | None:
    """What `Retry-After` asks for, in seconds; None when it asks for nothing we understand (a date is not worth a parser)."""
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 6 else None


async def _attempt(work: Callable[[], Awaitable[T]], otherwise: T) -> T:
    """What the work comes to, or `otherwise`: the store may be away for a while, and no fault of one look ends the courier."""
    try:
        return await work()
    except StorageUnavailable:
        return otherwise
    except Exception:
        log.exception("courier_failed")
        return otherwise
