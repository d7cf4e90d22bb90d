"""The group commit on the real Postgres: numbers, retries, guards, and what happens when something goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.actions.chats import end_chat
from hub.actions.ports import Ports
from hub.domain.chat import States
from hub.domain.errors import CidReused, InternalError
from hub.domain.event import Append, Appended, AppendRefused, Change, Guard, Join
from hub.settings import Settings
from tests.doubles.conversation import (
    begin_active_chat,
    begin_chat,
    message_item,
    read_stream,
    require_dense,
)
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.store.conftest import Connection

# Numbers.


async def test_appends_at_once_are_numbered_densely_in_every_chat(ports: Ports, tenant: Tenant) -> None:
    starts = [await begin_chat(ports, tenant) for _ in range(3)]
    items = [
        message_item(start.caller, start.chat.id, f"Message {number}")
        for number in range(100)
        for start in starts
    ]

    answers = await asyncio.gather(*(ports.events.append(item) for item in items))

    for start in starts:
        events = await read_stream(ports, tenant.id, start.chat.id)
        require_dense(events)
        assert [event.text for event in events[1:]] == [f"Message {number}" for number in range(100)]
        assert events[1:] == [answer.event for answer in answers if answer.event.chat_id == start.chat.id]


async def test_the_staff_stream_has_its_own_numbers_and_says_what_it_stands_behind(
    ports: Ports, tenant: Tenant
) -> None:
    start = await begin_chat(ports, tenant)
    chat_id, marta = start.chat.id, tenant.marta

    def note(text: str) -> Append:
        return Append(tenant.id, chat_id, "staff", "note_posted", "agent", marta.id, str(uuid4()), text=text)

    items = [note("First"), message_item(start.caller, chat_id, "Hello"), note("Second")]
    await asyncio.gather(*(ports.events.append(item) for item in items))

    public = await read_stream(ports, tenant.id, chat_id)
    staff = await read_stream(ports, tenant.id, chat_id, "staff")
    assert [(event.seq, event.text) for event in public] == [(1, None), (2, "Hello")]
    assert [(event.seq, event.text, event.after_seq) for event in staff] == [
        (1, "First", 1),
        (2, "Second", 2),
    ]


async def test_the_times_of_a_chat_never_run_back(ports: Ports, tenant: Tenant, owner: Connection) -> None:
    start = await begin_chat(ports, tenant)
    ahead = start.chat.started_at + timedelta(hours=1)  # A clock that was set back since.
    await owner.execute("UPDATE chats SET touched_at = $1 WHERE id = $2", ahead, start.chat.id)

    appended = await ports.events.append(message_item(start.caller, start.chat.id, "Hello"))

    assert appended.event.at == ahead


async def test_reading_before_and_after_gives_the_nearest_events_in_ascending_order(
    ports: Ports, tenant: Tenant
) -> None:
    start = await begin_chat(ports, tenant)
    for number in range(9):
        await ports.events.append(message_item(start.caller, start.chat.id, str(number)))

    after = await ports.events.list_after(tenant.id, start.chat.id, "public", 4, 3)
    before = await ports.events.list_before(tenant.id, start.chat.id, "public", 4, 2)

    assert [event.seq for event in after] == [5, 6, 7]
    assert [event.seq for event in before] == [2, 3]


# Retries.


async def test_a_retry_gets_the_first_answer(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    item = message_item(start.caller, start.chat.id, "Hello")
    first = await ports.events.append(item)
    await ports.events.append(message_item(start.caller, start.chat.id, "Something else"))

    second = await ports.events.append(item)

    assert not first.duplicate
    assert second == Appended(first.event, duplicate=True)
    assert len(await read_stream(ports, tenant.id, start.chat.id)) == 3


async def test_a_retry_is_answered_even_when_its_guard_would_fail_by_now(
    ports: Ports, tenant: Tenant
) -> None:
    start = await begin_chat(ports, tenant)
    item = message_item(start.caller, start.chat.id, "Hello", guard=Guard(states=States.OPEN))
    first = await ports.events.append(item)
    await end_chat(ports, start.caller, start.chat.id, str(uuid4()))

    assert (await ports.events.append(item)).event == first.event


async def test_a_cid_with_another_body_is_refused(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    await ports.events.append(message_item(start.caller, start.chat.id, "Hello", "one"))

    with pytest.raises(CidReused):
        await ports.events.append(message_item(start.caller, start.chat.id, "Good-bye", "one"))

    assert [event.text for event in await read_stream(ports, tenant.id, start.chat.id)] == [None, "Hello"]


async def test_the_same_cid_many_times_at_once_makes_one_event(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    item = message_item(start.caller, start.chat.id, "Hello")

    answers = await asyncio.gather(*(ports.events.append(item) for _ in range(20)))

    assert {answer.event.id for answer in answers} == {answers[0].event.id}
    assert [answer.duplicate for answer in answers].count(False) == 1
    assert len(await read_stream(ports, tenant.id, start.chat.id)) == 2


async def test_a_cid_belongs_to_its_caller_and_chat(ports: Ports, tenant: Tenant) -> None:
    one, other = await begin_active_chat(ports, tenant), await begin_active_chat(ports, tenant)
    items = [
        message_item(one.caller, one.chat.id, "Visitor", "same"),
        message_item(tenant.marta, one.chat.id, "Agent", "same"),
        message_item(other.caller, other.chat.id, "Elsewhere", "same"),
    ]

    answers = await asyncio.gather(*(ports.events.append(item) for item in items))

    assert [answer.duplicate for answer in answers] == [False, False, False]


# Guards.


async def refusal(ports: Ports, item: Append) -> str:
    with pytest.raises(AppendRefused) as refused:
        await ports.events.append(item)
    return refused.value.reason


async def test_a_chat_that_is_not_there_is_missing(ports: Ports, tenant: Tenant) -> None:
    assert await refusal(ports, message_item(tenant.marta, 2**31 - 1, "Hello")) == "missing"


async def test_a_chat_of_another_tenant_is_missing(ports: Ports, tenant: Tenant, settings: Settings) -> None:
    stranger = await make_tenant(ports, settings, open_secrets())
    start = await begin_chat(ports, tenant)

    assert await refusal(ports, message_item(stranger.marta, start.chat.id, "Hello")) == "missing"


async def test_the_state_is_checked_under_the_lock(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    await end_chat(ports, start.caller, start.chat.id, str(uuid4()))

    late = message_item(start.caller, start.chat.id, "Hello", guard=Guard(states=States.OPEN))
    assert await refusal(ports, late) == "state"


async def test_a_stranger_does_not_even_learn_that_a_chat_has_ended(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    await end_chat(ports, start.caller, start.chat.id, str(uuid4()))
    guard = Guard(states=States.OPEN, participant_id=tenant.jonas.id)

    assert (
        await refusal(ports, message_item(tenant.jonas, start.chat.id, "Hello", guard=guard)) == "participant"
    )


async def test_who_joined_and_left_in_the_same_batch_counts(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    chat_id, jonas = start.chat.id, tenant.jonas
    guard = Guard(participant_id=jonas.id)

    def move(kind: str, change: Change) -> Append:
        name: Any = kind
        return Append(tenant.id, chat_id, "public", name, "agent", jonas.id, str(uuid4()), change=change)

    outcomes = await asyncio.gather(
        ports.events.append(message_item(jonas, chat_id, "Too early", guard=guard)),
        ports.events.append(move("agent_joined", Change(join=Join(jonas.id, "agent", jonas.name)))),
        ports.events.append(message_item(jonas, chat_id, "In time", guard=guard)),
        ports.events.append(move("agent_left", Change(leave_id=jonas.id))),
        ports.events.append(message_item(jonas, chat_id, "Too late", guard=guard)),
        return_exceptions=True,
    )

    assert [isinstance(outcome, Appended) for outcome in outcomes] == [False, True, True, True, False]
    chat = await ports.chats.find_chat(tenant.id, chat_id)
    assert chat is not None
    assert [(person.id, person.left) for person in chat.participants] == [
        (start.caller.id, False),
        (jonas.id, True),
    ]


async def test_only_the_holder_passes_a_holder_guard(ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    chat_id = start.chat.id

    theirs = message_item(tenant.jonas, chat_id, "Mine", guard=Guard(holder_id=tenant.jonas.id))
    own = message_item(tenant.marta, chat_id, "Mine", guard=Guard(holder_id=tenant.marta.id))

    assert await refusal(ports, theirs) == "holder"
    assert not (await ports.events.append(own)).duplicate


async def test_of_two_guarded_answers_at_once_one_wins(ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    head = (await read_stream(ports, tenant.id, start.chat.id))[-1].seq
    answers = [
        message_item(agent, start.chat.id, f"From {agent.name}", guard=Guard(expect_seq=head))
        for agent in (tenant.marta, tenant.jonas)
    ]

    outcomes = await asyncio.gather(*map(ports.events.append, answers), return_exceptions=True)

    refused = [outcome.reason for outcome in outcomes if isinstance(outcome, AppendRefused)]
    assert refused == ["seq"]


async def test_the_reply_guard_minds_other_agents_messages_only(ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    chat_id, marta = start.chat.id, tenant.marta
    head = (await read_stream(ports, tenant.id, chat_id))[-1].seq
    guard = Guard(expect_seq=head)

    await ports.events.append(message_item(start.caller, chat_id, "From the visitor"))
    await ports.events.append(message_item(marta, chat_id, "Her own", guard=guard))
    await ports.events.append(message_item(marta, chat_id, "Her second", guard=guard))
    await ports.events.append(message_item(tenant.jonas, chat_id, "From a colleague"))

    assert await refusal(ports, message_item(marta, chat_id, "Her third", guard=guard)) == "seq"


# One bad item.


@pytest.mark.parametrize(
    "bad",
    [
        {"text": "NUL \x00 in it"},
        {"text": "half a pair \ud83d"},
        {"data": {"name": "NUL \x00 in it"}},
        {"side": "nobody"},
        {"chat_id": 2**40},
        {"change": Change(holder_id=2**31 - 1)},
    ],
    ids=["nul", "surrogate", "nul_in_data", "constraint", "out_of_range", "foreign_key"],
)
async def test_one_bad_item_spoils_nothing(ports: Ports, tenant: Tenant, bad: dict[str, Any]) -> None:
    start = await begin_chat(ports, tenant)
    good = [message_item(start.caller, start.chat.id, str(number)) for number in range(10)]
    fine: dict[str, Any] = {
        "tenant_id": tenant.id,
        "chat_id": start.chat.id,
        "stream": "public",
        "kind": "message_posted",
        "side": "visitor",
        "actor_id": start.caller.id,
        "cid": "bad",
        "text": "Hello",
    }
    items = [*good[:5], Append(**(fine | bad)), *good[5:]]

    outcomes = await asyncio.gather(*map(ports.events.append, items), return_exceptions=True)

    assert isinstance(outcomes.pop(5), InternalError)
    assert all(isinstance(outcome, Appended) for outcome in outcomes)
    events = await read_stream(ports, tenant.id, start.chat.id)
    require_dense(events)
    assert [event.text for event in events[1:]] == [str(number) for number in range(10)]


# What is told outside.


async def test_a_repeat_is_told_once_and_what_is_refused_never(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    await owner.execute(
        "INSERT INTO targets (tenant_id, name, url, topics, state) VALUES ($1, 'Shop', 'https://shop.example/', '{message_posted}', 'paused')",
        tenant.id,
    )
    start = await begin_chat(ports, tenant)
    item = message_item(start.caller, start.chat.id, "Hello", "one")
    refused = message_item(start.caller, start.chat.id, "Too early", guard=Guard(states=States.ENDED))

    appended = await ports.events.append(item)
    await ports.events.append(item)
    with pytest.raises(AppendRefused):
        await ports.events.append(refused)

    rows = await owner.fetch(
        "SELECT chat_id, event_id, place, state, topic FROM deliveries WHERE tenant_id = $1", tenant.id
    )
    event_id = appended.event.id
    assert [tuple(row) for row in rows] == [(start.chat.id, event_id, event_id, "due", "message_posted")]


# A chat somebody else has locked.


@asynccontextmanager
async def locked_chat(owner: Connection, chat_id: int) -> AsyncIterator[None]:
    async with owner.transaction():
        await owner.execute("SELECT FROM chats WHERE id = $1 FOR UPDATE", chat_id)
        yield


async def test_a_locked_chat_delays_only_itself(ports: Ports, tenant: Tenant, owner: Connection) -> None:
    locked, free = await begin_chat(ports, tenant), await begin_chat(ports, tenant)

    async with locked_chat(owner, locked.chat.id):
        waiting = asyncio.create_task(
            ports.events.append(message_item(locked.caller, locked.chat.id, "Waits"))
        )
        for number in range(20):
            await ports.events.append(message_item(free.caller, free.chat.id, str(number)))
        assert not waiting.done()

    assert (await waiting).event.seq == 2


async def test_what_waited_for_a_locked_chat_keeps_its_order(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    start = await begin_chat(ports, tenant)
    waiting = []

    async with locked_chat(owner, start.chat.id):
        for number in range(60):
            item = message_item(start.caller, start.chat.id, str(number))
            waiting.append(asyncio.create_task(ports.events.append(item)))
            # Between batches, into batches, while others are put aside.
            for _ in range(number % 7):
                await asyncio.sleep(0.0005)
    await asyncio.gather(*waiting)

    events = await read_stream(ports, tenant.id, start.chat.id)
    assert [event.text for event in events[1:]] == [str(number) for number in range(60)]


async def test_a_group_is_stored_whole_in_its_order(ports: Ports, tenant: Tenant) -> None:
    start, other = await begin_active_chat(ports, tenant), await begin_active_chat(ports, tenant)
    items = [
        message_item(start.caller, start.chat.id, "One"),
        message_item(other.caller, other.chat.id, "Elsewhere"),
        message_item(start.caller, start.chat.id, "Two"),
    ]
    appended = await ports.events.append_all(items)
    again = await ports.events.append_all(items)
    assert [one.event.text for one in appended] == ["One", "Elsewhere", "Two"]
    assert [one.event for one in again] == [one.event for one in appended]
    assert all(one.duplicate for one in again)
    require_dense(await read_stream(ports, tenant.id, start.chat.id))


@pytest.mark.parametrize("spoiled", [0, 1, 2])
async def test_a_group_with_one_item_that_is_refused_leaves_nothing_behind(
    ports: Ports, tenant: Tenant, spoiled: int
) -> None:
    start = await begin_active_chat(ports, tenant)
    before = await read_stream(ports, tenant.id, start.chat.id)
    items = [message_item(start.caller, start.chat.id, f"Number {number}") for number in range(3)]
    items[spoiled] = replace(items[spoiled], guard=Guard(participant_id=tenant.jonas.id))
    with pytest.raises(AppendRefused) as refused:
        await ports.events.append_all(items)
    assert refused.value.reason == "participant"
    assert await read_stream(ports, tenant.id, start.chat.id) == before
    # The numbers of what was undone are given to what comes next.
    await ports.events.append(message_item(start.caller, start.chat.id, "Afterwards"))
    require_dense(await read_stream(ports, tenant.id, start.chat.id))
