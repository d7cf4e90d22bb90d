"""Playbooks of the first frame: who is welcomed with what, and who is sent away how."""

from datetime import timedelta
from uuid import uuid4

import pytest

from hub.actions.chats import end_chat, start_chat
from hub.domain.chat import StartFacts
from hub.domain.identity import VisitorCaller
from hub.live import connection as codes
from hub.live.following import MAX_FOLLOWED
from hub.live.outbox import Close
from tests.doubles.playbook import (
    EPOCH,
    HELLO,
    JONAS,
    PROFILE,
    TENANT_ID,
    Frame,
    Play,
    accepted_chat,
    kinds,
)
from tests.doubles.samples import members, shape_of_sample


async def test_a_first_visit_is_welcomed_with_a_token_to_keep(play: Play) -> None:
    welcome = await play.visitor().hello(key=PROFILE.key)

    assert members(welcome) == shape_of_sample("welcome_first_visit")
    assert (welcome["you"]["id"], welcome["chats"], welcome["epoch"]) == (None, [], EPOCH)


async def test_a_returning_visitor_gets_the_open_chat_and_its_page(play: Play) -> None:
    first, agent = play.visitor(), play.agent()
    token = (await first.hello(key=PROFILE.key))["token"]
    chat = (await first.command("start"))["result"]["chat"]["id"]
    await agent.hello()
    await agent.command("accept", chat=chat)

    heard = await play.visitor().say({"t": "hello", "v": 1, "token": token})

    assert kinds(heard) == ["welcome", "page"]
    assert members(heard[0] | {"token": ""}) == shape_of_sample("welcome_visitor")
    assert "token" not in heard[0]  # The old one is still good.
    assert [event["seq"] for event in heard[1]["events"]] == [1, 2]


async def test_an_old_token_is_renewed(play: Play) -> None:
    token = (await play.visitor().hello(key=PROFILE.key))["token"]
    play.clock.move(timedelta(days=2))
    assert (await play.visitor().hello(token=token))["token"] != token


async def test_an_agent_is_welcomed_with_what_agents_see(play: Play) -> None:
    _, _, chat = await accepted_chat(play)

    heard = await play.agent().say(
        {"t": "hello", "v": 1, "positions": {f"{chat}": f"{EPOCH}:1"}, "wants": ["inbox"]}
    )

    assert kinds(heard) == ["welcome", "page", "page", "rows"]
    assert members(heard[0]) == shape_of_sample("welcome_agent")
    assert [page["stream"] for page in heard[1:3]] == [f"{chat}", f"{chat}/staff"]
    assert heard[3]["whole"] is True


async def test_a_program_is_known_by_its_key(play: Play) -> None:
    assert (await play.agent(None).hello(token="hk_jonas"))["you"] == {
        "id": JONAS.id,
        "side": "agent",
        "name": JONAS.name,
        "accepting": True,
        "status": "available",
        "reason": None,
        "supervisor": False,
        "teams": [],
    }


@pytest.mark.parametrize(
    ("frames", "code", "retry"),
    [
        ([{"t": "ping"}], codes.BAD_FRAMES, "never"),
        ([{"t": "cmd", "cid": "1", "op": "start"}], codes.BAD_FRAMES, "never"),
        ([{"t": "nonsense"}], codes.BAD_FRAMES, "never"),
        ([HELLO | {"key": PROFILE.key}, HELLO | {"key": PROFILE.key}], codes.BAD_FRAMES, "never"),
        ([HELLO | {"v": 12, "key": PROFILE.key}], codes.WRONG_VERSION, "never"),
        ([HELLO], codes.FORBIDDEN, "never"),
        ([HELLO | {"key": "pk_wrong"}], codes.FORBIDDEN, "never"),
        ([HELLO | {"token": "vc_forged"}], codes.TOKEN_INVALID, "never"),
        (
            [HELLO | {"key": PROFILE.key, "positions": {str(n): "x:1" for n in range(201)}}],
            codes.TOO_MANY,
            "never",
        ),
    ],
    ids=["ping", "command", "nonsense", "twice", "version", "no_key", "wrong_key", "forged", "positions"],
)
async def test_a_wrong_beginning_ends_the_line_with_a_bye(
    play: Play, frames: list[Frame], code: int, retry: str
) -> None:
    visitor = play.visitor()
    heard = [answer for frame in frames for answer in await visitor.say(frame)]

    assert members(heard[-1]) == shape_of_sample("bye")
    assert heard[-1]["retry"] == retry
    assert isinstance(visitor.closed, Close)
    assert visitor.closed.code == code


async def test_a_program_without_a_good_key_is_refused(play: Play) -> None:
    line = play.agent(None)
    await line.say(HELLO | {"token": "hk_wrong"})
    assert line.closed == Close(codes.TOKEN_INVALID, "token_invalid")


async def test_an_expired_token_is_refused(play: Play) -> None:
    token = (await play.visitor().hello(key=PROFILE.key))["token"]
    play.clock.move(timedelta(days=31))
    line = play.visitor()
    await line.say(HELLO | {"token": token})
    assert line.closed == Close(codes.TOKEN_INVALID, "token_invalid")


async def test_a_token_of_another_profile_is_refused(play: Play) -> None:
    other = play.tokens.issue_token(TENANT_ID, PROFILE.id + 1, PROFILE.uuid, 0, play.clock.now())
    line = play.visitor()
    await line.say(HELLO | {"token": other})
    assert line.closed == Close(codes.TOKEN_INVALID, "token_invalid")


async def test_without_the_store_a_hello_is_told_to_come_again(play: Play) -> None:
    token = (await play.visitor().hello(key=PROFILE.key))["token"]
    visitor = play.visitor()
    await visitor.hello(token=token)
    await visitor.command("start")
    play.chats.away = True

    line = play.visitor()
    [*_, bye] = await line.say(HELLO | {"token": token})

    assert (bye["retry"], bye["after_ms"]) == ("after", 1000)


async def test_of_too_many_named_chats_the_newest_are_followed(play: Play) -> None:
    chats = [await play.visitor().start() for _ in range(MAX_FOLLOWED + 5)]
    agent = play.agent()

    welcome = await agent.hello(positions={str(chat): f"{EPOCH}:0" for chat in chats})
    refused = await agent.command("follow", chat=chats[0])

    assert sorted(chat["id"] for chat in welcome["chats"]) == chats[5:]
    assert refused["error"]["code"] == "too_many"


async def test_a_visitor_who_names_many_old_chats_still_gets_the_open_one(play: Play) -> None:
    ports, uuid = play.room.ports, uuid4()
    visitor = VisitorCaller(TENANT_ID, PROFILE.id, uuid, None, "")
    chats = []
    for number in range(MAX_FOLLOWED + 1):
        start = await start_chat(ports, visitor, PROFILE, str(number), StartFacts())
        chats.append(start.chat.id)
        if number < MAX_FOLLOWED:
            await end_chat(ports, start.caller, start.chat.id, f"end-{number}")
    token = play.tokens.issue_token(TENANT_ID, PROFILE.id, uuid, 0, play.clock.now())

    line = play.visitor()
    welcome = await line.hello(token=token, positions={str(chat): f"{EPOCH}:0" for chat in chats})

    assert line.closed is None
    assert welcome["chats"][-1]["id"] == chats[-1]
