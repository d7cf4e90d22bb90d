"""What a webhook is told and how that is signed: the hub's own form, version 1. Described in `WEBHOOKS.md`, with the samples beside it."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from hub.domain.delivery import SECRET_PREFIX, TEST, TICKET_LOGGED, Errand

VERSION = 1

encoder = msgspec.json.Encoder()


def render_delivery(errand: Errand) -> bytes:
    """The body: the same bytes with every attempt and every replay."""
    return encoder.encode(
        {
            "version": VERSION,
            "id": str(errand.uuid),
            "type": errand.topic,
            "timestamp": _moment(errand),
            "webhook": {"id": errand.target_id, "uuid": str(errand.target_uuid)},
            "data": _data(errand),
        }
    )


def headers_from_delivery(
    errand: Errand, body: bytes, secrets: Sequence[str], now: datetime
) -> dict[str, str]:
    """The headers of Standard Webhooks (standardwebhooks.com, 1.0): id, time of the attempt, a signature for each secret in force."""
    timestamp = str(int(now.timestamp()))
    signed = f"{errand.uuid}.{timestamp}.".encode() + body
    return {
        "content-type": "application/json",
        "webhook-id": str(errand.uuid),
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_sign(secret, signed)}" for secret in secrets),
    }


def shown_time(text: str) -> str:
    """A time as the database writes it in JSON, to the millisecond, UTC."""
    return (
        datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _sign(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _moment(errand: Errand) -> str:
    """When that happened of which it tells."""
    if errand.event is not None:
        return shown_time(errand.event["at"])
    ticket = errand.body.get("ticket")
    return shown_time(ticket["created_at"] if ticket else errand.created_at.isoformat())


def _data(errand: Errand) -> dict[str, Any]:
    if errand.topic == TEST:
        return {}
    data: dict[str, Any] = {}
    actor: Mapping[str, Any] | None = errand.body.get("actor")
    if errand.topic == TICKET_LOGGED:
        ticket = errand.body["ticket"]
        data["ticket"] = {**ticket, "created_at": shown_time(ticket["created_at"]), "user": actor}
    if errand.event is not None:
        event = errand.event
        data["event"] = {
            "id": event["id"],
            "uuid": event["uuid"],
            "stream": event["stream"],
            "seq": event["seq"],
            "after_seq": event["after_seq"],
            "at": shown_time(event["at"]),
            "side": event["side"],
            "actor": actor,  # None: the hub itself.
            "text": event["text"],
            "data": event["data"] or {},
        }
    chat = errand.body.get("chat")
    data["chat"] = None if chat is None else {**chat, "started_at": shown_time(chat["started_at"])}
    return data
