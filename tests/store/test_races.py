"""Two processes race for the same chats, a thousand times: each race has one winner, and no number is lost or given twice."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from hub.actions.ports import Ports
from hub.domain.event import Append, Change, Event, Join
from hub.domain.identity import AgentCaller
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat, begin_chat, read_stream, require_dense
from tests.doubles.tenant import Tenant

ROOT = Path(__file__).parents[2]
WAVE = 25
ACCEPT_RACES = 250
END_RACES = 250
CID_RACES = 500
PATIENCE_S = 60.0

Race = dict[str, Any]
Outcome = dict[str, Any]


class Racer:
    """One process that races."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def tell(self, line: object) -> None:
        """Sends a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        await self._process.stdin.drain()

    async def hear(self) -> str:
        """The next line."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            line = await self._process.stdout.readline()
        assert line, "the racer has ended"
        return line.decode().strip()

    async def finish(self) -> None:
        """Ends it."""
        self._process.kill()
        await self._process.communicate()


async def start_racer(settings: Settings, caller: AgentCaller) -> Racer:
    """A racer that is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.store.racer",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    racer = Racer(process)
    await racer.tell(
        {
            "database_url": settings.database_url,
            "redis_url": settings.redis_url,
            "caller": [caller.tenant_id, caller.id, caller.name, caller.email],
        }
    )
    return racer


@pytest.fixture
async def racers(settings: Settings, tenant: Tenant) -> AsyncIterator[tuple[Racer, Racer]]:
    """Two processes, one for each agent of the tenant."""
    pair = (await start_racer(settings, tenant.marta), await start_racer(settings, tenant.jonas))
    for racer in pair:
        assert await racer.hear() == "ready"
    yield pair
    for racer in pair:
        await racer.finish()


async def run_races(
    racers: tuple[Racer, Racer], races: Sequence[tuple[Race, Race]]
) -> list[tuple[Outcome, Outcome]]:
    """The outcomes of both sides of every race, run in waves that both processes begin together."""
    outcomes: list[tuple[Outcome, Outcome]] = []
    for start in range(0, len(races), WAVE):
        wave = races[start : start + WAVE]
        for racer, side in zip(racers, zip(*wave, strict=True), strict=True):
            await racer.tell(side)
        heard = [json.loads(await racer.hear()) for racer in racers]
        outcomes += zip(*heard, strict=True)
    return outcomes


async def read_all(ports: Ports, tenant: Tenant, chats: Sequence[int]) -> dict[int, list[Event]]:
    """Every chat's events as the store has them, made sure to be dense."""
    found = {chat: await read_stream(ports, tenant.id, chat) for chat in chats}
    for events in found.values():
        require_dense(events)
    return found


async def test_of_two_agents_who_accept_at_once_one_gets_the_chat(
    racers: tuple[Racer, Racer], ports: Ports, tenant: Tenant
) -> None:
    chats = [(await begin_chat(ports, tenant)).chat.id for _ in range(ACCEPT_RACES)]
    races = [
        ({"act": "accept", "chat": chat, "cid": "a"}, {"act": "accept", "chat": chat, "cid": "b"})
        for chat in chats
    ]

    outcomes = await run_races(racers, races)

    wins = [["seq" in outcome for outcome in sides] for sides in outcomes]
    assert all(sorted(won) == [False, True] for won in wins)
    assert {o["refused"] for sides in outcomes for o in sides if "refused" in o} == {"already_taken"}
    events = await read_all(ports, tenant, chats)
    holders = {chat.id: chat.holder_id for chat in await ports.chats.list_chats(tenant.id, chats)}
    for chat, (marta_won, _) in zip(chats, wins, strict=True):
        winner = tenant.marta.id if marta_won else tenant.jonas.id
        joined = [event for event in events[chat] if event.kind == "agent_joined"]
        assert ([event.actor_id for event in joined], holders[chat]) == ([winner], winner)


async def test_nothing_is_said_after_the_end(
    racers: tuple[Racer, Racer], ports: Ports, tenant: Tenant
) -> None:
    chats = [(await begin_active_chat(ports, tenant)).chat.id for _ in range(END_RACES)]
    await join_jonas(ports, tenant, chats)
    races = [
        (
            {"act": "end", "chat": chat, "cid": "end"},
            {"act": "post", "chat": chat, "cid": "post", "text": "Hello"},
        )
        for chat in chats
    ]

    outcomes = await run_races(racers, races)

    events = await read_all(ports, tenant, chats)
    assert all("seq" in ended for ended, _ in outcomes)
    for chat, (ended, posted) in zip(chats, outcomes, strict=True):
        said = [event.kind for event in events[chat]]
        assert said[-1] == "chat_ended"
        assert ("message_posted" in said) == ("seq" in posted)
        assert posted.get("refused", "chat_ended") == "chat_ended"
        assert events[chat][-1].id == ended["id"]


async def test_a_cid_said_by_two_processes_makes_one_event(
    racers: tuple[Racer, Racer], ports: Ports, tenant: Tenant, settings: Settings
) -> None:
    chats = [(await begin_active_chat(ports, tenant)).chat.id for _ in range(3)]
    twin = await start_racer(settings, tenant.marta)
    try:
        assert await twin.hear() == "ready"
        cids = [str(uuid4()) for _ in range(CID_RACES)]
        sides = [
            {"act": "post", "chat": chats[number % 3], "cid": cid, "text": cid}
            for number, cid in enumerate(cids)
        ]
        outcomes = await run_races((racers[0], twin), [(side, side) for side in sides])
    finally:
        await twin.finish()

    assert all(one["id"] == other["id"] for one, other in outcomes)
    assert all({one["duplicate"], other["duplicate"]} == {False, True} for one, other in outcomes)
    events = await read_all(ports, tenant, chats)
    said = [event.cid for chat in chats for event in events[chat] if event.kind == "message_posted"]
    assert sorted(said) == sorted(cids)


async def join_jonas(ports: Ports, tenant: Tenant, chats: Sequence[int]) -> None:
    """Makes Jonas take part too, so that he may speak."""
    jonas = tenant.jonas
    await asyncio.gather(
        *(
            ports.events.append(
                Append(
                    tenant.id,
                    chat,
                    "public",
                    "agent_joined",
                    "agent",
                    jonas.id,
                    "join",
                    data={"name": jonas.name},
                    change=Change(join=Join(jonas.id, "agent", jonas.name)),
                )
            )
            for chat in chats
        )
    )
