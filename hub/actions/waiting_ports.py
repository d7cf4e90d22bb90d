"""What actions on waiting need from outside: visitors for whom agents wait, and who wait for agents. `hub.store` fulfils it. The rest is in `ports`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

ChatKey = tuple[int, int]  # Tenant and chat.
ProfileKey = tuple[int, int]  # Tenant and profile.


@dataclass(frozen=True, slots=True)
class Question:
    """The visitor of a chat is asked whether they are still there; unanswered until `until`, the chat ends."""

    tenant_id: int
    chat_id: int
    until: datetime


class WaitingStore(Protocol):
    """Knows who owes an answer, whom a question was put to, and who waits."""

    async def read_queues(self, profiles: Iterable[ProfileKey]) -> dict[ProfileKey, Sequence[int]]:
        """The chats that wait at each of the profiles, who came first first, without messages that were left; one query."""

    async def read_waits(self, profiles: Iterable[ProfileKey]) -> dict[ProfileKey, Sequence[float]]:
        """How long those waited, in seconds, who were accepted last at each of the profiles; one query.

        At most 50 each, of 24 hours, among the newest 2,000 acceptances of the tenant.
        """

    async def count_overdue(self) -> int:
        """How many chats of all tenants somebody should have answered by now, by the alerts of their profiles; one query."""

    async def ask_silent(self) -> list[Question]:
        """Asks in every chat of whatever tenant whose visitor has owed an answer for too long, once whatever the number of processes.

        The questions that have run out unanswered, the oldest first, some of them when they are many.
        """

    async def list_questions(self, tenant_ids: Iterable[int]) -> list[Question]:
        """The questions that stand in the tenants' chats; one query."""

    async def note_waiting(self, chats: Sequence[ChatKey]) -> None:
        """The visitors of these chats are there while they wait; kept only where a chat ends without them."""

    async def note_signs(self, chats: Sequence[ChatKey]) -> set[ChatKey]:
        """The visitors of these chats are there: counting begins anew, questions are answered. Those of the chats that are active."""
