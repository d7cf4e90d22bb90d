"""Visitors in the queue are told where they stand and how long others waited, when that changes and not otherwise."""

from datetime import timedelta

from hub.domain.event import Append, Change
from tests.doubles.playbook import MARTA, PROFILE, TENANT_ID, Frame, Play, PlayedLine, find_uuid


def places(frames: list[Frame]) -> list[tuple[int, list[int] | None]]:
    """The places and waits a line was told."""
    return [(frame["position"], frame["wait_s"]) for frame in frames if frame.get("kind") == "queue"]


async def look(play: Play, *lines: PlayedLine) -> list[list[tuple[int, list[int] | None]]]:
    """One look at the queues, and what each line was told of it."""
    await play.vigil.look_at_queues()
    return [places(await line.hear()) for line in lines]


async def waiting(play: Play, number: int) -> tuple[list[PlayedLine], list[int]]:
    """Visitors whose chats wait, and the chats, in their order."""
    lines = [play.visitor() for _ in range(number)]
    return lines, [await line.start() for line in lines]


async def test_each_is_told_their_place_once_and_again_when_somebody_goes(play: Play) -> None:
    lines, chats = await waiting(play, 3)
    assert await look(play, *lines) == [[(1, None)], [(2, None)], [(3, None)]]
    assert await look(play, *lines) == [[], [], []]
    agent = play.agent(MARTA)
    await agent.hello()
    assert (await agent.command("accept", chat=chats[0]))["ok"]
    assert await look(play, *lines) == [[], [(1, None)], [(2, None)]]
    assert (await lines[1].command("end", chat=chats[1]))["ok"]
    assert await look(play, *lines) == [[], [], [(1, None)]]


async def test_the_frame_is_as_the_protocol_says(play: Play) -> None:
    [line], [chat] = await waiting(play, 1)
    play.waiting.waits_s = [20, 100, 70, 40, 200]
    await play.vigil.look_at_queues()
    [frame] = [frame for frame in await line.hear() if frame["t"] == "eph"]
    assert frame == {"t": "eph", "kind": "queue", "chat": chat, "position": 1, "wait_s": [60, 240]}


async def test_a_line_that_comes_later_is_told_behind_its_page_and_is_no_reason_to_answer_a_beat(
    play: Play,
) -> None:
    [line], [chat] = await waiting(play, 1)
    await look(play, line)
    play.clock.move(timedelta(seconds=2))
    later = play.visitor()
    token = play.tokens.issue_token(TENANT_ID, PROFILE.id, find_uuid(play, chat), 0, play.clock.now())
    heard = await later.say({"t": "hello", "v": 1, "token": token, "positions": {str(chat): "k3x9:1"}})
    assert places(heard) == [(1, None)]
    assert [frame["t"] for frame in heard] == ["welcome", "page", "eph"]
    assert not later.connection.has_news
    assert await look(play, line, later) == [[], []]


async def test_who_is_served_and_agents_are_told_nothing(play: Play) -> None:
    [line], [chat] = await waiting(play, 1)
    agent = play.agent(MARTA)
    await agent.hello()
    await agent.command("follow", chat=chat)
    assert await look(play, agent) == [[]]
    await agent.command("accept", chat=chat)
    await line.hear()
    play.waiting.waits_s = [10.0] * 5
    assert await look(play, line, agent) == [[], []]
    again = play.visitor()
    token = play.tokens.issue_token(TENANT_ID, PROFILE.id, find_uuid(play, chat), 0, play.clock.now())
    assert places(await again.say({"t": "hello", "v": 1, "token": token})) == []


async def test_nothing_is_asked_when_nobody_waits_here(play: Play) -> None:
    await play.vigil.look_at_queues()
    agent, line = play.agent(MARTA), play.visitor()
    chat = await line.start()
    await agent.hello()
    await agent.command("accept", chat=chat)
    await play.vigil.look_at_queues()
    assert play.waiting.queues_read == 0


async def test_all_who_wait_here_cost_one_question(play: Play) -> None:
    await waiting(play, 5)
    await play.vigil.look_at_queues()
    assert play.waiting.queues_read == 1


async def test_what_others_waited_is_kept_for_a_while(play: Play) -> None:
    play.waiting.waits_s = [10.0] * 5
    lines, chats = await waiting(play, 2)
    assert await look(play, *lines) == [[(1, [30, 30])], [(2, [30, 30])]]
    play.waiting.waits_s = [1_000.0] * 5
    assert (await lines[0].command("end", chat=chats[0]))["ok"]
    assert await look(play, *lines) == [[], [(1, [30, 30])]]
    assert (play.waiting.queues_read, play.waiting.waits_read) == (2, 1)


async def test_who_is_put_off_has_no_place_any_more(play: Play) -> None:
    [line], [chat] = await waiting(play, 1)
    assert await look(play, line) == [[(1, None)]]
    put_off = Append(
        TENANT_ID, chat, "public", "chat_put_off", "system", 0, "put-off", change=Change(puts_off=True)
    )
    play.bell.ring_event((await play.chats.append(put_off)).event)
    assert places(await line.hear()) == [(0, None)]
    assert await look(play, line) == [[]]


async def test_who_waits_on_a_line_is_noted_now_and_then_and_who_has_gone_is_not(play: Play) -> None:
    lines, chats = await waiting(play, 2)
    await lines[1].session.leave()
    await play.vigil.look_at_queues()
    await play.vigil.look_at_queues()
    assert play.waiting.seen_waiting == [[(TENANT_ID, chats[0])]]
