"""Workdays and holidays over HTTP: what is kept, what is refused and changes nothing, and who may."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest_asyncio

from hub.actions.ports import Ports
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from tests.doubles.applications import application, set_config
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant

Body = dict[str, Any]

OFFICE: Body = {"name": "Office", "timezone": "Europe/Berlin", "start": "09:00", "end": "17:00"}
CHRISTMAS: Body = {"name": "Christmas", "date": "2026-12-24", "end_date": "2026-12-26", "isrecurring": True}


@pytest_asyncio.fixture(loop_scope="session")
async def admin(node: RunningNode, ports: Ports, tenant: Tenant) -> AsyncIterator[httpx2.AsyncClient]:
    """A program that acts for an administrator."""
    async with application(node, ports, tenant.marta) as client:
        yield client


async def save(client: httpx2.AsyncClient, body: Any, path: str = "/api/Workday") -> Any:
    response = await client.post(path, json=body)
    assert response.status_code == 201, response.text
    return response.json()


async def names(client: httpx2.AsyncClient) -> list[str]:
    return [row["name"] for row in (await client.get("/api/Workday")).json()["workdays"]]


def hours(workday: Body) -> list[tuple[str, str, str]]:
    return [(one["weekday"], one["start"], one["end"]) for one in workday["intervals"]]


# Keeping.


async def test_a_week_of_equal_days_is_kept_and_told_in_halos_fields(admin: httpx2.AsyncClient) -> None:
    made = await save(admin, OFFICE)

    assert made["timezone"] == "Europe/Berlin"
    assert (made["alldayssame"], made["start"], made["end"]) == (
        True,
        "1900-01-01T09:00:00",
        "1900-01-01T17:00:00",
    )
    assert [made[f"inc{day}"] for day in ("monday", "friday", "saturday", "sunday")] == [
        True,
        True,
        False,
        False,
    ]
    assert (made["startmonday"], made["endsunday"]) == ("1900-01-01T09:00:00", None)
    assert (await admin.get(f"/api/workday/{made['id']}")).json() == made
    assert (await admin.get("/api/WORKDAY")).json()["record_count"] == 1


async def test_days_may_differ_and_have_a_break(admin: httpx2.AsyncClient) -> None:
    body = {
        "name": "Shop",
        "alldayssame": False,
        "incmonday": "true",
        "incsaturday": True,
        "startmonday": "2020-01-01T08:30:00.000Z",
        "endmonday": "2020-01-01T18:00:00.000Z",
        "startsaturday": "10:00",
        "endsaturday": "00:00",
        "lunchstart": "12:00",
        "lunchend": "13:00",
    }
    made = await save(admin, [body])
    assert hours(made) == [
        ("monday", "08:30", "12:00"),
        ("monday", "13:00", "18:00"),
        ("saturday", "10:00", "12:00"),
        ("saturday", "13:00", "24:00"),
    ]
    assert (made["timezone"], made["endsaturday"]) == ("UTC", "1900-01-01T00:00:00")


async def test_every_interval_may_be_said_and_what_was_told_can_be_sent_back(
    admin: httpx2.AsyncClient,
) -> None:
    intervals = [
        {"weekday": "Tuesday", "start": "13:00", "end": "23:59:59"},
        {"weekday": "tuesday", "start": "00:00", "end": "12:30"},
    ]
    made = await save(admin, {"name": "Odd", "intervals": intervals})
    assert hours(made) == [("tuesday", "00:00", "12:30"), ("tuesday", "13:00", "24:00")]
    assert await save(admin, made) == made


async def test_a_change_leaves_alone_what_it_does_not_name(admin: httpx2.AsyncClient) -> None:
    made = await save(admin, {**OFFICE, "summary": "Bridge Street", "holidays": [CHRISTMAS]})
    changed = await save(admin, {"id": made["id"], "name": "Main office"})
    assert changed == {**made, "name": "Main office"}
    later = await save(admin, {"id": made["id"], "start": "10:00", "end": "16:00", "holidays": []})
    assert (later["name"], later["start"], later["holidays"]) == ("Main office", "1900-01-01T10:00:00", [])


async def test_several_are_saved_together_in_their_order(admin: httpx2.AsyncClient) -> None:
    first = await save(admin, OFFICE)
    saved = await save(admin, [{**OFFICE, "id": 0, "name": "B"}, {"id": first["id"], "name": "A"}])
    assert [one["name"] for one in saved] == ["B", "A"]
    assert await names(admin) == ["A", "B"]


async def test_holidays_come_with_their_workday_or_by_themselves(admin: httpx2.AsyncClient) -> None:
    made = await save(admin, OFFICE)
    single = {"workday_id": made["id"], "name": "Stocktaking", "allday": False}
    single |= {"date": "2026-06-30T14:00:00", "end_date": "2026-07-01T00:00:00"}
    kept = await save(admin, single, "/api/Holiday")
    both = await save(
        admin,
        [{**CHRISTMAS, "workday_id": made["id"]}, {**CHRISTMAS, "workday_id": made["id"]}],
        "/api/Holiday",
    )

    assert (kept["date"], kept["end_date"]) == ("2026-06-30T14:00:00", "2026-07-01T00:00:00")
    assert (kept["allday"], kept["isrecurring"]) == (False, False)
    assert (both[0]["date"], both[0]["end_date"]) == ("2026-12-24T00:00:00", "2026-12-26T00:00:00")
    assert (both[0]["allday"], both[0]["isrecurring"]) == (True, True)
    listed = (await admin.get(f"/api/Holiday?workday_id={made['id']}")).json()
    assert [one["holid"] for one in listed["holidays"]] == [kept["holid"], both[0]["holid"], both[1]["holid"]]
    assert (await admin.get(f"/api/Holiday/{kept['holid']}")).json() == kept
    shown = (await admin.get("/api/Workday?showholidays=true")).json()["workdays"][0]
    assert shown["holidays"] == listed["holidays"]
    page = (await admin.get("/api/Holiday?pageinate=true&page_no=2&page_size=2")).json()
    assert (page["record_count"], [one["holid"] for one in page["holidays"]]) == (3, [both[1]["holid"]])


async def test_a_holiday_until_midnight_can_be_sent_back_as_it_was_told(admin: httpx2.AsyncClient) -> None:
    made = await save(admin, OFFICE)
    body = {
        "workday_id": made["id"],
        "name": "Evening",
        "date": "2026-06-30T14:00",
        "end_date": "2026-07-01T00:00",
    }
    kept = await save(admin, {**body, "allday": False}, "/api/Holiday")
    assert (kept["date"], kept["end_date"], kept["allday"]) == (
        "2026-06-30T14:00:00",
        "2026-07-01T00:00:00",
        False,
    )
    assert await save(admin, kept, "/api/Holiday") == kept


async def test_a_holiday_is_changed_and_deleted(admin: httpx2.AsyncClient) -> None:
    made = await save(admin, OFFICE)
    kept = await save(admin, {**CHRISTMAS, "workday_id": made["id"]}, "/api/Holiday")
    renamed = await save(admin, {"holid": kept["holid"], "name": "Yule"}, "/api/Holiday")
    assert renamed == {**kept, "name": "Yule"}
    assert (await admin.delete(f"/api/Holiday/{kept['holid']}")).json() == renamed
    assert (await admin.delete(f"/api/Holiday/{kept['holid']}")).status_code == 404
    assert (await admin.get("/api/Holiday")).json()["holidays"] == []


async def test_workdays_and_holidays_are_changed_at_their_own_addresses(admin: httpx2.AsyncClient) -> None:
    made = await save(admin, {**OFFICE, "holidays": [CHRISTMAS]})
    path = f"/api/Workday/{made['id']}"
    assert await save(admin, {"name": "Workshop"}, path) == {**made, "name": "Workshop"}
    [holiday] = made["holidays"]
    own = f"/api/Holiday/{holiday['holid']}"
    assert await save(admin, {**holiday, "name": "Yule"}, own) == {**holiday, "name": "Yule"}

    for address, body, field in ((path, {"id": made["id"] + 1}, "id"), (own, {"holid": 1}, "holid")):
        refused = await admin.post(address, json=body)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert (await admin.get(path)).json()["name"] == "Workshop"


async def test_a_workday_that_a_profile_goes_by_stays(
    admin: httpx2.AsyncClient, tenant: Tenant, pair: PairAddresses
) -> None:
    made = await save(admin, {**OFFICE, "holidays": [CHRISTMAS]})
    await set_config(pair.owner_url, tenant.profile.id, {"hours": {"workday_id": made["id"]}})
    refused = await admin.delete(f"/api/Workday/{made['id']}")
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
    assert tenant.profile.name in refused.json()["Message"]
    assert (await admin.get(f"/api/Workday/{made['id']}")).json() == made

    await set_config(pair.owner_url, tenant.profile.id, {"hours": {}})
    assert (await admin.delete(f"/api/Workday/{made['id']}")).status_code == 200
    assert (await admin.get(f"/api/Workday/{made['id']}")).status_code == 404
    assert (await admin.get("/api/Holiday")).json()["holidays"] == []


# Refusing.


NO_WORKDAYS: list[tuple[Body, str]] = [
    ({"timezone": "UTC"}, "name"),
    ({**OFFICE, "name": ""}, "name"),
    ({**OFFICE, "name": "\u200f\t"}, "name"),
    ({**OFFICE, "name": "x" * 101}, "name"),
    ({**OFFICE, "name": 7}, "name"),
    ({**OFFICE, "summary": "x" * 1_001}, "summary"),
    ({**OFFICE, "timezone": "Europe/Atlantis"}, "timezone"),
    ({**OFFICE, "timezone": "../../etc/passwd"}, "timezone"),
    ({**OFFICE, "timezone": "GMT Standard Time"}, "timezone"),
    ({"name": "Office"}, "start"),
    ({**OFFICE, "start": "9"}, "start"),
    ({**OFFICE, "start": "25:00"}, "start"),
    ({**OFFICE, "start": "24:00"}, "end"),
    ({**OFFICE, "start": "٠٩:٠٠"}, "start"),
    ({**OFFICE, "start": "09:60"}, "start"),
    ({**OFFICE, "end": "24:01"}, "end"),
    ({**OFFICE, "end": "09:00"}, "end"),
    ({**OFFICE, "end": "08:00"}, "end"),
    ({**OFFICE, "end": {}}, "end"),
    ({**OFFICE, "alldayssame": False, "incmonday": True}, "startmonday"),
    (
        {**OFFICE, "alldayssame": False, "incfriday": True, "startfriday": "09:00", "endfriday": "08:00"},
        "endfriday",
    ),
    ({**OFFICE, "incmonday": "perhaps"}, "incmonday"),
    ({**OFFICE, "lunchstart": "12:00"}, "lunchend"),
    ({**OFFICE, "lunchstart": "13:00", "lunchend": "12:00"}, "lunchend"),
    (
        {**OFFICE, "intervals": [{"weekday": "someday", "start": "09:00", "end": "10:00"}]},
        "intervals[0].weekday",
    ),
    (
        {**OFFICE, "intervals": [{"weekday": "monday", "start": "10:00", "end": "09:00"}]},
        "intervals[0].end",
    ),
    ({**OFFICE, "intervals": [{"weekday": "monday", "start": "10:00"}]}, "intervals[0].end"),
    (
        {
            **OFFICE,
            "intervals": [
                {"weekday": "monday", "start": "09:00", "end": "12:00"},
                {"weekday": "monday", "start": "11:59", "end": "13:00"},
            ],
        },
        "intervals",
    ),
    ({**OFFICE, "holidays": [{"name": "No date"}]}, "date"),
    ({**OFFICE, "holidays": [{**CHRISTMAS, "date": "2026-02-30"}]}, "date"),
    ({**OFFICE, "holidays": [{**CHRISTMAS, "date": "0001-01-01"}]}, "end_date"),
    ({**OFFICE, "holidays": [{**CHRISTMAS, "end_date": "2026-12-23"}]}, "end_date"),
    ({**OFFICE, "holidays": [{**CHRISTMAS, "end_date": "2028-12-23"}]}, "end_date"),
    ({**OFFICE, "holidays": [{**CHRISTMAS, "end_date": None, "allday": False}]}, "end_date"),
    ({**OFFICE, "holidays": [CHRISTMAS] * 501}, "holidays"),
]


async def test_what_is_no_workday_is_refused_by_the_name_of_its_field_and_nothing_is_kept(
    admin: httpx2.AsyncClient,
) -> None:
    for body, field in NO_WORKDAYS:
        refused = await admin.post("/api/Workday", json=[OFFICE, body])
        assert refused.status_code == 400, (body, refused.text)
        [told] = refused.json()["errors"]
        assert told == field or told.endswith(f".{field}"), (body, told)
    assert await names(admin) == []


NO_BODIES: list[Any] = [
    [],
    {},
    None,
    7,
    "x",
    [None],
    [[OFFICE]],
    [OFFICE, 7],
    {"id": "x"},
    {**OFFICE, "holidays": {}},
]


async def test_what_is_no_body_is_refused(admin: httpx2.AsyncClient) -> None:
    for body in NO_BODIES:
        content = json.dumps(body).encode()
        refused = await admin.post(
            "/api/Workday", content=content, headers={"Content-Type": "application/json"}
        )
        assert refused.status_code == 400, body
    assert await names(admin) == []


async def test_a_holiday_of_no_workday_and_one_named_twice_are_refused(admin: httpx2.AsyncClient) -> None:
    made = await save(admin, OFFICE)
    kept = await save(admin, {**CHRISTMAS, "workday_id": made["id"]}, "/api/Holiday")
    bodies: list[tuple[Any, int, str | None]] = [
        (CHRISTMAS, 400, "workday_id"),
        ({**CHRISTMAS, "workday_id": made["id"] + 1}, 400, "workday_id"),
        ({**CHRISTMAS, "workday_id": 2**40}, 400, "workday_id"),
        ({**CHRISTMAS, "workday_id": made["id"], "holid": kept["holid"] + 1}, 404, None),
        ({**CHRISTMAS, "workday_id": made["id"], "holid": -1}, 404, None),
        ({**CHRISTMAS, "workday_id": made["id"], "id": "not-a-number"}, 400, "id"),
        ([{"holid": kept["holid"], "name": "A"}, {"holid": kept["holid"], "name": "B"}], 400, "holid"),
    ]
    for body, status, field in bodies:
        refused = await admin.post("/api/Holiday", json=body)
        assert refused.status_code == status, refused.text
        assert [*refused.json().get("errors", {})] == ([field] if field else [])
    assert (await admin.get("/api/Holiday")).json()["holidays"] == [kept]


async def test_an_id_that_nothing_has_is_not_found(admin: httpx2.AsyncClient) -> None:
    for workday_id in ["0", "x", "-1", "2147483648", "99999999999999999999", "1%00"]:
        for path in (f"/api/Workday/{workday_id}", f"/api/Holiday/{workday_id}"):
            assert (await admin.get(path)).status_code == 404
            assert (await admin.delete(path)).status_code == 404
        if workday_id.isdigit():
            assert (await admin.get(f"/api/Holiday?workday_id={workday_id}")).status_code in {200, 400}


# Who may.


async def test_another_tenants_hours_are_as_absent_as_missing_ones(
    admin: httpx2.AsyncClient, node: RunningNode, ports: Ports, settings: Settings
) -> None:
    made = await save(admin, {**OFFICE, "holidays": [CHRISTMAS]})
    holid = made["holidays"][0]["holid"]
    other = await make_tenant(ports, settings, open_secrets())
    async with application(node, ports, other.marta) as stranger:
        asked = [
            ("GET", f"/api/Workday/{made['id']}", None),
            ("DELETE", f"/api/Workday/{made['id']}", None),
            ("POST", "/api/Workday", {**OFFICE, "id": made["id"]}),
            ("GET", f"/api/Holiday/{holid}", None),
            ("DELETE", f"/api/Holiday/{holid}", None),
            ("POST", "/api/Holiday", {**CHRISTMAS, "holid": holid, "workday_id": made["id"]}),
        ]
        for method, path, body in asked:
            refused = await stranger.request(method, path, json=body)
            assert (refused.status_code, refused.json()["error"]) == (404, "not_found"), (method, path)
        assert (await stranger.get("/api/Workday")).json()["record_count"] == 0
        assert (await stranger.get(f"/api/Holiday?workday_id={made['id']}")).json()["record_count"] == 0
        foreign = await stranger.post("/api/Holiday", json={**CHRISTMAS, "workday_id": made["id"]})
        assert (foreign.status_code, [*foreign.json()["errors"]]) == (400, ["workday_id"])
    assert (await admin.get(f"/api/Workday/{made['id']}")).json() == made


async def test_agents_read_and_only_administrators_write(
    admin: httpx2.AsyncClient, node: RunningNode, ports: Ports, tenant: Tenant
) -> None:
    made = await save(admin, {**OFFICE, "holidays": [CHRISTMAS]})
    holid = made["holidays"][0]["holid"]
    async with (
        application(node, ports, tenant.jonas) as agent,
        application(node, ports, tenant.marta, "access:chat") as narrow,
    ):
        for client in (agent, narrow):
            assert (await client.get(f"/api/Workday/{made['id']}")).status_code == 200
            assert (await client.get("/api/Holiday")).status_code == 200
            writes = [
                await client.post("/api/Workday", json={"id": made["id"], "name": "Mine"}),
                await client.delete(f"/api/Workday/{made['id']}"),
                await client.post("/api/Holiday", json={"holid": holid, "name": "Mine"}),
                await client.delete(f"/api/Holiday/{holid}"),
            ]
            assert {response.status_code for response in writes} == {403}
    async with httpx2.AsyncClient(trust_env=False, base_url=node.base_url) as nobody:
        assert (await nobody.get("/api/Workday")).status_code == 401
    assert (await admin.get(f"/api/Workday/{made['id']}")).json() == made
