"""Who comes and goes while others are being told: every console that stays goes on being told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.domain.chat import Row
from hub.domain.identity import AgentCaller
from hub.live.inbox import Inboxes
from tests.doubles.memory_chats import NoRows
from tests.doubles.nobody import NoColleagues
from tests.doubles.playbook import MARTA
from tests.doubles.samples import SAMPLE_ROW

TENANT_ID = 1


class ChangingRows:
    """An inbox in which the one chat has always just changed."""

    async def read_inbox(self, tenant_id: int) -> NoRows:
        return NoRows()

    async def list_changed_rows(self, tenant_id: int, cursor: str) -> NoRows:
        return NoRows("2", [SAMPLE_ROW])

    async def has_changed_profiles(self, tenant_id: int, cursor: str) -> bool:
        return False

    async def list_rows(self, tenant_id: int, chat_ids: Sequence[int]) -> Sequence[Row]:
        return [SAMPLE_ROW]


class SlowBus:
    """A doorbell that takes its time to follow an inbox, until it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.followed: list[int] = []

    async def follow_inbox(self, tenant_id: int) -> None:
        await self.let.wait()
        self.followed.append(tenant_id)

    async def unfollow_inbox(self, tenant_id: int) -> None:
        self.followed = [other for other in self.followed if other != tenant_id]


@dataclass(eq=False)
class Console:
    """Keeps what it is told."""

    agent: AgentCaller = MARTA
    frames: list[dict[str, Any]] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def offer_rows(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        self.told.set()


async def test_who_comes_while_another_goes_is_told_of_changes() -> None:
    # Given a console that still waits for the doorbell, and another one that comes and goes meanwhile
    inboxes, bus = Inboxes(ChangingRows(), NoColleagues()), SlowBus()
    inboxes.connect(bus)
    staying, passing = Console(), Console()
    coming = asyncio.create_task(inboxes.follow(staying, TENANT_ID, None))
    await asyncio.sleep(0)
    await inboxes.follow(passing, TENANT_ID, None)
    await inboxes.unfollow(passing, TENANT_ID)
    bus.let.set()
    await coming
    staying.told.clear()

    # When something changes
    inboxes.hear_change(TENANT_ID)

    # Then the one that stayed is told, and the one that went is not
    async with asyncio.timeout(5):
        await staying.told.wait()
    assert [frame["whole"] for frame in staying.frames] == [True, False]
    assert len(passing.frames) == 1
    assert bus.followed == [TENANT_ID]


async def test_when_the_last_console_goes_the_inbox_is_let_go() -> None:
    inboxes, bus = Inboxes(ChangingRows(), NoColleagues()), SlowBus()
    bus.let.set()
    inboxes.connect(bus)
    console = Console()
    await inboxes.follow(console, TENANT_ID, None)

    await inboxes.unfollow(console, TENANT_ID)
    inboxes.hear_change(TENANT_ID)

    assert (bus.followed, len(console.frames)) == ([], 1)


async def test_a_console_that_goes_before_it_was_told_anything_leaves_nothing_behind() -> None:
    inboxes, bus = Inboxes(ChangingRows(), NoColleagues()), SlowBus()
    inboxes.connect(bus)
    console = Console()
    coming = asyncio.create_task(inboxes.follow(console, TENANT_ID, None))
    await asyncio.sleep(0)
    coming.cancel()

    await inboxes.unfollow(console, TENANT_ID)
    await inboxes.unfollow(console, TENANT_ID)

    assert console.frames == []
