"""Connections to Postgres: the reading pool, the role the hub works as, and transactions that name their tenants."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
import msgspec

from hub.domain.errors import StorageUnavailable

APP_ROLE = "hub_app"
STATEMENT_TIMEOUT_S = 1.7  # A sender is told within 2 s, so nothing may wait longer for the database.
CONNECT_WITHIN_S = 10.0  # At start there is time; later `acquire` waits no longer than a statement may.
ANSWER_WITHIN_S = 1.8  # Behind the server's own limit, for a server that is frozen or out of reach.
POOL_SIZE = 8
RETRY_AFTER_MS = 1_000

# The writer's few statements look up single rows. Planning them anew for the values of each batch would take longer than running them, and a plan
# that is kept must not have been made for tables so small that reading all of a tenant's rows was cheap.
WRITER_SETTINGS = {
    "plan_cache_mode": "force_generic_plan",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_bitmapscan": "off",
}

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"

# What a lost, refused or overloaded Postgres looks like; all of it passes.
UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.DiskFullError,
    asyncpg.OutOfMemoryError,
    asyncpg.ReadOnlySQLTransactionError,
)

# How a wait for an answer ends that nobody waits for any longer.
GIVEN_UP = (TimeoutError, asyncio.CancelledError)


class RowSecurityOff(Exception):
    """The hub would work without its second wall between tenants; the message says why and what to do."""


async def connect(
    url: str, *, role: str | None = None, more: Mapping[str, str] | None = None
) -> "asyncpg.Connection[Any]":
    """One connection of the hub, working as `role` when the login is another one, with `more` settings of the server."""
    connection = await asyncpg.connect(
        url, timeout=STATEMENT_TIMEOUT_S, server_settings={**_server_settings(role), **(more or {})}
    )
    await prepare_connection(connection)
    return connection


async def prepare_connection(connection: Connection) -> None:
    """JSON columns as Python values, on every connection."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )


async def _leave_as_it_is(connection: Connection) -> None:
    """What a connection goes through between two uses: nothing, because a use leaves nothing behind but its transaction."""
    if connection.is_in_transaction():
        connection.terminate()


def _server_settings(role: str | None) -> dict[str, str]:
    settings = {
        "application_name": "hub",
        "timezone": "UTC",
        "statement_timeout": f"{int(STATEMENT_TIMEOUT_S * 1000)}",
        "idle_in_transaction_session_timeout": "10000",
        "synchronous_commit": "on",
        # Plans are kept from when the tables were empty, and a scan that was cheap then would be made for ever. All our
        # statements have an index to go by.
        "enable_seqscan": "off",
        "jit": "off",  # Compiling a statement of a millisecond costs a hundred.
    }
    return settings if role is None else {**settings, "role": role}


async def find_working_role(url: str) -> str | None:
    """The role to switch to: `hub_app` when the login itself may more than that, None when it is fit as it is.

    Operators who keep two logins give the hub the lesser one; those with a single login get the lesser role all the same.
    """
    connection = await asyncpg.connect(url, timeout=CONNECT_WITHIN_S)
    try:
        return await connection.fetchval(WORKING_ROLE, APP_ROLE)  # type: ignore[no-any-return]
    finally:
        await connection.close()


WORKING_ROLE = """
    SELECT CASE WHEN current_user <> $1 AND EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AND pg_has_role(current_user, $1, 'MEMBER')
                THEN $1 END
"""

ROW_SECURITY = """
    SELECT current_user::text AS role,
           r.rolsuper OR r.rolbypassrls AS unbound,
           (SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1) AND c.relowner = r.oid) AS owned,
           (SELECT array_agg(t ORDER BY t) FROM unnest($1::text[]) t
            WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = t AND c.relrowsecurity)) AS open
    FROM pg_roles r WHERE r.rolname = current_user
"""

PROBE = "INSERT INTO health_probe (id, at) VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET at = now()"

TENANT_TABLES = [
    "tenants",
    "identities",
    "profiles",
    "credentials",
    "chats",
    "tickets",
    "participants",
    "events",
    "deliveries",
    "delivery_attempts",
    "targets",
    "teams",
    "statuses",
    "ticket_types",
    "articles",
    "article_votes",
    "attachments",
    "workdays",
    "holidays",
    "presence",
    "used_id_tokens",
    "mentions",
    "canned_texts",
]


async def require_row_security(connection: Connection) -> None:
    """Returns when row security binds this connection's role on every table; else RowSecurityOff with a sentence."""
    state = await connection.fetchrow(ROW_SECURITY, TENANT_TABLES)
    if state is None or state["unbound"]:
        role = state["role"] if state else "this login"
        raise RowSecurityOff(
            f"The hub would work as “{role}”, which row security does not bind (superuser or BYPASSRLS). "
            f"Let HUB_DATABASE_URL log in as a role that is a member of {APP_ROLE}."
        )
    if state["owned"]:
        raise RowSecurityOff(
            f"The hub would work as “{state['role']}”, which owns {state['owned'][0]} and so is above its row security. "
            f"Grant it {APP_ROLE}, or give HUB_DATABASE_URL another login."
        )
    if state["open"]:
        raise RowSecurityOff(f"Row security is not switched on for {state['open'][0]}. Run “hub migrate”.")


class Database:
    """The reading pool. Every use is one transaction that names the tenants it serves; without a name it sees no rows."""

    def __init__(self, url: str, role: str | None) -> None:
        self._url = url
        self._role = role
        self._pool: asyncpg.Pool[Any] | None = None

    async def open(self) -> None:
        """Opens the pool and makes sure of row security. Raises RowSecurityOff or what connecting raises."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=POOL_SIZE,
            timeout=CONNECT_WITHIN_S,
            command_timeout=ANSWER_WITHIN_S,
            init=prepare_connection,
            reset=_leave_as_it_is,  # The driver's own costs a question each time.
            server_settings=_server_settings(self._role),
        )
        async with self._pool.acquire() as connection:
            await require_row_security(connection)

    async def close(self) -> None:
        """Closes the pool; connections that hang are cut."""
        if self._pool is not None:
            try:
                async with asyncio.timeout(STATEMENT_TIMEOUT_S):
                    await self._pool.close()
            except TimeoutError:
                self._pool.terminate()

    async def connect_writer(self) -> "asyncpg.Connection[Any]":
        """A connection of its own for the event writer."""
        return await connect(self._url, role=self._role, more=WRITER_SETTINGS)

    async def require_write_path(self) -> None:
        """Returns when a small write was committed and flushed. For readiness."""
        async with self.nobody() as connection:
            await connection.execute(PROBE)

    @asynccontextmanager
    async def tenants(self, ids: Iterable[int]) -> AsyncIterator[Connection]:
        """A transaction that serves these tenants. StorageUnavailable when Postgres is away, slow or full."""
        named = ",".join(str(int(tenant_id)) for tenant_id in ids)
        async with self._acquire() as connection:
            # One round trip: BEGIN and SET LOCAL travel together. The ids are integers, made so just above.
            await connection.execute(f"BEGIN; SET LOCAL hub.tenants = '{{{named}}}'")
            try:
                yield connection
            except GIVEN_UP:
                raise  # With the connection goes its transaction.
            except BaseException:
                if not connection.is_closed():
                    await connection.execute("ROLLBACK")
                raise
            await connection.execute("COMMIT")

    @asynccontextmanager
    async def nobody(self) -> AsyncIterator[Connection]:
        """A connection that serves no tenant: for the look-up functions, which run before the tenant is known."""
        async with self._acquire() as connection:
            yield connection

    @asynccontextmanager
    async def _acquire(self) -> AsyncIterator[Connection]:
        if self._pool is None:
            raise StorageUnavailable(after_ms=RETRY_AFTER_MS)
        try:
            async with self._pool.acquire(timeout=STATEMENT_TIMEOUT_S) as connection:
                try:
                    yield connection
                except GIVEN_UP:
                    # What did not answer in time would not answer a ROLLBACK or a RESET either, and each would be waited for.
                    connection.terminate()
                    raise
        except UNAVAILABLE as error:
            raise StorageUnavailable(after_ms=RETRY_AFTER_MS) from error
