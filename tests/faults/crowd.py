"""Many quiet lines at once, and a chat for them to follow."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from hub.actions.messages import post_message
from hub.domain.identity import VisitorCaller
from tests.doubles.conversation import begin_active_chat
from tests.doubles.line import Frame, Line, agent_line
from tests.doubles.tenant import Tenant
from tests.faults.rig import Rig

T = TypeVar("T")
R = TypeVar("R")

OPENING_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class SpokenChat:
    """A chat that Marta holds and in which something was said."""

    id: int
    visitor: VisitorCaller
    head: int

    def position(self, epoch: str, behind: int = 0) -> dict[str, str]:
        """The positions of a line that has all but the last so many events."""
        return {str(self.id): f"{epoch}:{self.head - behind}", f"{self.id}/staff": f"{epoch}:0"}


async def make_chats(rig: Rig, tenant: Tenant, count: int, messages: int = 3) -> list[SpokenChat]:
    """So many chats, each with so many messages of its visitor."""
    async with rig.open_ports() as ports:
        made = []
        for _ in range(count):
            start = await begin_active_chat(ports, tenant)
            for number in range(messages):
                await post_message(ports, start.caller, start.chat.id, f"Message {number}", str(uuid4()))
            made.append(SpokenChat(start.chat.id, start.caller, 2 + messages))
        return made


async def in_turns(
    work: Callable[[T], Awaitable[R]], items: Iterable[T], at_once: int = OPENING_AT_ONCE
) -> list[R]:
    """What the work returns for each item, never for more than so many at once."""
    turns = asyncio.Semaphore(at_once)

    async def do(item: T) -> R:
        async with turns:
            return await work(item)

    return list(await asyncio.gather(*(do(item) for item in items)))


@asynccontextmanager
async def following_lines(
    ws_url: str, tenant: Tenant, chats: list[SpokenChat], count: int
) -> AsyncIterator[list[Line]]:
    """So many agents' lines, spread over the chats, each up to date."""
    async with AsyncExitStack() as held:

        async def open_line(number: int) -> Line:
            line = await held.enter_async_context(agent_line(ws_url))
            await say_hello(line, tenant, chats[number % len(chats)])
            return line

        lines = await in_turns(open_line, range(count))
        yield lines
        for line in lines:
            line.socket.transport.abort()  # One that was never read would take its time to say good-bye.


async def say_hello(line: Line, tenant: Tenant, chat: SpokenChat, behind: int = 0) -> list[Frame]:
    """Says hello from a position, on any node; the pages."""
    await line.send(hello_frame(tenant, chat, behind))
    await line.expect("welcome")
    return [await line.expect("page") for _ in range(2)]


def hello_frame(tenant: Tenant, chat: SpokenChat, behind: int = 0) -> Frame:
    """A hello from a position."""
    positions = chat.position(tenant.profile.epoch, behind)
    return {"t": "hello", "v": 1, "token": tenant.bootstrap.api_key, "positions": positions}
