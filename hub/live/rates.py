"""How fast a caller may command and type, over all lines of this process, so that many lines or beats win nothing."""

from collections import OrderedDict

from hub.domain.identity import Caller, VisitorCaller
from hub.domain.rate import Bucket

COMMANDS_PER_S, COMMANDS_BURST = 10, 20
TYPING_PER_S, TYPING_BURST = 2, 4
# Of one line, whatever they are: several times what any client sends, and the end of one that floods.
FRAMES_PER_S, FRAMES_BURST = 50, 250
MAX_CALLERS = 20_000  # A bucket unused for long is full anyway: the oldest are forgotten first.


class CallerRates:
    """Buckets by caller. In memory, because they are asked for every message; beats, starts and sign-ins are counted in Redis."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, int, object], Bucket] = OrderedDict()

    def take_command(self, caller: Caller, now_s: float) -> float:
        """0 when the caller may command now; else the seconds to wait."""
        return self._take("command", caller, COMMANDS_PER_S, COMMANDS_BURST, now_s)

    def take_typing(self, caller: Caller, now_s: float) -> float:
        """0 when the caller may tell of typing now; else the seconds to wait."""
        return self._take("typing", caller, TYPING_PER_S, TYPING_BURST, now_s)

    def _take(self, what: str, caller: Caller, per_s: float, burst: int, now_s: float) -> float:
        who = caller.uuid if isinstance(caller, VisitorCaller) else caller.id
        key = (what, caller.tenant_id, who)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(per_s, burst)
            if len(self._buckets) > MAX_CALLERS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket.take(now_s)
