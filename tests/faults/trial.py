"""A trial: people talk while something is done to the hub, then everything is compared with what is stored."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from random import Random

from tests.doubles.tenant import Tenant
from tests.faults.carriers import carry_by_heartbeat, carry_by_websocket, switching_every
from tests.faults.checker import Violation, find_violations
from tests.faults.faults import Fault
from tests.faults.figures import percentile, show_s
from tests.faults.history import Acked, Received, Sent
from tests.faults.people import Person, World
from tests.faults.rig import Rig
from tests.operate.processes import wait_until

CHATS = 6
SENDS_PER_S = 20.0
NOTE_SHARE = 0.1
SWITCHING = "visitor1"
PAUSE_S = (0.3, 1.2)  # Between two injections.

# Below these nothing has been proved. A second of a trial brings at least so many acknowledgements, whatever is broken then.
LEAST_ACKS_PER_S = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial came to."""

    sent: int
    acks: int
    reconnects: int
    injected: int
    violations: list[Violation]
    ack_s: list[float]
    delivery_s: list[float]
    returns_s: list[float]
    settle_s: float
    byes: list[str]

    def describe(self) -> str:
        """One line with p50/p99/maximum."""
        return (
            f"{self.injected} faults, {self.acks} acks, {self.reconnects} reconnects, settled {self.settle_s:.1f} s; "
            f"ack {show_s(self.ack_s)}, delivery {show_s(self.delivery_s)}, return {show_s(self.returns_s)}"
        )


async def run_trial(rig: Rig, fault: Fault, seed: int, seconds: float) -> Outcome:
    """Six chats talk for so many seconds while the fault strikes at random moments; the outcome, judged."""
    random = Random(f"{fault.id}/{seed}")
    tenant = await rig.make_tenant()
    world = World(tenant, [node.base_url for node in rig.nodes])
    async with talking_people(world, tenant, random) as people:
        struck = asyncio.create_task(_strike(rig, fault, random, seconds))
        await _talk(people, random, struck)
        injected = await struck
        await rig.heal()
        began_s = world.now_s()
        await _settle(rig, tenant, people)
        settle_s = world.now_s() - began_s
    world.history.transcript = await rig.read_transcripts(tenant)
    return _judge(world, people, injected, settle_s)


def require_enough(outcome: Outcome, fault: Fault, seconds: float) -> None:
    """Fails when promises were broken, or when too little happened to prove anything."""
    assert [f"{found.kind}: {found.what}" for found in outcome.violations[:20]] == []
    assert outcome.acks >= LEAST_ACKS_PER_S * seconds
    assert outcome.injected >= 1
    assert outcome.reconnects >= (fault.least_reconnects if outcome.injected else 0)
    assert [bye for bye in outcome.byes if bye.startswith("never")] == []


@asynccontextmanager
async def talking_people(world: World, tenant: Tenant, random: Random) -> AsyncIterator[list[Person]]:
    """A visitor and an agent in each chat, past the greeting. One visitor is on the heartbeat, SWITCHING changes."""
    carriers = [carry_by_heartbeat, switching_every(2), *[carry_by_websocket] * (CHATS - 2)]
    visitors = [Person(world, f"visitor{number}", Random(random.random())) for number in range(CHATS)]
    agents = [
        Person(world, f"agent{number}", Random(random.random()), tenant.bootstrap.api_key)
        for number in range(CHATS)
    ]
    lives = [
        asyncio.create_task(visitor.live(carry)) for visitor, carry in zip(visitors, carriers, strict=True)
    ]
    lives += [asyncio.create_task(agent.live(carry_by_websocket)) for agent in agents]
    try:
        for visitor in visitors:
            visitor.start()
        await wait_until(lambda: all(visitor.chat is not None for visitor in visitors))
        for visitor, agent in zip(visitors, agents, strict=True):
            agent.take_up(visitor.chat or 0)
            agent.accept()
        await wait_until(lambda: not any(agent.outbox for agent in agents))
        yield [*visitors, *agents]
    finally:
        for life in lives:
            life.cancel()
        ended = await asyncio.gather(*lives, return_exceptions=True)
        broken = [end for end in ended if not isinstance(end, asyncio.CancelledError)]
        assert broken == [], broken


async def _talk(people: list[Person], random: Random, until: asyncio.Task[int]) -> None:
    # All agents are one, and the hub counts how fast one speaks.
    turns = people + [person for person in people if not person.is_agent]
    speakers = cycle(random.sample(turns, len(turns)))
    while not until.done():
        speaker = next(speakers)
        if speaker.is_agent and random.random() < NOTE_SHARE:
            speaker.note()
        else:
            speaker.say()
        await asyncio.sleep(random.uniform(0.5, 1.5) / SENDS_PER_S)


async def _strike(rig: Rig, fault: Fault, random: Random, seconds: float) -> int:
    """How often the fault was injected; each time it is over before the next."""
    injected = 0
    loop = asyncio.get_running_loop()
    end_s = loop.time() + seconds
    await asyncio.sleep(random.uniform(*PAUSE_S))
    while loop.time() < end_s or not injected:
        await fault.inject(rig, random)
        injected += 1
        await asyncio.sleep(random.uniform(*PAUSE_S))
    return injected


async def _settle(rig: Rig, tenant: Tenant, people: list[Person]) -> None:
    """Returns when nobody has anything left to send and everybody has seen everything."""

    async def is_settled() -> bool:
        if any(person.outbox for person in people):
            return False
        heads = {name: len(events) for name, events in (await rig.read_transcripts(tenant)).items()}
        return all(person.has_everything(heads) for person in people)

    try:
        await wait_until(is_settled)
    except TimeoutError:
        return  # The checker says what is missing, and where.


def _judge(world: World, people: list[Person], injected: int, settle_s: float) -> Outcome:
    history = world.history
    first_sent: dict[str, float] = {}
    for sent in history.iterate(Sent):
        if sent.op != "start":
            first_sent.setdefault(sent.cid, sent.at_s)
    ack_s = [ack.at_s - first_sent[ack.cid] for ack in history.iterate(Acked) if ack.cid in first_sent]
    # Who changes lines by choice is away by choice.
    senders = {sent.cid: sent.client for sent in history.iterate(Sent)}
    delivery_s = [
        received.at_s - first_sent[received.cid]
        for received in history.iterate(Received)
        if received.cid in first_sent and received.client not in {senders[received.cid], SWITCHING}
    ]
    unsent = [
        Violation("loss", f"{person.name} could not send {cid}") for person in people for cid in person.outbox
    ]
    return Outcome(
        sent=len(first_sent),
        acks=len(ack_s),
        reconnects=len(world.returns_s),
        injected=injected,
        violations=find_violations(history) + unsent,
        ack_s=ack_s,
        delivery_s=delivery_s,
        returns_s=world.returns_s,
        settle_s=settle_s,
        byes=[f"{bye['retry']} {bye['reason']}" for bye in world.byes],
    )


def worst_s(values: list[float]) -> float:
    """The 99th percentile."""
    return percentile(values, 0.99)
