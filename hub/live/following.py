"""What one line follows: the chats, how it caught up with each, and its farewell to them."""

from collections.abc import Mapping

from hub.actions.attention import say_typing
from hub.domain.chat import Chat, may_see, require_may_see
from hub.domain.errors import ChatNotFound, TooMany
from hub.domain.event import Event, Stream, without_deleted
from hub.domain.identity import AgentCaller
from hub.domain.position import Resume, parse_position, resume_from, stream_name
from hub.live.connection import Connection
from hub.live.fanout import Fanout
from hub.live.feed import Feed, Follower
from hub.live.frames import Map, Outgoing, page_frame, tells_rows
from hub.live.party import Party

MAX_FOLLOWED = 50
MAX_PAGE_CHARS = 256 * 1024  # A page is one frame; long texts make it shorter.


class Following:
    """The chats of one line. As a follower's line it takes their frames, as an inbox's line the rows."""

    def __init__(self, party: Party, connection: Connection, fanout: Fanout) -> None:
        self._party = party
        self._connection = connection
        self._fanout = fanout
        self._chats: dict[int, tuple[Feed, Follower]] = {}
        self._typing_in: int | None = None

    # What feeds and inboxes see of the line.

    @property
    def identity_id(self) -> int | None:
        """Whose line it is."""
        return None if self._party.caller is None else self._party.caller.id

    @property
    def agent(self) -> AgentCaller:
        """The agent whose console it is."""
        return self._party.require_agent()

    def offer_event(self, frame: Outgoing) -> None:
        """A durable frame."""
        self._connection.offer_event(frame)

    def offer_ephemeral(self, frame: Outgoing) -> None:
        """A frame that may be lost."""
        self._connection.offer_ephemeral(frame)

    def send(self, frame: Map, *, is_news: bool = True) -> None:
        """A frame for this line alone."""
        self._connection.send(frame, is_news=is_news)

    def offer_rows(self, frame: Map) -> None:
        """Inbox rows; none of them, and only the cursor moved, is no news."""
        if tells_rows(frame):
            self._connection.offer_event(Outgoing(frame))
        else:
            self._connection.send(frame, is_news=False)

    # Chats.

    def __contains__(self, chat_id: int) -> bool:
        return chat_id in self._chats

    def heads(self) -> dict[str, int]:
        """The heads of every followed stream, as pings carry them."""
        return {
            stream_name(chat_id, stream): feed.head(stream)
            for chat_id, (feed, follower) in self._chats.items()
            for stream in follower.streams
        }

    async def follow(self, chat_id: int) -> Chat:
        """The chat's header; its events wait for `send_pages`. Raises ChatNotFound, StorageUnavailable, TooMany."""
        caller = self._party.require_caller()
        self.unfollow(chat_id)
        if len(self._chats) >= MAX_FOLLOWED:
            raise TooMany("This line follows too many chats; unfollow some.")
        streams: tuple[Stream, ...] = ("public",) if self._party.side == "visitor" else ("public", "staff")
        feed, follower = await self._fanout.follow(self, caller.tenant_id, chat_id, streams)
        if feed.chat is not None and feed.chat.kind == "agents" and not may_see(caller, feed.chat):
            # They may have been added by an event that is still on its way here.
            await self._fanout.catch_up_chat(caller.tenant_id, chat_id)
        try:
            chat = require_may_see(caller, feed.chat)
        except ChatNotFound:
            self._fanout.unfollow(follower, caller.tenant_id, chat_id)
            raise
        self._chats[chat_id] = (feed, follower)
        if self._party.side == "agent" and chat.ticket_id is None and chat.rules.ticketing.moment != "never":
            # A ticket that its profile logs is logged with an event, which does not tell of it.
            stored = await self._party.ports.chats.find_chat(caller.tenant_id, chat_id)
            if stored is not None and stored.ticket_id is not None:
                chat = feed.note_ticket(chat, stored.ticket_id)
        return chat

    def unfollow(self, chat_id: int) -> None:
        """The chat's events are no longer sent here."""
        followed = self._chats.pop(chat_id, None)
        if followed is not None:
            self._fanout.unfollow(followed[1], self._party.require_caller().tenant_id, chat_id)

    def leave_unseen(self) -> None:
        """Chats the party may see no longer are not followed any more."""
        caller = self._party.require_caller()
        for chat_id, (feed, _) in list(self._chats.items()):
            if feed.chat is not None and not may_see(caller, feed.chat):
                self.unfollow(chat_id)

    def leave(self, *, keeps_leases: bool) -> None:
        """The line is gone: whoever typed on it types no longer, and nothing is sent to it."""
        if self._typing_in is not None and not keeps_leases:
            self.say_typing(self._typing_in, on=False)
        for chat_id in list(self._chats):
            self.unfollow(chat_id)

    async def send_pages(self, chat_id: int, positions: Mapping[str, str]) -> None:
        """One page for each stream of a followed chat, from its position if there is one; then its events live."""
        followed = self._chats.get(chat_id)
        if followed is None:
            return  # They have been sent out meanwhile.
        feed, follower = followed
        for stream in follower.streams:
            told = positions.get(stream_name(chat_id, stream))
            position = None if told is None else parse_position(told)
            if position is not None and position.is_ahead_of(self._party.epoch, feed.head(stream)):
                # Perhaps it is not the line that is ahead, but this process that missed a ring.
                await self._fanout.catch_up_chat(self._party.require_caller().tenant_id, chat_id)
            resume, after = resume_from(position, self._party.epoch, feed.head(stream))
            await self._send_page(feed, follower, stream, resume, after)
        feed.tell_leases(follower, self._party.ports.clock.now())

    async def _send_page(
        self, feed: Feed, follower: Follower, stream: Stream, resume: Resume, after: int
    ) -> None:
        chat, head = feed.chat, feed.head(stream)
        if chat is None:
            raise ChatNotFound
        events: list[Event] = []
        if head > after:
            limit = head - after
            events = await self._party.ports.events.list_after(chat.tenant_id, chat.id, stream, after, limit)
        if chat.id not in self._chats:
            return
        if self._party.side == "visitor":
            # Up to the head: whatever deletes one of these messages is among them.
            events = without_deleted(events, [event for event in events if event.kind == "message_edited"])
        fitting = newest_fitting(events)
        if len(fitting) < len(events) and resume == "ok":
            resume = "partial"
        head = fitting[-1].seq if fitting else head
        first = fitting[0].seq if fitting else after + 1
        name, address_of = stream_name(chat.id, stream), self._party.room.address_of
        page = page_frame(name, resume, fitting, head, more=first > 1, address_of=address_of)
        self._connection.send(page, is_news=bool(fitting) or resume != "ok")
        follower.go_live(stream, head)

    # Leases.

    def say_typing(self, chat_id: int, on: bool, draft: str | None = None) -> None:
        """Tells the others in a followed chat; what a visitor is writing, if the profile lets agents see it."""
        followed = self._chats.get(chat_id)
        caller = self._party.caller
        if followed is not None and followed[0].chat is not None and caller is not None:
            self._typing_in = chat_id if on else None
            shown = draft if self._party.shows_drafts else None
            say_typing(self._party.ports, caller, followed[0].chat, on, draft=shown)


def newest_fitting(events: list[Event]) -> list[Event]:
    """The newest events whose texts fit into one frame; at least one."""
    chars = 0
    for number, event in enumerate(reversed(events)):
        chars += len(event.text or "")
        if number and chars > MAX_PAGE_CHARS:
            return events[len(events) - number :]
    return events
