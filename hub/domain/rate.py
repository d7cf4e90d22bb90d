"""Rates: the generic cell rate algorithm over a clock that is passed in."""

from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """Admits `burst` at once and then `per_s` a second."""

    per_s: float
    burst: int
    _free_at_s: float = 0.0

    def take(self, now_s: float) -> float:
        """0 when admitted; else the seconds to wait, and nothing is counted."""
        interval = 1.0 / self.per_s
        start = max(self._free_at_s, now_s)
        wait = start + interval - now_s - interval * self.burst
        if wait > 0:
            return wait
        self._free_at_s = start + interval
        return 0.0
