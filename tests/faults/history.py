"""What happened in a trial, as its clients saw it, and the transcript Postgres was left with; `checker` judges it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeVar

Resume = Literal["ok", "partial", "reset"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A durable command left a client, perhaps not for the first time; `line` counts the client's connections."""

    at_s: float
    client: str
    line: int
    op: str
    stream: str
    cid: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Acked:
    """A client was told that its command is stored, and as which event."""

    at_s: float
    client: str
    cid: str
    seq: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A client was told for good that its command is not carried out."""

    client: str
    cid: str
    code: str


@dataclass(frozen=True, slots=True)
class Greeted:
    """A client's line was opened and welcomed, with the positions it said."""

    at_s: float
    client: str
    line: int
    positions: dict[str, int]


@dataclass(frozen=True, slots=True)
class Paged:
    """A client was sent a page beginning at `first`; the events of the page come behind it as Received."""

    client: str
    stream: str
    resume: Resume
    first: int


@dataclass(frozen=True, slots=True)
class Received:
    """An event reached a client, live or in a page."""

    at_s: float
    client: str
    stream: str
    seq: int
    id: int
    cid: str
    text: str | None = None


Entry = Sent | Acked | Refused | Greeted | Paged | Received
E = TypeVar("E", Sent, Acked, Refused, Greeted, Paged, Received)


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as Postgres has it."""

    seq: int
    id: int
    actor_id: int
    cid: str
    kind: str
    text: str | None = None


@dataclass(slots=True)
class History:
    """All entries in the order in which they happened, and what the store holds at the end.

    `may_see` are the streams of each client: everything in them has to reach it, and nothing else may.
    """

    entries: list[Entry] = field(default_factory=list)
    transcript: dict[str, list[Stored]] = field(default_factory=dict)
    may_see: dict[str, set[str]] = field(default_factory=dict)

    def iterate(self, kind: type[E]) -> Iterator[E]:
        """The entries of one kind."""
        return (entry for entry in self.entries if isinstance(entry, kind))
