"""What the courier does with deliveries: takes those that are due, and writes down what came of them."""

import asyncio
import json
import random
from collections.abc import Sequence
from datetime import timedelta

from hub.actions.courier_ports import Outcome
from hub.actions.ports import Ports
from hub.domain.delivery import TICKET_LOGGED, Answer, Errand, foreign_ticket, judge_attempt

LEASE = timedelta(seconds=30)  # Three times the longest attempt: whoever holds it longer is dead.
PER_TARGET = 32  # At a time, of all processes: enough for hundreds a second, and no flood for anybody.

KEPT = timedelta(days=30)
PRUNE_EVERY = timedelta(hours=1)
PRUNE_BATCH = 1_000


async def claim_deliveries(ports: Ports, limit: int) -> list[Errand]:
    """Errands that are due, this process's for the time of the lease. Raises StorageUnavailable."""
    return await ports.outbound.deliveries.claim(limit, PER_TARGET, LEASE)


def judge_delivery(ports: Ports, errand: Errand, answer: Answer) -> Outcome:
    """What follows from an attempt."""
    verdict = judge_attempt(errand, answer, ports.clock.now(), random.random())
    is_ticket = errand.topic == TICKET_LOGGED and answer.is_success
    return Outcome(errand, answer, verdict, _foreign_ticket_from_text(answer.text) if is_ticket else None)


async def settle_deliveries(ports: Ports, outcomes: Sequence[Outcome]) -> None:
    """Writes them down, all or none. Raises StorageUnavailable, and then may be repeated: what is settled stays so."""
    await ports.outbound.deliveries.settle(outcomes)


async def prune_deliveries(ports: Ports) -> int:
    """Removes what was over a month ago, and gives up what has waited so long; how many. One process an hour does it. Raises StorageUnavailable."""
    now = ports.clock.now()
    if not await ports.outbound.deliveries.begin_pruning(now, PRUNE_EVERY):
        return 0
    removed = 0
    while batch := await ports.outbound.deliveries.prune(now - KEPT, PRUNE_BATCH):
        removed += batch
        await asyncio.sleep(0)
    return removed


def _foreign_ticket_from_text(text: str) -> tuple[str, str | None] | None:
    try:
        return foreign_ticket(json.loads(text))
    except ValueError:
        return None
