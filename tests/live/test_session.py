"""Playbooks: frames in and frames out through a session, without a socket and without a store."""

from dataclasses import replace

import pytest

from hub.domain.chat import Chat, Participant
from hub.live import connection as codes
from hub.live.outbox import Close
from hub.live.rates import COMMANDS_BURST, FRAMES_BURST
from tests.doubles.playbook import (
    EPOCH,
    HELLO,
    JONAS,
    MARTA,
    PROFILE,
    STRANGER,
    TENANT_ID,
    Frame,
    Play,
    accepted_chat,
    find_uuid,
    kinds,
)
from tests.doubles.samples import get_sample, members, shape_of_sample

# Commands.


async def test_a_start_is_answered_and_then_its_page_comes(play: Play) -> None:
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)

    heard = await visitor.say(get_sample("to_hub", "cmd_start"))

    assert kinds(heard) == ["reply", "page"]
    reply, sample = heard[0], get_sample("from_hub", "reply_start")
    assert members(reply["result"]["chat"]["participants"]) == members(
        sample["result"]["chat"]["participants"]
    )
    assert members(reply) == members(sample)
    assert reply["result"]["created"] is True
    assert [event["kind"] for event in heard[1]["events"]] == ["chat_started"]


async def test_a_second_start_finds_the_chat_and_pages_it_only_once(play: Play) -> None:
    visitor = play.visitor()
    chat = await visitor.start()

    heard = await visitor.say({"t": "cmd", "cid": "again", "op": "start"})

    assert kinds(heard) == ["reply"]
    assert (heard[0]["result"]["chat"]["id"], heard[0]["result"]["created"]) == (chat, False)


async def test_a_post_is_answered_and_comes_back_as_an_event(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    command = get_sample("to_hub", "cmd_post")
    command["args"]["chat"] = chat

    event, reply = await visitor.say(command)

    assert members(reply) == shape_of_sample("reply_post")
    assert members(event) == shape_of_sample("event_message")
    assert reply["result"]["seq"] == event["seq"] == 3
    assert await agent.hear() == [event]


async def test_a_repeat_gets_the_first_answer_and_no_second_event(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    first = await visitor.command("post", "one", chat=chat, text="Hello")
    await agent.hear()

    heard = await visitor.say(
        {"t": "cmd", "cid": "one", "op": "post", "args": {"chat": chat, "text": "Hello"}}
    )

    assert heard == [first | {"duplicate": True}]
    assert members(heard[0]) == shape_of_sample("reply_duplicate")
    assert await agent.hear() == []


async def test_a_cid_with_another_body_is_refused(play: Play) -> None:
    visitor, _, chat = await accepted_chat(play)
    await visitor.command("post", "one", chat=chat, text="Hello")
    refused = await visitor.command("post", "one", chat=chat, text="Good-bye")
    assert refused["error"]["code"] == "cid_reused"


@pytest.mark.parametrize(
    ("op", "args", "code", "field"),
    [
        ("post", {"chat": 1}, "bad_request", "text"),
        ("post", {"text": "Hello"}, "bad_request", "chat"),
        ("post", {"chat": "1", "text": "Hello"}, "bad_request", "chat"),
        ("post", {"chat": 1, "text": ""}, "text_empty", "text"),
        ("post", {"chat": 1, "text": " \n\u200b"}, "text_empty", "text"),
        ("post", {"chat": 1, "text": "x" * 4001}, "text_too_long", "text"),
        ("post", {"chat": 1, "text": "a\x00b"}, "text_invalid", "text"),
        ("read", {"chat": 1, "seq": -1}, "bad_request", "seq"),
        ("page", {"stream": "one", "before": 9}, "bad_request", "stream"),
        ("start", {"page_title": "a\x00b"}, "text_invalid", "page_title"),
        ("dance", {}, "unknown_op", None),
    ],
)
async def test_a_wrong_command_is_refused_and_names_the_member(
    play: Play, op: str, args: Frame, code: str, field: str | None
) -> None:
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    await visitor.command("start")

    refused = await visitor.command(op, **args)

    assert refused["ok"] is False
    assert (refused["error"]["code"], refused["error"].get("field"), refused["error"]["retry"]) == (
        code,
        field,
        "never",
    )
    assert visitor.closed is None


@pytest.mark.parametrize("op", ["accept", "note", "follow", "unfollow"])
async def test_a_visitor_does_not_have_what_agents_can_do(play: Play, op: str) -> None:
    visitor = play.visitor()
    chat = await visitor.start()
    refused = await visitor.command(op, chat=chat, text="Hello")
    assert refused["error"]["code"] == "unknown_op"
    assert len(play.chats.events[TENANT_ID, chat, "public"]) == 1


async def test_an_agent_does_not_start_chats(play: Play) -> None:
    agent = play.agent()
    await agent.hello()
    assert (await agent.command("start"))["error"]["code"] == "unknown_op"


async def test_a_visitor_sees_nothing_of_the_staff_stream(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    await agent.command("note", chat=chat, text="Only for us.")

    assert await visitor.hear() == []
    refused = await visitor.command("page", stream=f"{chat}/staff", before=9)
    assert refused["error"]["code"] == "chat_not_found"
    [pong] = await visitor.say({"t": "ping"})
    assert pong["heads"] == {f"{chat}": 2}
    token = play.tokens.issue_token(TENANT_ID, PROFILE.id, find_uuid(play, chat), 0, play.clock.now())
    positions = {f"{chat}": f"{EPOCH}:0", f"{chat}/staff": f"{EPOCH}:0"}
    heard = await play.visitor().say(HELLO | {"token": token, "positions": positions})
    assert "staff" not in str(heard)


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("post", {"text": "Hello"}),
        ("read", {"seq": 1}),
        ("end", {}),
    ],
)
async def test_somebody_elses_chat_is_no_chat_to_a_visitor(play: Play, op: str, args: Frame) -> None:
    other, visitor = play.visitor(), play.visitor()
    theirs = await other.start()
    await visitor.start()

    refused = await visitor.command(op, chat=theirs, **args)
    missing = await visitor.command(op, chat=2**31 - 1, **args)

    assert refused["error"] == missing["error"]
    assert (refused["error"]["code"], "chat" in refused) == ("chat_not_found", False)


async def test_a_visitor_cannot_page_or_follow_somebody_elses_chat(play: Play) -> None:
    other, visitor = play.visitor(), play.visitor()
    theirs = await other.start()
    token = (await visitor.hello(key=PROFILE.key))["token"]
    await visitor.command("start")

    refused = await visitor.command("page", stream=str(theirs), before=9)
    heard = await play.visitor().say(HELLO | {"token": token, "positions": {str(theirs): f"{EPOCH}:0"}})

    assert refused["error"]["code"] == "chat_not_found"
    assert str(theirs) not in {frame.get("stream") for frame in heard}


@pytest.mark.parametrize("op", ["follow", "accept", "post", "note", "end", "page"])
async def test_another_tenants_agent_finds_no_chat(play: Play, op: str) -> None:
    chat = await play.visitor().start()
    mallory = play.agent(STRANGER)
    await mallory.hello()
    refused = await mallory.command(op, chat=chat, text="Hello", stream=str(chat), before=9)
    assert (refused["error"]["code"], "chat" in refused) == ("chat_not_found", False)


async def test_a_stale_agent_is_healed_by_the_header(play: Play) -> None:
    _, _, chat = await accepted_chat(play)
    jonas = play.agent(JONAS)
    await jonas.hello()

    refused = await jonas.command("accept", chat=chat)

    assert members(refused) == shape_of_sample("reply_refused")
    assert (refused["error"]["code"], refused["chat"]["holder"]) == ("already_taken", MARTA.id)


async def test_an_agent_who_does_not_take_part_is_told_so(play: Play) -> None:
    _, _, chat = await accepted_chat(play)
    jonas = play.agent(JONAS)
    await jonas.hello()
    refused = await jonas.command("post", chat=chat, text="Hello")
    assert (refused["error"]["code"], refused["chat"]["id"]) == ("not_participant", chat)


async def test_an_ended_chat_takes_nothing_more_from_the_visitor(play: Play) -> None:
    visitor, _, chat = await accepted_chat(play)
    await visitor.command("end", chat=chat)

    refused = await visitor.command("post", chat=chat, text="Hello")

    assert (refused["error"]["code"], refused["chat"]["state"]) == ("chat_ended", "ended")
    assert "staff_head" not in refused["chat"]


async def test_the_reply_guard_shows_what_was_written_meanwhile(play: Play) -> None:
    _, marta, chat = await accepted_chat(play)
    play.chats.chats[TENANT_ID, chat] = with_participant(play, chat)
    jonas = play.agent(JONAS)
    await jonas.hello()
    await marta.command("post", chat=chat, text="Mine first")

    refused = await jonas.command("post", chat=chat, text="Mine", expect_seq=2)

    assert refused["error"]["code"] == "answered_meanwhile"
    assert [event["text"] for event in refused["error"]["data"]["events"]] == ["Mine first"]
    assert (await jonas.command("post", chat=chat, text="Mine", expect_seq=3))["ok"]


def with_participant(play: Play, chat_id: int) -> Chat:
    chat = play.chats.chats[TENANT_ID, chat_id]
    return replace(chat, participants=(*chat.participants, Participant(JONAS.id, "agent", JONAS.name)))


async def test_following_gives_both_streams_and_then_every_event(play: Play) -> None:
    visitor = play.visitor()
    chat = await visitor.start()
    agent = play.agent()
    await agent.hello()

    heard = await agent.say({"t": "cmd", "cid": "1", "op": "follow", "args": {"chat": chat}})
    await visitor.command("post", chat=chat, text="Hello")
    [event] = await agent.hear()
    await agent.command("unfollow", chat=chat)
    await visitor.command("post", chat=chat, text="Unheard")

    assert kinds(heard) == ["reply", "page", "page"]
    assert event["text"] == "Hello"
    assert await agent.hear() == []


async def test_a_page_gives_the_events_before_a_place(play: Play) -> None:
    visitor, _, chat = await accepted_chat(play)
    for number in range(5):
        await visitor.command("post", chat=chat, text=str(number))

    middle = await visitor.command("page", stream=str(chat), before=5, limit=2)
    first = await visitor.command("page", stream=str(chat), before=3)

    assert ([event["seq"] for event in middle["result"]["events"]], middle["result"]["more"]) == (
        [3, 4],
        True,
    )
    assert ([event["seq"] for event in first["result"]["events"]], first["result"]["more"]) == ([1, 2], False)


async def test_too_many_commands_are_told_when_to_come_again(play: Play) -> None:
    visitor = play.visitor()
    chat = await visitor.start()

    replies = [await visitor.command("read", chat=chat, seq=1) for _ in range(COMMANDS_BURST * 2)]

    refused = [reply["error"] for reply in replies if not reply["ok"]]
    assert refused
    assert {error["code"] for error in refused} == {"too_many"}
    assert all(error["retry"] == "after" and 0 < error["after_ms"] <= 1000 for error in refused)
    assert visitor.closed is None


async def test_a_line_that_floods_is_ended_and_told_to_come_back_later(play: Play) -> None:
    visitor = play.visitor()
    await visitor.start()

    heard: list[Frame] = []
    for _ in range(FRAMES_BURST * 2):
        heard += await visitor.say({"t": "ping"})

    assert visitor.closed == Close(codes.TOO_MANY, "too_many")
    assert kinds(heard).count("pong") <= FRAMES_BURST
    assert (heard[-1]["t"], heard[-1]["retry"]) == ("bye", "after")


async def test_a_page_of_long_texts_is_shorter_than_asked_for_and_says_that_there_is_more(play: Play) -> None:
    _, agent, chat = await accepted_chat(play)
    for _ in range(5):
        await agent.command("post", chat=chat, text="x" * 60_000)

    page = (await agent.command("page", stream=str(chat), before=100, limit=200))["result"]

    assert [event["seq"] for event in page["events"]] == [4, 5, 6, 7]
    assert page["more"]


async def test_without_the_store_nothing_is_acknowledged_and_the_line_stays(play: Play) -> None:
    visitor, _, chat = await accepted_chat(play)
    play.chats.away = True
    refused = await visitor.command("post", "one", chat=chat, text="Hello")
    play.chats.away = False
    repeated = await visitor.command("post", "one", chat=chat, text="Hello")

    assert members(refused) == shape_of_sample("reply_storage_unavailable")
    assert (repeated["ok"], visitor.closed) == (True, None)


# Attention.


async def test_read_marks_reach_the_others(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)

    assert (await agent.command("read", chat=chat, seq=99))["result"] == {"seq": 2}
    assert (await agent.command("read", chat=chat, seq=1))["result"] == {"seq": 2}

    [read] = await visitor.hear()
    assert members(read) == shape_of_sample("read")
    assert (read["id"], read["seq"]) == (MARTA.id, 2)


async def test_typing_reaches_the_others_and_ends_with_the_line(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)

    heard_by_self = await visitor.say({"t": "eph", "kind": "typing", "chat": chat})
    [began] = await agent.hear()
    await visitor.session.leave()
    [ended] = await agent.hear()

    assert heard_by_self == []
    assert members(began) == shape_of_sample("eph_typing")
    assert (began["on"], ended["on"]) == (True, False)


async def test_typing_in_a_chat_one_does_not_take_part_in_is_not_told(play: Play) -> None:
    visitor, _, chat = await accepted_chat(play)
    jonas = play.agent(JONAS)
    await jonas.hello()
    await jonas.command("follow", chat=chat)
    await jonas.say({"t": "eph", "kind": "typing", "chat": chat})
    assert await visitor.hear() == []


async def test_the_first_frame_is_the_welcome_though_somebody_types(play: Play) -> None:
    _, agent, chat = await accepted_chat(play)
    await agent.say({"t": "eph", "kind": "typing", "chat": chat})
    token = play.tokens.issue_token(TENANT_ID, PROFILE.id, find_uuid(play, chat), 0, play.clock.now())

    heard = await play.visitor().say(HELLO | {"token": token})

    assert kinds(heard) == ["welcome", "page", "eph"]


# Liveness and ends.


async def test_a_ping_is_answered_with_the_heads(play: Play) -> None:
    _, agent, chat = await accepted_chat(play)
    await agent.command("note", chat=chat, text="Note")
    [pong] = await agent.say({"t": "ping"})
    assert pong["t"] == "pong"
    assert pong["heads"] == {f"{chat}": 2, f"{chat}/staff": 1}
    assert await agent.say({"t": "pong"}) == []
    agent.session.send_ping()
    assert (await agent.hear())[0] == pong | {"t": "ping"}


async def test_two_bad_frames_are_forgiven_and_the_third_ends_the_line(play: Play) -> None:
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)

    [first] = await visitor.say(b"{")
    [second] = await visitor.say(b'{"t":"dance"}')
    [bye] = await visitor.say(b"\xff")

    assert members(first) == members(second) == shape_of_sample("error")
    assert bye["reason"] == "bad_frames"
    assert visitor.closed == Close(codes.BAD_FRAMES, "bad_frames")


async def test_who_leaves_is_told_nothing_more(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    await visitor.session.leave()
    await agent.command("post", chat=chat, text="Hello")
    assert await visitor.hear() == []
    assert ("closed", "visitor") in play.observer.reports


async def test_a_line_that_never_said_hello_is_not_counted_as_closed(play: Play) -> None:
    await play.visitor().session.leave()
    assert play.observer.reports == []


async def test_a_lost_ring_is_caught_up_from_the_store(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    play.bell.is_on = False
    await visitor.command("post", chat=chat, text="Unrung")
    assert await agent.hear() == []
    play.bell.is_on = True
    await visitor.command("post", chat=chat, text="Rung")

    await play.fanout.catch_up_chat(TENANT_ID, chat)

    assert [event["text"] for event in await agent.hear()] == ["Unrung", "Rung"]


# Names of chats.


async def test_either_side_names_the_chat_and_both_hear_it(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    said = await visitor.say(
        {"t": "cmd", "cid": "n1", "op": "rename", "args": {"chat": chat, "name": " My\nbike "}}
    )
    heard = await agent.hear()
    assert sorted(kinds(said)) == ["event", "reply"]
    [named] = [frame for frame in said if frame["t"] == "event"]
    assert heard[-1]["data"] == named["data"] == {"name": "My bike"}
    refused = await agent.say(
        {"t": "cmd", "cid": "n2", "op": "rename", "args": {"chat": chat, "name": "\u200e"}}
    )
    assert (refused[0]["error"]["code"], refused[0]["error"]["field"]) == ("bad_request", "name")


async def test_nobody_names_a_chat_of_others(play: Play) -> None:
    _, _, chat = await accepted_chat(play)
    stranger = play.visitor()
    await stranger.start()
    refused = await stranger.say(
        {"t": "cmd", "cid": "n1", "op": "rename", "args": {"chat": chat, "name": "Mine"}}
    )
    assert refused[0]["error"]["code"] == "chat_not_found"
