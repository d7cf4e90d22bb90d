"""Whether an agent takes new chats, in their own words, and who of the colleagues is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hub.domain.errors import BadRequest
from hub.domain.text import clean_line, require_storable

Status = Literal["available", "away", "invisible"]

MAX_REASON_CHARS = 60


@dataclass(frozen=True, slots=True)
class Readiness:
    """`available` agents take new chats; those who are `away` do not, maybe for a reason; nor do the `invisible`, whom colleagues do
    not see either. Chats under way go on, whatever it is.
    """

    status: Status = "available"
    reason: str | None = None

    @property
    def is_accepting(self) -> bool:
        """Whether new chats are taken."""
        return self.status == "available"


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent who is here, as others see them. `capacity` None: without limit."""

    id: int
    name: str
    readiness: Readiness
    team_ids: tuple[int, ...]
    active_chats: int
    capacity: int | None


@dataclass(frozen=True, slots=True)
class PresentTeam:
    """A team that takes chats, and how many of its agents are here."""

    id: int
    name: str
    agents: int


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Who is here, by name, and the teams in their order."""

    agents: Sequence[Colleague] = ()
    teams: Sequence[PresentTeam] = ()


def readiness_from_words(status: Status, reason: str | None) -> Readiness:
    """What an agent says of themselves. BadRequest for a reason of somebody who is not away, or one nobody can read."""
    if reason is None or status != "away":
        if reason:
            raise BadRequest("A reason is for who is away.", field="reason")
        return Readiness(status)
    return Readiness(status, clean_line(require_storable(reason, "reason"), MAX_REASON_CHARS) or None)
