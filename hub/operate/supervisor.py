"""The main process of `hub serve`: opens the stores and the port, then forks workers and watches them.

It has neither threads nor an event loop, so that it may fork; everything that needs those happens in children.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from signal import SIGTERM
from socket import socket

import asyncpg
import redis.exceptions
import structlog

from hub.actions.tenants import DemoTenant, ensure_demo_tenant
from hub.domain.errors import HubError
from hub.embedded.pair import EmbeddedError, EmbeddedPair, PairAddresses, find_running, keep_secret_keys
from hub.embedded.parent_death import KernelDeathWatch
from hub.operate.child import ChildError, Nursery, list_descriptors
from hub.operate.listeners import PortError, open_listeners, require_port_free
from hub.operate.metrics_directory import shared_metrics
from hub.operate.serving_address import find_address, noted_address
from hub.operate.slot import Slot
from hub.operate.stop_signals import Stopped, StopSignals
from hub.operate.watch import HubFailed, Watch
from hub.operate.worker import WorkerPlan
from hub.settings import Settings, SettingsError
from hub.store.migrate import MigrationError, check, migrate
from hub.store.pool import RowSecurityOff

# Told when the hub serves; with the sign-in of the demo tenant when it was made just now.
Announce = Callable[[Settings, DemoTenant | None], None]

# Their messages are written for people.
SENTENCES = (
    SettingsError, EmbeddedError, MigrationError, RowSecurityOff, PortError, ChildError, HubFailed, HubError,
)  # fmt: skip

log = structlog.get_logger()


def serve(settings: Settings, announce: Announce) -> None:
    """Runs the hub until somebody asks it to stop. Raises what `sentence_from_error` knows when it cannot run."""
    with StopSignals().heard() as signals:
        try:
            _serve(settings, announce, signals)
        except Stopped:
            log.info("hub_stopped")


def _serve(settings: Settings, announce: Announce, signals: StopSignals) -> None:
    require_port_free(settings.host, settings.port)
    with ExitStack() as held:
        held.enter_context(shared_metrics(settings.workers))
        # Here and not above: `shared_metrics` has to come first. Before the fork, so that the workers share its memory.
        from hub.app import make_app  # noqa: PLC0415

        # What is opened from here on, the lock of the data directory above all, is the supervisor's alone.
        nursery = Nursery(_bind_to_this_process(), list_descriptors())
        pair = _own_pair(settings, held)
        settings = settings_with_stores(settings, pair.start() if pair else None)
        demo = nursery.call(lambda: asyncio.run(prepare(settings)), sentence_from_error)
        slots = _open_slots(settings, nursery, held)
        if pair:
            held.enter_context(noted_address(settings.data_dir, settings.base_url))
        gc.collect()
        gc.freeze()  # Else the first collection in a worker would touch, and so copy, every page it shares.
        signals.is_interrupting = False
        Watch(
            slots,
            WorkerPlan(settings, make_app, sentence_from_error),
            signals,
            find_broken_server=pair.poll if pair else lambda: None,
            announce=lambda: announce(settings, demo),
        ).run()
        log.info("hub_stopped")


async def prepare(settings: Settings) -> DemoTenant | None:
    """Brings the database up to date; the demo tenant when it is wanted and was made just now."""
    from hub.app import make_secrets, open_ports  # noqa: PLC0415 (as above)

    await bring_up_to_date(settings)
    if not settings.demo:
        return None
    async with open_ports(settings) as ports:
        return await ensure_demo_tenant(ports, make_secrets(settings), settings.base_url)


async def bring_up_to_date(settings: Settings) -> None:
    """Applies the migrations that are missing."""
    owner_url = settings.database_owner_url or settings.database_url or ""
    # Looked at first, because a hub whose database is up to date needs no owner's login.
    if await check(owner_url):
        for name in await migrate(owner_url):
            log.info("migration_applied", migration=name)


@contextmanager
def reachable_stores(settings: Settings) -> Iterator[Settings]:
    """The settings with both URLs for a command: those given, those of the hub running on the data directory, or those of
    an embedded pair that runs as long as the block.

    Raises SettingsError, EmbeddedError.
    """
    with ExitStack() as held:
        running = find_running(settings.data_dir) if is_embedded(settings) else None
        if running is not None and settings.public_url is None:
            settings = replace(settings, public_url=find_address(settings.data_dir))
        pair = _own_pair(settings, held) if running is None else None
        yield settings_with_stores(settings, pair.start() if pair else running)


def is_embedded(settings: Settings) -> bool:
    """Whether the hub brings its own Postgres and Redis. Raises SettingsError when only one of the two is given."""
    given = (settings.database_url is not None, settings.redis_url is not None)
    if given == (True, False):
        raise SettingsError("HUB_DATABASE_URL is set but HUB_REDIS_URL is not: give both, or neither.")
    if given == (False, True):
        raise SettingsError("HUB_REDIS_URL is set but HUB_DATABASE_URL is not: give both, or neither.")
    return given == (False, False)


def settings_with_stores(settings: Settings, pair: PairAddresses | None) -> Settings:
    """The settings with nothing left open: URLs, keys and whether there is a demo. Raises SettingsError."""
    if pair is not None:
        return replace(
            settings,
            database_url=pair.database_url,
            database_owner_url=pair.owner_url,
            redis_url=pair.redis_url,
            secret_keys=settings.secret_keys or pair.secret_keys,
            demo=settings.demo is not False,
        )
    secret_keys = settings.secret_keys
    if not secret_keys:
        secret_keys = keep_secret_keys(settings.data_dir)
        # Good for one machine. Several need one key between them, and only people can bring it there.
        log.warning("secret_keys_not_set", source="data_dir")
    return replace(settings, demo=bool(settings.demo), secret_keys=secret_keys)


def sentence_from_error(error: BaseException) -> str:
    """What to tell people about an error that ends the hub or a command: one sentence, no secret in it."""
    if isinstance(error, BaseExceptionGroup):
        return sentence_from_error(error.exceptions[0])
    if isinstance(error, SENTENCES):
        return str(error)
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return "Postgres refuses the login of HUB_DATABASE_URL: correct its user and password."
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return "The database that HUB_DATABASE_URL names does not exist: create it."
    if isinstance(error, redis.exceptions.AuthenticationError):
        return "Redis refuses the login of HUB_REDIS_URL: correct its password."
    if isinstance(error, redis.exceptions.RedisError):
        return f"Redis does not answer as it should ({type(error).__name__}): “hub doctor” says more."
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
        return f"Postgres does not answer as it should ({type(error).__name__}): “hub doctor” says more."
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        return f"Postgres or Redis cannot be reached, or a file cannot be used ({reason}): “hub doctor” says more."
    return f"The hub has met an error it does not know ({type(error).__name__}): HUB_LOG_LEVEL=debug shows where."


def _own_pair(settings: Settings, held: ExitStack) -> EmbeddedPair | None:
    """A pair to be started, which ends with `held`; None when the stores are somebody else's."""
    return held.enter_context(EmbeddedPair(settings.data_dir)) if is_embedded(settings) else None


def _open_slots(settings: Settings, nursery: Nursery, held: ExitStack) -> list[Slot]:
    listeners = open_listeners(settings.host, settings.port, settings.workers)
    for listener in set[socket](listeners):
        held.enter_context(listener)
    return [
        Slot(number, listener, nursery, time.monotonic) for number, listener in enumerate(listeners, start=1)
    ]


def _bind_to_this_process() -> Callable[[], None]:
    """What ties a child to this process. Elsewhere than on Linux the workers look for themselves, once a second."""
    return KernelDeathWatch().binding(SIGTERM) if sys.platform == "linux" else lambda: None
