"""Entrances as visitors' lines see them: told after the welcome and whenever they change, also while the store is away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from hub.domain.availability import PresentAgent
from hub.domain.profile import Hours
from hub.domain.workday import Interval, Workday
from tests.doubles.playbook import JONAS, MARTA, PROFILE, Frame, Play, PlayedLine

OFFICE = Workday(1, 4, UUID(int=4), "Office", "UTC", ((Interval(540, 1020),),) * 7)
AT_FOUR = datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)
NINE_NEXT_DAY = round(datetime(2026, 3, 3, 9, tzinfo=UTC).timestamp() * 1000)

OPEN = {"t": "eph", "kind": "availability", "available": True, "opens_at": None}
CLOSED = {"t": "eph", "kind": "availability", "available": False, "opens_at": None}


def told(frames: list[Frame]) -> list[Frame]:
    """What a line was told of the door."""
    return [frame for frame in frames if frame.get("kind") in {"availability", "accepting"}]


async def look(play: Play, *lines: PlayedLine) -> list[list[Frame]]:
    """One look of the watcher, and what each line was told of it."""
    await play.doors.look()
    return [told(await line.hear()) for line in lines]


def with_hours(play: Play, hours: Hours) -> None:
    play.profiles[PROFILE.id] = replace(PROFILE, hours=hours)
    play.availability.workdays[OFFICE.id] = OFFICE


async def test_a_visitor_is_told_soon_after_the_welcome_and_then_only_of_changes(play: Play) -> None:
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    assert await look(play, visitor) == [[OPEN]]
    assert await look(play, visitor) == [[]]
    play.profiles[PROFILE.id] = replace(PROFILE, is_open=False)
    assert await look(play, visitor) == [[CLOSED]]
    assert await look(play, visitor) == [[]]


async def test_who_comes_where_the_door_is_known_is_told_at_once_and_without_being_waited_for(
    play: Play,
) -> None:
    first = play.visitor()
    await first.hello(key=PROFILE.key)
    await play.doors.look()
    second = play.visitor()
    heard = await second.say({"t": "hello", "v": 1, "key": PROFILE.key})
    assert told(heard) == [OPEN]
    third = play.visitor()
    await third.say({"t": "hello", "v": 1, "token": heard[0]["token"]})
    assert third.connection.has_news is False  # A beat may go on waiting.


async def test_at_closing_time_every_line_is_told_when_it_opens_again(play: Play) -> None:
    with_hours(play, Hours(workday_id=OFFICE.id))
    play.clock.at = AT_FOUR
    one, other = play.visitor(), play.visitor()
    for line in (one, other):
        await line.hello(key=PROFILE.key)
    assert await look(play, one, other) == [[OPEN], [OPEN]]
    play.clock.move(timedelta(seconds=1))
    closed = CLOSED | {"opens_at": NINE_NEXT_DAY}
    assert await look(play, one, other) == [[closed], [closed]]


async def test_the_clock_closes_and_opens_also_while_the_store_is_away(play: Play) -> None:
    with_hours(play, Hours(workday_id=OFFICE.id))
    play.clock.at = AT_FOUR
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    await look(play, visitor)
    play.availability.is_away = True
    play.clock.move(timedelta(hours=1))
    assert await look(play, visitor) == [[CLOSED | {"opens_at": NINE_NEXT_DAY}]]
    play.clock.move(timedelta(hours=16))
    assert await look(play, visitor) == [[OPEN]]


async def test_agents_who_come_go_and_fill_up_open_and_close_the_door(play: Play) -> None:
    with_hours(play, Hours(needs_agent=True))
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    assert await look(play, visitor) == [[CLOSED]]
    play.availability.agents = [PresentAgent(MARTA, capacity=1)]
    assert await look(play, visitor) == [[OPEN]]
    play.availability.agents = [PresentAgent(MARTA, capacity=1, active_chats=1)]
    assert await look(play, visitor) == [[CLOSED]]


async def test_a_profile_that_is_gone_lets_nobody_in(play: Play) -> None:
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    await look(play, visitor)
    del play.profiles[PROFILE.id]
    assert await look(play, visitor) == [[CLOSED]]


async def test_who_has_left_is_told_nothing(play: Play) -> None:
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    await look(play, visitor)
    await visitor.session.leave()
    play.profiles[PROFILE.id] = replace(PROFILE, is_open=False)
    assert await look(play, visitor) == [[]]


async def test_a_closed_door_refuses_a_new_chat_and_leaves_the_open_one_alone(play: Play) -> None:
    inside, outside = play.visitor(), play.visitor()
    chat = await inside.start()
    play.profiles[PROFILE.id] = replace(PROFILE, is_open=False)

    again = await inside.command("start")
    said = await inside.command("post", chat=chat, text="Still here?")
    await outside.hello(key=PROFILE.key)
    refused = await outside.command("start")

    assert (again["ok"], again["result"]["created"], again["result"]["chat"]["id"]) == (True, False, chat)
    assert said["ok"]
    assert refused["error"]["code"] == "not_available"
    assert refused["error"]["retry"] == "never"


async def test_a_visitor_whose_profile_was_deleted_starts_no_chat(play: Play) -> None:
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    del play.profiles[PROFILE.id]
    assert (await visitor.command("start"))["error"]["code"] == "profile_not_found"


async def test_an_agent_says_that_they_take_no_more_chats_and_all_their_consoles_know(play: Play) -> None:
    play.availability.agents = [PresentAgent(MARTA), PresentAgent(JONAS)]
    desk, phone, colleague = play.agent(), play.agent(), play.agent(JONAS)
    for line in (desk, phone, colleague):
        assert (await line.hello())["you"]["accepting"] is True

    reply = await desk.command("availability", accepting=False)

    away = {"accepting": False, "status": "away", "reason": None}
    assert reply["result"] == away
    told_so = {"t": "eph", "kind": "accepting", **away}
    assert await look(play, desk, phone, colleague) == [[told_so], [told_so], []]
    assert (await play.agent().hello())["you"]["accepting"] is False


@pytest.mark.parametrize(
    "args", [{}, {"accepting": None}, {"accepting": "yes"}, {"accepting": 1}, {"accepting": [True]}]
)
async def test_what_is_not_yes_or_no_is_refused_and_changes_nothing(play: Play, args: Frame) -> None:
    agent = play.agent()
    await agent.hello()
    reply = await agent.command("availability", **args)
    assert (reply["error"]["code"], reply["error"]["field"]) == ("bad_request", "accepting")
    assert (await play.agent().hello())["you"]["accepting"] is True


async def test_visitors_have_no_such_command(play: Play) -> None:
    visitor = play.visitor()
    await visitor.hello(key=PROFILE.key)
    assert (await visitor.command("availability", accepting=False))["error"]["code"] == "unknown_op"


async def test_agents_are_here_while_they_have_a_line(play: Play) -> None:
    keeper = play.room.presence
    line, other = play.agent(), play.agent()
    await line.hello()
    await other.hello()
    await keeper.write()
    assert [lease[:2] for lease in play.presence.written[0]] == [(MARTA.tenant_id, MARTA.id)]
    await line.session.leave()
    await other.session.leave()
    await keeper.write()
    assert len(play.presence.written) == 1


async def test_visitors_and_strangers_are_nobody_who_answers(play: Play) -> None:
    await play.visitor().hello(key=PROFILE.key)
    stranger = play.agent(None)
    await stranger.say({"t": "hello", "v": 1, "token": "hk_nobody"})
    await stranger.session.leave()
    await play.room.presence.write()
    assert play.presence.written == []
