"""Plain questions to the two servers, from tests that have no event loop."""

import asyncio
from typing import Any

import asyncpg
import redis


def ask_postgres(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """The rows of the last statement."""
    return asyncio.run(_ask(url, statements))


async def _ask(url: str, statements: tuple[str, ...]) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        rows = [await connection.fetch(statement) for statement in statements][-1]
        return [tuple(row.values()) for row in rows]
    finally:
        await connection.close()


def ask_valkey(url: str, *command: str) -> Any:
    """The answer to the command."""
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return client.execute_command(*command)
