"""Chats among agents in Postgres: one for two however many start it at once, and unread counts that are what somebody would count."""

import asyncio
import random
from collections.abc import Sequence

import asyncpg
import pytest

from hub.actions.attention import mark_read
from hub.actions.colleagues import add_colleagues, start_colleagues
from hub.actions.holding import leave_chat
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.domain.chat import Named
from hub.domain.errors import ChatNotFound
from hub.domain.event import Append, AppendRefused
from hub.domain.identity import AgentCaller
from hub.store.colleagues import Colleagues
from tests.doubles.colleagues import hire
from tests.doubles.tenant import Tenant
from tests.store.conftest import Connection


def named(*agents: AgentCaller) -> list[Named]:
    return [Named(agent.id, agent.name) for agent in agents]


async def test_of_many_who_start_it_at_once_one_makes_the_chat(ports: Ports, tenant: Tenant) -> None:
    marta, jonas = tenant.marta, tenant.jonas
    starts = [
        ports.colleagues.start(
            tenant.id, starter.id, named(starter, marta if starter is jonas else jonas), None, f"c{number}"
        )
        for number in range(10)
        for starter in (marta, jonas)
    ]

    started = await asyncio.gather(*starts)

    assert len({one.chat_id for one in started}) == 1
    assert [one.created for one in started].count(True) == 1
    [chat] = await ports.chats.list_chats(tenant.id, [started[0].chat_id])
    assert chat.present_ids == {marta.id, jonas.id}
    events = await ports.events.list_after(tenant.id, chat.id, "public", 0, 10)
    assert [event.kind for event in events] == ["chat_started"]


async def test_whatever_is_not_for_such_a_chat_is_refused_by_the_store_itself(
    ports: Ports, tenant: Tenant
) -> None:
    begun = await start_colleagues(ports, tenant.marta, [tenant.jonas.id], None, "begin")
    ines = await hire(ports, tenant, "Ines Prado")
    mine = Append(
        tenant.id, begun.chat.id, "staff", "note_posted", "agent", tenant.marta.id, "note", text="x"
    )
    theirs = Append(
        tenant.id, begun.chat.id, "public", "chat_renamed", "agent", ines.id, "name", data={"name": "x"}
    )
    systems = Append(
        tenant.id, begun.chat.id, "public", "chat_ended", "system", 0, "end", data={"reason": "idle"}
    )

    for item, reason in ((mine, "kind"), (theirs, "missing"), (systems, "missing")):
        with pytest.raises(AppendRefused) as refused:
            await ports.events.append(item)
        assert refused.value.reason == reason


async def test_the_table_takes_no_chat_that_is_half_one_kind_and_half_the_other(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    begun = await start_colleagues(ports, tenant.marta, [tenant.jonas.id], None, "begin")
    for change in (
        "profile_id = 1",
        "holder_id = starter_id",
        "state = 'queued'",
        "staff_head = 1",
        "kind = 'visitor'",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(
                f"UPDATE chats SET {change} WHERE tenant_id = $1 AND id = $2", tenant.id, begun.chat.id
            )


class Reader:
    """What one of them has to read, as a person would count it."""

    def __init__(self, agent: AgentCaller) -> None:
        self.agent = agent
        self.is_in = True
        self.mark = 1


@pytest.mark.parametrize("seed", range(4))
async def test_unread_is_what_others_have_said_since_one_has_read_or_come(
    ports: Ports, tenant: Tenant, seed: int
) -> None:
    chance = random.Random(seed)
    people = [
        tenant.marta,
        tenant.jonas,
        *[await hire(ports, tenant, f"{name} Prado") for name in ("Ines", "Kim")],
    ]
    begun = await start_colleagues(ports, people[0], [one.id for one in people[1:]], None, "begin")
    chat, readers = begun.chat.id, [Reader(agent) for agent in people]
    said: list[tuple[int, int]] = []  # Seq and who.
    for number in range(60):
        reader = chance.choice(readers)
        agent, cid = reader.agent, f"c{number}"
        if not reader.is_in:
            with pytest.raises(ChatNotFound):
                await post_message(ports, agent, chat, "Am I still here?", cid)
            adder = next(one for one in readers if one.is_in)
            [joined] = await add_colleagues(ports, adder.agent, chat, [agent.id], cid)
            assert joined == agent.id
            reader.is_in, reader.mark = True, (await head_of(ports, tenant, chat))
            continue
        match chance.choice(["say", "say", "say", "read", "leave"]):
            case "say":
                event = (await post_message(ports, agent, chat, f"{number}", cid)).event
                said.append((event.seq, agent.id))
            case "read":
                seq = chance.randint(1, await head_of(ports, tenant, chat))
                reader.mark = max(reader.mark, (await mark_read(ports, agent, chat, seq)).seq)
            case "leave" if sum(one.is_in for one in readers) > 2:
                await leave_chat(ports, agent, chat, cid)
                reader.is_in = False
        await check(ports, tenant, chat, readers, said)


async def test_who_comes_while_others_speak_has_missed_what_stands_behind_their_coming(
    ports: Ports, tenant: Tenant
) -> None:
    marta, jonas, ines = tenant.marta, tenant.jonas, await hire(ports, tenant, "Ines Prado")
    begun = await start_colleagues(ports, marta, [jonas.id, ines.id], None, "begin")
    chat = begun.chat.id
    for number in range(20):
        await leave_chat(ports, ines, chat, f"leave{number}")
        # Written down together, as a group commit does with what comes together.
        await asyncio.gather(
            post_message(ports, marta, chat, "One", f"one{number}"),
            add_colleagues(ports, jonas, chat, [ines.id], f"add{number}"),
            post_message(ports, jonas, chat, "Two", f"two{number}"),
        )
        events = await ports.events.list_before(tenant.id, chat, "public", 10_000, 5)
        came = max(event.seq for event in events if event.kind == "agent_joined")
        behind = [event for event in events if event.kind == "message_posted" and event.seq > came]
        store = ports.colleagues
        assert isinstance(store, Colleagues)
        [row] = await store.list_rows(tenant.id, [chat])
        assert row.unread[ines.id] == len(behind)
        assert (row.unread[marta.id], row.unread[jonas.id]) == (number + 1, number + 1)


async def head_of(ports: Ports, tenant: Tenant, chat_id: int) -> int:
    chat = await ports.chats.find_chat(tenant.id, chat_id)
    assert chat is not None
    return chat.head


async def check(
    ports: Ports, tenant: Tenant, chat: int, readers: Sequence[Reader], said: Sequence[tuple[int, int]]
) -> None:
    """The inbox and the lists count as the people do."""
    store = ports.colleagues
    assert isinstance(store, Colleagues)
    [row] = await store.list_rows(tenant.id, [chat])
    summary = await ports.chats.find_summary(tenant.id, chat)
    assert summary is not None
    for reader in readers:
        if reader.is_in:
            expected = sum(seq > reader.mark and who != reader.agent.id for seq, who in said)
            assert row.unread[reader.agent.id] == expected
            assert summary.count_unread(reader.agent) == expected
    assert {person.id for person in row.people} == {reader.agent.id for reader in readers if reader.is_in}
