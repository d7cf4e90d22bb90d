"""What is sent and told about webhooks, as types. A member that is not sent leaves things as they are."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hub.domain.delivery import MAX_NAME_CHARS
from hub.rest.halo.answers import ListQuery
from hub.rest.halo.wire_desk import Id

Event = Annotated[str, Meta(max_length=40)]
Name = Annotated[str, Meta(max_length=MAX_NAME_CHARS)]
Url = Annotated[str, Meta(max_length=2_048)]


class WebhookQuery(ListQuery):
    """How webhooks are asked for."""


class WebhookIn(msgspec.Struct):
    """A webhook, made or changed.

    `events` are the kinds of events it is told of; a new one without them is told of all that visitors may see.
    `chatprofile_ids` limits it to chats of these profiles; none, or an empty list, means all.
    """

    id: Id | UnsetType | None = UNSET
    name: Name | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    form: Literal["hub", "superoffice"] | UnsetType = UNSET
    events: Annotated[list[Event], Meta(max_length=50)] | UnsetType = UNSET
    chatprofile_ids: Annotated[list[Id], Meta(max_length=500)] | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class WebhookOut(msgspec.Struct):
    """A webhook. `secret` is told once, when it is new.

    `pause_reason` of one that is not enabled: `asked`, `failing` (nothing has arrived for a day), `gone` (it said 410).
    """

    id: int
    guid: str
    name: str
    url: str
    form: str
    events: list[str]
    chatprofile_ids: list[int]
    enabled: bool
    paused_at: str | None
    pause_reason: str | None
    failures: int
    failing_since: str | None
    waiting_count: int
    oldest_waiting: str | None
    datecreated: str
    last_update: str
    secret: str | None = None


class WebhookList(msgspec.Struct):
    """One page, for who asks for pages."""

    page_no: int
    page_size: int
    record_count: int
    webhooks: list[WebhookOut]


class ReplayIn(msgspec.Struct):
    """Where a replay begins: at the id of an event, or at a time."""

    event_id: Annotated[int, Meta(ge=1, lt=2**53)] | None = None
    since: str | None = None


class ReplayOut(msgspec.Struct):
    """How many deliveries are due again."""

    replayed_count: int


class SecretOut(msgspec.Struct):
    """A new secret, told once; the one before signs too until `old_secret_until`."""

    secret: str
    old_secret_until: str


class DeliveryQuery(ListQuery):
    """Which deliveries are wanted."""

    webhook_id: Id | None = None
    state: Literal["due", "done", "dead"] | None = None


class AttemptOut(msgspec.Struct):
    """One attempt: a status and how the answer began, or in one word why there was none."""

    number: int
    at: str
    took_ms: int
    status: int | None
    error: str | None
    answer: str | None


class DeliveryOut(msgspec.Struct):
    """A delivery: `due` until it has arrived (`done`) or was given up (`dead`). Only one that is asked for by its id comes with body and attempts."""

    id: int
    guid: str
    webhook_id: int
    event: str
    event_id: int
    chat_id: int | None
    state: str
    attempt_count: int
    next_attempt: str | None
    datecreated: str
    datefinished: str | None
    status: int | None
    error: str | None
    body: dict[str, Any] | UnsetType = UNSET
    attempts: list[AttemptOut] | UnsetType = UNSET


class DeliveryList(msgspec.Struct):
    """A part of the log."""

    record_count: int
    deliveries: list[DeliveryOut]
    page_no: int | UnsetType = UNSET
    page_size: int | UnsetType = UNSET
