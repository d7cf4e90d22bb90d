"""Visits: who is on a site now, as their page tells it, and invitations to chat. Both are leases; nothing of them is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.domain.errors import AlreadyInvited
from hub.domain.text import require_text

MAX_INVITATION_CHARS = 500  # A word beside the bubble, not a letter.

InvitationState = Literal["open", "dismissed"]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody on pages of one profile. What the page tells is hearsay: shown to agents, never believed.

    `id` names it within the tenant and begins with the profile's id. `visitor_id` and `visitor_name` are those of the token that
    came along; None while they have never begun a chat.
    """

    id: str
    profile_id: int
    since: datetime
    pages: int = 1
    is_visible: bool = True
    page_url: str | None = None
    page_title: str | None = None
    referrer: str | None = None
    language: str | None = None
    user_agent: str | None = None
    visitor_id: int | None = None
    visitor_name: str | None = None
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """An agent asks the visitor of a visit to chat, until a time. `id` is the client id of the command that made it.

    `shown_name` is what the visitor sees of the agent's name. One that was dismissed stays for a while, so that nobody asks again.
    """

    id: str
    visit_id: str
    agent_id: int
    agent_name: str
    shown_name: str
    text: str
    at: datetime
    until: datetime
    state: InvitationState = "open"

    @property
    def key(self) -> str:
        """By which the visitor's page takes or dismisses it."""
        return f"{self.visit_id}:{self.id}"


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """One line of the agents' list: a visit, the name of its profile, and the invitation that stands."""

    visit: Visit
    profile_name: str
    invitation: Invitation | None


@dataclass(frozen=True, slots=True)
class VisitList:
    """Who is on the site, the newest first. `is_shown`: any profile that the agent may see tells of its visits.

    `is_away`: nobody can say just now. `total` counts those beyond the list too.
    """

    is_shown: bool
    is_away: bool = False
    entries: tuple[VisitEntry, ...] = ()
    total: int = 0


def visit_id_from_word(profile_id: int, word: str) -> str:
    """The id of the visit that a page calls `word`."""
    return f"{profile_id}.{word}"


def profile_id_from_visit(visit_id: str) -> int:
    """The profile whose visit it is; 0, which no profile has, for what is no id."""
    number = visit_id.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 10 else 0


def split_invitation_key(key: str) -> tuple[str, str]:
    """The visit and the invitation that a key names."""
    visit_id, _, invitation_id = key.partition(":")
    return visit_id, invitation_id


def require_invitation_text(text: str) -> str:
    """The text, when it may stand beside the bubble and begin a chat. Raises the text errors."""
    return require_text(text.strip(), MAX_INVITATION_CHARS)


def require_own_invitation(standing: Invitation, asked: Invitation) -> None:
    """Returns when what stands is what was asked for, by a first try or a repeat; else AlreadyInvited says who was first."""
    if standing.id == asked.id and standing.agent_id == asked.agent_id:
        return
    if standing.state == "dismissed":
        raise AlreadyInvited("This visitor has put an invitation away.")
    raise AlreadyInvited(f"{standing.agent_name} has invited this visitor.")
