"""Looks the hub's surroundings over and says in plain words what is wrong and what to do; behind `hub doctor`."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
from redis.asyncio import Redis

from hub.domain.delivery import TargetHealth
from hub.settings import Settings

OLDEST_PYTHON: Final = (3, 11)
OLDEST_POSTGRES_MAJOR: Final = 15
OLDEST_REDIS_MAJOR: Final = 7

# Leases and tokens carry absolute times: more than this between two machines and typing or sign-ins end visibly early.
MOST_CLOCK_DIFFERENCE: Final = timedelta(seconds=2)

ANSWER_WITHIN_S: Final = 5.0
MOST_CHATS_NAMED: Final = 5

FAILING_FOR: Final = timedelta(minutes=5)  # A deploy of the other side is no trouble.
MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look came to, as a sentence; `ok` False when somebody has to do something."""

    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks at everything a hub with these settings needs. Both store URLs must be set."""

    settings: Settings
    list_pending: Callable[[str], Awaitable[list[str]]]
    require_row_security: Callable[[str], Awaitable[None]]
    explain_blobs: Callable[[], Awaitable[str | None]]  # Why attachments cannot be kept; None when they can.
    measure_targets: Callable[[], Awaitable[Sequence[TargetHealth]]]
    list_stranded: Callable[
        [str], Awaitable[list[str]]
    ]  # Each open chat that nobody would come to, in words.
    require_port_free: Callable[[], None] | None
    sentence_from_error: Callable[[Exception], str]

    async def examine(self) -> AsyncIterator[Finding]:
        """The findings one by one; each look is made even when another one failed."""
        yield look_at_python(sys.version_info[:3])
        for look in (
            self._look_at_postgres,
            self._look_at_migrations,
            self._look_at_row_security,
            self._look_at_redis,
            self._look_at_blobs,
            self._look_at_webhooks,
            self._look_at_chats,
            self._look_at_port,
        ):
            try:
                yield await look()
            except Exception as error:
                yield Finding(False, self.sentence_from_error(error))

    async def _look_at_postgres(self) -> Finding:
        connection: asyncpg.Connection[Any] = await asyncpg.connect(
            self.settings.database_url, timeout=ANSWER_WITHIN_S
        )
        try:
            major = connection.get_server_version().major
            if major < OLDEST_POSTGRES_MAJOR:
                return Finding(
                    False, f"Postgres {major} is too old: the hub needs {OLDEST_POSTGRES_MAJOR} or newer."
                )
            asked_at = datetime.now(UTC)
            told: datetime = await connection.fetchval("SELECT clock_timestamp()")
            return look_at_clock(f"Postgres {major}", told, asked_at, datetime.now(UTC))
        finally:
            await connection.close()

    async def _look_at_migrations(self) -> Finding:
        pending = await self.list_pending(
            self.settings.database_owner_url or self.settings.database_url or ""
        )
        if pending:
            return Finding(
                False, f"The database lacks {len(pending)} migrations, {pending[0]} first: run “hub migrate”."
            )
        return Finding(True, "The database is up to date.")

    async def _look_at_row_security(self) -> Finding:
        await self.require_row_security(self.settings.database_url or "")
        return Finding(True, "Row security keeps the tenants apart, and the hub's role cannot step over it.")

    async def _look_at_redis(self) -> Finding:
        redis = Redis.from_url(
            self.settings.redis_url or "",
            socket_timeout=ANSWER_WITHIN_S,
            socket_connect_timeout=ANSWER_WITHIN_S,
        )
        async with redis:
            about = await redis.info("server")
            version = str(about.get("valkey_version") or about["redis_version"])
            if int(version.partition(".")[0]) < OLDEST_REDIS_MAJOR:
                return Finding(
                    False, f"Redis {version} is too old: the hub needs {OLDEST_REDIS_MAJOR} or newer."
                )
            asked_at = datetime.now(UTC)
            seconds, microseconds = await redis.time()
            told = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=microseconds)
            name = "Valkey" if about.get("valkey_version") else "Redis"
            return look_at_clock(f"{name} {version}", told, asked_at, datetime.now(UTC))

    async def _look_at_blobs(self) -> Finding:
        trouble = await self.explain_blobs()
        if trouble is not None:
            return Finding(False, f"Attachments cannot be kept: {trouble}.")
        return Finding(True, "Attachments can be kept, read and removed.")

    async def _look_at_webhooks(self) -> Finding:
        return look_at_targets(await self.measure_targets(), datetime.now(UTC))

    async def _look_at_chats(self) -> Finding:
        stranded = await self.list_stranded(self.settings.database_url or "")
        if stranded:
            shown = "; ".join(stranded[:MOST_CHATS_NAMED])
            return Finding(
                False,
                f"{len(stranded)} open chats have neither a queue nor an agent nor a flow ({shown}): "
                "let a supervisor take them over, and report this.",
            )
        return Finding(True, "Every open chat has a queue, an agent or a flow.")

    async def _look_at_port(self) -> Finding:
        place = f"Port {self.settings.port} on {self.settings.host}"
        if self.require_port_free is None:
            return Finding(True, "A hub is running on this data directory.")
        self.require_port_free()
        return Finding(True, f"{place} is free.")


def look_at_python(version: tuple[int, ...]) -> Finding:
    """Whether the interpreter is recent enough."""
    shown = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        return Finding(False, f"Python {shown} is too old: the hub needs 3.11 or newer.")
    return Finding(True, f"Python {shown} is recent enough.")


def look_at_targets(targets: Sequence[TargetHealth], now: datetime) -> Finding:
    """Whether all webhooks take what they are told; of those that do not, the first few."""
    troubles = [trouble for target in targets if (trouble := _trouble_of(target, now)) is not None]
    if troubles:
        more = f" (and {len(troubles) - MOST_NAMED} more)" if len(troubles) > MOST_NAMED else ""
        return Finding(False, f"Webhooks: {'; '.join(troubles[:MOST_NAMED])}{more}.")
    waiting = sum(target.waiting for target in targets if target.state == "on")
    return Finding(
        True, f"{len(targets)} webhooks take what they are told; {waiting} deliveries are on their way."
    )


def _trouble_of(target: TargetHealth, now: datetime) -> str | None:
    name = f"{target.target_id} “{target.name}” of tenant {target.tenant_id}"
    waiting = f"{target.waiting} deliveries wait"
    if target.state == "paused":
        if target.pause_reason == "asked":
            return None  # Somebody has meant it so.
        why = "said it is gone" if target.pause_reason == "gone" else "took nothing for a day"
        return f"{name} was paused because it {why}, {waiting}: mend it and run “hub webhook resume {target.target_id}”"
    if target.failing_since is not None and now - target.failing_since > FAILING_FOR:
        minutes = int((now - target.failing_since).total_seconds() // 60)
        return f"{name} has taken nothing for {minutes} minutes, {waiting}: see “hub webhook log {target.target_id}”"
    return None


def look_at_clock(server: str, told: datetime, asked_at: datetime, answered_at: datetime) -> Finding:
    """Whether a server that answers has about our time; how long the answer took is no difference."""
    difference = max(asked_at - told, told - answered_at, timedelta())
    if difference > MOST_CLOCK_DIFFERENCE:
        return Finding(
            False,
            f"{server} answers, but its clock differs from this machine's by {difference.total_seconds():.0f} s: "
            "let both follow a time server.",
        )
    return Finding(True, f"{server} answers, and its clock agrees with this machine's.")
