"""Webhooks and deliveries in the style of Halo's resources."""

from collections.abc import Sequence

import msgspec

from hub.actions.webhooks import SavedWebhook
from hub.domain.delivery import Attempt, Delivery, Target
from hub.domain.desk import Patch
from hub.rest.halo.moment import render_moment
from hub.rest.halo.resource import patch_from_item
from hub.rest.halo.wire_webhooks import AttemptOut, DeliveryOut, WebhookIn, WebhookOut

WEBHOOK_NAMES = {
    "id": "id",
    "name": "name",
    "url": "url",
    "form": "form",
    "events": "topics",
    "chatprofile_ids": "profile_ids",
}


def webhook_patch(item: WebhookIn) -> Patch:
    """What an element says of a webhook, but for whether it is enabled."""
    patch = patch_from_item(item, WEBHOOK_NAMES)
    if patch.get("profile_ids") == []:
        patch["profile_ids"] = None
    return patch


def webhook_out(target: Target, secret: str | None = None) -> WebhookOut:
    """A webhook as the dialect tells it."""
    return WebhookOut(
        id=target.id,
        guid=str(target.uuid),
        name=target.name,
        url=target.url,
        form=target.form,
        events=list(target.topics),
        chatprofile_ids=list(target.profile_ids or ()),
        enabled=target.state == "on",
        paused_at=None if target.paused_at is None else render_moment(target.paused_at),
        pause_reason=target.pause_reason,
        failures=target.failures,
        failing_since=None if target.failing_since is None else render_moment(target.failing_since),
        waiting_count=target.waiting,
        oldest_waiting=None if target.oldest_at is None else render_moment(target.oldest_at),
        datecreated=render_moment(target.created_at),
        last_update=render_moment(target.changed_at),
        secret=secret,
    )


def saved_webhook_out(saved: SavedWebhook) -> WebhookOut:
    """A webhook that was saved just now."""
    return webhook_out(saved.target, saved.secret)


def delivery_out(delivery: Delivery) -> DeliveryOut:
    """A delivery as a row of the log."""
    return DeliveryOut(
        id=delivery.id,
        guid=str(delivery.uuid),
        webhook_id=delivery.target_id,
        event=delivery.topic,
        event_id=delivery.position,
        chat_id=delivery.chat_id,
        state=delivery.state,
        attempt_count=delivery.attempts,
        next_attempt=render_moment(delivery.due_at) if delivery.state == "due" else None,
        datecreated=render_moment(delivery.created_at),
        datefinished=None if delivery.finished_at is None else render_moment(delivery.finished_at),
        status=delivery.status,
        error=delivery.error,
    )


def full_delivery_out(delivery: Delivery, body: bytes, attempts: Sequence[Attempt]) -> DeliveryOut:
    """A delivery with what it says and what came of it."""
    told = [
        AttemptOut(
            attempt.number,
            render_moment(attempt.at),
            attempt.took_ms,
            attempt.status,
            attempt.error,
            attempt.answer,
        )
        for attempt in attempts
    ]
    return msgspec.structs.replace(delivery_out(delivery), body=msgspec.json.decode(body), attempts=told)
