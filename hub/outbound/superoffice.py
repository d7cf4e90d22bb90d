"""What a webhook is told in SuperOffice's form, for receivers that were written for SuperOffice.

Source: SuperOffice's documentation of webhooks ("Receiving notifications"): body and headers by these names, the signature the base64
of HMAC-SHA256 over the body. Three events: chatsession.created, .message and .changed.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import msgspec

from hub.domain.delivery import TEST, Errand
from hub.outbound.webhook import shown_time

EVENTS = {"chat_started": "chatsession.created", "message_posted": "chatsession.message"}
CHANGED = "chatsession.changed"

# What changed about a session with each kind of event, by the names SuperOffice has for its fields.
CHANGES = {
    "chat_started": ["ChatSessionId", "Status", "WhenRequested"],
    "message_posted": ["Status", "LastMessage"],
    "message_edited": ["LastMessage"],
    "agent_joined": ["Status", "UserId"],
    "agent_left": ["UserId"],
    "chat_ended": ["Status", "WhenEnded"],
    "visitor_identified": ["CustomerName", "CustomerEmail"],
    "ticket_logged": ["TicketId"],
}
# SuperOffice's enumeration ChatSessionStatus.
PRE_CHAT_FORM, IN_QUEUE, CUSTOMER_LAST, USER_LAST, FINISHED = 1, 4, 5, 6, 7

encoder = msgspec.json.Encoder()


def event_name(errand: Errand) -> str:
    """What SuperOffice calls it."""
    return TEST if errand.topic == TEST else EVENTS.get(errand.topic, CHANGED)


def render_delivery(errand: Errand) -> bytes:
    """The body: the same bytes with every attempt and every replay."""
    chat: dict[str, Any] = errand.body.get("chat") or {}
    actor: dict[str, Any] = errand.body.get("actor") or {}
    at = errand.event["at"] if errand.event is not None else errand.created_at.isoformat()
    side = None if errand.event is None else errand.event["side"]
    return encoder.encode(
        {
            "EventId": str(errand.uuid),
            "Timestamp": shown_time(at),
            "Changes": CHANGES.get(errand.topic, []),
            "Event": event_name(errand),
            "PrimaryKey": chat.get("id", 0),
            "Entity": TEST if errand.topic == TEST else "chatsession",
            "ContextIdentifier": str(errand.tenant_id),
            "ChangedByAssociateId": actor.get("id", 0) if side == "agent" else 0,
            "WebhookName": errand.target_name,
            "FieldValues": _field_values(errand, chat) if chat else {},
        }
    )


def headers_from_delivery(errand: Errand, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """SuperOffice's headers. It knows one signature: that of the newest secret, over the body, keyed with the secret as it is written."""
    signature = base64.b64encode(hmac.digest(secrets[0].encode(), body, hashlib.sha256)).decode()
    return {
        "content-type": "application/json; charset=utf-8",
        "x-superoffice-event": event_name(errand),
        "x-superoffice-eventid": str(errand.uuid),
        "x-superoffice-signature": signature,
        **({"x-hook-test": "true"} if errand.topic == TEST else {}),
    }


def _field_values(errand: Errand, chat: dict[str, Any]) -> dict[str, Any]:
    visitor, agent = chat["visitor"], chat["agent"] or {}
    values = {
        "ChatSessionId": chat["id"],
        "TopicId": chat["profile"]["id"],
        "TopicName": chat["profile"]["name"],
        "Status": _status(errand, chat),
        "CustomerName": visitor["name"],
        "CustomerEmail": visitor["email"] or "",
        "UserId": agent.get("id", 0),
        "TicketId": chat["ticket_id"] or 0,
        "WhenRequested": shown_time(chat["started_at"]),
    }
    if errand.topic in ("message_posted", "message_edited") and errand.event is not None:
        values["LastMessage"] = errand.event["text"]
    return values


def _status(errand: Errand, chat: dict[str, Any]) -> int:
    """Who spoke last is told by messages only; of anything else in a chat under way the visitor may be waiting."""
    side = (
        errand.event["side"] if errand.event is not None and errand.topic == "message_posted" else "visitor"
    )
    active = CUSTOMER_LAST if side == "visitor" else USER_LAST
    return {"flow": PRE_CHAT_FORM, "queued": IN_QUEUE, "active": active, "ended": FINISHED}[chat["state"]]
