"""A crowd of lines as a process of its own, so that its work does not count as the hub's: opens, is cut off as a whole, comes back.

Reads a plan (JSON) from its standard input; says `open` when all lines are; comes back at the next line of input; then says what it saw.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from random import Random

from websockets.exceptions import WebSocketException

from tests.doubles.line import Frame, Line, agent_line

OPENING_AT_ONCE = 50
COMING_BACK_WITHIN_S = 0.5
PATIENCE_S = 100.0


async def main() -> None:
    """One storm."""
    plan = json.loads(sys.stdin.readline())
    hellos: list[Frame] = plan["hellos"]
    turns = asyncio.Semaphore(OPENING_AT_ONCE)

    async with AsyncExitStack() as held:

        async def open_line(hello: Frame) -> Line:
            async with turns:
                line = await held.enter_async_context(agent_line(plan["from_url"]))
                await greet(line, hello)
                return line

        lines = await asyncio.gather(*(open_line(hello) for hello in hellos))
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        cut_s = now_s()
        for line in lines:
            line.socket.transport.abort()
    back_s: list[float] = []
    sent_away = 0

    async def come_back(number: int) -> None:
        nonlocal sent_away
        await asyncio.sleep(Random(number).uniform(0, COMING_BACK_WITHIN_S))
        while not await resume(plan["to_url"], hellos[number]):
            sent_away += 1
        back_s.append(now_s() - cut_s)

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(come_back(number) for number in range(len(hellos))))
    print(json.dumps({"back_s": back_s, "sent_away": sent_away}), flush=True)


async def resume(url: str, hello: Frame) -> bool:
    """Whether the line was let in and told what it had missed; else it has waited as long as it was told to."""
    try:
        async with agent_line(url) as line:
            told = await greet(line, hello)
            if told is not None:
                assert told["retry"] == "after"
                await asyncio.sleep(told["after_ms"] / 1000)
            return told is None
    except (OSError, TimeoutError, WebSocketException):
        return False


async def greet(line: Line, hello: Frame) -> Frame | None:
    """Says hello and takes the pages; the bye, when it is sent away."""
    await line.send(hello)
    told = await line.receive()
    if told["t"] == "bye":
        return told
    for _ in hello["positions"]:
        await line.expect("page")
    return None


def now_s() -> float:
    """The loop's clock."""
    return asyncio.get_running_loop().time()


if __name__ == "__main__":
    asyncio.run(main())
