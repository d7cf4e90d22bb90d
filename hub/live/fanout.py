"""Fan-out: rings in, frames to the lines that follow a chat. What was not rung is caught up from the store."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from hub.actions.ports import Clock, EventStore, ReadMark, TypingLease
from hub.domain.chat import Chat, ChatState
from hub.domain.errors import StorageUnavailable
from hub.domain.event import Event, Stream
from hub.domain.profile import Profile
from hub.live.feed import Feed, Follower, FollowerLine
from hub.live.frames import AddressOf
from hub.live.inbox import Inboxes
from hub.live.observer import Observer

HOLE_PATIENCE_S = 0.03  # Two nodes' rings may overtake each other; a hole that is still there then is a loss.
SWEEP_HEALTHY_S = 10.0
SWEEP_SICK_S = 1.0
FILL_EVENTS = 500
LINGER_S = (
    30.0  # Who was cut off comes back, and a heartbeat lets go between two beats: both find the feed warm.
)

ChatKey = tuple[int, int]  # Tenant and chat.


class Heads(Protocol):
    """The truth about one followed chat."""

    @property
    def tenant_id(self) -> int: ...

    @property
    def chat_id(self) -> int: ...

    @property
    def head(self) -> int: ...

    @property
    def staff_head(self) -> int: ...

    @property
    def marks(self) -> tuple[ReadMark, ...]: ...


class HeadReader(Protocol):
    """Reads headers and heads."""

    async def find_chat(self, tenant_id: int, chat_id: int) -> Chat | None: ...

    async def list_heads(self, chats: Iterable[ChatKey]) -> Iterable[Heads]: ...


class Bus(Protocol):
    """The hearing side of the doorbell."""

    @property
    def hears_everybody(self) -> bool:
        """Whether the rings of all processes get here, as far as that can be known."""

    async def follow_chat(self, tenant_id: int, chat_id: int) -> None: ...

    async def unfollow_chat(self, tenant_id: int, chat_id: int) -> None: ...


class Fanout:
    """All feeds of this process. The listener of the doorbell."""

    def __init__(
        self,
        events: EventStore,
        chats: HeadReader,
        inboxes: Inboxes,
        clock: Clock,
        observer: Observer,
        address_of: AddressOf,
    ) -> None:
        self._events = events
        self._chats = chats
        self._inboxes = inboxes
        self._clock = clock
        self._observer = observer
        self._address_of = address_of
        self._bus: Bus | None = None
        self._feeds: dict[ChatKey, Feed] = {}
        self._loading: dict[ChatKey, asyncio.Task[None]] = {}
        self._filling: dict[tuple[ChatKey, Stream], asyncio.Task[bool]] = {}
        self._lingering: dict[ChatKey, asyncio.TimerHandle] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._sweep_now = asyncio.Event()

    def connect(self, bus: Bus) -> None:
        """The doorbell and the fan-out know each other; the doorbell is made second."""
        self._bus = bus

    # Following.

    async def follow(
        self, line: FollowerLine, tenant_id: int, chat_id: int, streams: tuple[Stream, ...]
    ) -> tuple[Feed, Follower]:
        """The chat's feed with the line among its followers, its events waiting until the line goes live.

        From here on nothing is missed: the chat's rings are heard (or the sweep serves) before its header is read.
        `feed.chat` is None when there is no such chat. Raises StorageUnavailable.
        """
        key = (tenant_id, chat_id)
        lingering = self._lingering.pop(key, None)
        if lingering is not None:
            lingering.cancel()
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = Feed(self._on_hole, self._on_delivered, self._address_of)
            self._loading[key] = asyncio.create_task(self._load(key, feed))
        follower = Follower(line, streams)
        feed.followers.add(follower)
        feed.is_visited = feed.is_visited or follower.is_visitors
        try:
            loading = self._loading.get(key)
            if loading is not None:
                await asyncio.shield(loading)
        except BaseException:
            self.unfollow(follower, tenant_id, chat_id)
            raise
        return feed, follower

    def unfollow(self, follower: Follower, tenant_id: int, chat_id: int) -> None:
        """The line is gone or no longer interested; a feed nobody follows is let go after a while."""
        key = (tenant_id, chat_id)
        feed = self._feeds.get(key)
        if feed is None:
            return
        feed.followers.discard(follower)
        if feed.followers or key in self._lingering:
            return
        loop = asyncio.get_running_loop()
        if feed.chat is None:  # There is no such chat, or it could not be read: the next follower tries anew.
            self._start_leaving(key)
        else:
            self._lingering[key] = loop.call_later(LINGER_S, self._start_leaving, key)

    def _start_leaving(self, key: ChatKey) -> None:
        self._lingering.pop(key, None)
        feed = self._feeds.get(key)
        if feed is not None and not feed.followers:
            del self._feeds[key]
            leaving = asyncio.get_running_loop().create_task(self._leave(key))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def _leave(self, key: ChatKey) -> None:
        if self._bus is not None:
            await self._bus.unfollow_chat(*key)
            if key in self._feeds:  # Somebody came while we were leaving.
                await self._bus.follow_chat(*key)

    def find_feed(self, tenant_id: int, chat_id: int) -> Feed | None:
        """The feed, when this process follows the chat."""
        return self._feeds.get((tenant_id, chat_id))

    async def _load(self, key: ChatKey, feed: Feed) -> None:
        try:
            if self._bus is not None:
                await self._bus.follow_chat(*key)
            chat = await self._chats.find_chat(*key)
            if chat is not None:
                feed.load(chat)
        except BaseException:
            # Whoever comes next must not take it for a chat that is not there.
            if self._feeds.get(key) is feed:
                feed.followers.clear()
                self._start_leaving(key)
            raise
        finally:
            if self._loading.get(key) is asyncio.current_task():
                del self._loading[key]

    # Hearing: the listener's side of the doorbell.

    def hear_event(self, event: Event) -> None:
        """A committed event, from this process or another."""
        feed = self._feeds.get((event.tenant_id, event.chat_id))
        if feed is not None:
            feed.hear_event(event)

    def hear_read(self, mark: ReadMark) -> None:
        """A read mark that moved."""
        feed = self._feeds.get((mark.tenant_id, mark.chat_id))
        if feed is not None:
            feed.hear_read(mark)
        if mark.side == "agent":
            self._inboxes.hear_read(mark)

    def hear_typing(self, lease: TypingLease) -> None:
        """A typing lease."""
        feed = self._feeds.get((lease.tenant_id, lease.chat_id))
        if feed is not None:
            feed.hear_typing(lease)

    def hear_inbox(self, tenant_id: int) -> None:
        """Rows of the tenant's inbox changed."""
        self._inboxes.hear_change(tenant_id)

    def hear_gap(self) -> None:
        """Rings may have been lost."""
        self._sweep_now.set()

    def hear_profiles(self, profiles: Mapping[tuple[int, int], Profile]) -> None:
        """Profiles as they are now, by tenant and id: the headers of their chats go by them."""
        for feed in self._feeds.values():
            chat = feed.chat
            profile = None if chat is None else profiles.get((chat.tenant_id, chat.profile_id or 0))
            if chat is not None and profile is not None:
                feed.chat = replace(chat, rules=profile.rules, profile_name=profile.name)

    def list_tenants(self) -> set[int]:
        """The tenants whose chats are followed."""
        return {tenant_id for tenant_id, _ in self._feeds}

    def list_visited(self, state: ChatState) -> dict[ChatKey, Feed]:
        """The chats in this state whose visitors have a line here, or had one a moment ago, as between two beats."""
        return {
            key: feed
            for key, feed in self._feeds.items()
            if feed.is_visited and feed.chat is not None and feed.chat.state == state
        }

    # Catching up.

    async def sweep(self) -> None:
        """Compares all followed chats with the store, every 10 s, every second while rings may be missing, and at once after a gap."""
        while True:
            pause = SWEEP_HEALTHY_S if self._bus is not None and self._bus.hears_everybody else SWEEP_SICK_S
            try:
                async with asyncio.timeout(pause):
                    await self._sweep_now.wait()
            except TimeoutError:
                pass
            self._sweep_now.clear()
            try:
                await self.catch_up()
            except StorageUnavailable:
                continue

    async def catch_up_chat(self, tenant_id: int, chat_id: int) -> None:
        """Brings one followed chat up to what the store has. StorageUnavailable."""
        for heads in await self._chats.list_heads([(tenant_id, chat_id)]):
            self._compare(heads)
        key = (tenant_id, chat_id)
        filling = [task for (chat, _), task in self._filling.items() if chat == key]
        if filling:
            await asyncio.wait(filling)

    async def catch_up(self) -> None:
        """One look at the store: one query for all followed chats, then the missing events of those that are behind."""
        self._inboxes.refresh_all()
        if not self._feeds:
            return
        for heads in await self._chats.list_heads(list(self._feeds)):
            self._compare(heads)

    def _compare(self, heads: Heads) -> None:
        feed = self._feeds.get((heads.tenant_id, heads.chat_id))
        if feed is None or feed.chat is None:
            return
        truth: tuple[tuple[Stream, int], ...] = (("public", heads.head), ("staff", heads.staff_head))
        for stream, head in truth:
            if head > feed.head(stream):
                self._fill((heads.tenant_id, heads.chat_id), feed, stream, patience_s=0)
        for mark in heads.marks:
            feed.hear_read(mark)

    def _on_hole(self, feed: Feed, stream: Stream) -> None:
        if feed.chat is not None:
            self._fill((feed.chat.tenant_id, feed.chat.id), feed, stream, patience_s=HOLE_PATIENCE_S)

    def _fill(self, key: ChatKey, feed: Feed, stream: Stream, patience_s: float) -> None:
        if (key, stream) in self._filling:
            return
        filling = asyncio.create_task(self._read_missing(key, feed, stream, patience_s))
        self._filling[key, stream] = filling
        filling.add_done_callback(lambda done: self._filled(key, stream, done))

    def _filled(self, key: ChatKey, stream: Stream, done: asyncio.Task[bool]) -> None:
        del self._filling[key, stream]
        feed = self._feeds.get(key)
        # A hole that opened while this was read found the filling under way already.
        if not done.cancelled() and done.result() and feed is not None and feed.has_hole(stream):
            self._fill(key, feed, stream, HOLE_PATIENCE_S)

    async def _read_missing(self, key: ChatKey, feed: Feed, stream: Stream, patience_s: float) -> bool:
        """Passes on what the store has beyond the feed's head; False when the store is away, and the sweep looks again."""
        if patience_s:
            await asyncio.sleep(patience_s)
            if not feed.has_hole(stream):
                return True
        while True:
            try:
                events = await self._events.list_after(*key, stream, feed.head(stream), FILL_EVENTS)
            except StorageUnavailable:
                return False
            for event in events:
                feed.hear_event(event)
            self._observer.caught_up(len(events))
            if len(events) < FILL_EVENTS:
                return True

    def _on_delivered(self, event: Event) -> None:
        self._observer.delivered(max(0.0, self._clock.now().timestamp() - event.at.timestamp()))
