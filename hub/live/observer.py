"""What the live room reports for figures; `hub.app` connects it to the metrics."""

from typing import Protocol


class Observer(Protocol):
    """Told of what happens on live lines. Calls are on the hot path: they must only count."""

    def opened(self, kind: str) -> None:
        """A line said hello; kind is `visitor` or `agent`."""

    def closed(self, kind: str) -> None:
        """Such a line is gone."""

    def frame_in(self, kind: str) -> None:
        """A frame came in."""

    def frames_out(self, count: int) -> None:
        """Frames went out."""

    def acknowledged(self, operation: str, seconds: float) -> None:
        """A command was carried out and answered."""

    def refused(self, code: str) -> None:
        """A command or frame was refused."""

    def delivered(self, seconds: float) -> None:
        """An event reached the outboxes of this process, so long after its commit."""

    def caught_up(self, events: int) -> None:
        """Events had to be read from the store because their rings were lost."""

    def dropped(self, reason: str) -> None:
        """A line was cut off: lagging, dead, silent …"""
