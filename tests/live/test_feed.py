"""A feed gives each follower each event once, in order, in whatever order and however often the rings come."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.actions.ports import ReadMark, TypingLease
from hub.domain.event import Event, Stream
from hub.live.feed import MAX_STASHED, Feed, Follower
from hub.live.frames import Outgoing
from tests.doubles.samples import SAMPLE_CHAT, at, sample_address

PUBLIC: tuple[Stream, ...] = ("public",)
BOTH: tuple[Stream, ...] = ("public", "staff")
VISITOR_ID, AGENT_ID = 41, 5


@dataclass(eq=False)
class KeptLine:
    """A line that keeps what it is told."""

    identity_id: int | None = None
    frames: list[dict[str, Any]] = field(default_factory=list)
    left: int | None = None  # The chat that is theirs no longer.

    def offer_event(self, frame: Outgoing) -> None:
        self.frames.append(frame.frame)

    def offer_ephemeral(self, frame: Outgoing) -> None:
        self.frames.append(frame.frame)

    def send(self, frame: dict[str, Any], *, is_news: bool = True) -> None:
        self.frames.append(frame)

    def unfollow(self, chat_id: int) -> None:
        self.left = chat_id

    def list_seqs(self, stream: str) -> list[int]:
        return [frame["seq"] for frame in self.frames if frame.get("stream") == stream]


def make_event(seq: int, stream: Stream = "public", **changes: Any) -> Event:
    event = Event(
        tenant_id=1,
        chat_id=17,
        stream=stream,
        seq=seq,
        id=seq,
        uuid=UUID(int=seq),
        kind="message_posted" if stream == "public" else "note_posted",
        side="agent",
        actor_id=AGENT_ID,
        cid=f"{stream}-{seq}",
        at=at(1795250400000 + seq),
        text=str(seq),
    )
    return replace(event, **changes)


@dataclass(eq=False)
class Room:
    """A feed of an empty chat, with what it reported."""

    holes: list[Stream] = field(default_factory=list)
    delivered: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.feed = Feed(
            lambda feed, stream: self.holes.append(stream), self.delivered.append, sample_address
        )

    def load(self, head: int = 0, staff_head: int = 0) -> None:
        self.feed.load(replace(SAMPLE_CHAT, head=head, staff_head=staff_head))

    def follow(
        self, streams: tuple[Stream, ...] = PUBLIC, live_from: int | None = 0, who: int | None = None
    ) -> tuple[KeptLine, Follower]:
        line = KeptLine(who)
        follower = Follower(line, streams)
        self.feed.followers.add(follower)
        if live_from is not None:
            for stream in streams:
                follower.go_live(stream, live_from)
        return line, follower


@pytest.fixture
def room() -> Room:
    room = Room()
    room.load()
    return room


# Order.


@given(data=st.data())
def test_every_follower_gets_every_event_once_in_order_whatever_the_rings_do(data: st.DataObject) -> None:
    # Given a chat of which some events were stored before it was loaded, and followers that go live at any time
    public_count, staff_count = data.draw(st.integers(1, 12)), data.draw(st.integers(0, 8))
    events = [make_event(seq) for seq in range(1, public_count + 1)]
    events += [make_event(seq, "staff") for seq in range(1, staff_count + 1)]
    heard = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events)))))
    loaded = data.draw(st.integers(0, public_count)), data.draw(st.integers(0, staff_count))
    load_after = data.draw(st.integers(0, len(heard)))
    live_after = [data.draw(st.integers(load_after, len(heard))) for _ in range(2)]
    room = Room()
    visitor, agent = room.follow(PUBLIC, None), room.follow(BOTH, None)
    begun: dict[tuple[str, str], int] = {}

    def go_live(line: KeptLine, follower: Follower) -> None:
        for stream in follower.streams:
            begun[str(id(line)), stream] = room.feed.head(stream)
            follower.go_live(stream, room.feed.head(stream))

    # When the rings come in any order, some of them more than once
    for number in range(len(heard) + 1):
        if number == load_after:
            room.load(*loaded)
        for after, (line, follower) in zip(live_after, (visitor, agent), strict=True):
            if number == after:
                go_live(line, follower)
        if number < len(heard):
            room.feed.hear_event(heard[number])

    # Then each follower has what came behind its page, once and in order
    assert (room.feed.head("public"), room.feed.head("staff")) == (public_count, staff_count)
    for line, streams in ((visitor[0], PUBLIC), (agent[0], BOTH)):
        for stream, count in (("public", public_count), ("staff", staff_count)):
            name = "17" if stream == "public" else "17/staff"
            first = begun.get((str(id(line)), stream), count) + 1
            expected = list(range(first, count + 1)) if stream in streams else []
            assert line.list_seqs(name) == expected


def test_a_visitor_hears_nothing_of_the_staff_stream(room: Room) -> None:
    line, _ = room.follow(PUBLIC)
    room.feed.hear_event(make_event(1, "staff"))
    room.feed.hear_event(make_event(1))
    assert [frame["stream"] for frame in line.frames] == ["17"]


def test_a_hole_is_reported_and_nothing_passes_it(room: Room) -> None:
    line, _ = room.follow()
    for seq in (1, 3, 4):
        room.feed.hear_event(make_event(seq))

    assert (line.list_seqs("17"), room.feed.has_hole("public")) == ([1], True)
    assert set(room.holes) == {"public"}
    room.feed.hear_event(make_event(2))
    assert (line.list_seqs("17"), room.feed.has_hole("public")) == ([1, 2, 3, 4], False)


def test_a_hole_in_one_stream_does_not_hold_up_the_other(room: Room) -> None:
    line, _ = room.follow(BOTH)
    room.feed.hear_event(make_event(2, "staff"))
    room.feed.hear_event(make_event(1))
    assert (line.list_seqs("17"), line.list_seqs("17/staff")) == ([1], [])


def test_a_huge_gap_costs_no_memory(room: Room) -> None:
    line, _ = room.follow()
    total = MAX_STASHED * 3
    for seq in range(2, total + 1):
        room.feed.hear_event(make_event(seq))
    for seq in range(1, total + 1):  # What the store has, as the catch-up reads it.
        room.feed.hear_event(make_event(seq))
    assert line.list_seqs("17") == list(range(1, total + 1))


def test_events_are_reported_as_delivered_once(room: Room) -> None:
    for seq in (2, 1, 2, 1):
        room.feed.hear_event(make_event(seq))
    assert [event.seq for event in room.delivered] == [1, 2]


def test_the_header_follows_the_events(room: Room) -> None:
    room.feed.hear_event(make_event(1, kind="chat_ended", side="visitor", actor_id=VISITOR_ID, text=None))
    assert room.feed.chat is not None
    assert (room.feed.chat.state, room.feed.chat.head) == ("ended", 1)


# Going live.


def test_events_wait_until_the_line_has_its_page(room: Room) -> None:
    line, follower = room.follow(PUBLIC, None)
    for seq in (1, 2, 3):
        room.feed.hear_event(make_event(seq))
    assert line.frames == []

    follower.go_live("public", 2)

    assert line.list_seqs("17") == [3]


def make_mark(seq: int, who: int = AGENT_ID) -> ReadMark:
    return ReadMark(1, 17, who, "agent", seq, at(1795250470000))


def make_lease(who: int = AGENT_ID, *, on: bool = True, for_ms: int = 6000) -> TypingLease:
    return TypingLease(1, 17, who, "agent", "Marta", on, at(1795250400000 + for_ms))


def test_a_read_mark_is_not_told_before_the_page(room: Room) -> None:
    line, follower = room.follow(PUBLIC, None)
    room.feed.hear_event(make_event(1))
    room.feed.hear_read(make_mark(5))
    assert line.frames == []

    follower.go_live("public", 0)

    assert [frame["t"] for frame in line.frames] == ["event", "read"]


def test_read_marks_only_advance(room: Room) -> None:
    line, _ = room.follow()
    for seq in (6, 5, 6, 7):
        room.feed.hear_read(make_mark(seq))
    assert [frame["seq"] for frame in line.frames] == [6, 7]


def test_read_marks_of_strangers_are_passed_over(room: Room) -> None:
    line, _ = room.follow()
    room.feed.hear_read(make_mark(6, who=999))
    assert line.frames == []


def test_a_read_mark_heard_while_the_header_is_read_is_not_lost() -> None:
    room = Room()
    line, _ = room.follow()
    room.feed.hear_read(make_mark(6))
    room.load(head=6)
    assert [(frame["t"], frame["seq"]) for frame in line.frames] == [("read", 6)]


def test_a_read_mark_that_overtook_the_joining_of_its_reader_is_told_behind_it(room: Room) -> None:
    line, _ = room.follow()
    for seq in (1, 2, 1):
        room.feed.hear_read(make_mark(seq, who=6))
    room.feed.hear_event(make_event(1, kind="agent_joined", actor_id=6, data={"name": "Jonas"}))
    assert [(frame["t"], frame["seq"]) for frame in line.frames] == [("event", 1), ("read", 2)]


# Typing.


def test_everybody_but_the_typist_is_told(room: Room) -> None:
    other, _ = room.follow(who=VISITOR_ID)
    own, _ = room.follow(BOTH, who=AGENT_ID)
    room.feed.hear_typing(make_lease())
    room.feed.hear_typing(make_lease(on=False))
    assert ([frame["on"] for frame in other.frames], own.frames) == ([True, False], [])


def test_who_comes_is_told_of_leases_in_force_behind_the_page(room: Room) -> None:
    room.feed.hear_typing(make_lease())
    line, follower = room.follow(PUBLIC, None, who=VISITOR_ID)
    room.feed.tell_leases(follower, at(1795250400000))
    assert line.frames == []

    follower.go_live("public", 0)
    room.feed.tell_leases(follower, at(1795250400000))

    assert [frame["kind"] for frame in line.frames] == ["typing"]


@pytest.mark.parametrize("how", ["expired", "given up", "has spoken"])
def test_who_comes_is_not_told_of_what_is_over(room: Room, how: str) -> None:
    room.feed.hear_typing(make_lease())
    if how == "given up":
        room.feed.hear_typing(make_lease(on=False))
    if how == "has spoken":
        room.feed.hear_event(make_event(1))
    now = at(1795250400000) + timedelta(seconds=7 if how == "expired" else 0)

    line, follower = room.follow(who=VISITOR_ID)
    room.feed.tell_leases(follower, now)

    assert line.frames == []


def test_a_feed_that_is_not_loaded_keeps_the_rings() -> None:
    room = Room()
    line, _ = room.follow(live_from=3)
    for seq in (4, 3, 5):
        room.feed.hear_event(make_event(seq))
    assert room.feed.head("public") == 0
    room.load(3)
    assert line.list_seqs("17") == [4, 5]
