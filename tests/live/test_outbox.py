"""The outbox of one line: in order, bounded, and nobody else's burden."""

import asyncio

import pytest

from hub.live.outbox import MAX_EVENT_BYTES, MAX_EVENTS, Close, Outbox


async def take_waiting(outbox: Outbox) -> list[bytes | Close | None]:
    return [await outbox.take() for _ in range(len(outbox))]


async def test_everything_leaves_in_the_order_it_came() -> None:
    outbox = Outbox()
    outbox.offer_event(b"1")
    outbox.offer_answer(b"2")
    outbox.offer_ephemeral(b"3")
    outbox.close(Close(1012, "restart"))

    assert await take_waiting(outbox) == [b"1", b"2", b"3", Close(1012, "restart")]


async def test_who_takes_waits_for_the_next_frame() -> None:
    outbox = Outbox()
    taking = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    assert not taking.done()

    outbox.offer_event(b"1")

    assert await taking == b"1"


async def test_nothing_follows_a_close() -> None:
    outbox = Outbox()
    outbox.close(Close(1012))
    outbox.offer_event(b"1")
    outbox.offer_answer(b"2")
    outbox.offer_ephemeral(b"3")
    outbox.close(Close(4008))

    assert await take_waiting(outbox) == [Close(1012)]


async def test_as_many_events_as_promised_fit_and_one_more_makes_the_line_lag() -> None:
    outbox = Outbox()
    said = []
    for _ in range(MAX_EVENTS + 1):
        outbox.offer_event(b"x")
        said.append(outbox.lagging)

    assert said == [False] * MAX_EVENTS + [True]
    assert await outbox.take() is None


async def test_the_bound_is_also_one_of_bytes() -> None:
    outbox = Outbox()
    said = []
    for size in (MAX_EVENT_BYTES, 1):
        outbox.offer_event(b"x" * size)
        said.append(outbox.lagging)
    assert said == [False, True]


async def test_room_comes_back_as_frames_are_taken() -> None:
    outbox = Outbox()
    for _ in range(MAX_EVENTS * 3):
        outbox.offer_event(b"x")
        await outbox.take()
    assert not outbox.lagging


async def test_ephemerals_go_before_a_line_is_given_up() -> None:
    outbox = Outbox()
    for _ in range(10):
        outbox.offer_ephemeral(b"e")
    for _ in range(MAX_EVENTS):
        outbox.offer_event(b"x")

    assert not outbox.lagging
    assert set(await take_waiting(outbox)) == {b"x"}
    assert outbox.dropped == 10


async def test_a_line_that_is_behind_gets_no_more_ephemerals() -> None:
    outbox = Outbox()
    for _ in range(MAX_EVENTS // 2):
        outbox.offer_event(b"x")
    outbox.offer_ephemeral(b"e")
    assert b"e" not in await take_waiting(outbox)


async def test_a_lagging_line_gets_nothing_more() -> None:
    outbox = Outbox()
    for _ in range(MAX_EVENTS + 1):
        outbox.offer_event(b"x")
    outbox.offer_answer(b"a")
    outbox.offer_ephemeral(b"e")
    assert await outbox.take() is None
    assert len(outbox) == 0


async def test_answers_do_not_count_but_wait_for_room() -> None:
    outbox = Outbox()
    for _ in range(MAX_EVENTS * 2):
        outbox.offer_answer(b"a" * 10_000)
    assert not outbox.lagging

    waiting = asyncio.create_task(outbox.wait_for_room())
    await asyncio.sleep(0)
    assert not waiting.done()
    await take_waiting(outbox)

    await waiting


async def test_an_empty_outbox_has_room() -> None:
    async with asyncio.timeout(5):
        await Outbox().wait_for_room()


async def test_nobody_waits_for_room_in_the_outbox_of_a_lagging_line() -> None:
    outbox = Outbox()
    outbox.offer_answer(b"a")
    for _ in range(MAX_EVENTS + 1):
        outbox.offer_event(b"x")

    async with asyncio.timeout(5):
        await outbox.wait_for_room()


@pytest.mark.parametrize("codes", [(1012,), (4008, "lagging")])
async def test_a_close_ends_the_wait_for_a_frame(codes: tuple[int, ...]) -> None:
    outbox = Outbox()
    taking = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    outbox.close(Close(*codes))  # type: ignore[arg-type]
    assert isinstance(await taking, Close)
