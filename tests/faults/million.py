"""A million acknowledgements under faults, judged like every other trial.

    python -m tests.faults.million [--acks 1000000] [--minutes 30] [--seed 1] [--rate 1200]

Goes in rounds, each with a tenant of its own, so that a round's history fits into memory and is judged as a whole. Prints what was
done; ends with 1 when a promise was broken or too little happened to prove anything.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random

import asyncpg
import uvloop

from tests.doubles.tenant import Tenant
from tests.faults.carriers import carry_by_heartbeat, carry_by_websocket
from tests.faults.checker import Violation, find_violations
from tests.faults.faults import BY_ID, Fault
from tests.faults.figures import show_s
from tests.faults.history import Acked, Received, Sent
from tests.faults.people import Person, World
from tests.faults.rig import Rig, running_rig
from tests.faults.stores import running_stores
from tests.operate.processes import wait_until

VISITORS = 200
ON_HEARTBEAT = 5
CHATS_OF_A_LISTENER = 40
ACKS_OF_A_ROUND = 25_000
MOST_UNANSWERED = 2  # Of one visitor: what a fast writer has on its way while the hub is away.
TICK_S = 0.02
PAUSE_S = (3.0, 7.0)  # Between two faults: people must come to speak, too.
SETTLE_WITHIN_S = 60.0

FAULT_IDS = (
    "F01 F01n F03 F08 F09 F10 F11 F12 F13p F14 F16 F17 F17r F18 F19 F19t F22 F24 F25 F26 F31 F31p F32 F32p"
)

# A run of a million has far more of both; below these nothing has been proved.
LEAST_RECONNECTS_PER_ACK = 1 / 2_000
LEAST_FAULTS_PER_ACK = 1 / 10_000

HEADS = "SELECT chat_id, stream, max(seq) AS head FROM events WHERE tenant_id = $1 GROUP BY chat_id, stream"


@dataclass
class Tally:
    """What all rounds came to."""

    acks: int = 0
    deliveries: int = 0
    reconnects: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    ack_s: list[float] = field(default_factory=list)
    delivery_s: list[float] = field(default_factory=list)
    returns_s: list[float] = field(default_factory=list)
    talked_s: float = 0.0

    def describe(self) -> str:
        """One line."""
        return (
            f"{self.acks:,} acknowledged, {self.deliveries:,} delivered, {self.faults.total()} faults, {self.reconnects:,} reconnects, "
            f"{len(self.violations)} promises broken; {self.acks / max(self.talked_s, 1):,.0f} a second; ack {show_s(self.ack_s)}, "
            f"delivery {show_s(self.delivery_s)}, return {show_s(self.returns_s)}"
        )

    def is_enough(self, acks: int) -> bool:
        """Whether nothing was broken, and enough happened."""
        return (
            not self.violations
            and self.acks >= acks
            and self.reconnects >= acks * LEAST_RECONNECTS_PER_ACK
            and self.faults.total() >= acks * LEAST_FAULTS_PER_ACK
        )


async def run_round(rig: Rig, random: Random, acks: int, rate: float, tally: Tally) -> None:
    """So many acknowledgements in chats of their own, while faults strike; judged at the end."""
    tenant = await rig.make_tenant()
    world = World(tenant, [node.base_url for node in rig.nodes])
    visitors = [Person(world, f"visitor{number}", Random(random.random())) for number in range(VISITORS)]
    lives = [
        asyncio.create_task(visitor.live(carry_by_heartbeat if number < ON_HEARTBEAT else carry_by_websocket))
        for number, visitor in enumerate(visitors)
    ]
    try:
        for visitor in visitors:
            visitor.start()
        await wait_until(lambda: all(visitor.chat is not None for visitor in visitors))
        listeners = [
            make_listener(
                world, tenant, visitors[first : first + CHATS_OF_A_LISTENER], Random(random.random())
            )
            for first in range(0, VISITORS, CHATS_OF_A_LISTENER)
        ]
        lives += [asyncio.create_task(listener.live(carry_by_websocket)) for listener in listeners]
        is_over = asyncio.Event()
        striking = asyncio.create_task(strike(rig, random, tally, is_over))
        begun_s = world.now_s()
        await talk(visitors, random, acks, rate)
        is_over.set()
        await striking  # Each fault heals what it broke.
        tally.talked_s += world.now_s() - begun_s
        await rig.heal()
        await settle(rig, tenant, [*visitors, *listeners])
    finally:
        for life in lives:
            life.cancel()
        ended = await asyncio.gather(*lives, return_exceptions=True)
    world.history.transcript = await rig.read_transcripts(tenant)
    judge(world, visitors, tally)
    for node in rig.nodes:
        tally.violations += [
            Violation("phantom", line[:300]) for line in node.list_unforeseen(node.judged_bytes)
        ]
        node.judged_bytes = node.log.stat().st_size
    broken = [end for end in ended if not isinstance(end, asyncio.CancelledError)]
    assert broken == [], broken


def make_listener(world: World, tenant: Tenant, visitors: list[Person], random: Random) -> Person:
    """An agent who hears the chats of these visitors, from their beginning."""
    listener = Person(world, f"listener of {visitors[0].name}", random, tenant.bootstrap.api_key)
    listener.epoch = tenant.profile.epoch
    for visitor in visitors:
        for stream in (f"{visitor.chat}", f"{visitor.chat}/staff"):
            listener.positions[stream] = 0
            world.history.may_see[listener.name].add(stream)
    return listener


async def talk(visitors: list[Person], random: Random, count: int, rate: float) -> None:
    """So many messages, as fast as told and as the hub answers."""
    speakers = cycle(random.sample(visitors, len(visitors)))
    loop = asyncio.get_running_loop()
    said, owed, last_s = 0, 0.0, loop.time()
    while said < count:
        await asyncio.sleep(TICK_S)
        now_s = loop.time()
        # What could not be said while nobody answered is not said all at once afterwards.
        owed, last_s = min(owed + (now_s - last_s) * rate, rate), now_s
        for _ in range(VISITORS):
            if owed < 1 or said >= count:
                break
            speaker = next(speakers)
            if len(speaker.outbox) < MOST_UNANSWERED:
                speaker.say()
                said += 1
                owed -= 1


async def strike(rig: Rig, random: Random, tally: Tally, is_over: asyncio.Event) -> None:
    """One fault after the other, the last of them finished."""
    faults: list[Fault] = [BY_ID[each] for each in FAULT_IDS.split()]
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(random.uniform(*PAUSE_S)):
                await is_over.wait()
        if is_over.is_set():
            return
        fault = random.choice(faults)
        tally.faults[fault.id] += 1
        await fault.inject(rig, random)


async def settle(rig: Rig, tenant: Tenant, people: list[Person]) -> None:
    """Returns when everything is sent and seen, or never will be: then the checker says what is missing."""
    try:
        async with asyncio.timeout(SETTLE_WITHIN_S):
            while any(person.outbox for person in people):
                await asyncio.sleep(0.1)
            connection = await asyncpg.connect(rig.stores.owner_url)
            try:
                rows = await connection.fetch(HEADS, tenant.id)
            finally:
                await connection.close()
            heads = {
                f"{row['chat_id']}" + ("/staff" if row["stream"] == "staff" else ""): row["head"]
                for row in rows
            }
            while not all(person.has_everything(heads) for person in people):
                await asyncio.sleep(0.1)
    except TimeoutError:
        return


def judge(world: World, visitors: list[Person], tally: Tally) -> None:
    """Adds the round to the tally."""
    history = world.history
    first_sent: dict[str, float] = {}
    for sent in history.iterate(Sent):
        if sent.op == "post":
            first_sent.setdefault(sent.cid, sent.at_s)
    acked = {ack.cid: ack.at_s for ack in history.iterate(Acked) if ack.cid in first_sent}
    tally.acks += len(acked)
    tally.ack_s += [at_s - first_sent[cid] for cid, at_s in acked.items()]
    received = [entry for entry in history.iterate(Received) if entry.cid in first_sent]
    tally.deliveries += len(received)
    tally.delivery_s += [
        entry.at_s - first_sent[entry.cid] for entry in received if entry.client.startswith("listener")
    ]
    tally.reconnects += len(world.returns_s)
    tally.returns_s += world.returns_s
    tally.violations += find_violations(history)
    tally.violations += [
        Violation("loss", f"{person.name} could not send {cid}")
        for person in visitors
        for cid in person.outbox
    ]


async def run(acks: int, minutes: float, seed: int, rate: float) -> int:
    """The exit code."""
    random, tally = Random(seed), Tally()
    end_s = time.monotonic() + minutes * 60
    with tempfile.TemporaryDirectory(prefix="hub-million-") as directory:
        place = Path(directory)
        place.chmod(0o755)
        async with running_stores(place / "data") as stores, running_rig(stores, place) as rig:
            while tally.acks < acks and time.monotonic() < end_s and not tally.violations:
                await run_round(rig, random, min(ACKS_OF_A_ROUND, acks - tally.acks), rate, tally)
                print(tally.describe(), flush=True)
    print("faults:", ", ".join(f"{BY_ID[each].name} {count}" for each, count in sorted(tally.faults.items())))
    for violation in tally.violations[:20]:
        print(f"BROKEN {violation.kind}: {violation.what}")
    if tally.acks < acks:
        print(f"only {tally.acks:,} of {acks:,}")
    return 0 if tally.is_enough(acks) else 1


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--acks", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1_200.0, help="messages a second")
    told = parser.parse_args()
    sys.exit(uvloop.run(run(told.acks, told.minutes, told.seed, told.rate)))


if __name__ == "__main__":
    main()
