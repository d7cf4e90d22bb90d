"""What can be told to those who wait: how long it took others, in steps that promise no more than is known."""

from collections.abc import Sequence

LEAST_WAITS = 5  # Fewer say nothing about the next one.
LOW_PERCENT, HIGH_PERCENT = 25, 90  # Of ten who waited, one longer than told, and two or three shorter.
STEP_S, MINUTE_S = 30, 60


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
