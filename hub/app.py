"""Wires the rooms: what opens and closes with a process, and the list of routes."""

import asyncio
import contextlib
import functools
import os
import secrets as random_secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import structlog
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from hub.actions.attachments import clean_attachments
from hub.actions.courier_ports import Outbound
from hub.actions.deliveries import prune_deliveries
from hub.actions.desk_ports import Desk
from hub.actions.ports import Ports, ReadMark, Secrets, TypingLease
from hub.auth.attachment_links import AttachmentLinks
from hub.auth.client_addresses import ClientAddresses
from hub.auth.id_tokens import IdTokens
from hub.auth.keys import RandomKeys
from hub.auth.passwords import Argon2Passwords
from hub.auth.sealing import Sealer
from hub.auth.visitor_tokens import VisitorTokens
from hub.bus.doorbell import Doorbell, connect_redis
from hub.bus.limits import RedisLimits
from hub.bus.visits import RedisVisits
from hub.domain.delivery import TargetHealth
from hub.domain.errors import StorageUnavailable
from hub.domain.event import Event
from hub.files.blobs import Blobs, open_blobs
from hub.files.location import location_from_settings
from hub.live import heartbeat, visiting, websocket
from hub.live.admission import Admission
from hub.live.dispatch import Dispatch
from hub.live.doors import Doors
from hub.live.fanout import Fanout
from hub.live.frames import AddressOf
from hub.live.inbox import Inboxes
from hub.live.presence import PresenceKeeper
from hub.live.profiles import ProfileWatch
from hub.live.recognition import ConsoleCookie, KeyLookUp
from hub.live.registry import Registry
from hub.live.room import Room
from hub.live.standing import watch_standing
from hub.live.vigil import Vigil
from hub.live.visits import Visiting
from hub.operate import health, metrics
from hub.operate.chat_check import ChatCheck
from hub.operate.metrics import Metrics
from hub.outbound.addresses import AddressPolicy
from hub.outbound.courier import Courier, render_body
from hub.outbound.safe_http import SafeHttp
from hub.pages import console, demo, docs, gallery, widget
from hub.pages.assets import find_static_directory
from hub.rest import description
from hub.rest.halo.errors import respond_to_unknown_address
from hub.rest.halo.routes import Halo
from hub.settings import Settings, SettingsError
from hub.store.articles import Articles
from hub.store.attachments import Attachments
from hub.store.availability import AvailabilityFacts
from hub.store.canned_texts import CannedTexts
from hub.store.chats import Chats
from hub.store.colleagues import Colleagues
from hub.store.credentials import Credentials
from hub.store.deliveries import Deliveries
from hub.store.events import Events, EventWriter
from hub.store.finding import Finding
from hub.store.identities import Identities
from hub.store.pool import Database, find_working_role
from hub.store.presence import Presence
from hub.store.profiles import Profiles
from hub.store.routing import Routings
from hub.store.standing import Standing
from hub.store.statistics import Statistics
from hub.store.targets import Targets
from hub.store.teams import Teams
from hub.store.tickets import Tickets
from hub.store.users import Staff, Users
from hub.store.waiting import Waiting
from hub.store.workdays import Workdays

log = structlog.get_logger()

OUTBOX_GAUGE_EVERY_S = 1.0
ASK_TO_CLEAN_EVERY_S = 600.0  # One process an hour gets the turn; when it dies, another has it soon.


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time now, UTC."""
        return datetime.now(UTC)


class NobodyListens:
    """The listener of a process that carries no live lines: a command."""

    def hear_event(self, event: Event) -> None:
        """Nobody here follows chats."""

    def hear_read(self, mark: ReadMark) -> None:
        """Nobody here follows chats."""

    def hear_typing(self, lease: TypingLease) -> None:
        """Nobody here follows chats."""

    def hear_inbox(self, tenant_id: int) -> None:
        """Nobody here follows inboxes."""

    def hear_gap(self) -> None:
        """Nothing here can be behind."""


class CourierMetrics:
    """The courier's reports as measurements."""

    def __init__(self, measurements: Metrics) -> None:
        self.attempted = measurements.note_attempt
        self._metrics = measurements

    def measured(self, targets: Sequence[TargetHealth]) -> None:
        """A look at all targets."""
        self._metrics.set_targets(targets, SystemClock().now())


class MetricsObserver:
    """The live room's reports as measurements."""

    def __init__(self, measurements: Metrics) -> None:
        self.opened = measurements.note_opened
        self.closed = measurements.note_closed
        self.frame_in = measurements.note_frame_in
        self.delivered = measurements.note_delivery
        self.refused = measurements.note_refusal
        self._metrics = measurements

    def frames_out(self, count: int) -> None:
        """Frames went out."""
        self._metrics.note_frame_out("frame")

    def acknowledged(self, operation: str, seconds: float) -> None:
        """A command was carried out."""
        self._metrics.note_ack(seconds)

    def caught_up(self, events: int) -> None:
        """The store had events no ring had announced."""
        self._metrics.note_catch_up()

    def dropped(self, reason: str) -> None:
        """A line was cut off."""
        self._metrics.note_dropped(reason)


def make_blobs(settings: Settings) -> Blobs:
    """Where the bytes of attachments are kept. Nothing is touched before the first use."""
    return open_blobs(location_from_settings(settings.attachments_url, settings.data_dir))


def make_secrets(settings: Settings) -> Secrets:
    """The ways to make and check secrets. SettingsError without HUB_SECRET_KEYS."""
    if not settings.secret_keys:
        raise SettingsError(
            "HUB_SECRET_KEYS is not set. Give it a random text of at least 32 characters, the same for every process of this hub."
        )
    return Secrets(Argon2Passwords(), RandomKeys(), Sealer(settings.secret_keys))


@contextlib.asynccontextmanager
async def open_ports(settings: Settings) -> AsyncIterator[Ports]:
    """The ports for a command: they read, write and ring, and hear nothing."""
    listener = NobodyListens()
    async with open_database(settings) as database:
        redis = connect_redis(_required(settings.redis_url, "HUB_REDIS_URL"))
        try:
            node = _node_name()
            doorbell = Doorbell(redis, node, listener)
            writer = EventWriter(database)
            writing = asyncio.create_task(writer.run())
            try:
                yield _make_ports(settings, database, redis, writer, Chats(database), doorbell, node)
            finally:
                writing.cancel()
                await asyncio.wait({writing})
                await doorbell.finish()
        finally:
            await redis.aclose()


@contextlib.asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The reading pool, working as the lesser role, with row security made sure of."""
    url = _required(settings.database_url, "HUB_DATABASE_URL")
    database = Database(url, await find_working_role(url))
    try:
        await database.open()
        yield database
    finally:
        await database.close()


def make_app(settings: Settings) -> Starlette:
    """The application. Everything is opened by its lifespan, in order, and closed in reverse; both store URLs must be set."""
    measurements = Metrics()
    registry = Registry(MetricsObserver(measurements))

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _open_room(settings, measurements, registry) as routes:
            app.router.routes.extend(routes)
            app.state.drain = registry.drain
            log.info("opened", version=_version())
            yield
        log.info("closed")

    return Starlette(lifespan=lifespan, exception_handlers={404: respond_to_unknown_address})


@contextlib.asynccontextmanager
async def _open_room(
    settings: Settings, measurements: Metrics, registry: Registry
) -> AsyncIterator[list[BaseRoute]]:
    secrets = make_secrets(settings)
    observer = MetricsObserver(measurements)
    clock = SystemClock()
    async with open_database(settings) as database:
        redis = connect_redis(_required(settings.redis_url, "HUB_REDIS_URL"))
        statistics = Statistics(database)

        couriers: list[Courier] = []  # It needs the ports, and these the writer.

        def note_commit(events: int, seconds: float) -> None:
            measurements.note_commit(events, seconds)
            statistics.note_appended(events)
            for courier in couriers:
                courier.note_commit()

        writer = EventWriter(database, note_commit)
        chats = Chats(database)
        events = Events(database, writer)
        inboxes = Inboxes(chats, Colleagues(database))
        address_of = _make_addresses(settings)
        fanout = Fanout(events, chats, inboxes, clock, observer, address_of)
        node = _node_name()
        doorbell = Doorbell(redis, node, fanout)
        doorbell.on_health = measurements.set_redis_healthy
        fanout.connect(doorbell)
        inboxes.connect(doorbell)
        ports = _make_ports(settings, database, redis, writer, chats, doorbell, node)
        doors, presence, vigil = Doors(ports), PresenceKeeper(ports.presence), Vigil(ports, fanout)

        def note_presence(tenant_ids: set[int]) -> None:
            for tenant_id in tenant_ids:
                ports.availability.forget_facts(tenant_id)
            doors.look_soon()

        presence.on_written = note_presence
        check = ChatCheck(ports, measurements)
        tokens, id_tokens = VisitorTokens(settings.secret_keys), IdTokens(secrets.seals)
        keys = KeyLookUp(ports, secrets, id_tokens)
        room = Room(
            ports,
            tokens,
            id_tokens,
            keys,
            fanout,
            inboxes,
            doors,
            presence,
            vigil,
            Visiting(ports.visits),
            observer,
            address_of,
            settings.max_attachment_bytes,
        )
        foreign_http = SafeHttp(policy=_address_policy(settings))
        courier = Courier(ports, secrets.seals, foreign_http, CourierMetrics(measurements))
        couriers.append(courier)
        tasks = [
            _run("event_writer", writer.run()),
            _run("doorbell_listen", doorbell.listen()),
            _run("doorbell_pulse", doorbell.pulse()),
            _run("sweep", fanout.sweep()),
            _run("statistics", statistics.keep_fresh()),
            _run("line_watch", registry.watch()),
            _run("presence", presence.run()),
            _run("doors", doors.watch()),
            _run("vigil", vigil.watch()),
            _run("visits", room.visiting.watch(registry)),
            _run("dispatch", Dispatch(ports).watch()),
            _run("standing_watch", watch_standing(registry, ports.standing)),
            _run("profile_watch", ProfileWatch(registry, fanout, inboxes, ports.profiles).run()),
            _run(
                "attachment_cleaning", _repeat_chore("attachments_cleaned", lambda: clean_attachments(ports))
            ),
            _run("courier", courier.run()),
            _run("delivery_pruning", _repeat_chore("deliveries_pruned", lambda: prune_deliveries(ports))),
            _run("outbox_gauge", _measure_outboxes(registry, measurements)),
            _run("chat_check", check.watch()),
        ]
        try:
            yield _list_routes(
                settings, database, redis, doorbell, ports, secrets, room, registry, measurements, check
            )
        finally:
            await courier.finish()
            for task in reversed(tasks):
                task.cancel()
            await asyncio.wait(tasks)
            await foreign_http.close()
            await doorbell.finish()
            await redis.aclose()


def _list_routes(
    settings: Settings,
    database: Database,
    redis: Redis,
    doorbell: Doorbell,
    ports: Ports,
    secrets: Secrets,
    room: Room,
    registry: Registry,
    measurements: Metrics,
    check: ChatCheck,
) -> list[BaseRoute]:
    static_directory = find_static_directory()

    async def redis_round_trip() -> None:
        await redis.ping()

    admission = Admission(
        room, registry, ConsoleCookie(ports, secrets, settings), ClientAddresses(settings.trusted_proxies)
    )
    probes = {
        "postgres": database.require_write_path,
        "redis": redis_round_trip,
        "redis_loop_back": doorbell.require_loop_back,
    }
    shows_demo = settings.demo is True
    halo = Halo(ports, secrets, room.tokens, settings)
    return [
        *websocket.routes(room, registry, admission),
        *heartbeat.routes(room, registry, admission),
        *visiting.routes(room, admission),
        *halo.routes(),
        *description.routes([halo.described()], settings.base_url, _version()),
        *docs.routes(settings.base_url, static_directory),
        *widget.routes(static_directory),
        *console.routes(ports, secrets, settings, static_directory),
        *(demo.routes(ports, settings) if shows_demo else ()),
        *(gallery.routes(ports, settings.base_url, static_directory) if shows_demo else ()),
        *health.routes(
            probes,
            token=settings.health_token,
            is_draining=lambda: registry.draining,
            facts=lambda: {
                "version": _version(),
                "lines": len(registry),
                "redis_healthy": doorbell.healthy,
                "stranded_chats": check.stranded,
            },
        ),
        *metrics.routes(measurements),
    ]


def _make_ports(
    settings: Settings,
    database: Database,
    redis: Redis,
    writer: EventWriter,
    chats: Chats,
    doorbell: Doorbell,
    node: str,
) -> Ports:
    return Ports(
        events=Events(database, writer),
        chats=chats,
        profiles=Profiles(database),
        identities=Identities(database),
        credentials=Credentials(database),
        standing=Standing(database),
        attachments=Attachments(database),
        blobs=make_blobs(settings),
        availability=AvailabilityFacts(database),
        presence=Presence(database, node),
        workdays=Workdays(database),
        waiting=Waiting(database),
        routing=Routings(database),
        finding=Finding(database),
        colleagues=Colleagues(database),
        visits=RedisVisits(redis),
        bell=doorbell,
        limits=RedisLimits(redis),
        clock=SystemClock(),
        desk=Desk(
            Teams(database),
            Tickets(database),
            Users(database),
            Articles(database),
            Staff(database),
            CannedTexts(database),
        ),
        outbound=Outbound(Targets(database), Deliveries(database), _address_policy(settings), render_body),
    )


def _address_policy(settings: Settings) -> AddressPolicy:
    return AddressPolicy(own_hosts=settings.outbound_http_hosts, ports=settings.outbound_ports)


def _make_addresses(settings: Settings) -> AddressOf:
    links, clock = AttachmentLinks(settings.secret_keys), SystemClock()

    def address_of(tenant_id: int, attachment_id: int) -> str:
        return links.issue_address(settings.base_url, tenant_id, attachment_id, clock.now())

    return address_of


def _run(name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A background task that lives as long as the process: when it dies, the process goes, rather than limp."""
    task = asyncio.create_task(work, name=name)

    def look(done: asyncio.Task[None]) -> None:
        if not done.cancelled() and done.exception() is not None:
            log.critical("background_task_died", source=name, exc_info=done.exception())
            os.kill(os.getpid(), signal.SIGTERM)

    task.add_done_callback(look)
    return task


async def _measure_outboxes(registry: Registry, measurements: Metrics) -> None:
    while True:
        measurements.set_outbox_frames(registry.count_waiting_frames())
        await asyncio.sleep(OUTBOX_GAUGE_EVERY_S)


async def _repeat_chore(event: str, work: Callable[[], Awaitable[int]]) -> None:
    """Offers to do the work again and again; the database gives one process an hour the turn. What was done is logged as `event`."""
    while True:
        await asyncio.sleep(ASK_TO_CLEAN_EVERY_S)
        try:
            count = await work()
        except StorageUnavailable as error:
            log.warning("chore_put_off", source=event, code=error.code)
        else:
            if count:
                log.info(event, count=count)


def _node_name() -> str:
    return random_secrets.token_hex(6)


def _required(value: str | None, name: str) -> str:
    if value is None:
        raise SettingsError(f"{name} is not set.")
    return value


@functools.cache  # Read once, at the start: later there may be no descriptor left to read it with.
def _version() -> str:
    return version("hub")
