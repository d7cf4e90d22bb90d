"""Messages left while nobody can answer: who may leave one, what becomes of it, and that the open door knows no such thing."""

from dataclasses import replace

import pytest

from hub.actions.ports import Ports
from hub.domain.profile import Reception
from hub.embedded.pair import PairAddresses
from tests.doubles.applications import set_config
from tests.doubles.line import Line, agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.playbook import PROFILE, TENANT_ID, Frame, Play, PlayedLine
from tests.doubles.tenant import Tenant
from tests.live.test_reception import known_user

ADA = {"name": "Ada Byron", "email": "ada@shop.example"}


def close(play: Play, **changes: object) -> None:
    play.profiles[PROFILE.id] = replace(PROFILE, is_open=False, **changes)  # type: ignore[arg-type]


async def outside(play: Play) -> PlayedLine:
    """A visitor's line that has said hello."""
    line = play.visitor()
    await line.hello(key=PROFILE.key)
    return line


async def test_a_message_left_at_a_closed_door_is_a_chat_that_says_so(play: Play) -> None:
    close(play)
    visitor = await outside(play)

    reply = await visitor.command("start", offline=True, **ADA)

    chat = reply["result"]["chat"]
    assert (reply["result"]["created"], chat["state"], chat["visitor"]["name"]) == (
        True,
        "queued",
        "Ada Byron",
    )
    page = (await visitor.command("page", stream=str(chat["id"]), before=9))["result"]
    assert [event["data"] for event in page["events"]] == [{"state": "queued", "offline": True}]
    assert (await visitor.command("post", chat=chat["id"], text="Is size 54 in stock?"))["ok"]


async def test_repeating_it_finds_the_same_chat_whatever_the_door_does(play: Play) -> None:
    close(play)
    visitor = await outside(play)
    first = await visitor.command("start", cid="one", offline=True, **ADA)
    again = await visitor.command("start", cid="one", offline=True, **ADA)
    play.profiles[PROFILE.id] = PROFILE
    later = await visitor.command("start", cid="one", offline=True, **ADA)
    second_tab = await visitor.command("start", cid="two")
    ids = {reply["result"]["chat"]["id"] for reply in (first, again, later, second_tab)}
    assert len(ids) == 1
    assert [reply["result"]["created"] for reply in (again, later, second_tab)] == [False] * 3


async def test_at_an_open_door_it_is_a_chat_like_any_other(play: Play) -> None:
    visitor = await outside(play)
    chat = (await visitor.command("start", offline=True))["result"]["chat"]["id"]
    [started] = play.chats.events[TENANT_ID, chat, "public"]
    assert started.data == {"state": "queued"}


async def test_where_none_is_taken_the_closed_door_is_closed(play: Play) -> None:
    close(play, reception=Reception(takes_messages=False))
    visitor = await outside(play)
    refused = await visitor.command("start", offline=True, **ADA)
    assert refused["error"]["code"] == "not_available"
    assert play.chats.chats == {}


@pytest.mark.parametrize(
    ("told", "field"), [({}, "name"), ({"name": "Ada"}, "email"), ({**ADA, "email": "ada"}, "email")]
)
async def test_who_leaves_one_says_where_to_answer(play: Play, told: Frame, field: str) -> None:
    close(play)
    visitor = await outside(play)
    refused = await visitor.command("start", offline=True, **told)
    assert (refused["error"]["code"], refused["error"]["field"]) == ("bad_request", field)
    assert play.chats.chats == {}


async def test_a_user_is_known_already(play: Play) -> None:
    close(play)
    user = await known_user(play)
    assert (await user.command("start", offline=True))["result"]["created"]


async def test_a_visitor_in_a_chat_is_led_back_to_it(play: Play) -> None:
    visitor = play.visitor()
    chat = await visitor.start()
    close(play)
    again = await visitor.command("start", offline=True)
    assert (again["result"]["chat"]["id"], again["result"]["created"]) == (chat, False)


@pytest.mark.parametrize("offline", [None, 1, "yes"])
async def test_it_is_yes_or_no(play: Play, offline: object) -> None:
    visitor = await outside(play)
    refused = await visitor.command("start", offline=offline)
    assert (refused["error"]["code"], refused["error"]["field"]) == ("bad_request", "offline")


# On real stores.


@pytest.fixture
async def closed(tenant: Tenant, pair: PairAddresses) -> Tenant:
    """A tenant whose entrance is closed, and logs a ticket for every chat that begins."""
    await set_config(
        pair.owner_url, tenant.profile.id, {"is_open": False, "rules": {"ticketing": {"moment": "start"}}}
    )
    return tenant


async def leave_message(visitor: Line, tenant: Tenant, **hello: str) -> Frame:
    """The chat of a message that was left."""
    await visitor.hello(**(hello or {"key": tenant.profile.key}))
    reply = await visitor.command("start", offline=True, **ADA)
    chat: Frame = reply["result"]["chat"]
    assert (await visitor.command("post", chat=chat["id"], text="Is size 54 in stock?"))["ok"]
    return chat


async def test_agents_find_it_with_its_ticket_and_answer_and_the_visitor_comes_back(
    node: RunningNode, ports: Ports, closed: Tenant
) -> None:
    async with visitor_line(node.ws_url, closed) as visitor:
        chat = (await leave_message(visitor, closed))["id"]
        token = next(frame["token"] for frame in visitor.seen if frame["t"] == "welcome")
        started = await visitor.expect("page", lambda frame: frame["stream"] == str(chat))
        assert started["events"][0]["data"] == {"state": "queued", "offline": True}
    stored = await ports.chats.find_chat(closed.id, chat)
    assert stored is not None
    assert stored.ticket_id is not None
    async with agent_line(node.ws_url) as agent, visitor_line(node.ws_url, closed) as back:
        await agent.hello(token=closed.bootstrap.api_key, wants=["inbox"])
        rows = (await agent.expect("rows"))["rows"]
        assert [(row["chat"], row["state"], row["last"]["text"]) for row in rows] == [
            (chat, "queued", "Is size 54 in stock?")
        ]
        header = (await agent.command("follow", chat=chat))["result"]["chat"]
        assert (header["email"], header["visitor"]["name"]) == ("ada@shop.example", "Ada Byron")
        assert (await agent.command("accept", chat=chat))["ok"]
        assert (await agent.command("post", chat=chat, text="It is."))["ok"]
        welcome = await back.hello(token=token)
        assert [(one["id"], "email" in one) for one in welcome["chats"]] == [(chat, False)]
        page = await back.expect("page")
        assert page["events"][-1]["text"] == "It is."


async def test_who_was_here_before_is_called_as_they_say_now(
    node: RunningNode, ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor:
        token = (await visitor.hello(key=tenant.profile.key))["token"]
        first = (await visitor.command("start"))["result"]["chat"]["id"]
        await visitor.command("end", chat=first)
    await set_config(pair.owner_url, tenant.profile.id, {"is_open": False})
    async with visitor_line(node.ws_url, tenant) as visitor:
        # What availability goes by may be a second old.
        await visitor.hello(token=token)
        await visitor.expect("eph", lambda frame: frame.get("available") is False)
        reply = await visitor.command("start", offline=True, **ADA)
    chat = await ports.chats.find_chat(tenant.id, reply["result"]["chat"]["id"])
    assert chat is not None
    assert (chat.visitor_name, chat.participants[0].name, chat.email) == (
        "Ada Byron",
        "Ada Byron",
        "ada@shop.example",
    )


async def test_messages_that_wait_keep_nobody_from_coming_in(
    ports: Ports, node: RunningNode, closed: Tenant, pair: PairAddresses
) -> None:
    async with visitor_line(node.ws_url, closed) as visitor:
        await leave_message(visitor, closed)
    await set_config(pair.owner_url, closed.profile.id, {"is_open": True, "hours": {"max_queue": 1}})
    facts = (await ports.availability.read_facts([closed.id]))[closed.id]
    assert facts.waiting == {}
