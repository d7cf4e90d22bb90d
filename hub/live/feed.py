"""A feed: one chat as this process follows it. Events pass in order, once each; holes are kept back until filled."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from hub.actions.ports import ReadMark, TypingLease
from hub.domain.chat import Chat, chat_after, chat_read
from hub.domain.event import Event, Stream
from hub.live.frames import (
    AddressOf,
    Map,
    Outgoing,
    event_frame,
    queue_frame,
    read_frame,
    still_there_frame,
    typing_frame,
)

MAX_STASHED = 500  # Beyond a gap this large the store is read anyway.
# What was first told this long ago, every visitor's beat has been told: only before that is it worth answering one at once.
NEWS_FOR = timedelta(seconds=2)


class FollowerLine(Protocol):
    """Where a follower's frames go."""

    def offer_event(self, frame: Outgoing) -> None: ...

    def offer_ephemeral(self, frame: Outgoing) -> None: ...

    def send(self, frame: Map, *, is_news: bool = True) -> None: ...

    def unfollow(self, chat_id: int) -> None:
        """The chat is theirs no longer."""

    @property
    def identity_id(self) -> int | None:
        """Whose line it is: nobody is told that they type themselves."""


@dataclass(slots=True, eq=False)
class Follower:
    """One line that follows a chat. Until `go_live` a stream's events wait, because the line is still reading its gap."""

    line: FollowerLine
    streams: tuple[Stream, ...]
    delivered: dict[Stream, int] = field(default_factory=dict)
    waiting: dict[Stream, list[tuple[int | None, Outgoing]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.waiting = {stream: [] for stream in self.streams}

    @property
    def is_visitors(self) -> bool:
        """Whether it is a line of the chat's visitor."""
        return "staff" not in self.streams

    @property
    def is_live(self) -> bool:
        """Whether it has read its gap."""
        return "public" not in self.waiting

    def hear(self, stream: Stream, seq: int, frame: Outgoing) -> None:
        """Takes the next event of a stream; what the line has already is passed over."""
        if stream not in self.streams:
            return
        waiting = self.waiting.get(stream)
        if waiting is not None:
            waiting.append((seq, frame))
        elif seq > self.delivered[stream]:
            self.delivered[stream] = seq
            self.line.offer_event(frame)

    def hear_read(self, frame: Outgoing) -> None:
        """Takes a read mark; it waits with the events, because it may tell of one of them."""
        waiting = self.waiting.get("public")
        if waiting is None:
            self.line.offer_event(frame)
        else:
            waiting.append((None, frame))

    def hear_typing(self, lease: TypingLease, frames: "TypingFrames") -> None:
        """Takes a lease, unless it is the line's own. A line that still reads its gap is told of leases behind it."""
        if self.is_live and self.line.identity_id != lease.identity_id:
            self.line.offer_ephemeral(frames.of_visitor if self.is_visitors else frames.of_agent)

    def go_live(self, stream: Stream, seq: int) -> None:
        """The line has everything up to `seq`: what waited behind it goes out, then events pass at once."""
        self.delivered[stream] = seq
        for waiting_seq, frame in self.waiting.pop(stream, []):
            if waiting_seq is None:
                self.line.offer_event(frame)
            else:
                self.hear(stream, waiting_seq, frame)


class TypingFrames:
    """One lease as each side is told of it."""

    def __init__(self, lease: TypingLease) -> None:
        self.of_visitor = Outgoing(typing_frame(lease, for_agent=False))
        self.of_agent = Outgoing(typing_frame(lease, for_agent=True))


@dataclass(slots=True)
class _Stream:
    head: int
    stash: dict[int, Event] = field(default_factory=dict)


class Feed:
    """One followed chat: its header, where each stream stands, who follows, who types."""

    def __init__(
        self,
        on_hole: Callable[["Feed", Stream], None],
        on_delivered: Callable[[Event], None],
        address_of: AddressOf,
    ) -> None:
        self.chat: Chat | None = None
        self.followers: set[Follower] = set()
        self.is_visited = False  # Whether a visitor's line has followed it.
        self._question: datetime | None = None  # Until when the visitor may say that they are still there.
        self._question_at: datetime | None = None  # When it came here.
        self._answered: datetime | None = (
            None  # The last question that stands no more; what was read earlier may still tell of it.
        )
        self._place: Map | None = None  # What the visitor was told of the queue, and when.
        self._place_at: datetime | None = None
        self._is_put_off = False  # It has no place any more; what was read earlier may still tell of one.
        self._streams: dict[Stream, _Stream] = {}
        self._early: list[Event] = []
        self._early_marks: dict[int, ReadMark] = {}
        self._typing: dict[int, TypingLease] = {}
        self._on_hole = on_hole
        self._on_delivered = on_delivered
        self._address_of = address_of

    def load(self, chat: Chat) -> None:
        """The header as the store has it; rings heard while it was read are taken up."""
        self.chat = chat
        self._streams = {"public": _Stream(chat.head), "staff": _Stream(chat.staff_head)}
        early, self._early = self._early, []
        for event in early:
            self.hear_event(event)
        self._place_early_marks()

    def note_ticket(self, chat: Chat, ticket_id: int) -> Chat:
        """The header with the ticket that was logged for the chat meanwhile."""
        self.chat = replace(self.chat or chat, ticket_id=ticket_id)
        return self.chat

    def head(self, stream: Stream) -> int:
        """The highest number of the stream that has passed here; 0 before `load`."""
        known = self._streams.get(stream)
        return 0 if known is None else known.head

    def has_hole(self, stream: Stream) -> bool:
        """Whether events wait for one that is missing."""
        known = self._streams.get(stream)
        return known is not None and bool(known.stash)

    def hear_event(self, event: Event) -> None:
        """Passes the event on when it is the next one; keeps it back behind a hole; ignores what passed before."""
        stream = self._streams.get(event.stream)
        if stream is None:
            self._early.append(event)
            return
        if event.seq <= stream.head:
            return
        if event.seq > stream.head + 1:
            if len(stream.stash) < MAX_STASHED:
                stream.stash[event.seq] = event
            self._on_hole(self, event.stream)
            return
        self._pass(stream, event)
        while stream.stash:
            following = stream.stash.pop(stream.head + 1, None)
            if following is None:
                stream.stash = {seq: kept for seq, kept in stream.stash.items() if seq > stream.head}
                break
            self._pass(stream, following)

    def hear_read(self, mark: ReadMark) -> None:
        """Passes on how far somebody has read, when it is further than known. A mark that overtook its reader waits."""
        people = () if self.chat is None else self.chat.participants
        known = next((person for person in people if person.id == mark.identity_id), None)
        if self.chat is None or known is None:
            early = self._early_marks.get(mark.identity_id)
            if early is None or early.seq < mark.seq:
                self._early_marks[mark.identity_id] = mark
            return
        if known.read_seq >= mark.seq:
            return
        self.chat = chat_read(self.chat, mark.identity_id, mark.seq, mark.at)
        frame = Outgoing(read_frame(mark))
        for follower in self.followers:
            follower.hear_read(frame)

    def hear_typing(self, lease: TypingLease) -> None:
        """Passes on that somebody types or stopped; not to themselves."""
        if lease.on:
            self._typing[lease.identity_id] = lease
        else:
            self._typing.pop(lease.identity_id, None)
        frames = TypingFrames(lease)
        for follower in self.followers:
            follower.hear_typing(lease, frames)

    @property
    def has_visitor(self) -> bool:
        """Whether a line of the visitor's follows it now."""
        return any(follower.is_visitors for follower in self.followers)

    @property
    def is_asking(self) -> bool:
        """Whether the visitor is being asked if they are still there."""
        return self._question is not None

    def hear_question(self, until: datetime, now: datetime) -> None:
        """The visitor is asked whether they are still there: tells their lines, once for each question."""
        if self.chat is None or until == self._question or (self._answered and until <= self._answered):
            return
        self._question, self._question_at = until, now
        self._tell_visitor(Outgoing(still_there_frame(self.chat.id, until)))

    def end_question(self) -> None:
        """The visitor need not say any more that they are there: tells their lines, when they were asked."""
        if self.chat is None or self._question is None:
            return
        self._answered, self._question = self._question, None
        self._tell_visitor(Outgoing(still_there_frame(self.chat.id, None)))

    def hear_place(self, position: int, wait_s: tuple[int, int] | None, now: datetime) -> None:
        """Where the chat stands in the queue: tells the visitor's lines when that is news."""
        if self.chat is None or self.chat.state != "queued" or self._is_put_off:
            return
        place = queue_frame(self.chat.id, position, wait_s)
        if place != self._place:
            self._place, self._place_at = place, now
            self._tell_visitor(Outgoing(place))

    def tell_leases(self, follower: Follower, now: datetime) -> None:
        """The leases in force, for a line that just came."""
        if follower.is_visitors:
            self._tell_newcomer(follower, now)
        for lease in self._typing.values():
            if lease.until > now:
                follower.hear_typing(lease, TypingFrames(lease))

    def _pass(self, stream: _Stream, event: Event) -> None:
        stream.head = event.seq
        if self.chat is not None:
            self.chat = chat_after(self.chat, event)
        self._typing.pop(event.actor_id, None)  # Who has said it types no longer.
        frame = Outgoing(event_frame(event, self._address_of))
        for follower in self.followers:
            follower.hear(event.stream, event.seq, frame)
        if event.kind == "agent_left" and self.chat is not None and self.chat.kind == "agents":
            self._send_out(self.chat.id, event.actor_id)
        if event.kind in ("message_posted", "chat_ended"):
            self.end_question()
        if event.kind == "chat_put_off":
            self._end_place(event)
        self._on_delivered(event)
        self._place_early_marks()

    def _send_out(self, chat_id: int, agent_id: int) -> None:
        """Who has left a chat among agents is told so, and of nothing that comes behind."""
        self._typing.pop(agent_id, None)
        for follower in [one for one in self.followers if one.line.identity_id == agent_id]:
            follower.line.unfollow(chat_id)

    def _end_place(self, event: Event) -> None:
        """The chat waits no longer in the queue: tells the visitor's lines that it has no place."""
        self._is_put_off = True
        self._place, self._place_at = queue_frame(event.chat_id, 0, None), event.at
        self._tell_visitor(Outgoing(self._place))

    def _tell_newcomer(self, follower: Follower, now: datetime) -> None:
        """Tells a visitor's line that just came what the others know."""
        if self.chat is None:
            return
        if self._question is not None and self._question > now:
            frame = still_there_frame(self.chat.id, self._question)
            follower.line.send(frame, is_news=_is_news(self._question_at, now))
        if self._place is not None and self.chat.state == "queued":
            follower.line.send(self._place, is_news=_is_news(self._place_at, now))

    def _tell_visitor(self, frame: Outgoing) -> None:
        """Tells the visitor's lines what is not told again, so it must not be lost. Lines that still read their gap are told behind it."""
        for follower in self.followers:
            if follower.is_visitors and follower.is_live:
                follower.line.offer_event(frame)

    def _place_early_marks(self) -> None:
        marks, self._early_marks = self._early_marks, {}
        for mark in marks.values():
            self.hear_read(mark)


def _is_news(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at < NEWS_FOR
