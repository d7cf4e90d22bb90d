"""Rings between processes on a real Valkey, and what is left of them while it is away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.actions.ports import ReadMark, TypingLease
from hub.bus.codec import EventRing, InboxRing, PulseRing, ReadRing, Ring, TypingRing, parse_ring, render_ring
from hub.bus.doorbell import Doorbell, connect_redis
from hub.domain.event import Event
from hub.embedded.pair import PairAddresses
from tests.doubles.valkey import OwnValkey
from tests.faults.proxy import running_proxy

PATIENCE_S = 20.0
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
chat_ids = count(1_000_000)  # Every test has a chat of its own: the server is everybody's.


@dataclass
class Ears:
    """Keeps what it hears."""

    events: list[Event] = field(default_factory=list)
    marks: list[ReadMark] = field(default_factory=list)
    leases: list[TypingLease] = field(default_factory=list)
    inboxes: list[int] = field(default_factory=list)
    gaps: int = 0

    def hear_event(self, event: Event) -> None:
        self.events.append(event)

    def hear_read(self, mark: ReadMark) -> None:
        self.marks.append(mark)

    def hear_typing(self, lease: TypingLease) -> None:
        self.leases.append(lease)

    def hear_inbox(self, tenant_id: int) -> None:
        self.inboxes.append(tenant_id)

    def hear_gap(self) -> None:
        self.gaps += 1


async def until(condition: Callable[[], bool]) -> None:
    """Returns when the condition holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def doorbell(url: str) -> AsyncIterator[tuple[Doorbell, Ears]]:
    """A doorbell as a process has it, listening."""
    redis, ears = connect_redis(url), Ears()
    bell = Doorbell(redis, uuid4().hex, ears)
    tasks = [asyncio.create_task(bell.listen()), asyncio.create_task(bell.pulse())]
    try:
        yield bell, ears
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await bell.finish()
        await redis.aclose()


def make_event(chat_id: int, seq: int = 1, text: str = "Grüße 👋") -> Event:
    return Event(
        1,
        chat_id,
        "public",
        seq,
        seq,
        uuid4(),
        "message_posted",
        "visitor",
        41,
        f"cid-{seq}",
        NOW,
        text,
        {"a": [1]},
    )


@pytest.fixture
def chat() -> int:
    return next(chat_ids)


async def test_what_one_process_rings_the_other_hears_as_it_was(pair: PairAddresses, chat: int) -> None:
    async with doorbell(pair.redis_url) as (here, own), doorbell(pair.redis_url) as (there, ears):
        await until(lambda: here.healthy and there.healthy)
        await there.follow_chat(1, chat)
        await there.follow_inbox(1)
        event = make_event(chat)
        mark = ReadMark(1, chat, 5, "agent", 4, NOW)
        lease = TypingLease(1, chat, 5, "agent", "Marta", True, NOW)

        here.ring_event(event)
        here.ring_read(mark)
        here.ring_typing(lease)

        await until(lambda: bool(ears.events and ears.leases and ears.inboxes and ears.marks))
        assert (ears.events, ears.leases, set(ears.marks)) == ([event], [lease], {mark})
        assert 1 in ears.inboxes
        assert (own.events, own.marks, own.leases) == ([event], [mark], [lease])


async def test_a_process_hears_its_own_rings_once_and_at_once(pair: PairAddresses, chat: int) -> None:
    async with doorbell(pair.redis_url) as (bell, ears), doorbell(pair.redis_url) as (other, _):
        await until(lambda: bell.healthy and other.healthy)
        await bell.follow_chat(1, chat)
        bell.ring_event(make_event(chat, 1))
        assert [event.seq for event in ears.events] == [1]
        other.ring_event(make_event(chat, 2))
        await until(lambda: len(ears.events) >= 2)
        assert [event.seq for event in ears.events] == [1, 2]


async def test_rings_of_one_process_keep_their_order(pair: PairAddresses, chat: int) -> None:
    async with doorbell(pair.redis_url) as (here, _), doorbell(pair.redis_url) as (there, ears):
        await until(lambda: here.healthy and there.healthy)
        await there.follow_chat(1, chat)
        for seq in range(1, 501):
            here.ring_event(make_event(chat, seq))
            if seq % 50 == 0:
                await asyncio.sleep(0)
        await until(lambda: len(ears.events) == 500)
        assert [event.seq for event in ears.events] == list(range(1, 501))


async def test_what_was_rung_last_is_out_before_a_process_ends(pair: PairAddresses, chat: int) -> None:
    async with doorbell(pair.redis_url) as (there, ears):
        await until(lambda: there.healthy)
        await there.follow_chat(1, chat)
        redis = connect_redis(pair.redis_url)
        bell = Doorbell(redis, uuid4().hex, Ears())

        for seq in range(1, 101):
            bell.ring_event(make_event(chat, seq))
        await bell.finish()
        await redis.aclose()

        await until(lambda: len(ears.events) == 100)


async def test_what_is_not_followed_is_not_heard(pair: PairAddresses, chat: int) -> None:
    other = next(chat_ids)
    async with doorbell(pair.redis_url) as (here, _), doorbell(pair.redis_url) as (there, ears):
        await until(lambda: here.healthy and there.healthy)
        for followed in (chat, other):
            await there.follow_chat(1, followed)
        await there.unfollow_chat(1, chat)
        here.ring_event(make_event(chat))
        here.ring_event(make_event(other))
        await until(lambda: bool(ears.events))
        assert [event.chat_id for event in ears.events] == [other]


async def test_following_returns_only_when_rings_are_heard(pair: PairAddresses) -> None:
    async with doorbell(pair.redis_url) as (here, _), doorbell(pair.redis_url) as (there, ears):
        await until(lambda: here.healthy and there.healthy)
        chats = [next(chat_ids) for _ in range(50)]
        for followed in chats:
            await there.follow_chat(1, followed)
            here.ring_event(make_event(followed))
        await until(lambda: len(ears.events) == 50)


async def test_a_lost_server_is_noticed_and_everything_flows_again_when_it_is_back(
    valkey: OwnValkey, chat: int
) -> None:
    async with doorbell(valkey.url) as (here, own), doorbell(valkey.url) as (there, ears):
        seen: list[bool] = []
        there.on_health = seen.append
        await until(lambda: here.healthy and there.healthy)
        await there.follow_chat(1, chat)
        gaps = ears.gaps

        await valkey.kill()
        await until(lambda: not here.healthy and not there.healthy)
        with pytest.raises(TimeoutError):
            await there.require_loop_back()
        here.ring_event(make_event(chat, 1))  # Lost to the other process; this one hears it all the same.
        assert [event.seq for event in own.events] == [1]
        late = next(chat_ids)
        await there.follow_chat(1, late)  # Not held up, and made good with the rest.

        await valkey.start()
        await until(lambda: here.healthy and there.healthy and ears.gaps > gaps)
        here.ring_event(make_event(chat, 2))
        here.ring_event(make_event(late, 1))
        await until(lambda: len(ears.events) == 2)

        assert [(event.chat_id, event.seq) for event in ears.events] == [(chat, 2), (late, 1)]
        assert seen[-2:] == [False, True]


async def test_a_cut_connection_is_heard_as_a_gap_and_follows_again(valkey: OwnValkey, chat: int) -> None:
    async with doorbell(valkey.url) as (here, _), doorbell(valkey.url) as (there, ears):
        await until(lambda: here.healthy and there.healthy)
        await there.follow_chat(1, chat)
        gaps = ears.gaps

        await valkey.drop_connections()

        await until(lambda: ears.gaps > gaps and here.healthy and there.healthy)
        here.ring_event(make_event(chat))
        await until(lambda: len(ears.events) == 1)


async def test_a_chat_followed_while_the_connection_is_being_made_is_heard(
    pair: PairAddresses, chat: int
) -> None:
    parts = urlsplit(pair.redis_url)
    async with running_proxy(parts.port or 0) as proxy, doorbell(pair.redis_url) as (here, _):
        proxy.answers.passes.clear()  # The server takes its time to answer.
        place = parts.netloc.replace(f":{parts.port}", f":{proxy.port}")
        async with doorbell(parts._replace(netloc=place).geturl()) as (there, ears):
            await until(lambda: proxy.lines > 0)
            await asyncio.sleep(0.1)
            await there.follow_chat(1, chat)
            proxy.heal()
            await until(lambda: here.healthy and there.healthy)
            here.ring_event(make_event(chat))
            await until(lambda: len(ears.events) == 1)


async def test_a_frozen_server_makes_the_bus_sick_and_holds_up_nobody(valkey: OwnValkey, chat: int) -> None:
    async with doorbell(valkey.url) as (bell, ears):
        await until(lambda: bell.healthy)
        valkey.freeze(True)
        try:
            for seq in range(1, 101):
                bell.ring_event(make_event(chat, seq))
            assert len(ears.events) == 100
            await until(lambda: not bell.healthy)
            async with asyncio.timeout(PATIENCE_S):
                await bell.follow_chat(1, next(chat_ids))
        finally:
            valkey.freeze(False)
        await until(lambda: bell.healthy)


async def test_the_first_ring_that_is_lost_makes_the_bus_sick_without_waiting_for_a_pulse(
    valkey: OwnValkey, chat: int
) -> None:
    redis, ears = connect_redis(valkey.url), Ears()
    bell = Doorbell(redis, uuid4().hex, ears)
    tasks = [asyncio.create_task(bell.listen()), asyncio.create_task(bell.pulse())]
    await until(lambda: bell.healthy)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await valkey.kill()
    gaps = ears.gaps

    bell.ring_event(make_event(chat))
    await until(lambda: not bell.healthy)

    assert ears.gaps == gaps + 1
    await redis.aclose()
    await valkey.start()


async def test_rings_of_another_version_are_passed_over(valkey: OwnValkey, chat: int) -> None:
    async with doorbell(valkey.url) as (here, _), doorbell(valkey.url) as (there, ears):
        await until(lambda: here.healthy and there.healthy)
        await there.follow_chat(1, chat)
        redis = connect_redis(valkey.url)
        for data in (b"", b"\xc1", b"\x92\xa1z\x01", b"not msgpack"):
            await redis.publish(f"hub:chat:1:{chat}", data)
        await redis.aclose()
        here.ring_event(make_event(chat))
        await until(lambda: bool(ears.events))
        assert there.healthy


RINGS: list[Ring] = [
    EventRing("n", make_event(17)),
    ReadRing("n", ReadMark(1, 17, 5, "agent", 4, NOW)),
    TypingRing("n", TypingLease(1, 17, 5, "agent", "Marta", True, NOW)),
    InboxRing("n", 1),
    PulseRing("n", 1),
]


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: type(ring).__name__)
def test_a_ring_travels_unchanged(ring: Ring) -> None:
    assert parse_ring(render_ring(ring)) == ring


@given(
    text=st.text(),
    data=st.dictionaries(st.text(), st.integers(-(2**63), 2**63 - 1) | st.text() | st.booleans()),
)
def test_an_events_words_travel_unchanged(text: str, data: dict[str, object]) -> None:
    event = Event(1, 17, "staff", 1, 2**52, uuid4(), "note_posted", "agent", 5, "c", NOW, text, data, 3)
    ring = EventRing("n", event)
    assert parse_ring(render_ring(ring)) == ring
