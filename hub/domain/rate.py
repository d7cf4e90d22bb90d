"""Rates: the generic cell rate algorithm over a clock that is passed in."""

from dataclasses import dataclass

ROUNDING_S = 1e-6  # Sums of seconds are a little off; nobody is refused for that.


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
        wait = start - now_s - interval * (self.burst - 1)
        if wait > ROUNDING_S:
            return wait
        self._free_at_s = start + interval
        return 0.0
