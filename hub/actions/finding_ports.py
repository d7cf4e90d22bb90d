"""What looking for chats needs from outside; `hub.store` fulfils it. The rest is in `ports`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.chat import Row
from hub.domain.finding import FoundRow, RowFilter

Place = tuple[datetime, int]  # By what a view is ordered, and the id of the chat.


class FindingStore(Protocol):
    """Finds chats as the inbox shows them."""

    async def list_rows(
        self, tenant_id: int, wanted: RowFilter, after: Place | None, limit: int
    ) -> tuple[list[Row], Place | None]:
        """The rows of a view behind a place, in its order, and the place of the last one (None when there are no more)."""

    async def search_rows(
        self,
        tenant_id: int,
        text: str,
        agent_id: int,
        hidden_profile_ids: Sequence[int],
        before: int | None,
        limit: int,
    ) -> tuple[list[FoundRow], int | None]:
        """The chats that hold all the words, or are of a visitor of that name or address, or are among this agent and colleagues
        of whom one is; who was active last first.

        The other value is what the next part begins before (None when there are no more); it may name a chat again.
        """

    async def list_tags(self, tenant_id: int) -> list[str]:
        """The tags in use, the commonest first."""

    async def see_mentions(self, tenant_id: int, chat_id: int, agent_id: int) -> bool:
        """Notes that the agent has seen where they were named; whether that was news."""
