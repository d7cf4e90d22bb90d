"""The agents' inbox feed: rows that changed, to every console of the tenant, each as its agent sees it."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from hub.actions.ports import ReadMark
from hub.domain.chat import Row
from hub.domain.errors import StorageUnavailable
from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, Alerts, Profile, may_see_profile
from hub.live.frames import Map, row_map

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

    def __init__(self, rows: RowReader) -> None:
        self._rows = rows
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
            known = await self._changed_since(tenant_id, cursor)
            found = known or await self._rows.read_inbox(tenant_id)
            if inbox.cursor is None:
                inbox.cursor = found.cursor
            inbox.note_rows(found.rows)
            line.offer_rows(_rows_frame(found, line.agent, whole=known is None))
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
        found = await self._rows.list_changed_rows(tenant_id, cursor)
        inbox.note_rows(found.rows)
        whole = inbox.is_outdated or not found.complete
        if whole:
            found = await self._rows.read_inbox(tenant_id)
            inbox.is_outdated = False
            inbox.terms = {row.profile_id: _terms_of(row) for row in found.rows}
        inbox.cursor = found.cursor
        for line in inbox.lines:
            frame = _rows_frame(found, line.agent, whole=whole)
            if whole or frame["rows"]:
                line.offer_rows(frame)

    async def _tell_reads(self, tenant_id: int, inbox: _Inbox) -> None:
        read, inbox.read_chats = inbox.read_chats, set()
        rows = {
            row.id: row for row in await self._rows.list_rows(tenant_id, sorted({chat for _, chat in read}))
        }
        for line in inbox.lines:
            mine = [
                _told(rows[chat], line.agent)
                for agent, chat in read
                if agent == line.agent.id and chat in rows
            ]
            if mine and inbox.cursor is not None:
                line.offer_rows(
                    {"t": "rows", "cursor": inbox.cursor, "rows": mine, "whole": False, "complete": True}
                )

    async def _changed_since(self, tenant_id: int, cursor: str | None) -> InboxRows | None:
        if cursor is None or not cursor.isascii() or not cursor.isdigit() or len(cursor) > 19:
            return None
        if await self._rows.has_changed_profiles(tenant_id, cursor):
            return None  # What the console has of before may be hidden from its agent now.
        found = await self._rows.list_changed_rows(tenant_id, cursor)
        # A cursor ahead of the database is from before a restore; too many changes are told as a whole.
        return found if found.complete and int(cursor) <= int(found.cursor) else None


def _terms_of(row: Row) -> Terms:
    return row.access, row.alerts


def _rows_frame(found: InboxRows, agent: AgentCaller, *, whole: bool) -> Map:
    return {
        "t": "rows",
        "cursor": found.cursor,
        "rows": [_told(row, agent) for row in found.rows if may_see_profile(row.access, agent)],
        "whole": whole,
        "complete": found.complete,
    }


def _told(row: Row, agent: AgentCaller) -> Map:
    """The row as this agent sees it. On a page they learn of a colleague's chat that it is taken, and nothing of what is said there."""
    told = row_map(row, agent.id)
    if agent.is_on_page and not row.concerns(agent):
        told |= {"name": None, "last": None, "unread": 0, "rating": None, "tags": []}
    return told
