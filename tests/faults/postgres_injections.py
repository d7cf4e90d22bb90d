"""What is done to Postgres during a trial, and to the way there."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

from tests.faults.injections import SHORT_S, Inject, some_node, wait
from tests.faults.rig import HubNode, Rig

AWAY_S = (0.5, 3.5)  # On both sides of the hub's deadline of 2 s.


async def kill_postgres(rig: Rig, random: Random) -> None:
    """It has to recover from its log."""
    await rig.stores.postgres.kill()
    await wait(random, AWAY_S)
    await rig.stores.postgres.start()


async def restart_postgres(rig: Rig, random: Random) -> None:
    """As for an update."""
    await rig.stores.postgres.stop()
    await rig.stores.postgres.start()


async def freeze_postgres(rig: Rig, random: Random) -> None:
    """It takes connections and answers nothing."""
    rig.stores.postgres.freeze()
    await wait(random, AWAY_S)
    rig.stores.postgres.thaw()


async def swallow_commits(rig: Rig, random: Random) -> None:
    """What was asked for is done, but the answer is lost with the connection."""
    some_node(rig, random).postgres.swallow_answers(random.randint(1, 3))
    await wait(random, SHORT_S)


async def terminate_backends(rig: Rig, random: Random) -> None:
    """The hub's connections end, wherever they are in their work."""
    async with rig.stores.connect_superuser() as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hub_app'"
        )


async def exhaust_connections(rig: Rig, random: Random) -> None:
    """No new connection is taken, and the old ones are gone."""
    async with rig.stores.connect_superuser() as connection:
        await connection.execute("ALTER ROLE hub_app CONNECTION LIMIT 0")
        await terminate_backends(rig, random)
        await wait(random, AWAY_S)
        await connection.execute("ALTER ROLE hub_app CONNECTION LIMIT -1")


async def forbid_writing(rig: Rig, random: Random) -> None:
    """Postgres can be read only, as a standby or one whose disk is full."""
    async with rig.stores.connect_superuser() as connection:
        await connection.execute("ALTER ROLE hub_app SET default_transaction_read_only = on")
        await terminate_backends(rig, random)
        await wait(random, AWAY_S)
        await connection.execute("ALTER ROLE hub_app RESET default_transaction_read_only")
        await terminate_backends(rig, random)


@asynccontextmanager
async def failing_inserts(rig: Rig, code: str, share: float) -> AsyncIterator[None]:
    """Inserts of events fail with this code as often as this share says."""
    async with rig.stores.connect_superuser() as connection:
        await connection.execute(
            "CREATE OR REPLACE FUNCTION fail_by_chance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF random() < {share} THEN RAISE EXCEPTION 'by chance' USING ERRCODE = '{code}'; END IF; "
            "RETURN NEW; END $$; "
            "GRANT EXECUTE ON FUNCTION fail_by_chance TO hub_app; "
            "CREATE TRIGGER fail_by_chance BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION fail_by_chance()"
        )
        try:
            yield
        finally:
            await connection.execute("DROP FUNCTION fail_by_chance CASCADE")


async def crash_appends(rig: Rig, random: Random) -> None:
    """A backend now and then dies in the middle of an append: after the rows, and after the counters of the chat."""
    async with rig.stores.connect_superuser() as connection:
        await connection.execute(
            "CREATE FUNCTION die_by_chance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
            "IF random() < 0.03 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$; "
            "CREATE TRIGGER die_by_chance AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION die_by_chance(); "
            "CREATE TRIGGER die_by_chance AFTER UPDATE ON chats FOR EACH ROW EXECUTE FUNCTION die_by_chance()"
        )
        try:
            await wait(random, AWAY_S)
        finally:
            await connection.execute("DROP FUNCTION die_by_chance CASCADE")


def fail_inserts(code: str, share: float) -> Inject:
    """Transactions that lose a conflict with others, or find no room."""

    async def inject(rig: Rig, random: Random) -> None:
        async with failing_inserts(rig, code, share):
            await wait(random, AWAY_S)

    return inject


async def lock_chat(rig: Rig, random: Random) -> None:
    """Somebody holds the row of the chat in which something was said last."""
    async with rig.stores.connect_superuser() as connection, connection.transaction():
        await connection.execute("SELECT FROM chats ORDER BY touched_at DESC LIMIT 1 FOR UPDATE")
        await wait(random, AWAY_S)


def hinder_postgres(hinder: Callable[[HubNode], None]) -> Inject:
    """Something between one node and Postgres."""

    async def inject(rig: Rig, random: Random) -> None:
        node = some_node(rig, random)
        hinder(node)
        await wait(random, AWAY_S)
        node.postgres.heal()

    return inject
