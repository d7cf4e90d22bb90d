"""Who waits for whom, in memory: as the store does it, by the held clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from hub.actions.waiting_ports import ChatKey, ProfileKey, Question
from hub.domain.chat import Chat
from hub.domain.profile import Profile
from tests.doubles.memory_chats import MemoryChats


class MemoryWaiting:
    """The question, and what answers it."""

    def __init__(self, chats: MemoryChats) -> None:
        self._chats = chats
        self.profiles: dict[int, Profile] = {}
        self.seen_at: dict[ChatKey, datetime] = {}
        self.noted: list[list[ChatKey]] = []  # Each statement's signs.
        self.seen_waiting: list[list[ChatKey]] = []  # Each statement's chats.
        self.waits_s: list[float] = []  # Of whoever was accepted lately.
        self.queues_read = self.waits_read = 0

    async def count_overdue(self) -> int:
        return 0

    async def ask_silent(self) -> list[Question]:
        self._chats._require_here()
        now, asked_until = self._chats.clock.now(), self._chats.asked_until
        for key, chat in self._chats.chats.items():
            patience = self.profiles[chat.profile_id or 0].patience
            silent_since = self._find_silence(key, chat)
            if (
                patience.ask_after_s
                and silent_since is not None
                and key not in asked_until
                and silent_since <= now - timedelta(seconds=patience.ask_after_s)
            ):
                asked_until[key] = now + timedelta(seconds=patience.close_after_s)
        return [Question(*key, until) for key, until in asked_until.items() if until <= now]

    async def list_questions(self, tenant_ids: Iterable[int]) -> list[Question]:
        named = set(tenant_ids)
        return [Question(*key, until) for key, until in self._chats.asked_until.items() if key[0] in named]

    async def note_waiting(self, chats: Sequence[ChatKey]) -> None:
        self._chats._require_here()
        self.seen_waiting.append(list(chats))

    async def note_signs(self, chats: Sequence[ChatKey]) -> set[ChatKey]:
        self._chats._require_here()
        self.noted.append(list(chats))
        active = {key for key in chats if self._chats.chats[key].state == "active"}
        for key in active:
            self.seen_at[key] = self._chats.clock.now()
            self._chats.asked_until.pop(key, None)
        return active

    async def read_queues(self, profiles: Iterable[ProfileKey]) -> dict[ProfileKey, Sequence[int]]:
        self._chats._require_here()
        self.queues_read += 1
        return {key: self._list_queue(key) for key in profiles}

    async def read_waits(self, profiles: Iterable[ProfileKey]) -> dict[ProfileKey, Sequence[float]]:
        self._chats._require_here()
        self.waits_read += 1
        return dict.fromkeys(profiles, self.waits_s)

    def _list_queue(self, profile: ProfileKey) -> list[int]:
        return [
            chat.id
            for key, chat in self._chats.chats.items()
            if (chat.tenant_id, chat.profile_id) == profile
            and chat.state == "queued"
            and not (self._chats.events[(*key, "public")][0].data or {}).get("offline")
        ]

    def _find_silence(self, key: ChatKey, chat: Chat) -> datetime | None:
        """Since when the visitor owes an answer; None when they owe none."""
        said = [event for event in self._chats.events[(*key, "public")] if event.kind == "message_posted"]
        if chat.state != "active" or not said or said[-1].side not in ("agent", "bot"):
            return None
        signs = (said[-1].at, self.seen_at.get(key), chat.accepted_at)
        return max(at for at in signs if at is not None)
