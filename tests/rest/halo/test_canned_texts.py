"""Canned texts from outside: everybody's and those of teams."""

from hub.actions.ports import Ports
from hub.app import make_secrets
from hub.settings import Settings
from tests.doubles.halo_client import HaloProgram, program_of
from tests.doubles.node import RunningNode
from tests.doubles.tenant import Tenant


async def test_a_text_is_made_changed_found_and_deleted(admin: HaloProgram, tenant: Tenant) -> None:
    made = await admin.post(
        "/CannedText", [{"name": "/tracking", "text": "Hello {{visitor.name}},\nit is on its way."}]
    )
    assert (made["name"], made["team_id"], made["agent_id"]) == ("tracking", None, tenant.marta.id)
    assert made["text"] == "Hello {{visitor.name}},\nit is on its way."

    changed = await admin.post(f"/CannedText/{made['id']}", {"text": "It is on its way."})

    assert changed["text"] == "It is on its way."
    assert await admin.get("/CannedText") == [changed]
    assert await admin.get("/cannedtext", search="WAY") == [changed]
    assert await admin.get("/CannedText", search="nothing") == []
    assert (await admin.get("/CannedText", pageinate=True))["record_count"] == 1
    assert (await admin.call("DELETE", f"/CannedText/{made['id']}")).json() == changed
    assert await admin.refusal("GET", f"/CannedText/{made['id']}") == (404, None)


async def test_wrong_texts_are_refused_by_their_field_and_nothing_is_kept(admin: HaloProgram) -> None:
    await admin.post("/CannedText", {"name": "hello", "text": "Hello"})
    for wrong, field in (
        ({"text": "Hello"}, "name"),
        ({"name": "two words", "text": "Hello"}, "name"),
        ({"name": "a/b", "text": "Hello"}, "name"),
        ({"name": "HELLO", "text": "Hello"}, "name"),
        ({"name": "empty", "text": " \n"}, "text"),
        ({"name": "empty"}, "text"),
        ({"name": "long", "text": "x" * 16_001}, "text"),
        ({"name": "foreign", "text": "x", "team_id": 10**9}, "team_id"),
    ):
        assert await admin.refusal("POST", "/CannedText", body=[{"name": "fine", "text": "x"}, wrong]) == (
            400,
            field,
        )
    assert [text["name"] for text in await admin.get("/CannedText")] == ["hello"]


async def test_the_texts_of_a_team_are_its_agents_own(
    node: RunningNode, ports: Ports, settings: Settings, admin: HaloProgram, tenant: Tenant
) -> None:
    team = await admin.post("/Team", {"name": "Repairs"})
    ours = await admin.post("/CannedText", {"name": "hello", "text": "Hello from us", "team_id": team["id"]})
    everybodys = await admin.post("/CannedText", {"name": "hello", "text": "Hello"})
    async with program_of(node.base_url, ports, make_secrets(settings), tenant, tenant.jonas.id) as jonas:
        assert await jonas.get("/CannedText") == [everybodys]
        assert await jonas.refusal("GET", f"/CannedText/{ours['id']}") == (404, None)
        assert await jonas.refusal("DELETE", f"/CannedText/{ours['id']}") == (404, None)
        assert await jonas.refusal(
            "POST", "/CannedText", body={"name": "x", "text": "x", "team_id": team["id"]}
        ) == (400, "team_id")
        await admin.post("/Agent", {"id": tenant.jonas.id, "teams": [{"team_id": team["id"]}]})
        assert await jonas.get("/CannedText") == [ours, everybodys]


async def test_another_tenants_texts_do_not_exist(admin: HaloProgram, stranger: HaloProgram) -> None:
    made = await admin.post("/CannedText", {"name": "hello", "text": "Hello"})

    assert await stranger.get("/CannedText") == []
    for method in ("GET", "DELETE"):
        assert await stranger.refusal(method, f"/CannedText/{made['id']}") == (404, None)
    assert await stranger.refusal("POST", f"/CannedText/{made['id']}", body={"text": "x"}) == (404, None)
