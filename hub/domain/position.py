"""Positions: how far a stream has been read, as `EPOCH:SEQ`."""

from dataclasses import dataclass
from typing import Literal

from hub.domain.event import Stream

MAX_GAP_EVENTS = (
    500  # A larger gap is answered with the newest page: replaying it would cost more than paging back.
)
NEWEST_PAGE_EVENTS = 50

Resume = Literal["ok", "partial", "reset"]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the history of one epoch; seq 0 is before the first event."""

    epoch: str
    seq: int

    def is_ahead_of(self, epoch: str, head: int) -> bool:
        """Whether it lies beyond this head of the same history."""
        return self.epoch == epoch and self.seq > head


def parse_position(text: str) -> Position:
    """`"k3x9:12"` as a Position; what has another form is a position of no history, which resumes by a reset."""
    epoch, _, number = text.rpartition(":")
    if not epoch or not number.isascii() or not number.isdigit() or len(number) > 15:
        return Position("", 0)
    return Position(epoch, int(number))


def resume_from(position: Position | None, epoch: str, head: int) -> tuple[Resume, int]:
    """How to go on from a position against the hub's own epoch and head: the manner, and the seq to read after.

    Without a position the history begins at the newest page. An unknown epoch or a position ahead of the hub is a reset.
    """
    if position is None:
        return ("ok", 0) if head <= NEWEST_PAGE_EVENTS else ("partial", head - NEWEST_PAGE_EVENTS)
    if position.epoch != epoch or position.seq > head:
        return "reset", max(0, head - NEWEST_PAGE_EVENTS)
    if head - position.seq > MAX_GAP_EVENTS:
        return "partial", head - NEWEST_PAGE_EVENTS
    return "ok", position.seq


def stream_name(chat_id: int, stream: Stream) -> str:
    """The stream's name on the wire: `"17"` or `"17/staff"`."""
    return str(chat_id) if stream == "public" else f"{chat_id}/staff"


def parse_stream_name(name: str) -> tuple[int, Stream] | None:
    """`"17/staff"` as (17, "staff"); None when it has another form."""
    number, slash, rest = name.partition("/")
    if not number.isascii() or not number.isdigit() or len(number) > 10 or int(number) >= 2**31:
        return None
    if not slash:
        return int(number), "public"
    return (int(number), "staff") if rest == "staff" else None
