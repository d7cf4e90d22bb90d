"""What a webhook is told: the samples beside the documentation, and signatures as other people's libraries check them."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

import hub.outbound
from hub.domain.delivery import TEST, TICKET_LOGGED, TOPICS, Errand
from hub.outbound import superoffice, webhook
from hub.outbound.courier import render_body, retry_after_s

HERE = Path(hub.outbound.__file__).parent
AT = "2026-03-02T12:00:00.123+00:00"
OLD, NEW = "whsec_" + "A" * 44, "whsec_" + "b" * 44

CHAT: dict[str, Any] = {
    "id": 41,
    "uuid": "5c0d7f52-4b43-4a6f-9a44-0d9f3c9a6e11",
    "name": None,
    "state": "active",
    "team_id": None,
    "ticket_id": None,
    "started_at": "2026-03-02T11:58:00+00:00",
    "profile": {"id": 3, "uuid": "0b8f0c52-58a4-4f3c-8d39-7e1c2a9d4f10", "name": "Shop"},
    "visitor": {
        "id": 1207,
        "uuid": "e6a2f5ad-6f0e-4f8b-8d4b-0a3c7c1f9b20",
        "name": "Lena Voss",
        "email": "lena@example.com",
        "subject": "u-17",
    },
    "agent": {"id": 12, "uuid": "c1f0a0de-2a36-4c56-a6a0-64c1b1b0f6f1", "name": "Marta"},
}
MESSAGE = Errand(
    tenant_id=1,
    id=5012,
    uuid=UUID("d7b19a02-6c2f-8c31-8a0e-2f7a4f0c9d55"),
    target_id=2,
    target_uuid=UUID("9f5f6f0e-1df5-4f0a-9a52-6b7a7f6b0c21"),
    target_name="Shop",
    url="https://shop.example/told",
    form="hub",
    failures=0,
    failing_since=None,
    topic="message_posted",
    attempts=1,
    tries=1,
    due_since=datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC),
    created_at=datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC),
    body={"actor": {"id": 12, "uuid": CHAT["agent"]["uuid"], "name": "Marta"}, "chat": CHAT},
    event={
        "id": 90211,
        "uuid": "3a1c9a6e-2f1b-4c8e-b1a7-5d0f6e7c8b90",
        "stream": "public",
        "seq": 7,
        "after_seq": None,
        "side": "agent",
        "at": AT,
        "text": "Which size is the rotor?",
        "data": None,
    },
    secrets=(),
)
TICKET = replace(
    MESSAGE,
    topic=TICKET_LOGGED,
    event=None,
    body={
        "actor": {"id": 1207, "uuid": CHAT["visitor"]["uuid"], "name": "Lena Voss"},
        "chat": {**CHAT, "ticket_id": 88},
        "ticket": {
            "id": 88,
            "uuid": "7e57d004-2b97-4e7a-b45f-5387367791cd",
            "summary": "Chat with Lena Voss",
            "details": "",
            "created_at": AT,
            "type_id": 1,
            "clientsite_id": None,
            "agent_id": 12,
            "team_id": None,
        },
    },
)
ASKED = replace(MESSAGE, topic=TEST, event=None, body={})

SAMPLES = {
    "message_posted": MESSAGE,
    "ticket_logged": TICKET,
    "test": ASKED,
    "superoffice_message": replace(MESSAGE, form="superoffice"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_bodies_are_as_the_samples_say(name: str) -> None:
    assert json.loads(render_body(SAMPLES[name])) == json.loads(
        (HERE / f"samples/{name}.json").read_text("utf-8")
    )


def test_every_sample_is_one_of_ours_and_is_named_in_the_documentation() -> None:
    files = {path.stem for path in (HERE / "samples").iterdir()}
    told = (HERE / "WEBHOOKS.md").read_text("utf-8")
    assert files == set(SAMPLES)
    assert all(f"samples/{name}.json" in told for name in files)


def test_a_body_says_the_same_however_often_it_is_rendered() -> None:
    again = replace(
        MESSAGE, attempts=9, tries=3, failures=2, due_since=MESSAGE.due_since + timedelta(hours=3)
    )
    assert render_body(again) == render_body(MESSAGE)


def test_other_peoples_libraries_believe_the_signature() -> None:
    body, now = render_body(MESSAGE), datetime.now(UTC)
    headers = webhook.headers_from_delivery(MESSAGE, body, [NEW, OLD], now)
    for secret in (NEW, OLD):
        assert Webhook(secret).verify(body, headers) == json.loads(body)
    for forged in (body + b" ", body.replace(b"Which", b"Witch")):
        with pytest.raises(WebhookVerificationError):
            Webhook(NEW).verify(forged, headers)
    late = webhook.headers_from_delivery(MESSAGE, body, [NEW], now - timedelta(minutes=6))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(body, late)


def test_superoffices_receivers_find_their_headers() -> None:
    errand = replace(MESSAGE, form="superoffice")
    body = render_body(errand)
    headers = superoffice.headers_from_delivery(errand, body, [NEW, OLD])
    assert headers["x-superoffice-event"] == "chatsession.message"
    assert headers["x-superoffice-eventid"] == json.loads(body)["EventId"] == str(errand.uuid)
    signature = hmac.new(NEW.encode(), body, hashlib.sha256).digest()
    assert base64.b64decode(headers["x-superoffice-signature"]) == signature
    assert "x-hook-test" not in headers
    assert (
        superoffice.headers_from_delivery(replace(ASKED, form="superoffice"), body, [NEW])["x-hook-test"]
        == "true"
    )


@pytest.mark.parametrize("topic", TOPICS)
def test_whatever_happens_is_one_of_superoffices_three_events(topic: str) -> None:
    told = json.loads(superoffice.render_delivery(replace(MESSAGE, topic=topic, form="superoffice")))
    assert told["Event"] in {"chatsession.created", "chatsession.message", "chatsession.changed"}
    assert (told["PrimaryKey"], told["Entity"]) == (41, "chatsession")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(None, None), ("120", 120), ("0", 0), ("-1", None), ("soon", None), ("1" * 9, None), ("١٢", None)],
)
def test_a_target_asks_for_patience_in_seconds(text: str | None, seconds: float | None) -> None:
    assert retry_after_s(text) == seconds
