"""Rings as bytes: what travels through Redis between the processes of a hub, as msgpack."""

import msgspec

from hub.actions.ports import ReadMark, TypingLease
from hub.domain.event import Event


class EventRing(msgspec.Struct, tag="e", array_like=True, frozen=True):
    """An event was committed; it travels along, so that nobody needs to read it."""

    node: str
    event: Event


class ReadRing(msgspec.Struct, tag="r", array_like=True, frozen=True):
    """Somebody has read further."""

    node: str
    mark: ReadMark


class TypingRing(msgspec.Struct, tag="t", array_like=True, frozen=True):
    """Somebody types, or stopped."""

    node: str
    lease: TypingLease


class InboxRing(msgspec.Struct, tag="i", array_like=True, frozen=True):
    """Rows of a tenant's inbox have changed; what, the store knows."""

    node: str
    tenant_id: int


class PulseRing(msgspec.Struct, tag="p", array_like=True, frozen=True):
    """A node lives and rings; to itself it is the proof that publishing and hearing both work.

    `lost` counts how often rings of it did not get to Redis: when it grows, the others have missed something.
    """

    node: str
    number: int
    lost: int = 0


class FarewellRing(msgspec.Struct, tag="f", array_like=True, frozen=True):
    """A node has stopped in order: its silence means nothing."""

    node: str


Ring = EventRing | ReadRing | TypingRing | InboxRing | PulseRing | FarewellRing

render_ring = msgspec.msgpack.Encoder().encode
parse_ring = msgspec.msgpack.Decoder(Ring).decode
