"""Look-ups that arrive together are one question, and none of them is spoiled or made stale by another."""

import asyncio
from collections.abc import Sequence

import pytest

from hub.actions.ports import Ports
from hub.domain.errors import StorageUnavailable
from hub.store.look_ups import MAX_BATCH_KEYS, LookUps
from tests.doubles.conversation import begin_active_chat
from tests.doubles.tenant import Tenant


class Shelf:
    """What is looked up in; notes every question, and answers when it is let."""

    def __init__(self) -> None:
        self.questions: list[list[str]] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.content: dict[str, str] = {}
        self.away = False

    async def read(self, keys: list[str]) -> dict[str, str]:
        """What there is of these."""
        self.questions.append(sorted(keys))
        await self.answers.wait()
        if self.away:
            raise StorageUnavailable
        if "bad" in keys:
            raise ValueError("bad")
        return {key: self.content[key] for key in keys if key in self.content}


async def find_all(look_ups: LookUps[str, str], keys: Sequence[str]) -> list[str | BaseException | None]:
    return await asyncio.gather(*(look_ups.find(key) for key in keys), return_exceptions=True)


async def test_what_is_asked_together_is_one_question() -> None:
    shelf = Shelf()
    shelf.content = {"a": "1", "b": "2"}

    found = await find_all(LookUps(shelf.read), ["a", "b", "a", "c"])

    assert found == ["1", "2", "1", None]
    assert shelf.questions == [["a", "b", "c"]]


async def test_what_is_asked_during_a_question_makes_up_the_next_and_is_not_answered_from_the_first() -> None:
    shelf = Shelf()
    look_ups = LookUps(shelf.read)
    shelf.answers.clear()
    first = asyncio.create_task(look_ups.find("a"))
    while not shelf.questions:
        await asyncio.sleep(0)
    later = asyncio.create_task(find_all(look_ups, ["a", "b"]))
    await asyncio.sleep(0)
    shelf.content = {"a": "new"}
    shelf.answers.set()

    await first
    assert await later == ["new", None]
    assert shelf.questions == [["a"], ["a", "b"]]


async def test_who_comes_shortly_after_a_question_that_is_answered_shares_the_next() -> None:
    shelf = Shelf()
    look_ups = LookUps(shelf.read)
    await look_ups.find("first")
    shortly_after = [asyncio.create_task(look_ups.find(key)) for key in "ab"]
    await asyncio.sleep(0)
    shortly_after += [asyncio.create_task(look_ups.find(key)) for key in "cd"]
    await asyncio.gather(*shortly_after)

    assert shelf.questions == [["first"], ["a", "b", "c", "d"]]


async def test_one_bad_key_spoils_nothing() -> None:
    shelf = Shelf()
    shelf.content = {"a": "1"}

    found = await find_all(LookUps(shelf.read), ["a", "bad"])

    assert found[0] == "1"
    assert isinstance(found[1], ValueError)


async def test_everybody_is_told_when_the_store_is_away_and_the_next_question_is_asked_anew() -> None:
    shelf = Shelf()
    look_ups = LookUps(shelf.read)
    shelf.away = True
    assert all(isinstance(each, StorageUnavailable) for each in await find_all(look_ups, ["a", "b"]))

    shelf.away, shelf.content = False, {"a": "1"}
    assert await look_ups.find("a") == "1"


async def test_who_gives_up_takes_nothing_from_the_others() -> None:
    shelf = Shelf()
    shelf.content = {"a": "1"}
    look_ups = LookUps(shelf.read)
    shelf.answers.clear()
    leaving, staying = asyncio.create_task(look_ups.find("a")), asyncio.create_task(look_ups.find("a"))
    while not shelf.questions:
        await asyncio.sleep(0)
    leaving.cancel()
    shelf.answers.set()

    assert await staying == "1"
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_a_question_has_a_bounded_number_of_keys() -> None:
    shelf = Shelf()
    await find_all(LookUps(shelf.read), [str(number) for number in range(MAX_BATCH_KEYS + 1)])
    assert [len(question) for question in shelf.questions] == [MAX_BATCH_KEYS, 1]


async def test_visitors_who_ask_together_get_their_own_chats_and_no_others(
    ports: Ports, tenant: Tenant
) -> None:
    starts = [await begin_active_chat(ports, tenant) for _ in range(3)]
    mine, theirs, others = (start.chat.id for start in starts)

    async def list_own(number: int, *named: int) -> list[int]:
        visitor = starts[number].caller
        assert visitor.id is not None
        chats = await ports.chats.list_visitor_chats(tenant.id, tenant.profile.id, visitor.id, named)
        return [chat.id for chat in chats]

    found = await asyncio.gather(list_own(0, theirs), list_own(1, mine, theirs), list_own(2, others))

    assert list(found) == [[mine], [theirs], [others]]


async def test_pages_that_are_asked_for_together_do_not_mix(ports: Ports, tenant: Tenant) -> None:
    starts = [await begin_active_chat(ports, tenant) for _ in range(3)]

    pages = await asyncio.gather(
        *(ports.events.list_after(tenant.id, start.chat.id, "public", 0, 10) for start in starts),
        ports.events.list_after(tenant.id, starts[0].chat.id, "public", 1, 10),
        ports.events.list_after(tenant.id, starts[0].chat.id, "public", 0, 1),
        ports.events.list_after(tenant.id, starts[0].chat.id, "staff", 0, 10),
    )

    assert [[(event.chat_id, event.seq) for event in page] for page in pages] == [
        *([(start.chat.id, 1), (start.chat.id, 2)] for start in starts),
        [(starts[0].chat.id, 2)],
        [(starts[0].chat.id, 1)],
        [],
    ]
