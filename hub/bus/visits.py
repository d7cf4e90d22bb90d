"""Who is on the site, in Redis: a list of leases a tenant, a value a visit and one an invitation. All of it ends by itself."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from hub.actions.visit_ports import VisitKey
from hub.domain.errors import VisitsUnavailable
from hub.domain.visit import Invitation, Visit

ANSWER_WITHIN_S = 2.0  # Visits can wait, but what waits for Redis must not pile up.
ASK_AGAIN_S = 2.0  # While Redis is away one caller waits for it now and then, not everybody every time.
MAX_VISITS = 500  # Of one tenant. A flood of made-up ones ends here; with 8 KiB each that is 4 MB.

T = TypeVar("T")

# KEYS: the tenant's leases, the visit; ARGV: its id, its value, its lease in ms, how many there may be (0: none that is new).
# The server's clock rules. Returns whether it was kept.
KEEP = """
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local lease, most = tonumber(ARGV[3]), tonumber(ARGV[4])
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
    if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= most then return 0 end
    redis.call('ZADD', KEYS[1], now + lease, ARGV[1])
    if redis.call('PTTL', KEYS[1]) < lease then redis.call('PEXPIRE', KEYS[1], lease) end
    redis.call('SET', KEYS[2], ARGV[2], 'PX', lease)
    return 1
"""
# KEYS: the tenant's leases; ARGV: how many. Returns the ids, the newest lease first, and how many there are.
LIST = """
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
    return {redis.call('ZREVRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1), redis.call('ZCARD', KEYS[1])}
"""
# KEYS: the invitation; ARGV: the id that must stand there, the value to put there (empty: none), its lease in ms.
REPLACE = """
    local standing = redis.call('HGET', KEYS[1], 'id')
    if standing ~= ARGV[1] then return 0 end
    if ARGV[2] == '' then redis.call('DEL', KEYS[1])
    else
        redis.call('HSET', KEYS[1], 'value', ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
    end
    return 1
"""
# KEYS: the invitation; ARGV: its id, its value, its lease in ms. Returns what stands from now on.
INVITE = """
    local standing = redis.call('HGET', KEYS[1], 'value')
    if standing then return standing end
    redis.call('HSET', KEYS[1], 'id', ARGV[1], 'value', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
    return ARGV[2]
"""

_parse_visit = msgspec.msgpack.Decoder(Visit).decode
_parse_invitation = msgspec.msgpack.Decoder(Invitation).decode


class RedisVisits:
    """Keeps visits and invitations where all processes find them."""

    def __init__(self, redis: Redis, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self._redis = redis
        self._keep = redis.register_script(KEEP)
        self._list = redis.register_script(LIST)
        self._replace = redis.register_script(REPLACE)
        self._invite = redis.register_script(INVITE)
        self._answer_within_s = answer_within_s
        self._away_until_s = 0.0

    async def renew_visit(self, tenant_id: int, visit: Visit, lease_s: float) -> bool:
        """Whether it was known, and is kept for so long. VisitsUnavailable."""
        return await self._keep_visit(tenant_id, visit, lease_s, 0)

    async def add_visit(self, tenant_id: int, visit: Visit, lease_s: float) -> bool:
        """Whether there was room for it. VisitsUnavailable."""
        return await self._keep_visit(tenant_id, visit, lease_s, MAX_VISITS)

    async def find_visit(self, tenant_id: int, visit_id: str) -> Visit | None:
        """The visit while its lease holds. VisitsUnavailable."""
        value: Any = await self._ask(self._redis.get(_visit_key(tenant_id, visit_id)))
        return None if value is None else _parse_visit(value)

    async def list_visits(
        self, tenant_id: int, limit: int
    ) -> tuple[list[tuple[Visit, Invitation | None]], int]:
        """Those whose lease holds, the newest lease first, and how many there are. VisitsUnavailable."""
        names, total = await self._ask(self._list(keys=[_leases_key(tenant_id)], args=[limit]))
        ids = [name.decode() for name in names]
        if not ids:
            return [], 0
        values: Any = await self._ask(self._redis.mget([_visit_key(tenant_id, visit_id) for visit_id in ids]))
        invitations = await self.find_invitations([(tenant_id, visit_id) for visit_id in ids])
        found = [
            (_parse_visit(value), invitation)
            for value, invitation in zip(values, invitations, strict=True)
            if value is not None
        ]
        return found, int(total)

    async def add_invitation(self, tenant_id: int, invitation: Invitation, lease_s: float) -> Invitation:
        """The invitation that stands from now on: this one, or one that was there before. VisitsUnavailable."""
        value: Any = await self._ask(
            self._invite(
                keys=[_invitation_key(tenant_id, invitation.visit_id)],
                args=[invitation.id, _render(invitation), _ms(lease_s)],
            )
        )
        return _parse_invitation(value)

    async def find_invitations(self, keys: Sequence[VisitKey]) -> list[Invitation | None]:
        """What stands for each of these visits, in their order; one round trip. VisitsUnavailable."""
        if not keys:
            return []
        pipeline = self._redis.pipeline(transaction=False)
        for tenant_id, visit_id in keys:
            pipeline.hget(_invitation_key(tenant_id, visit_id), "value")
        values = await self._ask(pipeline.execute())
        return [None if value is None else _parse_invitation(value) for value in values]

    async def replace_invitation(self, tenant_id: int, invitation: Invitation, lease_s: float) -> None:
        """This one instead of the one with the same id; nothing when that one stands no more. VisitsUnavailable."""
        key = _invitation_key(tenant_id, invitation.visit_id)
        await self._ask(self._replace(keys=[key], args=[invitation.id, _render(invitation), _ms(lease_s)]))

    async def forget_invitation(self, tenant_id: int, invitation: Invitation) -> None:
        """The one with this id stands no more. VisitsUnavailable."""
        key = _invitation_key(tenant_id, invitation.visit_id)
        await self._ask(self._replace(keys=[key], args=[invitation.id, "", 0]))

    async def _keep_visit(self, tenant_id: int, visit: Visit, lease_s: float, most: int) -> bool:
        kept = await self._ask(
            self._keep(
                keys=[_leases_key(tenant_id), _visit_key(tenant_id, visit.id)],
                args=[visit.id, _render(visit), _ms(lease_s), most],
            )
        )
        return bool(kept)

    async def _ask(self, asking: Awaitable[T]) -> T:
        loop = asyncio.get_running_loop()
        if loop.time() < self._away_until_s:
            if asyncio.iscoroutine(asking):
                asking.close()
            raise VisitsUnavailable
        try:
            async with asyncio.timeout(self._answer_within_s):
                return await asking
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until_s = loop.time() + ASK_AGAIN_S
            raise VisitsUnavailable from error


# One slot a tenant, should these keys ever be spread over servers.
def _leases_key(tenant_id: int) -> str:
    return f"hub:visits:{{{tenant_id}}}"


def _visit_key(tenant_id: int, visit_id: str) -> str:
    return f"hub:visit:{{{tenant_id}}}:{visit_id}"


def _invitation_key(tenant_id: int, visit_id: str) -> str:
    return f"hub:invitation:{{{tenant_id}}}:{visit_id}"


def _render(value: Visit | Invitation) -> bytes:
    return msgspec.msgpack.encode(value)


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
