"""Chats among agents: who may be in one, and how the inbox shows it to those who are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.chat import ChatState, Named
from hub.domain.errors import BadRequest

MAX_COLLEAGUES = 50  # In one chat, whoever begins it among them.


@dataclass(frozen=True, slots=True)
class ColleagueRow:
    """One line of the inbox that is a chat among agents. `unread` tells by participant how many messages of others they have not
    read; `left_ids` are those who take part no longer, and are told no more than that. `changed_at` is when something was said last, or it began.
    """

    tenant_id: int
    id: int
    uuid: UUID
    state: ChatState
    name: str | None
    is_pair: bool
    starter_id: int
    people: tuple[Named, ...]
    left_ids: tuple[int, ...]
    unread: dict[int, int]
    last_text: str | None
    last_id: int | None
    last_name: str | None
    last_at: datetime | None
    head: int
    started_at: datetime
    ended_at: datetime | None

    def has(self, agent_id: int) -> bool:
        """Whether the agent takes part, so that the row exists for them."""
        return any(person.id == agent_id for person in self.people)


def clean_colleagues(own_id: int, ids: Sequence[int]) -> list[int]:
    """Whom somebody names besides themselves, each once. BadRequest (field `agents`) for nobody, oneself alone, or too many."""
    others = [agent_id for agent_id in dict.fromkeys(ids) if agent_id != own_id]
    if not others:
        raise BadRequest("Name a colleague.", field="agents")
    if len(others) >= MAX_COLLEAGUES:
        raise BadRequest(f"At most {MAX_COLLEAGUES} agents are in one chat.", field="agents")
    return others


def require_colleagues(ids: Iterable[int], known: Iterable[int]) -> None:
    """Returns when all of them are agents of the tenant who are in force. BadRequest (field `agents`)."""
    if set(ids) - set(known):
        raise BadRequest("There is no such colleague.", field="agents")
