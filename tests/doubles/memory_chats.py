"""Chats and events in memory, for playbooks: they keep the stores' promises by the domain's own rules, without a store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from hub.actions.messages import repeat_of
from hub.actions.ports import Identity, ReadMark, Started
from hub.domain.chat import (
    Chat,
    ChatFilter,
    ChatOrder,
    ChatPage,
    ChatState,
    Participant,
    Row,
    StartFacts,
    States,
    Summary,
    chat_after,
    chat_read,
)
from hub.domain.errors import StorageUnavailable
from hub.domain.event import Append, Appended, AppendRefused, Event, Stream
from hub.domain.profile import Profile
from tests.doubles.ports import HeldClock, MemoryIdentities

Key = tuple[int, int]


@dataclass(frozen=True)
class MemoryHeads:
    """The truth about one chat."""

    tenant_id: int
    chat_id: int
    head: int
    staff_head: int
    marks: tuple[ReadMark, ...] = ()


@dataclass(frozen=True)
class NoRows:
    """An inbox with nothing in it."""

    cursor: str = "1"
    rows: Sequence[Row] = ()
    complete: bool = True


@dataclass
class MemoryChats:
    """Chats and their events. `away` makes everything fail as a lost Postgres does."""

    clock: HeldClock
    identities: MemoryIdentities
    away: bool = False
    chats: dict[Key, Chat] = field(default_factory=dict)
    events: dict[tuple[int, int, Stream], list[Event]] = field(default_factory=dict)
    asked_until: dict[Key, datetime] = field(
        default_factory=dict
    )  # Visitors who are asked whether they are still there.
    _ids: "count[int]" = field(default_factory=lambda: count(100))

    # Events.

    async def append(self, item: Append) -> Appended:
        self._require_here()
        chat = self.chats.get((item.tenant_id, item.chat_id))
        if chat is None:
            raise AppendRefused("missing")
        for event in (*self._stream(chat, "public"), *self._stream(chat, "staff")):
            if (event.actor_id, event.cid) == (item.actor_id, item.cid):
                return repeat_of(event, item)
        self._require_guard(item, chat)
        if item.kind == "chat_reopened" and any(
            other.visitor_id == chat.visitor_id and other.state != "ended" for other in self.chats.values()
        ):
            raise AppendRefused("other_open")
        return Appended(self._add(item, chat), duplicate=False)

    async def list_after(
        self, tenant_id: int, chat_id: int, stream: Stream, after: int, limit: int
    ) -> list[Event]:
        self._require_here()
        events = self.events.get((tenant_id, chat_id, stream), [])
        return [event for event in events if event.seq > after][:limit]

    async def append_all(self, items: Sequence[Append]) -> list[Appended]:
        chats, events = dict(self.chats), {key: list(stream) for key, stream in self.events.items()}
        try:
            return [await self.append(item) for item in items]
        except AppendRefused:
            self.chats, self.events = chats, events
            raise

    async def list_ids_after(
        self, tenant_id: int, chat_id: int, last_id: int, max_id: int | None, limit: int
    ) -> list[Event]:
        self._require_here()
        events = self.events.get((tenant_id, chat_id, "public"), [])
        return [event for event in events if last_id < event.id and (max_id is None or event.id <= max_id)][
            :limit
        ]

    async def list_by_ids(self, tenant_id: int, chat_id: int, ids: Sequence[int]) -> list[Event]:
        self._require_here()
        return [event for event in self.events.get((tenant_id, chat_id, "public"), []) if event.id in ids]

    async def find_said_before(self, tenant_id: int, chat_id: int, user_id: int, cid: str) -> Event | None:
        return None  # In memory nobody is identified within a chat.

    async def list_edits(self, tenant_id: int, chat_id: int, seqs: Sequence[int]) -> list[Event]:
        self._require_here()
        edits = {
            event.data["seq"]: event
            for event in self.events.get((tenant_id, chat_id, "public"), [])
            if event.kind == "message_edited" and event.data
        }
        return [edits[seq] for seq in seqs if seq in edits]

    async def list_before(
        self, tenant_id: int, chat_id: int, stream: Stream, before: int, limit: int
    ) -> list[Event]:
        self._require_here()
        events = self.events.get((tenant_id, chat_id, stream), [])
        return [event for event in events if event.seq < before][-limit:]

    # Chats.

    async def start_chat(
        self,
        profile: Profile,
        visitor: UUID,
        name: str,
        state: ChatState,
        cid: str,
        facts: StartFacts,
        ticket: dict[str, Any] | None = None,
    ) -> Started:
        self._require_here()
        tenant_id = profile.tenant_id
        known = self.identities.visitors.setdefault(
            (tenant_id, visitor), Identity(tenant_id, next(self._ids), visitor, name, 0)
        )
        for chat in self.chats.values():
            if chat.visitor_id == known.id and chat.state != "ended":
                return Started(chat.id, known.id, created=False)
        chat = self._make_chat(profile, known, state, facts)
        event = ("public", "chat_started", "visitor")
        data = {"state": state, "offline": True} if facts.offline else {"state": state}
        self._add(Append(tenant_id, chat.id, *event, known.id, cid, data=data), chat)  # type: ignore[arg-type]
        return Started(chat.id, known.id, created=True)

    async def find_chat(self, tenant_id: int, chat_id: int) -> Chat | None:
        self._require_here()
        return self.chats.get((tenant_id, chat_id))

    async def list_chats(self, tenant_id: int, chat_ids: Sequence[int]) -> list[Chat]:
        self._require_here()
        return [chat for chat in self.chats.values() if chat.tenant_id == tenant_id and chat.id in chat_ids]

    async def list_visitor_chats(
        self, tenant_id: int, profile_id: int, visitor_id: int, ids: Sequence[int]
    ) -> list[Chat]:
        self._require_here()
        return [
            chat
            for chat in self.chats.values()
            if (chat.tenant_id, chat.profile_id, chat.visitor_id) == (tenant_id, profile_id, visitor_id)
            and (chat.state != "ended" or chat.id in ids)
        ]

    async def move_read(self, tenant_id: int, chat_id: int, identity_id: int, seq: int) -> ReadMark | None:
        self._require_here()
        chat = self.chats.get((tenant_id, chat_id))
        people = () if chat is None else chat.participants
        person = next((person for person in people if person.id == identity_id), None)
        if chat is None or person is None:
            return None
        now, reached = self.clock.now(), max(person.read_seq, min(seq, chat.head))
        self.chats[tenant_id, chat_id] = chat_read(chat, identity_id, reached, now)
        moved = reached > person.read_seq
        return ReadMark(tenant_id, chat_id, identity_id, person.side, reached, now, moved)

    async def list_heads(self, chats: Iterable[Key]) -> list[MemoryHeads]:
        self._require_here()
        found = (self.chats.get(key) for key in chats)
        return [MemoryHeads(c.tenant_id, c.id, c.head, c.staff_head) for c in found if c is not None]

    # Lists are the store's own business.

    async def list_summaries(
        self,
        tenant_id: int,
        which: ChatFilter,
        order: Sequence[tuple[ChatOrder, bool]],
        after: Sequence[str] | None,
        limit: int,
        offset: int,
    ) -> ChatPage:
        return ChatPage([], [], 0)

    async def find_summary(self, tenant_id: int, chat_id: int) -> Summary | None:
        return None

    # The inbox, in which nothing is seen.

    async def read_inbox(self, tenant_id: int) -> NoRows:
        return NoRows()

    async def list_changed_rows(self, tenant_id: int, cursor: str) -> NoRows:
        return NoRows()

    async def has_changed_profiles(self, tenant_id: int, cursor: str) -> bool:
        return False

    async def list_rows(self, tenant_id: int, chat_ids: Sequence[int]) -> Sequence[Row]:
        return ()

    # Inside.

    def _require_here(self) -> None:
        if self.away:
            raise StorageUnavailable(after_ms=1_000)

    def _stream(self, chat: Chat, stream: Stream) -> list[Event]:
        return self.events.setdefault((chat.tenant_id, chat.id, stream), [])

    def _require_guard(self, item: Append, chat: Chat) -> None:
        guard = item.guard
        taking_part = {person.id for person in chat.participants if not person.left}
        if guard.participant_id is not None and guard.participant_id not in taking_part:
            raise AppendRefused("participant")
        state = States[chat.state.upper()]
        asked_until = self.asked_until.get((chat.tenant_id, chat.id))
        if asked_until is not None and asked_until <= self.clock.now():
            state |= States.SILENT
        if guard.states is not None and not guard.states & state:
            raise AppendRefused("state")
        if guard.holder_id is not None and guard.holder_id != chat.holder_id:
            raise AppendRefused("holder")
        if guard.offer_seq is not None and guard.offer_seq != (chat.offer.seq if chat.offer else 0):
            raise AppendRefused("offer")
        if guard.not_holder_id is not None and guard.not_holder_id == chat.holder_id:
            raise AppendRefused("holder")
        if guard.expect_seq is not None and any(
            event.seq > guard.expect_seq and event.side == "agent" and event.actor_id != item.actor_id
            for event in self._stream(chat, "public")
            if event.kind == "message_posted"
        ):
            raise AppendRefused("seq")

    def _add(self, item: Append, chat: Chat) -> Event:
        events = self._stream(chat, item.stream)
        event = Event(
            tenant_id=chat.tenant_id,
            chat_id=chat.id,
            stream=item.stream,
            seq=len(events) + 1,
            id=next(self._ids),
            uuid=uuid4(),
            kind=item.kind,
            side=item.side,
            actor_id=item.actor_id,
            cid=item.cid,
            at=self.clock.now(),
            text=item.text,
            data=item.data,
            after_seq=chat.head if item.stream == "staff" else None,
        )
        events.append(event)
        if event.kind in ("message_posted", "chat_ended"):
            self.asked_until.pop((chat.tenant_id, chat.id), None)
        self.chats[chat.tenant_id, chat.id] = chat_after(chat, event)
        return event

    def _make_chat(self, profile: Profile, visitor: Identity, state: ChatState, facts: StartFacts) -> Chat:
        now = self.clock.now()
        chat = Chat(
            tenant_id=profile.tenant_id,
            id=next(self._ids),
            uuid=uuid4(),
            profile_id=profile.id,
            profile_name=profile.name,
            state=state,
            visitor_id=visitor.id,
            visitor_name=visitor.name,
            holder_id=None,
            head=0,
            staff_head=0,
            participants=(Participant(visitor.id, "visitor", visitor.name),),
            started_at=now,
            queued_at=now,
            accepted_at=None,
            ended_at=None,
            page_url=facts.page_url,
            page_title=facts.page_title,
            language=facts.language,
            time_zone=facts.time_zone,
            email=facts.email,
            custom_fields=facts.custom_fields or {},
            consent=facts.consent,
        )
        self.chats[chat.tenant_id, chat.id] = chat
        return replace(chat)
