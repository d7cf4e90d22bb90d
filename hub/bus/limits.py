"""Shared rate limits in Redis: the generic cell rate algorithm, one key each. Without Redis each process counts for itself."""

import asyncio

from redis.asyncio import Redis
from redis.exceptions import RedisError

from hub.domain.rate import Bucket

ANSWER_WITHIN_S = 0.1  # A beat waits for this; without an answer the process counts for itself.
ASK_AGAIN_S = 5.0  # While Redis is away one caller waits for it now and then, not everybody every time.
MAX_LOCAL_BUCKETS = (
    10_000  # An attacker's addresses must not fill the memory; the oldest are forgotten first.
)

# KEYS[1] the bucket; ARGV: microseconds between admissions, burst. Returns the microseconds to wait, 0 when admitted.
# The server's clock rules, so that the processes' clocks need not agree.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local start = math.max(free, now)
local wait = start + interval - now - interval * burst
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.0f', start + interval), 'PX', math.ceil((start + interval - now) / 1000) + 1000)
return 0
"""


class RedisLimits:
    """Rate limits all processes share."""

    def __init__(self, redis: Redis, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self._take = redis.register_script(TAKE)
        self._answer_within_s = answer_within_s
        self._local: dict[str, Bucket] = {}
        self._away_until_s = 0.0

    async def take(self, key: str, per_minute: float, burst: int) -> float:
        """0 when admitted; else the seconds to wait."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._away_until_s:
            return self._take_locally(key, per_minute, burst)
        try:
            async with asyncio.timeout(self._answer_within_s):
                wait = await self._take(keys=[f"hub:limit:{key}"], args=[int(60_000_000 / per_minute), burst])
            return int(wait) / 1_000_000
        except (RedisError, OSError, TimeoutError):
            self._away_until_s = loop.time() + ASK_AGAIN_S
            return self._take_locally(key, per_minute, burst)

    def _take_locally(self, key: str, per_minute: float, burst: int) -> float:
        bucket = self._local.get(key)
        if bucket is None:
            if len(self._local) >= MAX_LOCAL_BUCKETS:
                del self._local[next(iter(self._local))]
            bucket = self._local[key] = Bucket(per_minute / 60, burst)
        return bucket.take(asyncio.get_running_loop().time())
