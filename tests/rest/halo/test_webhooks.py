"""Webhooks over the Halo dialect: made once with their secret, watched, paused, tested and replayed; administrators only."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from hub.actions.chats import end_chat
from hub.actions.ports import Ports
from hub.domain.delivery import PUBLIC_TOPICS
from tests.doubles.conversation import begin_active_chat
from tests.doubles.halo_client import HaloProgram, program_of
from tests.doubles.receiver import Receiver, Reply, receiver
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant

SHOP = {"name": "Shop", "url": "https://shop.example/told"}


@pytest_asyncio.fixture(loop_scope="session")
async def told() -> AsyncIterator[Receiver]:
    """Somebody outside."""
    async with receiver() as one:
        yield one


async def finished(admin: HaloProgram, delivery_id: int) -> Any:
    """The delivery, once it is over."""
    while (delivery := await admin.get(f"/WebhookDelivery/{delivery_id}"))["state"] == "due":
        await asyncio.sleep(0.05)
    return delivery


async def test_a_webhook_tells_its_secret_once(admin: HaloProgram) -> None:
    made = await admin.post("/Webhook", SHOP)
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert (made["events"], made["chatprofile_ids"], made["enabled"], made["form"]) == (
        list(PUBLIC_TOPICS),
        [],
        True,
        "hub",
    )
    assert await admin.get(f"/Webhook/{made['id']}") == {**made, "secret": None}
    assert await admin.get("/Webhook") == [{**made, "secret": None}]
    changed = await admin.post(f"/Webhook/{made['id']}", {"events": ["chat_ended"]})
    assert (changed["events"], changed["name"], changed["secret"]) == (["chat_ended"], "Shop", None)
    gone = await admin.call("DELETE", f"/Webhook/{made['id']}")
    assert gone.json()["id"] == made["id"]
    assert await admin.get("/Webhook") == []


async def test_several_are_saved_or_none(admin: HaloProgram) -> None:
    answer = await admin.call("POST", "/Webhook", [SHOP, {**SHOP, "events": ["nothing"]}])
    assert (answer.status_code, await admin.get("/Webhook")) == (400, [])
    made = await admin.post("/Webhook", [SHOP, {**SHOP, "enabled": False}])
    assert [one["enabled"] for one in made] == [True, False]
    assert made[1]["pause_reason"] == "asked"
    assert made[0]["secret"] != made[1]["secret"]


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"name": ""}, "name"),
        ({"url": "ftp://shop.example/"}, "url"),
        ({"url": "http://shop.example/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://user:word@shop.example/"}, "url"),
        ({"url": "https://shop.example:22/"}, "url"),
        ({"url": ""}, "url"),
        ({"events": []}, "events"),
        ({"events": ["chat_started", "nothing"]}, "events"),
        ({"chatprofile_ids": [1_999_999_999]}, "chatprofile_ids"),
        ({"form": "xml"}, "form"),
    ],
)
async def test_what_cannot_be_names_its_field(
    admin: HaloProgram, members: dict[str, Any], field: str
) -> None:
    answer = await admin.call("POST", "/Webhook", {**SHOP, **members})
    assert answer.status_code == 400
    assert field in answer.text
    assert await admin.get("/Webhook") == []


async def test_administrators_only(node: Any, tenant: Tenant, ports: Ports, admin: HaloProgram) -> None:
    made = await admin.post("/Webhook", SHOP)
    async with program_of(node.base_url, ports, open_secrets(), tenant, tenant.jonas.id) as other:
        for method, path in [
            ("GET", "/Webhook"),
            ("GET", f"/Webhook/{made['id']}"),
            ("POST", "/Webhook"),
            ("GET", "/WebhookDelivery"),
        ]:
            assert (await other.call(method, path, SHOP if method == "POST" else None)).status_code == 403


async def test_a_test_goes_out_at_once_and_its_answer_is_in_the_log(
    admin: HaloProgram, told: Receiver
) -> None:
    told.decide = lambda call: Reply(202, b"Thanks")
    made = await admin.post("/Webhook", {"name": "Shop", "url": told.url("/told")})
    test = await admin.post(f"/Webhook/{made['id']}/test", None)
    assert (test["event"], test["state"]) == ("test", "due")
    delivery = await finished(admin, test["id"])
    [call] = told.calls
    assert (delivery["state"], delivery["status"], delivery["attempts"][0]["answer"]) == (
        "done",
        202,
        "Thanks",
    )
    assert delivery["body"] == call.told
    assert (call.path, call.told["type"], call.told["data"]) == ("/told", "test", {})


async def test_what_happened_in_a_chat_is_in_the_log_and_is_sent_again(
    admin: HaloProgram, told: Receiver, ports: Ports, tenant: Tenant
) -> None:
    made = await admin.post(
        "/Webhook", {"name": "Shop", "url": told.url(), "events": ["chat_started", "chat_ended"]}
    )
    start = await begin_active_chat(ports, tenant)
    await end_chat(ports, tenant.marta, start.chat.id, "end")
    await told.wait_for(lambda calls: len(calls) == 2)
    log = await admin.get("/WebhookDelivery", webhook_id=made["id"])
    assert [row["event"] for row in log["deliveries"]] == ["chat_ended", "chat_started"]
    for row in log["deliveries"]:
        await finished(admin, row["id"])
    first = log["deliveries"][-1]
    replayed = await admin.post(f"/Webhook/{made['id']}/replay", {"event_id": first["event_id"]})
    assert replayed == {"replayed_count": 2}
    await told.wait_for(lambda calls: len(calls) == 4)
    assert [call.body for call in told.calls[2:]] == [call.body for call in told.calls[:2]]


@pytest.mark.parametrize(
    "body", [{}, {"event_id": 1, "since": "2026-01-01T00:00:00Z"}, {"since": "yesterday"}, {"event_id": 0}]
)
async def test_a_replay_begins_somewhere(admin: HaloProgram, body: dict[str, Any]) -> None:
    made = await admin.post("/Webhook", SHOP)
    answer = await admin.call("POST", f"/Webhook/{made['id']}/replay", body)
    assert answer.status_code == 400


async def test_a_new_secret_is_another_one(admin: HaloProgram) -> None:
    made = await admin.post("/Webhook", SHOP)
    replaced = await admin.post(f"/Webhook/{made['id']}/secret", None)
    assert replaced["secret"].startswith("whsec_")
    assert replaced["secret"] != made["secret"]


async def test_a_paused_one_keeps_what_happens(
    admin: HaloProgram, told: Receiver, ports: Ports, tenant: Tenant
) -> None:
    made = await admin.post(
        "/Webhook", {"name": "Shop", "url": told.url(), "events": ["chat_started"], "enabled": False}
    )
    await begin_active_chat(ports, tenant)
    paused = await admin.get(f"/Webhook/{made['id']}")
    assert (paused["enabled"], paused["waiting_count"], paused["oldest_waiting"] is None) == (False, 1, False)
    await admin.post("/Webhook", {"id": made["id"], "enabled": True})
    await told.wait_for(lambda calls: len(calls) == 1)


async def test_another_tenants_are_not_there(admin: HaloProgram, stranger: HaloProgram) -> None:
    made = await admin.post("/Webhook", SHOP)
    test = await admin.post(f"/Webhook/{made['id']}/test", None)
    for method, path in [
        ("GET", f"/Webhook/{made['id']}"),
        ("DELETE", f"/Webhook/{made['id']}"),
        ("POST", f"/Webhook/{made['id']}/test"),
        ("GET", f"/WebhookDelivery/{test['id']}"),
    ]:
        assert (await stranger.call(method, path, {} if method == "POST" else None)).status_code == 404
    assert (await stranger.get("/WebhookDelivery", webhook_id=made["id"]))["record_count"] == 0
