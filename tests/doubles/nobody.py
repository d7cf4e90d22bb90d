"""The outside of tests in which it has no part: nobody speaks, nothing is there."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from hub.actions.colleague_ports import ChatAmongAgents
from hub.actions.courier_ports import Outbound
from hub.actions.desk_ports import Desk
from hub.actions.finding_ports import Place
from hub.actions.hours_ports import HolidayChange, WorkdayChange
from hub.actions.ports import (
    ReadMark,
    Started,
    TypingLease,
)
from hub.actions.routing_ports import Move, StrandedChat, Turn
from hub.actions.waiting_ports import ChatKey, ProfileKey, Question
from hub.domain.chat import Chat, ChatFilter, ChatOrder, ChatPage, ChatState, Named, Row, StartFacts, Summary
from hub.domain.colleagues import ColleagueRow
from hub.domain.event import Append, Appended, Event, Stream
from hub.domain.finding import FoundRow, RowFilter
from hub.domain.identity import AgentCaller, Caller
from hub.domain.profile import Profile
from hub.domain.workday import Holiday, Workday


class NoEvents:
    """For tests in which nobody speaks."""

    async def append(self, item: Append) -> Appended:
        raise AssertionError("Nobody speaks in this test.")

    async def append_all(self, items: Sequence[Append]) -> list[Appended]:
        raise AssertionError("Nobody speaks in this test.")

    async def list_ids_after(
        self, tenant_id: int, chat_id: int, last_id: int, max_id: int | None, limit: int
    ) -> list[Event]:
        raise AssertionError("Nobody reads in this test.")

    async def list_by_ids(self, tenant_id: int, chat_id: int, ids: Sequence[int]) -> list[Event]:
        raise AssertionError("Nobody reads in this test.")

    async def find_said_before(self, tenant_id: int, chat_id: int, user_id: int, cid: str) -> Event | None:
        raise AssertionError("Nobody reads in this test.")

    async def list_edits(self, tenant_id: int, chat_id: int, seqs: Sequence[int]) -> list[Event]:
        raise AssertionError("Nobody reads in this test.")

    async def list_after(
        self, tenant_id: int, chat_id: int, stream: Stream, after: int, limit: int
    ) -> list[Event]:
        raise AssertionError("Nobody reads in this test.")

    async def list_before(
        self, tenant_id: int, chat_id: int, stream: Stream, before: int, limit: int
    ) -> list[Event]:
        raise AssertionError("Nobody reads in this test.")


class NothingToFind:
    """For tests in which nobody looks for a chat."""

    async def list_rows(
        self, tenant_id: int, wanted: RowFilter, after: Place | None, limit: int
    ) -> tuple[list[Row], Place | None]:
        return [], None

    async def search_rows(
        self,
        tenant_id: int,
        text: str,
        agent_id: int,
        hidden_profile_ids: Sequence[int],
        before: int | None,
        limit: int,
    ) -> tuple[list[FoundRow], int | None]:
        return [], None

    async def list_tags(self, tenant_id: int) -> list[str]:
        return []

    async def see_mentions(self, tenant_id: int, chat_id: int, agent_id: int) -> bool:
        return False


class NoColleagues:
    """For tests without chats among agents."""

    async def list_names(self, tenant_id: int, agent_ids: Sequence[int]) -> dict[int, str]:
        return {}

    async def start(
        self, tenant_id: int, starter_id: int, people: Sequence[Named], name: str | None, cid: str
    ) -> ChatAmongAgents:
        raise NotImplementedError

    async def list_of_agents(self, tenant_id: int, agent_ids: Sequence[int]) -> Sequence[ColleagueRow]:
        return ()

    async def list_changed(self, tenant_id: int, cursor: str) -> Sequence[ColleagueRow]:
        return ()

    async def list_rows(self, tenant_id: int, chat_ids: Sequence[int]) -> Sequence[ColleagueRow]:
        return ()


class NoChats:
    """For tests without a chat."""

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
        raise AssertionError("Nobody starts a chat in this test.")

    async def find_chat(self, tenant_id: int, chat_id: int) -> Chat | None:
        return None

    async def list_chats(self, tenant_id: int, chat_ids: Sequence[int]) -> list[Chat]:
        return []

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

    async def list_visitor_chats(
        self, tenant_id: int, profile_id: int, visitor_id: int, ids: Sequence[int]
    ) -> list[Chat]:
        return []

    async def move_read(self, tenant_id: int, chat_id: int, identity_id: int, seq: int) -> ReadMark | None:
        return None


class NobodyHasFallen:
    """Everybody stays welcome."""

    async def list_fallen(self, callers: Sequence[Caller]) -> list[Caller]:
        return []


class NoWorkdays:
    """For tests in which nobody looks at opening hours."""

    async def list_workdays(self, tenant_id: int) -> list[Workday]:
        return []

    async def find_workdays(self, tenant_id: int, ids: Sequence[int]) -> list[Workday]:
        return []

    async def save_workdays(self, tenant_id: int, changes: Sequence[WorkdayChange]) -> list[Workday]:
        raise AssertionError("Nobody changes opening hours in this test.")

    async def delete_workday(self, tenant_id: int, workday_id: int) -> str | None:
        raise AssertionError("Nobody changes opening hours in this test.")

    async def list_holidays(self, tenant_id: int, workday_id: int | None) -> list[Holiday]:
        return []

    async def find_holidays(self, tenant_id: int, ids: Sequence[int]) -> list[Holiday]:
        return []

    async def save_holidays(self, tenant_id: int, changes: Sequence[HolidayChange]) -> list[Holiday]:
        raise AssertionError("Nobody changes opening hours in this test.")

    async def delete_holiday(self, tenant_id: int, holiday_id: int) -> None:
        raise AssertionError("Nobody changes opening hours in this test.")


class NobodyWaits:
    """For tests in which nobody waits for a visitor."""

    async def count_overdue(self) -> int:
        return 0

    async def ask_silent(self) -> list[Question]:
        return []

    async def list_questions(self, tenant_ids: Iterable[int]) -> list[Question]:
        return []

    async def note_waiting(self, chats: Sequence[ChatKey]) -> None: ...

    async def note_signs(self, chats: Sequence[ChatKey]) -> set[ChatKey]:
        return set(chats)

    async def read_queues(self, profiles: Iterable[ProfileKey]) -> dict[ProfileKey, Sequence[int]]:
        return {}

    async def read_waits(self, profiles: Iterable[ProfileKey]) -> dict[ProfileKey, Sequence[float]]:
        return {}


class NobodyRoutes:
    """For tests in which no chat looks for an agent."""

    async def list_waiting(self, agent: AgentCaller, limit: int) -> Sequence[int]:
        return []

    async def find_acceptance(self, tenant_id: int, agent_id: int, cid: str) -> Event | None:
        return None

    async def list_moves(self) -> dict[int, list[Move]]:
        return {}

    @asynccontextmanager
    async def take_turn(self, tenant_id: int) -> AsyncIterator[Turn | None]:
        yield None

    async def list_stranded(self) -> list[StrandedChat]:
        return []


class SilentBell:
    """Rings for nobody."""

    def ring_event(self, event: Event) -> None: ...

    def ring_read(self, mark: ReadMark) -> None: ...

    def ring_typing(self, lease: TypingLease) -> None: ...


class NoDesk:
    """For tests without teams, tickets, users, articles and webhooks."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"Nobody asks for {name} in this test.")


NO_DESK = Desk(NoDesk(), NoDesk(), NoDesk(), NoDesk(), NoDesk(), NoDesk())
NO_OUTBOUND = Outbound(NoDesk(), NoDesk(), NoDesk(), lambda errand: b"{}")
