"""Waiting, for a bounded time, for what other processes bring about."""

import select
import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], within_s: float, every_s: float = 0.02) -> bool:
    """True as soon as the condition holds, False when it does not within the time; asked at least once."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        select.select([], [], [], every_s)
    return True
