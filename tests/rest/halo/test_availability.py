""" "Why am I offline?" over HTTP, and the one answer for everybody who asks."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest_asyncio

from hub.actions.availability import get_availability, list_availability
from hub.actions.ports import Ports
from hub.domain.readiness import Readiness
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from tests.doubles.applications import application, set_config
from tests.doubles.line import visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant

LEASE_S = 45.0
NEVER = {"name": "Never", "timezone": "Europe/Berlin", "intervals": []}


@pytest_asyncio.fixture(loop_scope="session")
async def admin(node: RunningNode, ports: Ports, tenant: Tenant) -> AsyncIterator[httpx2.AsyncClient]:
    """A program that acts for an administrator."""
    async with application(node, ports, tenant.marta) as client:
        yield client


async def why(client: httpx2.AsyncClient, tenant: Tenant) -> dict[str, Any]:
    response = await client.get(f"/api/chatprofile/{tenant.profile.id}/availability")
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def codes(answer: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


async def is_told_to_the_widget(client: httpx2.AsyncClient, tenant: Tenant) -> bool:
    path = f"/api/ChatProfile/{tenant.profile.id}?key={tenant.profile.key}&check_available=true"
    available: bool = (await client.get(path)).json()["_chat_available"]
    return available


async def test_an_open_profile_says_so_with_its_counts(admin: httpx2.AsyncClient, tenant: Tenant) -> None:
    answer = await why(admin, tenant)
    assert answer.pop("checked_at").endswith("Z")
    assert answer == {
        "_chat_available": True,
        "reasons": [],
        "next_open_at": None,
        "next_close_at": None,
        "agents_present": 0,
        "agents_free": 0,
        "queue_length": 0,
        "max_queue": None,
        "workdays_id": None,
        "techmustonline": False,
    }


async def test_every_reason_is_named_at_once(
    admin: httpx2.AsyncClient, tenant: Tenant, pair: PairAddresses
) -> None:
    workday = (await admin.post("/api/Workday", json=NEVER)).json()["id"]
    hours = {"workday_id": workday, "needs_agent": True, "max_queue": 0}
    await set_config(pair.owner_url, tenant.profile.id, {"is_open": False, "hours": hours})

    answer = await why(admin, tenant)

    assert codes(answer) == ["closed", "outside_hours", "nobody_here", "queue_full"]
    assert (answer["workdays_id"], answer["techmustonline"], answer["max_queue"]) == (workday, True, 0)
    assert all(reason["message"] for reason in answer["reasons"])


async def test_a_change_of_hours_is_seen_at_once_where_it_was_made(
    admin: httpx2.AsyncClient, tenant: Tenant, pair: PairAddresses
) -> None:
    workday = (await admin.post("/api/Workday", json=NEVER)).json()["id"]
    await set_config(pair.owner_url, tenant.profile.id, {"hours": {"workday_id": workday}})
    assert codes(await why(admin, tenant)) == ["outside_hours"]
    assert not await is_told_to_the_widget(admin, tenant)

    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    always = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in days]
    await admin.post("/api/Workday", json={"id": workday, "intervals": always})
    assert (await why(admin, tenant))["_chat_available"]
    assert await is_told_to_the_widget(admin, tenant)

    feast = {"workday_id": workday, "name": "Feast", "date": "2020-01-01", "end_date": "2020-12-31"}
    await admin.post("/api/Holiday", json={**feast, "isrecurring": True})
    answer = await why(admin, tenant)
    assert codes(answer) == ["holiday"]
    assert answer["reasons"][0]["message"].startswith("Closed for a holiday (Feast)")


async def test_agents_who_are_here_count_by_what_they_may_and_take(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    await set_config(pair.owner_url, tenant.profile.id, {"hours": {"needs_agent": True}})
    profile = await ports.profiles.find_profile(tenant.profile.id)
    assert profile is not None

    async def ask() -> tuple[list[str], int, int]:
        ports.availability.forget_facts(tenant.id)
        found = await get_availability(ports, profile)
        return [reason.code for reason in found.reasons], found.agents_present, found.agents_free

    assert await ask() == (["nobody_here"], 0, 0)
    both = [(tenant.id, tenant.marta.id, LEASE_S), (tenant.id, tenant.jonas.id, LEASE_S)]
    await ports.presence.renew_presence(both)
    assert await ask() == ([], 2, 2)
    await ports.availability.set_readiness(tenant.id, tenant.jonas.id, Readiness("away"))
    assert await ask() == ([], 2, 1)
    await ports.availability.set_readiness(tenant.id, tenant.marta.id, Readiness("away", "Lunch"))
    assert await ask() == (["nobody_accepting"], 2, 0)
    await ports.availability.set_readiness(tenant.id, tenant.jonas.id, Readiness("invisible"))
    assert await ask() == (["nobody_accepting"], 1, 0)
    await ports.presence.renew_presence(
        [(tenant.id, tenant.marta.id, 0.0), (tenant.id, tenant.jonas.id, 0.0)]
    )
    assert await ask() == (["nobody_here"], 0, 0)


async def test_a_crowd_that_asks_is_answered_from_one_look(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    profile = tenant.profile
    assert (await list_availability(ports, [profile] * 3))[profile.id].is_available
    await ports.presence.renew_presence([(tenant.id, tenant.marta.id, LEASE_S)])
    assert (await get_availability(ports, profile)).agents_present == 0
    ports.availability.forget_facts(tenant.id)
    assert (await get_availability(ports, profile)).agents_present == 1


async def test_chats_that_wait_are_counted_by_their_profile(
    admin: httpx2.AsyncClient, node: RunningNode, tenant: Tenant, pair: PairAddresses
) -> None:
    await set_config(pair.owner_url, tenant.profile.id, {"hours": {"max_queue": 1}})
    async with visitor_line(node.ws_url, tenant) as one, visitor_line(node.ws_url, tenant) as other:
        await one.hello(key=tenant.profile.key)
        await other.hello(key=tenant.profile.key)
        await one.command("start")
        await other.expect("eph", lambda frame: frame.get("available") is False)
        assert (await other.command("start"))["error"]["code"] == "not_available"
        assert (await one.command("start"))["result"]["created"] is False
        answer = await why(admin, tenant)
    assert (codes(answer), answer["queue_length"]) == (["queue_full"], 1)


async def test_it_is_told_to_agents_who_may_see_the_profile_and_to_nobody_else(
    admin: httpx2.AsyncClient,
    node: RunningNode,
    ports: Ports,
    settings: Settings,
    tenant: Tenant,
    pair: PairAddresses,
) -> None:
    path = f"/api/ChatProfile/{tenant.profile.id}/Availability"
    await set_config(pair.owner_url, tenant.profile.id, {"rules": {"access": {"is_enforced": True}}})
    other = await make_tenant(ports, settings, open_secrets())
    async with (
        application(node, ports, other.marta) as stranger,
        application(node, ports, tenant.jonas) as unnamed,
        application(node, ports, tenant.marta, "read:tickets") as narrow,
        httpx2.AsyncClient(trust_env=False, base_url=node.base_url) as nobody,
    ):
        assert (await admin.get(path)).status_code == 200
        refused = [await client.get(path) for client in (stranger, unnamed, narrow, nobody)]
        assert [response.status_code for response in refused] == [404, 404, 403, 401]
    for profile_id in ("0", "x", "2147483648", "99999999"):
        assert (await admin.get(f"/api/ChatProfile/{profile_id}/Availability")).status_code == 404
