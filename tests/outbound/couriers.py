"""Couriers for tests: real ones, with real calls to a receiver on loopback."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.actions.webhooks import SavedWebhook, save_webhooks
from hub.domain.delivery import TargetHealth
from hub.domain.desk import Patch
from hub.domain.foreign_address import OwnHost
from hub.outbound.addresses import AddressPolicy
from hub.outbound.courier import Courier
from hub.outbound.safe_http import SafeHttp
from tests.doubles.conversation import begin_active_chat
from tests.doubles.receiver import Received, Receiver
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant
from tests.store.conftest import Connection

LOOPBACK = AddressPolicy(own_hosts=[OwnHost("127.0.0.1", has_any_port=True)])


@dataclass
class Watched:
    """What a courier reports."""

    outcomes: list[str] = field(default_factory=list)
    targets: Sequence[TargetHealth] = ()

    def attempted(self, outcome: str, age_s: float) -> None:
        self.outcomes.append(outcome)

    def measured(self, targets: Sequence[TargetHealth]) -> None:
        self.targets = targets


@asynccontextmanager
async def courier(
    ports: Ports, watched: Watched | None = None, within_s: float = 5.0
) -> AsyncIterator[Courier]:
    """A courier at work; at the end it is killed, as a process is: what is under way stays so. `within_s`: how long a call may take."""
    http = SafeHttp(policy=LOOPBACK, connect_s=within_s, total_s=within_s)
    one = Courier(ports, open_secrets().seals, http, watched or Watched())
    running = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        running.cancel()
        await asyncio.wait({running})
        await http.close()


async def add_webhook(ports: Ports, tenant: Tenant, told: Receiver, **members: object) -> SavedWebhook:
    """A webhook of the tenant at the receiver."""
    patch: Patch = {"name": "Shop", "url": told.url(), **members}
    [saved] = await save_webhooks(ports, open_secrets(), tenant.id, [patch])
    return saved


async def talk(ports: Ports, tenant: Tenant, words: int) -> int:
    """A chat in which the agent says so many things; its id."""
    start = await begin_active_chat(ports, tenant)
    for number in range(words):
        await post_message(ports, tenant.marta, start.chat.id, f"Word {number}", str(uuid4()))
    return start.chat.id


async def let_pass(owner: Connection, seconds: float) -> None:
    """As if everything that is to be done had come so much earlier."""
    async with owner.transaction():  # A courier sees all of it or nothing.
        await owner.execute(
            "UPDATE deliveries SET due_at = due_at - x, leased_until = leased_until - x, due_since = due_since - x, created_at = created_at - x,"
            " finished_at = finished_at - x FROM (SELECT make_interval(secs => $1) AS x) x",
            seconds,
        )
        await owner.execute(
            "UPDATE targets SET retry_at = retry_at - x, failing_since = failing_since - x FROM (SELECT make_interval(secs => $1) AS x) x",
            seconds,
        )


def seqs(calls: Sequence[Received], chat_id: int) -> list[int]:
    """Of which events of the chat it was told, in the order of the calls."""
    return [call.told["data"]["event"]["seq"] for call in calls if call.told["data"]["chat"]["id"] == chat_id]


def in_some_order(chance: random.Random, chats: Sequence[int], words: int) -> list[int]:
    """Each chat so many times, mixed."""
    mixed = [chat for chat in chats for _ in range(words)]
    chance.shuffle(mixed)
    return mixed
