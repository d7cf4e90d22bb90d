"""Where generated requests are tried: a node, tenants to be treated badly, and a look at everything a tenant has stored."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg
import httpx2
from redis.asyncio import Redis

from hub.actions.ports import Ports
from hub.settings import Settings
from tests.doubles.halo_client import HaloProgram, admin_program
from tests.doubles.halo_worlds import MAKERS, World
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant

TENANT_TABLES = """
SELECT table_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'tenant_id' AND table_name <> $1 ORDER BY table_name
"""
# When a credential was last used is no trace of what was refused, nor is what the courier does meanwhile.
COURIERS_TABLE = "delivery_attempts"
ELSEWHERE = {
    "credentials": ("used_at",),
    "deliveries": ("state", "due_at", "leased_until", "attempts", "tries", "finished_at", "body"),
    "targets": ("state", "paused_at", "pause_reason", "failures", "failing_since", "retry_at"),
}
ROWS_OF_TABLE = """
SELECT coalesce(sum(hashtextextended((to_jsonb(row) - '{elsewhere}'::text[])::text, 0)), 0)::text FROM "{table}" AS row WHERE tenant_id = $1
"""


def rows_of(table: str) -> str:
    """What the tenant has in the table, as one number."""
    names = ",".join(ELSEWHERE.get(table, ()))
    return ROWS_OF_TABLE.format(table=table, elsewhere=f"{{{names}}}")


OF_EACH_KIND = 4  # Some are deleted on the way.

T = TypeVar("T")
Stored = dict[str, str]


@dataclass(frozen=True, slots=True)
class Victim:
    """A tenant with some of everything in it, and the ways in. `ids` are by kind, as addresses name it."""

    tenant: Tenant
    token: str
    visitor_token: str
    ids: Mapping[str, Sequence[int]]

    @property
    def profile_id(self) -> int:
        """The profile's id."""
        return self.tenant.profile.id


class Bench:
    """Makes tenants, tells what they have stored, and lifts their limits."""

    def __init__(
        self,
        node: RunningNode,
        ports: Ports,
        settings: Settings,
        database: "asyncpg.Connection[Any]",
        redis: Redis,
        tables: list[str],
    ) -> None:
        self.base_url = node.base_url
        self._ports = ports
        self._settings = settings
        self._database = database
        self._redis = redis
        self._look = " UNION ALL ".join(
            f"SELECT '{table}' AS name, ({rows_of(table)}) AS rows" for table in tables
        )
        self._loop = asyncio.get_running_loop()

    async def make_victim(self) -> Victim:
        """A tenant with a visitor who talks to an agent, and some of every kind that addresses name."""
        await self._forget_limits()
        tenant = await make_tenant(self._ports, self._settings, open_secrets())
        profile = {"chatprofile_id": str(tenant.profile.id), "key": tenant.profile.key}
        async with admin_program(self.base_url, tenant) as program:
            chat = await program.bearing(None).post("/Chat", {**profile, "text": "Hello"})
            await program.post("/ChatMessage", {"chat_id": chat["id"], "text": "Good morning"})
            world = World(tenant, self._ports, program)
            ids = {kind: [await world.make(kind) for _ in range(OF_EACH_KIND)] for kind in MAKERS}
            assert program.token is not None
            return Victim(tenant, program.token, chat["token"], {**ids, "Chat": [*ids["Chat"], chat["id"]]})

    @asynccontextmanager
    async def open_client(self, victim: Victim) -> AsyncIterator[HaloProgram]:
        """The tenant's application, within fresh limits."""
        await self._forget_limits()
        async with admin_program(self.base_url, victim.tenant) as client:
            yield client

    def look(self, victim: Victim) -> Stored:
        """A fingerprint of all rows of the tenant, by table. To be called from another thread than the node's."""
        return self.wait_for(self._look_at(victim))

    def lift_limits(self) -> None:
        """Forgets who has asked how often: these tests ask more than anybody may. From another thread, too."""
        self.wait_for(self._forget_limits())

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """What comes of the work, which is done in the node's thread. To be called from another one."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _look_at(self, victim: Victim) -> Stored:
        rows = await self._database.fetch(self._look, victim.tenant.id)
        return {row["name"]: row["rows"] for row in rows}

    async def _forget_limits(self) -> None:
        if keys := [key async for key in self._redis.scan_iter("hub:limit:*", count=1_000)]:
            await self._redis.delete(*keys)


@asynccontextmanager
async def opened_bench(
    node: RunningNode, ports: Ports, settings: Settings, owner_url: str
) -> AsyncIterator[Bench]:
    """The bench, with connections of its own to both stores."""
    assert settings.redis_url is not None
    database = await asyncpg.connect(owner_url)
    redis = Redis.from_url(settings.redis_url)
    try:
        tables = [row["table_name"] for row in await database.fetch(TENANT_TABLES, COURIERS_TABLE)]
        yield Bench(node, ports, settings, database, redis, tables)
    finally:
        await redis.aclose()
        await database.close()


async def fetch_description(base_url: str) -> dict[str, Any]:
    """What the node says of itself."""
    async with httpx2.AsyncClient(base_url=base_url) as http:
        response = await http.get("/api/openapi.json")
        assert response.status_code == 200
        described: dict[str, Any] = response.json()
        return described
