"""The other processes of the hub as the doorbell hears them: who rings, who has lost rings, who has fallen silent."""

from dataclasses import dataclass

# A pulse, and most of another that is late. A busy neighbour that is taken for a silent one costs a query a second, no more.
QUIET_AFTER_S = 0.9
# A process that was killed does not come back under its name; one that has lost Redis for so long is the operator's to notice.
FORGOTTEN_AFTER_S = 600.0


@dataclass(slots=True)
class _Neighbour:
    heard_at_s: float
    lost: int


class Neighbours:
    """Tells when rings of others may be missing here, which nothing on this side of Redis shows."""

    def __init__(self) -> None:
        self._known: dict[str, _Neighbour] = {}

    def hear_pulse(self, node: str, lost: int, now_s: float) -> bool:
        """Whether rings of this neighbour have been lost since its last pulse, or it is new here."""
        known = self._known.get(node)
        self._known[node] = _Neighbour(now_s, lost)
        return known is None or known.lost != lost

    def hear_farewell(self, node: str) -> None:
        """This neighbour has stopped in order."""
        self._known.pop(node, None)

    def is_one_quiet(self, now_s: float) -> bool:
        """Whether a neighbour that has not said farewell is silent: perhaps it serves on and its rings do not get here."""
        self._known = {
            node: known for node, known in self._known.items() if now_s - known.heard_at_s < FORGOTTEN_AFTER_S
        }
        return any(now_s - known.heard_at_s > QUIET_AFTER_S for known in self._known.values())
