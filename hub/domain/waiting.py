"""Visitors who wait: what can be told to them, which is how long it took others, in steps that promise no more than is known;
and how long agents may let them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.profile import Alerts

LEAST_WAITS = 5  # Fewer say nothing about the next one.
LOW_PERCENT, HIGH_PERCENT = 25, 90  # Of ten who waited, one longer than told, and two or three shorter.
STEP_S, MINUTE_S = 30, 60


@dataclass(frozen=True, slots=True)
class Wait:
    """A visitor waits for an agent's words, and for how long they may, in seconds (None: as long as it takes)."""

    since: datetime
    limit_s: int | None


def find_wait(
    waiting_since: datetime | None, alerts: Alerts, *, is_answered: bool, is_offline: bool
) -> Wait | None:
    """What the visitor of a chat waits for; None when it is not their turn to wait. `is_answered`: an agent has said something before.

    Who left a message (`is_offline`) expects no first answer at once. Its counterpart in SQL is `answer_due_at`.
    """
    if waiting_since is None:
        return None
    if is_answered:
        return Wait(waiting_since, alerts.next_answer_s or None)
    return Wait(waiting_since, None if is_offline else alerts.first_answer_s or None)


def wait_interval(waits_s: Sequence[float]) -> tuple[int, int] | None:
    """Between what and what a wait will likely be, in seconds, whole steps each; None when too few have waited to say so."""
    if len(waits_s) < LEAST_WAITS:
        return None
    ranked = sorted(waits_s)
    return whole_wait(_at_percent(ranked, LOW_PERCENT)), whole_wait(_at_percent(ranked, HIGH_PERCENT))


def whole_wait(wait_s: float) -> int:
    """The wait rounded up to half a minute, or to whole minutes, in seconds."""
    return STEP_S if wait_s <= STEP_S else MINUTE_S * -int(-wait_s // MINUTE_S)


def _at_percent(ranked: Sequence[float], percent: int) -> float:
    """The smallest value that so many of a hundred do not exceed (nearest rank)."""
    return ranked[-(-len(ranked) * percent // 100) - 1]
