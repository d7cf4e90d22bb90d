"""The agents' inbox feed: rows that changed, to every console of the tenant, each as its agent sees it.

Chats among agents go along: each to those who take part in it, and to nobody else.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.actions.ports import ReadMark
from hub.domain.chat import Row
from hub.domain.colleagues import ColleagueRow
from hub.domain.errors import StorageUnavailable
from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, Alerts, Profile, may_see_profile
from hub.live.frames import Map, colleague_map, row_map, tells_rows

COALESCE_S = 0.05  # A busy tenant's rows change many times a second; nobody reads faster than this.


Terms = tuple[Access, Alerts]  # Who may see the chats of a profile, and how long its visitors may wait.


class InboxRows(Protocol):
    """Rows as of a cursor."""

    @property
    def cursor(self) -> str: ...

    @property
    def rows(self) -> Sequence[Row]: ...

    @property
    def complete(self) -> bool: ...


class RowReader(Protocol):
    """Reads inbox rows."""

    async def read_inbox(self, tenant_id: int) -> InboxRows: ...

    async def list_changed_rows(self, tenant_id: int, cursor: str) -> InboxRows: ...

    async def has_changed_profiles(self, tenant_id: int, cursor: str) -> bool: ...

    async def list_rows(self, tenant_id: int, chat_ids: Sequence[int]) -> Sequence[Row]: ...


class ColleagueReader(Protocol):
    """Reads the rows of chats among agents."""

    async def list_of_agents(self, tenant_id: int, agent_ids: Sequence[int]) -> Sequence[ColleagueRow]: ...

    async def list_changed(self, tenant_id: int, cursor: str) -> Sequence[ColleagueRow] | None: ...

    async def list_rows(self, tenant_id: int, chat_ids: Sequence[int]) -> Sequence[ColleagueRow]: ...


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look has found: visitors' chats as of a cursor, and chats among agents as they were a moment later."""

    rows: InboxRows
    colleagues: Sequence[ColleagueRow]
    whole: bool


class InboxBus(Protocol):
    """The hearing side of the doorbell, for inboxes."""

    async def follow_inbox(self, tenant_id: int) -> None: ...

    async def unfollow_inbox(self, tenant_id: int) -> None: ...


class InboxLine(Protocol):
    """A console that wants the inbox."""

    @property
    def agent(self) -> AgentCaller: ...

    def offer_rows(self, frame: Map) -> None: ...


class _Inbox:
    """One tenant's inbox as this process follows it."""

    def __init__(self) -> None:
        self.lines: set[InboxLine] = set()
        self.coming: set[InboxLine] = set()  # Not told anything yet; they keep the inbox all the same.
        self.cursor: str | None = None
        self.changed = False
        self.terms: dict[int, Terms] = {}  # By profile, as the rows were told.
        self.is_outdated = False  # What has been told went by other rules than are in force now.
        self.read_chats: set[tuple[int, int]] = set()  # Agent and chat: this agent's unread count fell.
        self.task: asyncio.Task[None] | None = None
        # One look at a time, so that no console is told an older state after a newer one.
        self.lock = asyncio.Lock()

    def note_terms(self, profile_id: int, terms: Terms) -> None:
        """What has been told is outdated when it went by other rules. A profile without a row has been told to nobody."""
        known = self.terms.get(profile_id)
        if known is not None and known != terms:
            self.is_outdated = True
            self.terms[profile_id] = terms

    def note_rows(self, rows: Sequence[Row]) -> None:
        """These rows are about to be told."""
        for row in rows:
            self.note_terms(row.profile_id, _terms_of(row))
            self.terms.setdefault(row.profile_id, _terms_of(row))


class Inboxes:
    """All inboxes of this process."""

    def __init__(self, rows: RowReader, colleagues: ColleagueReader) -> None:
        self._rows = rows
        self._colleagues = colleagues
        self._bus: InboxBus | None = None
        self._inboxes: dict[int, _Inbox] = {}

    def connect(self, bus: InboxBus) -> None:
        """The doorbell is made after its listeners."""
        self._bus = bus

    async def follow(self, line: InboxLine, tenant_id: int, cursor: str | None) -> None:
        """Tells the line the rows changed since its cursor, or the whole inbox, and every change from then on."""
        inbox = self._inboxes.get(tenant_id)
        if inbox is None:
            inbox = self._inboxes[tenant_id] = _Inbox()
            inbox.coming.add(line)
            if self._bus is not None:
                await self._bus.follow_inbox(tenant_id)
        else:
            inbox.coming.add(line)
        async with inbox.lock:
            inbox.coming.discard(line)
            inbox.lines.add(line)
            found = await self._changed_since(tenant_id, cursor) or await self._whole(tenant_id, [line])
            if inbox.cursor is None:
                inbox.cursor = found.rows.cursor
            inbox.note_rows(found.rows.rows)
            line.offer_rows(_rows_frame(found, line.agent))
        if inbox.is_outdated:
            self._look(tenant_id, inbox)

    async def unfollow(self, line: InboxLine, tenant_id: int) -> None:
        """The console is gone."""
        inbox = self._inboxes.get(tenant_id)
        if inbox is None:
            return
        inbox.lines.discard(line)
        inbox.coming.discard(line)
        if not inbox.lines and not inbox.coming:
            del self._inboxes[tenant_id]
            if inbox.task is not None:
                inbox.task.cancel()
            if self._bus is not None and tenant_id not in self._inboxes:
                await self._bus.unfollow_inbox(tenant_id)

    def hear_change(self, tenant_id: int) -> None:
        """Some row of the tenant changed."""
        inbox = self._inboxes.get(tenant_id)
        if inbox is not None:
            inbox.changed = True
            self._look(tenant_id, inbox)

    def hear_profile(self, profile: Profile) -> None:
        """A profile as it is now: when others may see its chats, or wait for longer, every console is told all that it may see."""
        inbox = self._inboxes.get(profile.tenant_id)
        if inbox is not None:
            inbox.note_terms(profile.id, (profile.rules.access, profile.alerts))
            self._look(profile.tenant_id, inbox)

    def list_tenants(self) -> set[int]:
        """The tenants whose inboxes are followed."""
        return set(self._inboxes)

    def hear_read(self, mark: ReadMark) -> None:
        """An agent has read: the other consoles of that agent are told the new count."""
        inbox = self._inboxes.get(mark.tenant_id)
        if inbox is not None:
            inbox.read_chats.add((mark.identity_id, mark.chat_id))
            self._look(mark.tenant_id, inbox)

    def refresh_all(self) -> None:
        """Looks at every followed inbox: rings may have been lost."""
        for tenant_id in self._inboxes:
            self.hear_change(tenant_id)

    def _look(self, tenant_id: int, inbox: _Inbox) -> None:
        if inbox.task is None or inbox.task.done():
            inbox.task = asyncio.create_task(self._refresh(tenant_id, inbox))

    async def _refresh(self, tenant_id: int, inbox: _Inbox) -> None:
        while inbox.changed or inbox.read_chats or inbox.is_outdated:
            try:
                async with inbox.lock:
                    if inbox.cursor is None:
                        return  # Nobody has been told anything yet.
                    if inbox.changed or inbox.is_outdated:
                        inbox.changed = False
                        await self._tell_changes(tenant_id, inbox, inbox.cursor)
                    if inbox.read_chats:
                        await self._tell_reads(tenant_id, inbox)
            except StorageUnavailable:
                return  # The sweep looks again.
            await asyncio.sleep(COALESCE_S)

    async def _tell_changes(self, tenant_id: int, inbox: _Inbox, cursor: str) -> None:
        found = await self._changes(tenant_id, cursor)
        if found is not None:
            inbox.note_rows(found.rows.rows)
        if found is None or inbox.is_outdated:
            found = await self._whole(tenant_id, list(inbox.lines))
            inbox.is_outdated = False
            inbox.terms = {row.profile_id: _terms_of(row) for row in found.rows.rows}
        inbox.cursor = found.rows.cursor
        for line in inbox.lines:
            frame = _rows_frame(found, line.agent)
            if tells_rows(frame):
                line.offer_rows(frame)

    async def _tell_reads(self, tenant_id: int, inbox: _Inbox) -> None:
        read, inbox.read_chats = inbox.read_chats, set()
        chat_ids = sorted({chat for _, chat in read})
        rows = {row.id: row for row in await self._rows.list_rows(tenant_id, chat_ids)}
        among = {
            row.id: row
            for row in await self._colleagues.list_rows(
                tenant_id, [chat_id for chat_id in chat_ids if chat_id not in rows]
            )
        }
        for line in inbox.lines:
            mine = [
                _told(rows[chat], line.agent)
                for agent, chat in read
                if agent == line.agent.id and chat in rows
            ]
            ours = [among[chat] for agent, chat in read if agent == line.agent.id and chat in among]
            told: Map = {"rows": mine, "whole": False, **_colleagues_told(ours, line.agent)}
            if tells_rows(told) and inbox.cursor is not None:
                line.offer_rows({"t": "rows", "cursor": inbox.cursor, "complete": True, **told})

    async def _whole(self, tenant_id: int, lines: Sequence[InboxLine]) -> _Found:
        """The whole inbox, for these lines."""
        rows = await self._rows.read_inbox(tenant_id)
        agents = sorted({line.agent.id for line in lines})
        return _Found(rows, await self._colleagues.list_of_agents(tenant_id, agents), whole=True)

    async def _changes(self, tenant_id: int, cursor: str) -> _Found | None:
        """What changed since a cursor; None when that is too much to tell one by one."""
        rows = await self._rows.list_changed_rows(tenant_id, cursor)
        colleagues = await self._colleagues.list_changed(tenant_id, cursor)
        return None if colleagues is None or not rows.complete else _Found(rows, colleagues, whole=False)

    async def _changed_since(self, tenant_id: int, cursor: str | None) -> _Found | None:
        if cursor is None or not cursor.isascii() or not cursor.isdigit() or len(cursor) > 19:
            return None
        if await self._rows.has_changed_profiles(tenant_id, cursor):
            return None  # What the console has of before may be hidden from its agent now.
        found = await self._changes(tenant_id, cursor)
        # A cursor ahead of the database is from before a restore.
        return found if found is not None and int(cursor) <= int(found.rows.cursor) else None


def _terms_of(row: Row) -> Terms:
    return row.access, row.alerts


def _rows_frame(found: _Found, agent: AgentCaller) -> Map:
    return {
        "t": "rows",
        "cursor": found.rows.cursor,
        "rows": [_told(row, agent) for row in found.rows.rows if may_see_profile(row.access, agent)],
        "whole": found.whole,
        "complete": found.rows.complete,
        **_colleagues_told(found.colleagues, agent),
    }


def _colleagues_told(rows: Sequence[ColleagueRow], agent: AgentCaller) -> Map:
    """Of the chats among agents those in which this one takes part, and the ids of those that were theirs; nothing on a page."""
    if agent.is_on_page:
        return {}
    told = {
        "colleagues": [colleague_map(row, agent.id) for row in rows if row.has(agent.id)],
        "gone": [row.id for row in rows if agent.id in row.left_ids],
    }
    return {name: value for name, value in told.items() if value}


def _told(row: Row, agent: AgentCaller) -> Map:
    """The row as this agent sees it. On a page they learn of a colleague's chat that it is taken, and nothing of what is said there."""
    told = row_map(row, agent.id)
    if agent.is_on_page and not row.concerns(agent):
        told |= {"name": None, "last": None, "unread": 0, "rating": None, "tags": []}
    return told
