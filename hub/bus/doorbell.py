"""The doorbell: tells the processes of the hub what was committed. It may lose a ring; catch-up from the store finds it."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from hub.actions.ports import ReadMark, TypingLease
from hub.bus.codec import (
    EventRing,
    FarewellRing,
    InboxRing,
    PulseRing,
    ReadRing,
    Ring,
    TypingRing,
    parse_ring,
    render_ring,
)
from hub.bus.neighbours import Neighbours
from hub.domain.event import Event

LOOP_BACK_S = 0.25  # A ring that is not back by then makes the bus sick: leaning on it would cost more than asking the store.
PULSE_EVERY_S = (
    0.5  # With the wait for the echo and one look at the store, a lost ring is made good within 1.5 s.
)
LOOKS_PER_PULSE = 2  # How often the neighbours' silence is judged meanwhile.
HALF_OPEN_S = 5.0  # Nothing heard for this long: the connection is dead without saying so.
RECONNECT_S = 0.5
PULSES = "hub:pulses"  # Heard by every process.
MAX_WAITING_RINGS = 10_000  # Rings are hints; when Redis hangs the oldest go first.

AWAY = (RedisError, OSError, TimeoutError)


class Listener(Protocol):
    """Who hears the rings of other processes (and this one's, at once). The live room."""

    def hear_event(self, event: Event) -> None: ...

    def hear_read(self, mark: ReadMark) -> None: ...

    def hear_typing(self, lease: TypingLease) -> None: ...

    def hear_inbox(self, tenant_id: int) -> None: ...

    def hear_gap(self) -> None:
        """Rings may have been lost: look at the store now."""


def connect_redis(url: str) -> Redis:
    """A client that fails at once instead of retrying behind our back: a silent reconnect would hide a gap."""
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        retry_on_error=[],
        socket_connect_timeout=1.0,
        socket_keepalive=True,
        health_check_interval=0,
    )


class Doorbell:
    """Rings and hears. All rings of one turn of the event loop leave in one pipeline, and nobody waits for them."""

    def __init__(self, redis: Redis, node: str, listener: Listener) -> None:
        self._redis = redis
        self._node = node
        self._listener = listener
        self._waiting: deque[tuple[str, bytes]] = deque(maxlen=MAX_WAITING_RINGS)
        self._inboxes: set[int] = set()
        self._flushing: asyncio.Task[None] | None = None
        self._channels: dict[str, asyncio.Event] = {}
        self._pubsub: PubSub | None = None
        self._pulse_heard = asyncio.Event()
        self._pulse_number = 0
        self._lost = 0
        self._neighbours = Neighbours()
        self._is_one_quiet = False
        self._heard_at_s = 0.0
        self._is_healthy = asyncio.Event()
        self.on_health: Callable[[bool], None] = lambda healthy: None

    # Ringing.

    def ring_event(self, event: Event) -> None:
        """Tells everybody of a committed event, and the agents' inboxes that a row changed."""
        self._listener.hear_event(event)
        self._send(_chat_channel(event.tenant_id, event.chat_id), EventRing(self._node, event))
        self._ring_inbox(event.tenant_id)

    def ring_read(self, mark: ReadMark) -> None:
        """Tells the chat's followers how far somebody has read, and an agent's other consoles."""
        self._listener.hear_read(mark)
        self._send(_chat_channel(mark.tenant_id, mark.chat_id), ReadRing(self._node, mark))
        if mark.side == "agent":
            self._send(_inbox_channel(mark.tenant_id), ReadRing(self._node, mark))

    def ring_typing(self, lease: TypingLease) -> None:
        """Tells the chat's followers that somebody types or stopped."""
        self._listener.hear_typing(lease)
        self._send(_chat_channel(lease.tenant_id, lease.chat_id), TypingRing(self._node, lease))

    def _ring_inbox(self, tenant_id: int) -> None:
        self._listener.hear_inbox(tenant_id)
        if tenant_id not in self._inboxes:
            self._inboxes.add(tenant_id)
            self._send(_inbox_channel(tenant_id), InboxRing(self._node, tenant_id))

    def _send(self, channel: str, ring: Ring) -> None:
        self._waiting.append((channel, render_ring(ring)))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        while self._waiting:
            batch = list(self._waiting)
            self._waiting.clear()
            self._inboxes.clear()
            try:
                async with asyncio.timeout(LOOP_BACK_S):
                    pipeline = self._redis.pipeline(transaction=False)
                    for channel, data in batch:
                        pipeline.publish(channel, data)
                    await pipeline.execute()
            except AWAY:
                self._lost += 1  # The next pulse that gets through tells the others to look at the store.
                self._set_health(False)  # And what cannot be told can hardly be heard.

    async def finish(self) -> None:
        """Returns when what was rung is out, or lost; for the end of a process, before the client is closed."""
        if self._flushing is not None:
            await asyncio.wait({self._flushing})

    # Hearing.

    async def follow_chat(self, tenant_id: int, chat_id: int) -> None:
        """Returns when the chat's rings are heard here, or at once when Redis is away: then the sweep serves."""
        await self._follow(_chat_channel(tenant_id, chat_id))

    async def follow_inbox(self, tenant_id: int) -> None:
        """The same for the inbox of a tenant."""
        await self._follow(_inbox_channel(tenant_id))

    async def unfollow_chat(self, tenant_id: int, chat_id: int) -> None:
        """Rings of the chat are no longer wanted."""
        await self._unfollow(_chat_channel(tenant_id, chat_id))

    async def unfollow_inbox(self, tenant_id: int) -> None:
        """The same for the inbox of a tenant."""
        await self._unfollow(_inbox_channel(tenant_id))

    async def _follow(self, channel: str) -> None:
        heard = self._channels.get(channel)
        if heard is None:
            heard = self._channels[channel] = asyncio.Event()
            if self._pubsub is not None:
                with suppress(*AWAY):
                    await self._pubsub.subscribe(channel)
        if self.healthy:
            try:
                async with asyncio.timeout(LOOP_BACK_S):
                    await heard.wait()
            except TimeoutError:  # As telling as a missing echo: until one comes back, the store is asked.
                self._set_health(False)

    async def _unfollow(self, channel: str) -> None:
        if self._channels.pop(channel, None) is not None and self._pubsub is not None:
            with suppress(*AWAY):
                await self._pubsub.unsubscribe(channel)

    async def listen(self) -> None:
        """Hears rings until cancelled, through every loss of Redis."""
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    channels = frozenset(self._channels)
                    await pubsub.subscribe(PULSES, *channels)
                    self._pubsub = pubsub
                    # Connecting takes its time, and what was followed meanwhile had no connection to be named on.
                    if late := self._channels.keys() - channels:
                        await pubsub.subscribe(*late)
                    self._heard_at_s = asyncio.get_running_loop().time()
                    while True:
                        message = await pubsub.get_message(
                            ignore_subscribe_messages=False, timeout=HALF_OPEN_S
                        )
                        if message is not None:
                            self._hear(message)
                        elif asyncio.get_running_loop().time() - self._heard_at_s > HALF_OPEN_S:
                            raise TimeoutError
            except AWAY:
                self._set_health(False)
            finally:
                self._pubsub = None
                for heard in self._channels.values():
                    heard.clear()
            await asyncio.sleep(RECONNECT_S)

    async def pulse(self) -> None:
        """Rings twice a second and judges the bus by the echo, and the neighbours by theirs, until cancelled."""
        try:
            while True:
                await self._pulse_once()
                for _ in range(LOOKS_PER_PULSE):
                    self._set_quiet(self._neighbours.is_one_quiet(asyncio.get_running_loop().time()))
                    await asyncio.sleep(PULSE_EVERY_S / LOOKS_PER_PULSE)
        finally:
            with suppress(*AWAY):
                async with asyncio.timeout(LOOP_BACK_S):
                    await self._redis.publish(PULSES, render_ring(FarewellRing(self._node)))

    async def _pulse_once(self) -> None:
        self._pulse_number += 1
        self._pulse_heard.clear()
        self._send(PULSES, PulseRing(self._node, self._pulse_number, self._lost))
        try:
            async with asyncio.timeout(LOOP_BACK_S):
                await self._pulse_heard.wait()
            self._set_health(True)
        except TimeoutError:
            self._set_health(False)

    def _set_quiet(self, is_one_quiet: bool) -> None:
        if is_one_quiet and not self._is_one_quiet:
            self._listener.hear_gap()
        self._is_one_quiet = is_one_quiet

    async def require_loop_back(self) -> None:
        """Returns once rings come back in time; TimeoutError when they have not for more than a pulse. For readiness."""
        async with asyncio.timeout(PULSE_EVERY_S + LOOP_BACK_S):
            await self._is_healthy.wait()

    @property
    def healthy(self) -> bool:
        """Whether rings come back in time."""
        return self._is_healthy.is_set()

    @property
    def hears_everybody(self) -> bool:
        """Whether it is healthy and, as far as can be heard, so are the other processes."""
        return self.healthy and not self._is_one_quiet

    def _set_health(self, healthy: bool) -> None:
        if healthy == self.healthy:
            return
        if healthy:
            self._is_healthy.set()
        else:
            self._is_healthy.clear()
        self.on_health(healthy)
        # Rings were lost before the sickness was noticed, and until it was over.
        self._listener.hear_gap()

    def _hear(self, message: dict[str, Any]) -> None:
        self._heard_at_s = asyncio.get_running_loop().time()
        if message["type"] == "subscribe":
            channel = _text(message["channel"])
            # Confirmed first on every new connection, with all channels behind it: what was rung before is lost.
            if channel == PULSES:
                self._listener.hear_gap()
            elif channel in self._channels:
                self._channels[channel].set()
        if message["type"] != "message":
            return
        try:
            ring = parse_ring(message["data"])
        except msgspec.MsgspecError:
            return  # A newer or older hub on the same Redis; the store will tell.
        match ring:
            case PulseRing(node, number) if node == self._node:
                if number == self._pulse_number:
                    self._pulse_heard.set()
            case PulseRing(node, _, lost):
                if self._neighbours.hear_pulse(node, lost, self._heard_at_s):
                    self._listener.hear_gap()
            case FarewellRing(node):
                self._neighbours.hear_farewell(node)
            case EventRing(node, event) if node != self._node:
                self._listener.hear_event(event)
            case ReadRing(node, mark) if node != self._node:
                self._listener.hear_read(mark)
            case TypingRing(node, lease) if node != self._node:
                self._listener.hear_typing(lease)
            case InboxRing(node, tenant_id) if node != self._node:
                self._listener.hear_inbox(tenant_id)


def _chat_channel(tenant_id: int, chat_id: int) -> str:
    return f"hub:chat:{tenant_id}:{chat_id}"


def _inbox_channel(tenant_id: int) -> str:
    return f"hub:inbox:{tenant_id}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
