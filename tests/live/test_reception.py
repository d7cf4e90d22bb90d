"""How visitors are received: who has to say their name and e-mail before a chat, and who need not."""

from dataclasses import replace
from uuid import uuid4

import pytest

from hub.actions.ports import Identity
from hub.domain.profile import Introduction, Reception
from tests.doubles.playbook import PROFILE, TENANT_ID, Frame, Play, PlayedLine

ADA = {"name": "Ada Byron", "email": "ada@shop.example"}


def receive(play: Play, introduction: Introduction) -> None:
    play.profiles[PROFILE.id] = replace(PROFILE, reception=Reception(introduction))


async def known_user(play: Play) -> PlayedLine:
    """The line of a visitor whose page has proved who they are."""
    user = Identity(TENANT_ID, 77, uuid4(), "Ada Byron", 0, is_proven=True)
    play.chats.identities.visitors[TENANT_ID, user.uuid] = user
    line = play.visitor()
    await line.hello(token=play.tokens.issue_token(TENANT_ID, PROFILE.id, user.uuid, 0, play.clock.now()))
    return line


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "name"),
        ({"email": "ada@shop.example"}, "name"),
        ({"name": " \u200b", "email": "ada@shop.example"}, "name"),
        ({"name": "Ada Byron"}, "email"),
        ({"name": "Ada Byron", "email": ""}, "email"),
        ({"name": "Ada Byron", "email": "ada"}, "email"),
        ({"name": "Ada Byron", "email": "ada@shop"}, "email"),
    ],
)
async def test_where_visitors_must_say_who_they_are_nobody_else_begins_a_chat(
    play: Play, told: Frame, field: str
) -> None:
    receive(play, "required")
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)

    refused = await visitor.command("start", **told)

    assert (refused["error"]["code"], refused["error"]["field"]) == ("bad_request", field)
    assert refused["error"]["retry"] == "never"
    assert play.chats.chats == {}


async def test_who_has_said_it_is_let_in_and_called_by_the_name(play: Play) -> None:
    receive(play, "required")
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    reply = await visitor.command("start", name="  Ada   Byron ", email=" ada@shop.example ")
    assert reply["ok"]
    assert reply["result"]["chat"]["visitor"]["name"] == "Ada Byron"


async def test_a_chat_that_is_open_is_found_by_its_visitor_without_a_word(play: Play) -> None:
    visitor = play.visitor()
    chat = await visitor.start()
    receive(play, "required")
    again = await visitor.command("start")
    assert (again["ok"], again["result"]["created"], again["result"]["chat"]["id"]) == (True, False, chat)


@pytest.mark.parametrize("introduction", ["none", "asked"])
async def test_elsewhere_nothing_has_to_be_said(play: Play, introduction: Introduction) -> None:
    receive(play, introduction)
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    assert (await visitor.command("start", name="", email="not an address"))["ok"]


async def test_a_user_need_not_say_what_their_page_has_proved(play: Play) -> None:
    receive(play, "required")
    user = await known_user(play)
    assert (await user.command("start"))["ok"]


async def test_where_visitors_agree_to_something_nobody_else_begins_a_chat(play: Play) -> None:
    play.profiles[PROFILE.id] = replace(PROFILE, reception=Reception(consent="Agree."))
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)

    refused = await visitor.command("start")

    assert (refused["error"]["code"], refused["error"]["field"]) == ("bad_request", "consent")
    assert play.chats.chats == {}
    assert (await visitor.command("start", consent="Agree."))["ok"]
    [chat] = play.chats.chats.values()
    assert chat.consent == "Agree."


async def test_known_users_agree_to_nothing_here(play: Play) -> None:
    play.profiles[PROFILE.id] = replace(PROFILE, reception=Reception(consent="Agree."))
    user = await known_user(play)
    assert (await user.command("start", consent="Agree."))["ok"]
    [chat] = play.chats.chats.values()
    assert chat.consent is None
