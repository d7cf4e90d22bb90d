"""Chats among agents, over live lines on two nodes: starting, talking, coming and going, and that nobody else ever hears of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import get_args

import pytest

from hub.actions.attachments import add_attachment, get_attachment
from hub.actions.chat_lists import get_summary, list_chats
from hub.actions.desk_ports import Window
from hub.actions.finding import find_rows, search_rows
from hub.actions.ports import Ports
from hub.actions.staff import save_agents
from hub.actions.webhooks import save_webhooks
from hub.domain.chat import ChatFilter
from hub.domain.errors import ChatNotFound, NotFound
from hub.domain.finding import RowFilter, View
from hub.settings import Settings
from tests.doubles.agent_pages import email_of, make_agents_entrance, page_line
from tests.doubles.colleagues import Office, colleague_row, follow, hire, talk
from tests.doubles.floor import refusal
from tests.doubles.line import Frame, Line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import cheap_secrets, open_secrets
from tests.doubles.tenant import Tenant

CANARY = "Canarybird sings"


@pytest.fixture
async def office(
    ports: Ports, tenant: Tenant, node: RunningNode, second_node: RunningNode
) -> AsyncIterator[Office]:
    """Three agents, two nodes."""
    async with AsyncExitStack() as stack:
        ines = await hire(ports, tenant, "Ines Prado")
        yield Office(ports, tenant, ines, (node, second_node), stack)


async def expect_event(line: Line, kind: str) -> Frame:
    return await line.expect("event", lambda frame: frame["kind"] == kind)


async def settle(line: Line, chat: int, text: str) -> None:
    """Returns when a message that somebody else has just said is in the line's inbox: whatever was rung before has come."""
    await colleague_row(line, chat)
    await line.expect_message(text)


# Two.


async def test_two_have_one_chat_whoever_starts_it_and_how_often(office: Office) -> None:
    marta, ines = await office.let_in(office.tenant.marta), await office.let_in(office.ines, 1)

    # Both at once, several times, on two nodes
    chats = await asyncio.gather(
        *(talk(marta, office.ines) for _ in range(1)), *(talk(ines, office.tenant.marta) for _ in range(1))
    )
    again = [await talk(marta, office.ines), await talk(ines, office.tenant.marta)]

    assert len({*chats, *again}) == 1
    row = await colleague_row(ines, chats[0])
    assert (row["pair"], row["state"], row["last"], row["unread"]) == (True, "active", None, 0)
    assert {person["id"] for person in row["people"]} == {office.tenant.marta.id, office.ines.id}


async def test_what_one_says_the_other_sees_with_its_mark_its_typing_and_its_count(office: Office) -> None:
    marta, ines = await office.let_in(office.tenant.marta), await office.let_in(office.ines, 1)
    chat = await talk(marta, office.ines)
    await follow(marta, chat)

    said = await marta.command("post", "one", chat=chat, text="Do you know this frame?")
    await marta.command("post", chat=chat, text="It is the blue one.")
    repeated = await marta.command("post", "one", chat=chat, text="Do you know this frame?")

    assert (repeated["duplicate"], repeated["result"]) == (True, said["result"])
    row = await colleague_row(ines, chat, unread=2)
    assert (row["last"]["text"], row["last"]["who"]["name"]) == ("It is the blue one.", "Marta Lindqvist")
    page = await follow(ines, chat)
    assert [event["kind"] for event in page["events"]] == [
        "chat_started",
        "message_posted",
        "message_posted",
    ]
    await ines.send({"t": "eph", "kind": "typing", "chat": chat, "on": True})
    typing = await marta.expect("eph", lambda frame: frame["kind"] == "typing")
    assert typing["who"]["id"] == office.ines.id
    await ines.command("read", chat=chat, seq=2)
    assert (await marta.expect("read", lambda frame: frame["id"] == office.ines.id))["seq"] == 2
    await colleague_row(ines, chat, unread=1)
    await ines.command("post", chat=chat, text="I rode it.")
    await marta.expect_message("I rode it.")
    # What one says oneself is nothing one has to read.
    assert (await colleague_row(marta, chat, unread=1))["last"]["text"] == "I rode it."
    await marta.command("read", chat=chat, seq=4)
    await colleague_row(marta, chat, unread=0)


async def test_words_are_edited_and_deleted_by_who_said_them_alone(office: Office) -> None:
    marta, ines = await office.let_in(office.tenant.marta), await office.let_in(office.ines, 1)
    chat = await talk(marta, office.ines)
    await follow(ines, chat)
    await marta.command("post", chat=chat, text="The blu one")
    await ines.expect_message("The blu one")

    assert refusal(await ines.command("edit", chat=chat, seq=2, text="Mine")) == "forbidden"
    assert refusal(await ines.command("delete", chat=chat, seq=2)) == "forbidden"
    assert (await marta.command("edit", chat=chat, seq=2, text="The blue one"))["ok"]
    edited = await expect_event(ines, "message_edited")
    assert (edited["text"], edited["data"]["seq"]) == ("The blue one", 2)
    assert (await marta.command("delete", chat=chat, seq=2))["ok"]
    assert (await expect_event(ines, "message_edited"))["data"]["deleted"]


async def test_a_chat_of_two_ends_and_is_opened_again_unless_there_is_another_one(office: Office) -> None:
    marta, ines = await office.let_in(office.tenant.marta), await office.let_in(office.ines, 1)
    chat = await talk(marta, office.ines)
    await follow(ines, chat)

    assert (await marta.command("end", chat=chat))["ok"]
    await colleague_row(ines, chat, state="ended")
    assert refusal(await ines.command("post", chat=chat, text="Wait")) == "chat_ended"
    assert (await ines.command("reopen", chat=chat))["ok"]
    row = await colleague_row(marta, chat, state="active")
    assert row["ended_at"] is None
    assert (await marta.command("post", chat=chat, text="Here again"))["ok"]
    await ines.command("end", chat=chat)
    other = await talk(ines, office.tenant.marta)
    assert other != chat
    assert refusal(await marta.command("reopen", chat=chat)) == "other_chat_open"
    assert refusal(await marta.command("leave", chat=other)) == "forbidden"
    assert refusal(await marta.command("add", chat=other, agents=[office.tenant.jonas.id])) == "forbidden"


# Several.


async def test_a_group_is_a_new_one_each_time_and_once_for_its_cid(office: Office) -> None:
    marta, jonas, _ = await office.let_in_all()
    people = (office.tenant.jonas, office.ines)

    one = await talk(marta, *people, cid="one", name="  Workshop ")
    same = await talk(marta, *people, cid="one", name="  Workshop ")
    other = await talk(marta, *people)

    assert (one == same, one == other) == (True, False)
    assert (await colleague_row(jonas, one))["name"] == "Workshop"
    reused = await marta.command("talk", "one", agents=[office.ines.id])
    assert refusal(reused) == "cid_reused"


async def test_who_is_added_reads_what_was_said_and_has_missed_nothing(office: Office) -> None:
    marta, jonas, ines = await office.let_in_all()
    kim = await hire(office.ports, office.tenant, "Kim Berg")
    chat = await talk(marta, office.tenant.jonas, kim)
    await marta.command("post", chat=chat, text="Before you came")

    added = await jonas.command("add", "add", chat=chat, agents=[office.ines.id])

    assert added["result"] == {"agents": [office.ines.id]}
    row = await colleague_row(ines, chat)
    assert row["unread"] == 0
    page = await follow(ines, chat)
    assert page["events"][-1]["kind"] == "agent_joined"
    assert page["events"][-1]["data"] == {"name": "Ines Prado", "by": office.tenant.jonas.id}
    assert page["events"][-2]["text"] == "Before you came"
    again = await jonas.command("add", "add", chat=chat, agents=[office.ines.id])
    assert again["result"] == {"agents": []}
    await marta.command("post", chat=chat, text="Welcome")
    await colleague_row(ines, chat, unread=1)
    assert (await ines.command("rename", chat=chat, name="Frames"))["ok"]
    await colleague_row(marta, chat, name="Frames")


async def test_who_leaves_or_is_sent_out_hears_nothing_more(office: Office) -> None:
    marta, jonas, ines = await office.let_in_all()
    chat = await talk(marta, office.tenant.jonas, office.ines)
    for line in (marta, jonas, ines):
        await follow(line, chat)

    assert refusal(await jonas.command("remove", chat=chat, agent=office.ines.id)) == "forbidden"
    assert (await marta.command("remove", chat=chat, agent=office.ines.id))["ok"]
    left = await expect_event(ines, "agent_left")
    assert (left["who"]["id"], left["data"]["by"]) == (office.ines.id, office.tenant.marta.id)
    await ines.expect("rows", lambda frame: chat in frame.get("gone", []))
    assert (await jonas.command("leave", chat=chat))["ok"]
    await jonas.expect("rows", lambda frame: chat in frame.get("gone", []))
    await marta.command("post", chat=chat, text=CANARY)
    own = await talk(ines, office.tenant.jonas)
    await follow(jonas, own)
    await ines.command("post", chat=own, text="Something else")
    await settle(jonas, own, "Something else")

    for line in (jonas, ines):
        assert CANARY not in json.dumps(line.seen)
        for op, args in (
            ("post", {"text": "Still here"}),
            ("follow", {}),
            ("read", {"seq": 3}),
            ("edit", {"seq": 2, "text": "x"}),
            ("rename", {"name": "x"}),
            ("end", {}),
            ("reopen", {}),
            ("add", {"agents": [office.tenant.marta.id]}),
            ("page", {}),
        ):
            members = {"stream": str(chat), "before": 99, "limit": 9} if op == "page" else {"chat": chat}
            assert refusal(await line.command(op, **members, **args)) == "chat_not_found", op
    # Who is added again is told again.
    assert (await marta.command("add", chat=chat, agents=[office.ines.id]))["ok"]
    assert (await colleague_row(ines, chat))["unread"] == 0


async def test_whom_one_can_name(office: Office) -> None:
    marta = await office.let_in(office.tenant.marta)
    visitor = await office.stack.enter_async_context(visitor_line(office.nodes[0].ws_url, office.tenant))
    await visitor.hello(key=office.tenant.profile.key)
    header = (await visitor.command("start"))["result"]["chat"]
    await save_agents(
        office.ports,
        open_secrets().passwords,
        office.tenant.marta,
        [{"id": office.ines.id, "is_disabled": True}],
    )

    for named in ([], [office.tenant.marta.id], [office.ines.id], [header["visitor"]["id"]], [2**31 - 1]):
        reply = await marta.command("talk", agents=named)
        assert (refusal(reply), reply["error"]["field"]) == ("bad_request", "agents"), named
    assert refusal(await visitor.command("talk", agents=[office.tenant.jonas.id])) == "unknown_op"
    assert (
        refusal(await marta.command("add", chat=header["id"], agents=[office.tenant.jonas.id])) == "forbidden"
    )


async def test_what_makes_no_sense_among_colleagues_is_refused_and_changes_nothing(office: Office) -> None:
    marta, jonas = await office.let_in(office.tenant.marta), await office.let_in(office.tenant.jonas)
    chat = await talk(marta, office.tenant.jonas)
    to = office.ines.id

    for op, args in (
        ("accept", {}),
        ("take_over", {}),
        ("decline", {}),
        ("transfer", {"agent": to}),
        ("invite", {"agent": to}),
        ("note", {"text": "psst"}),
        ("note", {"text": "psst", "whisper": True}),
        ("tag", {"tags": ["x"]}),
        ("field", {"name": "x", "value": "y"}),
        ("icon", {"icon": "x"}),
    ):
        assert refusal(await marta.command(op, chat=chat, **args)) == "forbidden", op
    assert refusal(await marta.command("next")) == "nothing_waits"
    assert (await jonas.command("saw_mentions", chat=chat))["ok"]
    header = await office.ports.chats.find_chat(office.tenant.id, chat)
    assert header is not None
    assert (header.head, header.staff_head, header.state, header.holder_id) == (1, 0, "active", None)


# Nobody else.


async def test_nobody_else_ever_hears_of_it_administrators_neither(
    office: Office, settings: Settings
) -> None:
    ports, tenant = office.ports, office.tenant
    [hook] = await save_webhooks(
        ports,
        cheap_secrets(settings),
        tenant.id,
        [
            {
                "name": "All",
                "url": "http://127.0.0.1:9/",
                "topics": ["message_posted", "chat_started", "chat_ended"],
            }
        ],
    )
    marta, jonas, ines = await office.let_in_all()
    chat = await talk(jonas, office.ines)
    await follow(jonas, chat)
    file = await add_attachment(ports, tenant.jonas, "canary.txt", _bytes(CANARY.encode()), 1_000)
    await jonas.command("post", chat=chat, text=CANARY, attachments=[file.id])
    await follow(ines, chat)
    await ines.command("post", chat=chat, text=f"{CANARY} again")
    await jonas.expect_message(f"{CANARY} again")
    # Something that an administrator is told, behind it
    visitor = await office.stack.enter_async_context(visitor_line(office.nodes[0].ws_url, tenant))
    await visitor.hello(key=tenant.profile.key)
    seen = (await visitor.command("start"))["result"]["chat"]["id"]
    await marta.expect("rows", lambda frame: any(row["chat"] == seen for row in frame["rows"]))

    assert "Canary" not in json.dumps(marta.seen)
    assert all(chat not in frame.get("gone", []) for frame in marta.seen)
    for op, args in (
        ("follow", {"chat": chat}),
        ("page", {"stream": str(chat), "before": 99, "limit": 9}),
        ("page", {"stream": f"{chat}/staff", "before": 99, "limit": 9}),
        ("post", {"chat": chat, "text": "Hello"}),
        ("note", {"chat": chat, "text": "Hello"}),
        ("take_over", {"chat": chat}),
        ("accept", {"chat": chat}),
        ("transfer", {"chat": chat, "agent": tenant.jonas.id}),
        ("read", {"chat": chat, "seq": 1}),
        ("rename", {"chat": chat, "name": "Mine"}),
        ("tag", {"chat": chat, "tags": ["x"]}),
        ("end", {"chat": chat}),
        ("reopen", {"chat": chat}),
        ("leave", {"chat": chat}),
        ("add", {"chat": chat, "agents": [tenant.jonas.id]}),
        ("edit", {"chat": chat, "seq": 2, "text": "x"}),
    ):
        assert refusal(await marta.command(op, **args)) == "chat_not_found", op
    for view in get_args(View):
        for agent in (tenant.marta, tenant.jonas):
            found = await find_rows(ports, agent, RowFilter(view, agent.id), None, 50)
            assert chat not in [one.row.id for one in found.rows], view
    for wanted in ("canarybird", "canary.txt", str(chat), "Ines"):
        assert (await search_rows(ports, tenant.marta, wanted, None, 50)).rows == [], wanted
    again = await office.let_in(tenant.marta, 1, positions={str(chat): "x:1"})
    assert "Canary" not in json.dumps(again.seen)

    # Nor by other doors
    assert chat not in [
        one.chat.id for one in (await list_chats(ports, tenant.marta, ChatFilter(), (), None, 50)).rows
    ]
    page = await list_chats(ports, tenant.jonas, ChatFilter(), (), None, 50)
    assert (chat in [one.chat.id for one in page.rows], page.total) == (False, 1)
    with pytest.raises(ChatNotFound):
        await get_summary(ports, tenant.marta, chat)
    with pytest.raises(NotFound):
        await get_attachment(ports, tenant.marta, file.id)
    assert (await get_attachment(ports, office.ines, file.id)).id == file.id
    assert [one for one in await ports.routing.list_stranded() if one.tenant_id == tenant.id] == []
    facts = (await ports.availability.read_facts([tenant.id]))[tenant.id]
    assert [one.active_chats for one in facts.agents] == [0, 0, 0]
    await ports.outbound.deliveries.replay(tenant.id, hook.target.id, 0, 1_000)
    told, _ = await ports.outbound.deliveries.list_deliveries(tenant.id, None, None, Window(100))
    assert [(one.chat_id, one.topic) for one in told] == [(seen, "chat_started")]


async def test_those_who_take_part_find_it_by_its_words_and_its_people(office: Office) -> None:
    marta, jonas, ines = await office.let_in_all()
    chat = await talk(jonas, office.ines, office.tenant.marta)
    await jonas.command("post", chat=chat, text=CANARY)

    for wanted in ("canarybird", "Ines", str(chat)):
        [row] = (await marta.command("find", text=wanted))["result"]["rows"]
        assert (row["chat"], row["kind"]) == (chat, "agents")
    [row] = (await ines.command("find", text="canarybird"))["result"]["rows"]
    assert row["found"]["passage"] == ["", "Canarybird", " sings"]
    await ines.command("leave", chat=chat)
    assert (await ines.command("find", text="canarybird"))["result"]["rows"] == []
    found = await search_rows(office.ports, office.ines, "canarybird", None, 10)
    assert found.rows == []


async def test_after_a_drop_the_inbox_and_the_chat_are_as_they_were(office: Office) -> None:
    marta = await office.let_in(office.tenant.marta)
    chat = await talk(marta, office.tenant.jonas, office.ines)
    group = await talk(marta, office.tenant.jonas, office.ines)
    await colleague_row(marta, group)
    cursor = [frame["cursor"] for frame in marta.seen if frame["t"] == "rows"][-1]
    jonas = await office.let_in(office.tenant.jonas)
    await jonas.command("post", chat=chat, text="While you were away")
    await jonas.command("leave", chat=group)

    # With a cursor: what changed since
    again = await office.let_in(office.tenant.marta, 1, inbox=cursor)
    rows = next(frame for frame in again.seen if frame["t"] == "rows")
    changed = {row["chat"]: row for row in rows["colleagues"]}
    assert (rows["whole"], changed[chat]["unread"]) == (False, 1)
    assert [person["name"] for person in changed[group]["people"]] == ["Marta Lindqvist", "Ines Prado"]
    # Without: all of it; and who left is told that it is gone
    fresh = await office.let_in(office.tenant.jonas, 1)
    whole = next(frame for frame in fresh.seen if frame["t"] == "rows")
    assert [row["chat"] for row in whole["colleagues"]] == [chat]


async def test_on_a_page_chats_with_colleagues_are_not_there(office: Office, settings: Settings) -> None:
    tenant = office.tenant
    marta = await office.let_in(tenant.marta)
    chat = await talk(marta, tenant.jonas)
    entrance = await make_agents_entrance(office.ports, cheap_secrets(settings), tenant)
    jonas = await office.stack.enter_async_context(page_line(office.nodes[0].ws_url, entrance.profile))
    await jonas.hello(id_token=entrance.id_token(email_of(tenant, tenant.jonas)), wants=["inbox"])
    await jonas.expect("rows", lambda frame: frame["whole"])
    await marta.command("post", chat=chat, text=CANARY)
    visitor = await office.stack.enter_async_context(visitor_line(office.nodes[0].ws_url, tenant))
    await visitor.hello(key=tenant.profile.key)
    later = (await visitor.command("start"))["result"]["chat"]["id"]
    await jonas.expect("rows", lambda frame: any(row["chat"] == later for row in frame["rows"]))

    assert all("colleagues" not in frame and "gone" not in frame for frame in jonas.seen)
    for op, args in (
        ("post", {"text": "Me too"}),
        ("read", {"seq": 2}),
        ("follow", {}),
        ("rename", {"name": "Mine"}),
        ("end", {}),
        ("leave", {}),
        ("page", {"before": 9, "limit": 9}),
    ):
        named = {"stream": str(chat)} if op == "page" else {"chat": chat}
        assert refusal(await jonas.command(op, **named, **args)) == "chat_not_found", op
    for op in ("talk", "add"):
        assert refusal(await jonas.command(op, chat=chat, agents=[tenant.marta.id])) == "unknown_op"
    assert CANARY not in json.dumps(jonas.seen)


async def _bytes(data: bytes) -> AsyncIterator[bytes]:
    yield data
