"""What chats among agents need from outside; `hub.store` fulfils it. The rest is in `ports`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.domain.chat import Named


@dataclass(frozen=True, slots=True)
class ChatAmongAgents:
    """What starting one came to. `reused`: the starter's cid has named other people before."""

    chat_id: int
    created: bool
    reused: bool = False


class ColleagueStore(Protocol):
    """Starts chats among agents."""

    async def list_names(self, tenant_id: int, agent_ids: Sequence[int]) -> dict[int, str]:
        """The names of those who are agents of the tenant and in force."""

    async def start(
        self, tenant_id: int, starter_id: int, people: Sequence[Named], name: str | None, cid: str
    ) -> ChatAmongAgents:
        """The chat of these people, the starter among them: of two the one that is open, of more a new one for each cid of the starter."""
