"""Agents as their colleagues see them and administrators keep them."""

import json

import httpx2
import pytest

from hub.actions.ports import Ports
from hub.app import make_secrets
from hub.settings import Settings
from tests.doubles.halo_client import HaloProgram, program_of
from tests.doubles.line import agent_line
from tests.doubles.node import RunningNode
from tests.doubles.tenant import Tenant

PASSWORD = "correct horse battery"


async def sign_in(node: RunningNode, email: str, password: str) -> int:
    """The status of asking for a token by password."""
    async with httpx2.AsyncClient(base_url=node.base_url, timeout=20) as client:
        form = {"grant_type": "password", "username": email, "password": password}
        return (await client.post("/auth/token", data=form)).status_code


async def test_an_agent_is_told_without_secrets(admin: HaloProgram, tenant: Tenant) -> None:
    own = await admin.get("/Agent/me")

    assert own == await admin.get(f"/Agent/{tenant.marta.id}")
    assert {name: own[name] for name in ("id", "name", "firstname", "surname", "initials", "email")} == {
        "id": tenant.marta.id,
        "name": "Marta Lindqvist",
        "firstname": "Marta",
        "surname": "Lindqvist",
        "initials": "ML",
        "email": tenant.marta.email,
    }
    assert (own["is_admin"], own["isdisabled"], own["is_accepting"], own["capacity"]) == (
        True,
        False,
        True,
        None,
    )
    told = json.dumps(await admin.get("/Agent", includedisabled=True))
    assert not [word for word in ("password", "hash", "secret", "token", "key") if word in told]


async def test_a_new_agent_can_sign_in_and_a_changed_email_goes_with_them(
    admin: HaloProgram, node: RunningNode
) -> None:
    made = await admin.post("/Agent", [{"name": "Nia", "email": " Nia@Example.com ", "password": PASSWORD}])
    assert (made["email"], made["is_admin"], made["team"]) == ("nia@example.com", False, "")
    assert await sign_in(node, "nia@example.com", PASSWORD) == 200

    await admin.post(f"/Agent/{made['id']}", {"email": "n.owens@example.com", "name": "Nia Owens"})

    assert await sign_in(node, "n.owens@example.com", PASSWORD) == 200
    assert await sign_in(node, "nia@example.com", PASSWORD) == 400
    found = await admin.get("/Agent", search="OWENS")
    assert [agent["id"] for agent in found] == [made["id"]]


async def test_roles_teams_and_capacity_are_kept_and_searched_by(admin: HaloProgram, tenant: Tenant) -> None:
    team = await admin.post("/Team", {"name": "Workshop"})
    changed = await admin.post(
        f"/Agent/{tenant.jonas.id}",
        {
            "role_ids": [7, 9],
            "team_ids": [team["id"]],
            "capacity": 3,
            "is_accepting": "false",
            "languages": ["de-AT", "en"],
        },
    )

    assert (changed["role_ids"], changed["capacity"], changed["is_accepting"]) == ([7, 9], 3, False)
    assert changed["languages"] == ["de", "en"]
    assert changed["teams"] == [{"team_id": team["id"], "team_name": "Workshop"}]
    assert await admin.get("/Agent", team_id=team["id"]) == [changed]
    assert await admin.get("/Agent", role=9) == [changed]
    assert await admin.get("/Agent", role=8) == []

    cleared = await admin.post("/Agent", {"id": tenant.jonas.id, "team_ids": [], "capacity": None})
    assert (cleared["teams"], cleared["capacity"]) == ([], None)


async def test_a_disabled_agent_falls_off_the_line_and_out_of_the_api(
    admin: HaloProgram, node: RunningNode, ports: Ports, settings: Settings, tenant: Tenant
) -> None:
    secrets = make_secrets(settings)
    async with (
        program_of(node.base_url, ports, secrets, tenant, tenant.jonas.id) as jonas,
        agent_line(node.ws_url) as line,
    ):
        key = secrets.keys.issue_key("api_key")
        await ports.credentials.add_credential(
            tenant.id, "api_key", key.public_id, hash=key.hash, principal_id=tenant.jonas.id
        )
        await line.hello(token=key.text)
        assert (await jonas.get("/Agent/me"))["id"] == tenant.jonas.id

        gone = await admin.post("/Agent", {"id": tenant.jonas.id, "isdisabled": True})

        assert gone["isdisabled"]
        assert (await jonas.call("GET", "/Agent/me")).status_code == 401
        bye = await line.expect("bye")
        assert bye["retry"] == "never"
    assert [agent["id"] for agent in await admin.get("/Agent")] == [tenant.marta.id]
    disabled = await admin.get("/Agent", includedisabled=True, includeenabled=False)
    assert [agent["id"] for agent in disabled] == [tenant.jonas.id]


@pytest.mark.parametrize("change", [{"isdisabled": True}, {"is_admin": False}])
async def test_nobody_takes_their_own_administration_away(
    admin: HaloProgram, tenant: Tenant, change: dict[str, bool]
) -> None:
    body = [{"name": "Nia", "email": "nia@example.com"}, {"id": tenant.marta.id, **change}]
    assert await admin.refusal("POST", "/Agent", json=body) == (403, None)
    assert len(await admin.get("/Agent")) == 2


async def test_wrong_agents_are_refused_by_field_and_nothing_is_saved(
    admin: HaloProgram, tenant: Tenant
) -> None:
    nia = {"name": "Nia", "email": "nia@example.com"}
    for body, field in (
        ({**nia, "email": "no address"}, "email"),
        ({**nia, "email": tenant.jonas.email.upper()}, "email"),
        ({"name": "Nia"}, "email"),
        ({"email": "nia@example.com"}, "name"),
        ({**nia, "name": "\u200e\u202e"}, "name"),
        ({**nia, "password": "short"}, "password"),
        ({"id": tenant.jonas.id, "password": PASSWORD}, "password"),
        ({**nia, "team_ids": [2_000_000_000]}, "team_ids"),
        ({**nia, "teams": [{"team_id": 2_000_000_000}]}, "team_ids"),
        ({**nia, "role_ids": [3, 3]}, "role_ids"),
        ({**nia, "languages": ["english"]}, "languages"),
        ({**nia, "role_ids": [0]}, "role_ids[0]"),
        ({**nia, "capacity": 0}, "capacity"),
        ({**nia, "capacity": 2**31}, "capacity"),
        ([{**nia, "email": f"{n}@example.com", "password": PASSWORD} for n in range(21)], "password"),
    ):
        assert await admin.refusal("POST", "/Agent", json=body) == (400, field)
    assert len(await admin.get("/Agent", includedisabled=True)) == 2


@pytest.mark.parametrize("scopes", [("admin",), ("all",)])
async def test_without_being_an_administrator_no_scope_helps(
    admin: HaloProgram,
    node: RunningNode,
    ports: Ports,
    settings: Settings,
    tenant: Tenant,
    scopes: tuple[str, ...],
) -> None:
    async with program_of(
        node.base_url, ports, make_secrets(settings), tenant, tenant.jonas.id, *scopes
    ) as jonas:
        for path, body in (
            ("/Agent", {"id": tenant.jonas.id, "is_admin": True}),
            ("/Team", {"name": "Mine"}),
            ("/Status", {"id": 1, "name": "Mine"}),
            ("/TicketType", {"name": "Mine"}),
            ("/TicketType/1", {"name": "Mine"}),
        ):
            assert await jonas.refusal("POST", path, json=body) == (403, None)
        assert await jonas.refusal("DELETE", "/TicketType/1") == (403, None)
        assert [team["name"] for team in await jonas.get("/Team")] == []
    assert (await admin.get("/Status/1"))["name"] == "New"
    assert (await admin.get("/TicketType/1"))["name"] == "Incident"


async def test_a_scope_admits_to_its_own_and_reading_comes_with_changing(
    node: RunningNode, ports: Ports, settings: Settings, tenant: Tenant
) -> None:
    secrets = make_secrets(settings)
    every = {
        "read:tickets": ("GET", "/Tickets"),
        "edit:tickets": ("POST", "/Tickets"),
        "read:customers": ("GET", "/Users"),
        "edit:customers": ("POST", "/Users"),
        "read:kb": ("GET", "/KBArticle"),
        "edit:kb": ("POST", "/KBArticle"),
        "admin": ("POST", "/Team"),
    }
    open_to_all = [("GET", path) for path in ("/Agent", "/Agent/me", "/Users/me", "/Team", "/Status")]
    for scope in every:
        implied = {scope, scope.replace("edit:", "read:")}
        async with program_of(node.base_url, ports, secrets, tenant, tenant.marta.id, scope) as program:
            for needed, (method, path) in every.items():
                answer = await program.call(method, path, json={} if method == "POST" else None)
                expected = (200 if method == "GET" else 400) if needed in implied else 403
                assert answer.status_code == expected, (scope, needed)
            for method, path in open_to_all:
                assert (await program.call(method, path)).status_code == 200
