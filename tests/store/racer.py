"""One of two processes that race for the same chats; started by test_races, spoken to in JSON lines.

First line in: the settings. Then each line is a wave: races to run all at once, answered by one line of their outcomes.
"""

import asyncio
import json
import sys
from typing import Any

from hub.actions.chats import end_chat
from hub.actions.holding import accept_chat
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.app import open_ports
from hub.domain.errors import HubError
from hub.domain.event import Appended
from hub.domain.identity import AgentCaller
from hub.settings import Settings


async def main() -> None:
    """Runs waves until the input ends."""
    told = json.loads(sys.stdin.readline())
    caller = AgentCaller(*told["caller"])
    async with open_ports(Settings(database_url=told["database_url"], redis_url=told["redis_url"])) as ports:
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            races = json.loads(line)
            outcomes = await asyncio.gather(*(run_race(ports, caller, **race) for race in races))
            print(json.dumps(outcomes), flush=True)


async def run_race(
    ports: Ports, caller: AgentCaller, act: str, chat: int, cid: str, text: str = ""
) -> dict[str, Any]:
    """What the act came to: the event's seq and whether it was a repeat, or the code of the refusal."""
    try:
        appended = await carry_out(ports, caller, act, chat, cid, text)
    except HubError as error:
        return {"refused": error.code}
    return {"seq": appended.event.seq, "id": appended.event.id, "duplicate": appended.duplicate}


async def carry_out(ports: Ports, caller: AgentCaller, act: str, chat: int, cid: str, text: str) -> Appended:
    """The act by its name."""
    match act:
        case "accept":
            return await accept_chat(ports, caller, chat, cid)
        case "end":
            return await end_chat(ports, caller, chat, cid)
        case "post":
            return await post_message(ports, caller, chat, text, cid)
        case _:
            raise ValueError(act)


if __name__ == "__main__":
    asyncio.run(main())
