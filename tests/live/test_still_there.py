"""Visitors who owe an answer are asked whether they are still there, on all their lines; what answers that, and what comes of silence."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.actions.waiting import end_silent_chat
from hub.domain.errors import StorageUnavailable
from hub.domain.profile import Patience
from tests.doubles.playbook import (
    PROFILE,
    TENANT_ID,
    Frame,
    Play,
    PlayedLine,
    accepted_chat,
    find_uuid,
)

ASK_AFTER, CLOSE_AFTER = timedelta(minutes=5), timedelta(minutes=2)


@pytest.fixture
def play() -> Play:
    """A live room in memory, whose entrance asks after five minutes and closes two minutes later."""
    play = Play()
    patience = Patience(ask_after_s=300, close_after_s=120)
    play.profiles[PROFILE.id] = replace(PROFILE, patience=patience)
    return play


def questions(frames: list[Frame]) -> list[int]:
    """Until when a visitor may answer, as they were told; 0: they need not."""
    return [frame["until"] for frame in frames if frame.get("kind") == "still_there"]


async def look(play: Play, *lines: PlayedLine) -> list[list[int]]:
    """One look of the vigil, and what each line was told of it."""
    await play.vigil.look()
    return [questions(await line.hear()) for line in lines]


def go_by_profile(play: Play, line: PlayedLine) -> None:
    """Lets the line know the profile as it is now, as the watch over profiles does."""
    line.session.mind_profiles({(TENANT_ID, PROFILE.id): play.profiles[PROFILE.id]})


def ms(play: Play, later: timedelta) -> int:
    return round((play.clock.now() + later).timestamp() * 1000)


async def another_line(play: Play, chat: int) -> tuple[PlayedLine, list[Frame]]:
    """Another line of the chat's visitor, and what it was told as it came."""
    line = play.visitor()
    uuid = find_uuid(play, chat)
    token = play.tokens.issue_token(TENANT_ID, PROFILE.id, uuid, 0, play.clock.now())
    return line, await line.say({"t": "hello", "v": 1, "token": token})


async def asked_visitor(play: Play) -> tuple[PlayedLine, PlayedLine, int]:
    """A visitor who was asked, the agent, and their chat."""
    visitor, agent, chat = await accepted_chat(play)
    await agent.command("post", chat=chat, text="Which size?")
    play.clock.move(ASK_AFTER)
    until = ms(play, CLOSE_AFTER)
    assert await look(play, visitor, agent) == [[until], []]
    return visitor, agent, chat


async def test_who_owes_an_answer_for_too_long_is_asked_once(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    await agent.command("post", chat=chat, text="Which size?")
    play.clock.move(ASK_AFTER - timedelta(seconds=1))
    assert await look(play, visitor) == [[]]
    play.clock.move(timedelta(seconds=1))
    await play.vigil.look()
    assert [frame for frame in await visitor.hear() if frame["t"] == "eph"] == [
        {"t": "eph", "kind": "still_there", "chat": chat, "until": ms(play, CLOSE_AFTER)}
    ]
    play.clock.move(timedelta(seconds=1))
    assert await look(play, visitor, agent) == [[], []]


async def test_who_was_not_answered_is_asked_nothing(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    play.clock.move(ASK_AFTER)
    assert await look(play, visitor) == [[]]
    await agent.command("post", chat=chat, text="Which size?")
    await visitor.command("post", chat=chat, text="56")
    play.clock.move(timedelta(days=1))
    assert await look(play, visitor) == [[]]
    assert play.chats.chats[TENANT_ID, chat].state == "active"


async def test_who_waits_in_the_queue_is_asked_nothing(play: Play) -> None:
    visitor = play.visitor()
    await visitor.start()
    play.clock.move(timedelta(days=1))
    assert await look(play, visitor) == [[]]


async def test_an_entrance_that_never_asks_leaves_its_chats_open(play: Play) -> None:
    play.profiles[PROFILE.id] = PROFILE
    visitor, agent, chat = await accepted_chat(play)
    await agent.command("post", chat=chat, text="Which size?")
    play.clock.move(timedelta(days=1))
    assert await look(play, visitor) == [[]]
    assert play.chats.chats[TENANT_ID, chat].state == "active"


async def test_a_line_that_comes_while_the_visitor_is_asked_is_told_behind_its_page(play: Play) -> None:
    visitor, _, chat = await asked_visitor(play)
    until = ms(play, CLOSE_AFTER)
    line, heard = await another_line(play, chat)
    assert questions(heard) == [until]
    assert [frame["t"] for frame in heard].index("eph") > [frame["t"] for frame in heard].index("page")
    await visitor.command("here", chat=chat)
    assert questions(await line.hear()) == [0]


async def test_a_beat_is_answered_at_once_for_a_question_that_is_new_and_may_wait_with_one_it_was_told(
    play: Play,
) -> None:
    _, _, chat = await asked_visitor(play)
    line, _ = await another_line(play, chat)
    assert line.connection.has_news
    play.clock.move(timedelta(seconds=2))
    line = play.visitor()
    token = play.tokens.issue_token(TENANT_ID, PROFILE.id, find_uuid(play, chat), 0, play.clock.now())
    known = {str(chat): f"k3x9:{play.chats.chats[TENANT_ID, chat].head}"}
    heard = await line.say({"t": "hello", "v": 1, "token": token, "positions": known})
    assert len(questions(heard)) == 1
    assert not line.connection.has_news


async def say_here(play: Play, visitor: PlayedLine, chat: int) -> None:
    reply = await visitor.command("here", chat=chat)
    assert reply["result"] == {}


async def say_something(play: Play, visitor: PlayedLine, chat: int) -> None:
    assert (await visitor.command("post", chat=chat, text="56"))["ok"]


async def type_something(play: Play, visitor: PlayedLine, chat: int) -> None:
    go_by_profile(play, visitor)
    await visitor.say({"t": "eph", "kind": "typing", "chat": chat})
    await play.vigil.look()


@pytest.mark.parametrize("answer", [say_here, say_something, type_something])
async def test_whatever_a_visitor_does_answers_on_all_their_lines(
    play: Play, answer: Callable[[Play, PlayedLine, int], Awaitable[None]]
) -> None:
    visitor, agent, chat = await asked_visitor(play)
    other, _ = await another_line(play, chat)
    await answer(play, visitor, chat)

    assert questions(await other.hear()) == [0]
    play.clock.move(CLOSE_AFTER)
    await play.vigil.look()
    assert questions(await agent.hear()) == []
    assert play.chats.chats[TENANT_ID, chat].state == "active"


async def test_counting_begins_anew_with_every_answer(play: Play) -> None:
    visitor, _, chat = await asked_visitor(play)
    await visitor.command("here", chat=chat)
    play.clock.move(ASK_AFTER - timedelta(seconds=1))
    assert await look(play, visitor) == [[]]
    play.clock.move(timedelta(seconds=1))
    assert await look(play, visitor) == [[ms(play, CLOSE_AFTER)]]


async def test_what_the_agent_adds_gives_the_visitor_more_time(play: Play) -> None:
    visitor, agent, chat = await asked_visitor(play)
    await agent.command("post", chat=chat, text="It fits up to 60.")
    assert questions(await visitor.hear()) == [0]
    play.clock.move(CLOSE_AFTER)
    assert await look(play, visitor) == [[]]
    play.clock.move(ASK_AFTER - CLOSE_AFTER)
    assert await look(play, visitor) == [[ms(play, CLOSE_AFTER)]]


async def test_silence_ends_the_chat_once_in_the_name_of_the_hub(play: Play) -> None:
    visitor, agent, chat = await asked_visitor(play)
    play.clock.move(CLOSE_AFTER)
    await play.vigil.look()
    await play.vigil.look()

    for line in (visitor, agent):
        [ended] = [frame for frame in await line.hear() if frame["t"] == "event"]
        assert (ended["kind"], ended["data"], ended["who"]) == (
            "chat_ended",
            {"reason": "idle"},
            {"id": None, "side": "system"},
        )
    refused = await visitor.command("here", chat=chat)
    assert (refused["error"]["code"], refused["chat"]["state"]) == ("chat_ended", "ended")


async def test_an_answer_that_came_in_time_wins_over_the_end(play: Play) -> None:
    visitor, _, chat = await asked_visitor(play)
    play.clock.move(CLOSE_AFTER)
    overdue = await play.waiting.ask_silent()
    assert len(overdue) == 1
    await visitor.command("post", chat=chat, text="56")

    await end_silent_chat(play.room.ports, overdue[0])

    assert play.chats.chats[TENANT_ID, chat].state == "active"


async def test_typing_is_written_where_somebody_asks_and_nowhere_else(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    typing = {"t": "eph", "kind": "typing", "chat": chat}
    await visitor.say(typing)  # The line goes by the profile it came in through.
    await play.vigil.look()
    assert play.waiting.noted == []
    for line in (visitor, agent):
        go_by_profile(play, line)
        await line.say(typing)
        await line.say(typing)
    await visitor.say({**typing, "on": False})
    await visitor.say({**typing, "chat": 9})
    await play.vigil.look()
    assert play.waiting.noted == [[(TENANT_ID, chat)]]


async def test_who_types_in_time_is_not_asked(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    go_by_profile(play, visitor)
    await agent.command("post", chat=chat, text="Which size?")
    play.clock.move(ASK_AFTER)
    await visitor.say({"t": "eph", "kind": "typing", "chat": chat})
    assert await look(play, visitor) == [[]]
    play.clock.move(ASK_AFTER)
    assert await look(play, visitor) == [[ms(play, CLOSE_AFTER)]]


async def test_signs_that_could_not_be_written_are_written_with_the_next_look(play: Play) -> None:
    visitor, _, chat = await accepted_chat(play)
    go_by_profile(play, visitor)
    await visitor.say({"t": "eph", "kind": "typing", "chat": chat})
    play.chats.away = True
    with pytest.raises(StorageUnavailable):
        await play.vigil.look()
    play.chats.away = False
    await play.vigil.look()
    assert play.waiting.noted == [[(TENANT_ID, chat)]]


async def test_here_is_for_the_visitor_of_the_chat(play: Play) -> None:
    _, agent, chat = await asked_visitor(play)
    stranger = play.visitor()
    await stranger.start()
    assert (await stranger.command("here", chat=chat))["error"]["code"] == "chat_not_found"
    assert (await agent.command("here", chat=chat))["error"]["code"] == "unknown_op"
    assert len(play.chats.asked_until) == 1


async def test_here_before_anybody_asks_is_a_sign_too(play: Play) -> None:
    visitor = play.visitor()
    chat = await visitor.start()
    assert (await visitor.command("here", chat=chat))["result"] == {}
    assert play.waiting.noted == []
