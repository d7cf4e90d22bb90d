"""Which agents are here: counted by their lines, written for all of them at once, and not for every reload."""

import asyncio

import pytest

from hub.domain.errors import StorageUnavailable
from hub.live.presence import GRACE_S, LEASE_S, PAUSE_S, RENEW_EVERY_S, PresenceKeeper
from tests.doubles.playbook import JONAS, MARTA, STRANGER
from tests.doubles.ports import MemoryPresence


class HeldTime:
    """Seconds that pass by hand."""

    def __init__(self) -> None:
        self._now_s = 1_000.0

    def __call__(self) -> float:
        return self._now_s

    def move(self, seconds: float) -> None:
        self._now_s += seconds


@pytest.fixture
def time() -> HeldTime:
    return HeldTime()


@pytest.fixture
def store() -> MemoryPresence:
    return MemoryPresence()


@pytest.fixture
async def keeper(store: MemoryPresence, time: HeldTime) -> PresenceKeeper:
    return PresenceKeeper(store, time)


def agents(lease: list[tuple[int, int, float]]) -> list[int]:
    return [agent_id for _, agent_id, _ in lease]


async def test_all_who_come_together_are_written_in_one_statement(
    keeper: PresenceKeeper, store: MemoryPresence
) -> None:
    for agent in (MARTA, JONAS, STRANGER):
        keeper.arrive(agent)

    await keeper.write()

    assert store.written == [[(1, MARTA.id, LEASE_S), (1, JONAS.id, LEASE_S), (2, STRANGER.id, LEASE_S)]]


async def test_further_lines_of_an_agent_write_nothing(keeper: PresenceKeeper, store: MemoryPresence) -> None:
    keeper.arrive(MARTA)
    await keeper.write()
    keeper.arrive(MARTA)
    keeper.leave(MARTA)
    await keeper.write()
    assert len(store.written) == 1


async def test_leases_are_renewed_while_a_line_is_open(
    keeper: PresenceKeeper, store: MemoryPresence, time: HeldTime
) -> None:
    keeper.arrive(MARTA)
    await keeper.write()
    time.move(RENEW_EVERY_S - 1)
    await keeper.write()
    assert len(store.written) == 1
    time.move(1)
    await keeper.write()
    assert store.written[1:] == [[(1, MARTA.id, LEASE_S)]]


async def test_the_last_line_is_followed_by_the_grace_and_no_more(
    keeper: PresenceKeeper, store: MemoryPresence, time: HeldTime
) -> None:
    keeper.arrive(MARTA)
    await keeper.write()
    keeper.leave(MARTA)
    await keeper.write()
    assert len(store.written) == 1  # Perhaps they come back.
    time.move(PAUSE_S + 1)
    await keeper.write()
    [[(_, _, left_s)]] = store.written[1:]
    assert left_s == GRACE_S - PAUSE_S - 1
    time.move(RENEW_EVERY_S)
    await keeper.write()
    assert len(store.written) == 2


async def test_who_reloads_the_page_has_not_left(
    keeper: PresenceKeeper, store: MemoryPresence, time: HeldTime
) -> None:
    keeper.arrive(MARTA)
    await keeper.write()
    for _ in range(5):
        keeper.leave(MARTA)
        time.move(1)
        keeper.arrive(MARTA)
        await keeper.write()
    assert len(store.written) == 1


async def test_who_comes_back_later_is_written_again(
    keeper: PresenceKeeper, store: MemoryPresence, time: HeldTime
) -> None:
    keeper.arrive(MARTA)
    await keeper.write()
    keeper.leave(MARTA)
    time.move(PAUSE_S)
    await keeper.write()
    keeper.arrive(MARTA)
    await keeper.write()
    assert [lease[0][2] == LEASE_S for lease in store.written] == [True, False, True]


async def test_who_comes_back_while_their_leaving_is_written_is_here(
    keeper: PresenceKeeper, store: MemoryPresence, time: HeldTime
) -> None:
    keeper.arrive(MARTA)
    await keeper.write()
    keeper.leave(MARTA)
    time.move(PAUSE_S)
    store.meanwhile = lambda: keeper.arrive(MARTA)
    await keeper.write()
    store.meanwhile = lambda: None
    await keeper.write()
    assert store.written[-1] == [(1, MARTA.id, LEASE_S)]


async def test_while_the_store_is_away_nothing_is_forgotten(
    keeper: PresenceKeeper, store: MemoryPresence
) -> None:
    keeper.arrive(MARTA)
    store.is_away = True
    with pytest.raises(StorageUnavailable):
        await keeper.write()
    store.is_away = False
    await keeper.write()
    assert [agents(lease) for lease in store.written] == [[MARTA.id]]


async def test_tenants_are_named_when_something_changes_and_not_by_renewals(
    keeper: PresenceKeeper, store: MemoryPresence, time: HeldTime
) -> None:
    changed: list[set[int]] = []
    keeper.on_written = changed.append
    keeper.arrive(MARTA)
    await keeper.write()
    time.move(RENEW_EVERY_S)
    keeper.arrive(STRANGER)
    await keeper.write()
    time.move(RENEW_EVERY_S)
    await keeper.write()
    assert changed == [{1}, {2}]
    assert len(store.written) == 3


async def test_a_process_that_goes_leaves_its_agents_the_grace(
    keeper: PresenceKeeper, store: MemoryPresence
) -> None:
    keeper.arrive(MARTA)
    keeper.arrive(JONAS)
    keeping = asyncio.create_task(keeper.run())
    while not store.written:
        await asyncio.sleep(0.001)
    keeper.leave(JONAS)
    keeping.cancel()
    await asyncio.wait({keeping})
    assert store.written[-1] == [(1, MARTA.id, GRACE_S), (1, JONAS.id, GRACE_S)]
