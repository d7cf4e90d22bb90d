"""Who takes part in a chat, and who is calling."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Side = Literal["visitor", "agent", "bot", "system"]

SYSTEM_ID = 0  # The hub itself, as the actor of an event. No identity row has this id.


@dataclass(frozen=True, slots=True)
class Proof:
    """By what a caller is known, and until when (None: until revoked).

    A visitor token holds while the identity's token epoch is `token_epoch`; the others while their row of credentials is in force.
    """

    expires_at: datetime | None = None
    token_epoch: int = 0
    credential_id: int | None = None


@dataclass(frozen=True, slots=True)
class VisitorCaller:
    """A visitor of one profile, named by a visitor token.

    `id` is None until the visitor has started a chat: before that nothing is stored about a visitor. `is_proven` when their
    page has proved who they are.
    """

    tenant_id: int
    profile_id: int
    uuid: UUID
    id: int | None
    name: str
    proof: Proof = Proof()
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class AgentCaller:
    """An agent of one tenant, with what the tenant's rules go by: `is_admin` may change how the hub works.

    `page_profile_id` is the entrance for agents whose page they are on, which gives them less; None elsewhere.
    """

    tenant_id: int
    id: int
    name: str
    email: str
    proof: Proof = Proof()
    is_admin: bool = False
    role_ids: tuple[int, ...] = ()
    team_ids: tuple[int, ...] = ()
    page_profile_id: int | None = None

    @property
    def is_on_page(self) -> bool:
        """Whether they are on a page of the tenant's own, rather than at the console or behind a program."""
        return self.page_profile_id is not None


Caller = VisitorCaller | AgentCaller


def visitor_name(uuid: UUID) -> str:
    """What a visitor without a name is called: "Visitor 7F2C", stable for the visitor."""
    return f"Visitor {uuid.hex[:4].upper()}"
