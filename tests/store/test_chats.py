"""Chats in Postgres: one open chat per visitor, read marks that only advance, inbox rows that tell the truth."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest

from hub.actions.attention import mark_read
from hub.actions.chats import end_chat, start_chat
from hub.actions.holding import accept_chat
from hub.actions.messages import post_message, post_note
from hub.actions.ports import Ports, ReadMark
from hub.app import open_database
from hub.domain.chat import Chat, Row, StartFacts, chat_after, chat_read
from hub.domain.errors import HubError
from hub.domain.event import Event
from hub.domain.identity import AgentCaller, Caller
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from hub.store.chats import Chats
from tests.doubles.conversation import begin_active_chat, begin_chat, message_item, read_stream
from tests.doubles.tenant import Tenant
from tests.store.conftest import Connection

# Starting.


async def test_fifty_starts_at_once_make_one_chat(ports: Ports, tenant: Tenant, owner: Connection) -> None:
    visitor = tenant.new_visitor()

    starts = await asyncio.gather(*(begin_chat(ports, tenant, visitor) for _ in range(50)))

    assert len({start.chat.id for start in starts}) == 1
    assert len({start.caller.id for start in starts}) == 1
    assert [start.created for start in starts].count(True) == 1
    assert await owner.fetchval("SELECT count(*) FROM chats WHERE tenant_id = $1", tenant.id) == 1
    assert [event.kind for event in await read_stream(ports, tenant.id, starts[0].chat.id)] == [
        "chat_started"
    ]


async def test_a_repeated_start_gets_the_first_ones_chat(ports: Ports, tenant: Tenant) -> None:
    visitor, facts = tenant.new_visitor(), StartFacts(page_title="Fernweh 3")
    first = await start_chat(ports, visitor, tenant.profile, "one", facts)

    second = await start_chat(ports, visitor, tenant.profile, "one", facts)

    assert (second.chat, second.created) == (first.chat, False)
    assert first.chat.page_title == "Fernweh 3"


async def test_after_the_end_a_new_start_makes_a_new_chat(ports: Ports, tenant: Tenant) -> None:
    visitor = tenant.new_visitor()
    first = await start_chat(ports, visitor, tenant.profile, "one", StartFacts())
    await end_chat(ports, first.caller, first.chat.id, "end")

    second = await start_chat(ports, visitor, tenant.profile, "two", StartFacts())

    assert second.created
    assert second.chat.id > first.chat.id
    assert second.caller == first.caller


async def test_a_start_repeated_after_the_end_gets_the_old_chat(ports: Ports, tenant: Tenant) -> None:
    visitor = tenant.new_visitor()
    first = await start_chat(ports, visitor, tenant.profile, "one", StartFacts())
    await end_chat(ports, first.caller, first.chat.id, "end")
    await start_chat(ports, visitor, tenant.profile, "two", StartFacts())

    again = await start_chat(ports, visitor, tenant.profile, "one", StartFacts())

    assert (again.chat.id, again.chat.state, again.created) == (first.chat.id, "ended", False)


async def test_a_start_that_meets_the_end_of_the_old_chat_gets_a_chat(ports: Ports, tenant: Tenant) -> None:
    visitor = tenant.new_visitor()
    for _ in range(40):
        open_chat = await begin_chat(ports, tenant, visitor)
        ending = asyncio.create_task(end_chat(ports, open_chat.caller, open_chat.chat.id, str(uuid4())))
        starts = await asyncio.gather(*(begin_chat(ports, tenant, visitor) for _ in range(4)))
        await ending
        for start in starts:
            assert start.chat.id >= open_chat.chat.id


async def test_chats_of_different_visitors_are_different(ports: Ports, tenant: Tenant) -> None:
    starts = await asyncio.gather(*(begin_chat(ports, tenant) for _ in range(10)))
    assert len({start.chat.id for start in starts}) == 10


# Reading.


async def test_a_visitor_is_given_the_open_chat_and_own_named_ones(ports: Ports, tenant: Tenant) -> None:
    stranger = await begin_chat(ports, tenant)
    old = await begin_chat(ports, tenant)
    await end_chat(ports, old.caller, old.chat.id, "end")
    forgotten = await begin_chat(ports, tenant, old.caller)
    await end_chat(ports, old.caller, forgotten.chat.id, "end")
    new = await begin_chat(ports, tenant, old.caller)
    assert old.caller.id is not None

    found = await ports.chats.list_visitor_chats(
        tenant.id, tenant.profile.id, old.caller.id, [old.chat.id, stranger.chat.id]
    )

    assert [chat.id for chat in found] == [old.chat.id, new.chat.id]


# Read marks.


async def test_a_read_mark_never_goes_back_and_never_passes_the_head(ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    chat_id, marta = start.chat.id, tenant.marta
    for number in range(5):
        await post_message(ports, start.caller, chat_id, str(number), str(number))

    marks = [await mark_read(ports, marta, chat_id, seq) for seq in (3, 2, 3, 2**53 - 1, 5)]

    assert [(mark.seq, mark.moved) for mark in marks] == [
        (3, True),
        (3, False),
        (3, False),
        (7, True),
        (7, False),
    ]


async def test_read_marks_at_once_settle_at_the_highest(ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    for number in range(20):
        await post_message(ports, start.caller, start.chat.id, str(number), str(number))

    await asyncio.gather(*(mark_read(ports, tenant.marta, start.chat.id, seq) for seq in range(1, 20)))

    assert (await mark_read(ports, tenant.marta, start.chat.id, 0)).seq == 19


async def test_somebody_who_does_not_take_part_has_no_read_mark(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    assert await ports.chats.move_read(tenant.id, start.chat.id, tenant.jonas.id, 1) is None


# The inbox.


@pytest.fixture
async def chats(settings: Settings) -> AsyncIterator[Chats]:
    """The reading side, as a node has it."""
    async with open_database(settings) as database:
        yield Chats(database)


async def test_a_row_committed_late_is_not_passed_over(
    ports: Ports, chats: Chats, tenant: Tenant, pair: PairAddresses
) -> None:
    late, early = await begin_chat(ports, tenant), await begin_chat(ports, tenant)
    slow = await asyncpg.connect(pair.owner_url)
    transaction = slow.transaction()
    await transaction.start()
    await slow.execute(
        "UPDATE chats SET last_text = 'late', changed_xid = pg_current_xact_id() WHERE id = $1", late.chat.id
    )
    cursor = (await chats.read_inbox(tenant.id)).cursor
    await post_message(ports, early.caller, early.chat.id, "early", "one")
    between = await chats.list_changed_rows(tenant.id, cursor)

    await transaction.commit()
    await slow.close()

    after = await chats.list_changed_rows(tenant.id, between.cursor)
    assert {row.id: row.last_text for row in between.rows}[early.chat.id] == "early"
    assert {row.id: row.last_text for row in after.rows}[late.chat.id] == "late"


async def test_what_has_not_changed_since_the_cursor_is_not_told_again(
    ports: Ports, chats: Chats, tenant: Tenant
) -> None:
    await begin_chat(ports, tenant)
    cursor = (await chats.read_inbox(tenant.id)).cursor
    changed = await begin_chat(ports, tenant)

    found = await chats.list_changed_rows(tenant.id, cursor)

    assert [row.id for row in found.rows] == [changed.chat.id]
    assert (await chats.list_changed_rows(tenant.id, found.cursor)).rows == []


async def test_the_inbox_of_another_tenant_is_another(
    ports: Ports, chats: Chats, tenant: Tenant, settings: Settings
) -> None:
    await begin_chat(ports, tenant)
    assert (await chats.read_inbox(tenant.id + 1)).rows == []


@pytest.mark.parametrize("seed", range(3))
async def test_rows_and_headers_are_what_the_events_add_up_to(
    ports: Ports, chats: Chats, tenant: Tenant, seed: int
) -> None:
    chance = random.Random(seed)
    starts = [await begin_chat(ports, tenant) for _ in range(4)]
    headers = {start.chat.id: start.chat for start in starts}
    marks: dict[int, list[ReadMark]] = {chat_id: [] for chat_id in headers}

    async def act() -> None:
        start = chance.choice(starts)
        people: list[Caller] = [start.caller, start.caller, tenant.marta, tenant.jonas]
        caller = chance.choice(people)
        cid, chat_id = str(uuid4()), start.chat.id
        kind = chance.choices(["post", "accept", "note", "read", "end"], [10, 3, 2, 5, 1])[0]
        try:
            match kind:
                case "post":
                    await post_message(ports, caller, chat_id, f"Text {cid}", cid)
                case "accept" if isinstance(caller, AgentCaller):
                    await accept_chat(ports, caller, chat_id, cid)
                case "note" if isinstance(caller, AgentCaller):
                    await post_note(ports, caller, chat_id, "Note", cid)
                case "read":
                    marks[chat_id].append(await mark_read(ports, caller, chat_id, chance.randrange(1, 30)))
                case "end":
                    await end_chat(ports, caller, chat_id, cid)
        except HubError:
            return  # Refused: then nothing may have changed.

    for _ in range(30):
        await asyncio.gather(*(act() for _ in range(6)))

    rows = {row.id: row for row in (await chats.read_inbox(tenant.id)).rows}
    for chat_id, first in headers.items():
        public = await read_stream(ports, tenant.id, chat_id)
        staff = await read_stream(ports, tenant.id, chat_id, "staff")
        stored = await ports.chats.find_chat(tenant.id, chat_id)
        expected = header_from_events(first, [*public, *staff], marks[chat_id])
        assert stored == expected
        assert rows[chat_id] == row_from_truth(rows[chat_id], expected, public)


def header_from_events(chat: Chat, events: list[Event], marks: list[ReadMark]) -> Chat:
    for event in events:
        chat = chat_after(chat, event)
    for mark in sorted(marks, key=lambda mark: mark.seq):
        if mark.moved:
            chat = chat_read(chat, mark.identity_id, mark.seq, mark.at)
    return chat


def row_from_truth(row: Row, chat: Chat, public: list[Event]) -> Row:
    """The row with everything that events and read marks decide, recomputed."""
    said = [event for event in public if event.kind == "message_posted"]
    read = Counter(
        {
            person.id: sum(event.side == "visitor" and event.seq <= person.read_seq for event in said)
            for person in chat.participants
            if person.side == "agent"
        }
    )
    last = said[-1] if said else None
    return replace(
        row,
        state=chat.state,
        holder_id=chat.holder_id,
        last_text=last.text if last else None,
        last_side=last.side if last else None,
        last_id=last.actor_id if last else None,
        last_at=last.at if last else None,
        visitor_count=sum(event.side == "visitor" for event in said),
        read_counts=dict(read),
        head=len(public),
        accepted_at=chat.accepted_at,
        ended_at=chat.ended_at,
    )


async def test_unread_is_what_the_visitor_said_since_the_agent_read(
    ports: Ports, chats: Chats, tenant: Tenant
) -> None:
    start = await begin_active_chat(ports, tenant)
    chat_id = start.chat.id
    for number in range(4):
        await post_message(ports, start.caller, chat_id, str(number), str(number))
    await post_message(ports, tenant.marta, chat_id, "Hello", "hello")
    await mark_read(ports, tenant.marta, chat_id, 4)

    [row] = await chats.list_rows(tenant.id, [chat_id])

    assert (row.count_unread(tenant.marta.id), row.count_unread(tenant.jonas.id)) == (2, 4)


async def test_a_preview_is_one_short_line(ports: Ports, chats: Chats, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    await ports.events.append(message_item(start.caller, start.chat.id, "Hello\n\n  you  " + "x" * 1000))

    [row] = await chats.list_rows(tenant.id, [start.chat.id])

    assert row.last_text == ("Hello you " + "x" * 1000)[:200]
