"""Chat profiles as agents see, make, change and delete them: rights and forms."""

from dataclasses import replace

import pytest

from hub.domain.profile import Access, AccessRule, Hours, Rules, Ticketing
from tests.doubles.bearers import bearer_in_memory
from tests.doubles.profile_desk import (
    FOREIGN,
    HIDDEN,
    KEY,
    SHOP,
    TEAM_IDS,
    TYPE_IDS,
    WORKDAY_IDS,
    Body,
    Desk,
    make_desk,
)


@pytest.fixture
async def desk() -> Desk:
    """A desk of this test's own."""
    return await make_desk()


# Seeing.


def test_an_agent_sees_the_profile_with_what_its_key_does_not_show(desk: Desk) -> None:
    told = desk.get("/7").json()
    assert (told["id"], told["key"], told["name"]) == ("7", KEY, "Shop")
    assert told["cors_whitelist_list"] == [
        {"value": "localhost", "label": "localhost"},
        {"value": "shop.example", "label": "shop.example"},
    ]
    assert "_chat_available" not in told
    assert "steps" not in told
    detailed = desk.get("/7?check_available=True&IncludeDetails=true").json()
    assert (detailed["_chat_available"], detailed["steps"], detailed["flow_chart_json"]) == (True, [], None)


def test_a_key_shows_no_rule_no_agent_and_no_page(desk: Desk) -> None:
    public = desk.client.get(f"/api/ChatProfile/7?key={KEY}&includedetails=true").json()
    assert set(public) == {
        "id", "name", "greeting", "colour", "theme", "icon", "bot_name", "bubble_type", "message_box_size",
        "enable_feedback", "feedback_message_before", "feedback_message_after", "_chat_mode", "_prechat",
        "_consent", "_offline_form", "_visits", "_draft_preview", "use_bubble_popup_message_mappings",
        "popup_message_mappings", "_banners", "access_type",
    }  # fmt: skip


def test_a_token_counts_for_more_than_a_key_beside_it(desk: Desk) -> None:
    assert desk.get(f"/7?key={KEY}").json()["key"] == KEY
    assert desk.get(f"/7?key={KEY}", desk.foreigner).status_code == 404


def test_the_list_is_of_one_type_or_of_all_and_without_steps(desk: Desk) -> None:
    everything = desk.get("").json()
    assert everything["record_count"] == 2
    assert [profile["id"] for profile in everything["chatprofiles"]] == ["7", "8"]
    assert "steps" not in everything["chatprofiles"][0]
    assert "page_no" not in everything
    assert [profile["id"] for profile in desk.get("?type=3").json()["chatprofiles"]] == ["8"]
    assert desk.get("?type=4").json() == {"record_count": 0, "chatprofiles": []}


def test_the_list_comes_in_pages_when_they_are_asked_for(desk: Desk) -> None:
    second = desk.get("?pageinate=True&page_size=1&page_no=2").json()
    assert (second["page_no"], second["page_size"], second["record_count"]) == (2, 1, 2)
    assert [profile["id"] for profile in second["chatprofiles"]] == ["8"]
    assert len(desk.get("?count=1").json()["chatprofiles"]) == 1


def test_rules_that_are_enforced_hide_a_profile(desk: Desk) -> None:
    assert [profile["id"] for profile in desk.get("", desk.agent).json()["chatprofiles"]] == ["7"]
    assert desk.get("/8", desk.agent).status_code == 404
    assert desk.get("/8").status_code == 200


# Making and changing.


def test_a_new_profile_has_an_id_and_a_key_of_the_hubs_own(desk: Desk) -> None:
    response = desk.post(
        [{"name": "Returns", "key": "mine", "uuid": "mine", "_chat_available": "?", "in_use": 1}]
    )
    assert response.status_code == 201
    made = response.json()
    assert made["id"] == "10"
    assert made["name"] == "Returns"
    assert len(made["key"]) == 32
    assert desk.profiles[10].key == made["key"]
    assert desk.profiles[10].tenant_id == 1
    assert desk.get("/10").json()["key"] == made["key"]


def test_a_new_profile_admits_no_page_and_everybody_from_those_to_come(desk: Desk) -> None:
    made = desk.post({"name": "Returns"}).json()
    assert (made["cors_whitelist_list"], made["access_type"]) == ([], 1)


@pytest.mark.parametrize("profile_id", [7, "7"])
def test_a_change_leaves_alone_what_it_does_not_name(desk: Desk, profile_id: int | str) -> None:
    response = desk.post({"id": profile_id, "greeting": "Good morning.", "key": "mine"})
    assert response.status_code == 201
    assert desk.profiles[7] == replace(SHOP, look=replace(SHOP.look, greeting="Good morning."))
    assert (desk.profiles[8], desk.profiles[9]) == (HIDDEN, FOREIGN)


def test_what_comes_back_may_be_sent_back_and_changes_nothing(desk: Desk) -> None:
    insecure = replace(SHOP, origins=("http://shop.example", "*", "https://*.shop.example:8443"))
    desk.memory.profiles.profiles[7] = insecure
    assert desk.post(desk.get("/7?includedetails=true&check_available=true").json()).status_code == 201
    assert desk.profiles[7] == insecure


def test_several_come_back_in_an_array_and_one_by_itself(desk: Desk) -> None:
    assert [made["name"] for made in desk.post([{"name": "A"}, {"id": 7, "name": "B"}]).json()] == ["A", "B"]
    assert desk.post([{"name": "C"}]).json()["name"] == "C"


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"id": 9, "name": "Mine"},
        {"id": 99},
        {"id": 7, "colour": "red"},
        {"greeting": "No name"},
    ],
)
def test_of_an_array_with_one_bad_element_nothing_is_stored(desk: Desk, bad: Body) -> None:
    before = dict(desk.profiles)
    response = desk.post([{"name": "Good"}, {"id": 8, "name": "Better"}, bad])
    assert response.status_code in (400, 404)
    assert desk.profiles == before


def test_an_array_names_a_profile_once(desk: Desk) -> None:
    response = desk.post([{"id": 7, "name": "A"}, {"id": 7, "name": "B"}])
    assert (response.status_code, list(response.json()["errors"])) == (400, ["id"])
    assert desk.profiles[7] == SHOP


def test_members_are_read_as_leniently_as_their_clients_write_them(desk: Desk) -> None:
    desk.post(
        {
            "ID": "7",
            "Access_Type": "2",
            "EnableFeedback": 1,
            "enable_feedback": "True",
            "agent_roles": ["3", {"ID": 4}],
        }
    )
    assert desk.profiles[7].rules.access.audience == "agents"
    assert desk.profiles[7].feedback.is_enabled
    assert desk.profiles[7].rules.access.role_ids == (3, 4)


def test_zero_is_how_forms_say_that_nothing_is_chosen(desk: Desk) -> None:
    chosen = {"workdays_id": WORKDAY_IDS[0], "tickettype_id": TYPE_IDS[0], "default_ticket_clientsite": 6}
    assert desk.post({"id": 7, **chosen}).status_code == 201
    cleared = desk.post(
        {"id": 7, "workdays_id": 0, "tickettype_id": 0, "default_ticket_clientsite": None}
    ).json()
    assert [cleared[name] for name in ("workdays_id", "tickettype_id", "default_ticket_clientsite")] == [
        None
    ] * 3


def test_markup_in_a_text_is_text(desk: Desk) -> None:
    words = "<script>alert(1)</script> & \u201cquotes\u201d\nsecond line"
    assert desk.post({"id": 7, "greeting": words, "feedback_message_before": words}).status_code == 201
    public = desk.client.get(f"/api/ChatProfile/7?key={KEY}")
    assert (public.json()["greeting"], public.json()["feedback_message_before"]) == (words, words)
    assert public.headers["content-type"] == "application/json"
    assert public.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("member", "known"),
    [
        ("workdays_id", WORKDAY_IDS),
        ("tickettype_id", TYPE_IDS),
        ("team_id", TEAM_IDS),
        ("agent_id", None),
    ],
)
def test_a_profile_refers_to_what_its_tenant_has_and_to_nothing_else(
    desk: Desk, member: str, known: tuple[int, ...] | None
) -> None:
    number = (known or desk.agent_ids)[0]
    foreigners = [agent.id for agent in desk.memory.identities.agents.values() if agent.tenant_id == 2]

    def said(value: int) -> Body:
        in_rule = member in ("team_id", "agent_id")
        return {"access_control": [{member: value, "level": 1}]} if in_rule else {member: value}

    before = dict(desk.profiles)
    for nothing in (99, *foreigners):
        for body in ({"name": "New", **said(nothing)}, {"id": 7, **said(nothing)}):
            refused = desk.post([{"id": 8, "name": "Better"}, body])
            assert (refused.status_code, list(refused.json()["errors"])) == (400, list(said(nothing)))
            assert desk.profiles == before
    assert desk.post({"name": "New", **said(number)}).status_code == 201
    assert desk.post({"id": 7, **said(number)}).status_code == 201


def test_what_a_profile_refers_to_may_be_gone_and_comes_back_as_it_is(desk: Desk) -> None:
    gone = Rules(ticketing=Ticketing(type_id=98), access=Access(rules=(AccessRule("team", 98, "read"),)))
    desk.memory.profiles.profiles[7] = replace(SHOP, rules=gone, hours=Hours(workday_id=98))
    shown = desk.get("/7").json()

    assert desk.post({**shown, "greeting": "Good morning."}).status_code == 201
    assert desk.profiles[7].rules == gone
    assert desk.post({"id": 7, "tickettype_id": 97}).status_code == 400
    assert desk.post({"id": 8, "tickettype_id": 98}).status_code == 400


# Rights.


def test_an_agent_without_right_makes_changes_and_deletes_nothing(desk: Desk) -> None:
    before = dict(desk.profiles)
    answers = [
        desk.post({"name": "Mine"}, desk.agent),
        desk.post({"id": 7, "name": "Mine"}, desk.agent),
        desk.post([{"id": 7, "name": "Mine"}, {"name": "Mine"}], desk.agent),
        desk.client.delete("/api/ChatProfile/7", headers=desk.agent),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert desk.post({"id": 8, "name": "Mine"}, desk.agent).status_code == 404
    assert desk.client.delete("/api/ChatProfile/8", headers=desk.agent).status_code == 404
    assert desk.profiles == before


def test_an_agent_whom_a_rule_lets_edit_changes_that_profile_and_no_other(desk: Desk) -> None:
    jonas = next(agent.id for agent in desk.memory.identities.agents.values() if agent.name == "Jonas")
    rules = (AccessRule("agent", jonas, "edit"),)
    desk.memory.profiles.profiles[7] = replace(SHOP, rules=Rules(access=Access("anyone", True, rules)))
    assert desk.post({"id": 7, "greeting": "Mine"}, desk.agent).status_code == 201
    assert desk.post({"name": "Mine"}, desk.agent).status_code == 403
    assert desk.client.delete("/api/ChatProfile/7", headers=desk.agent).status_code == 403
    assert desk.post({"id": 7, "access_control": [{"agent_id": jonas, "level": 1}]}).status_code == 201
    assert desk.post({"id": 7, "greeting": "Mine again"}, desk.agent).status_code == 403
    assert desk.profiles[7].look.greeting == "Mine"


async def test_a_program_needs_the_scope(desk: Desk) -> None:
    reader = await bearer_in_memory(desk.memory, 1, "Reader", is_admin=True, scopes=("access:chat",))
    stranger = await bearer_in_memory(desk.memory, 1, "Stranger", is_admin=True, scopes=("read:tickets",))
    assert desk.get("/7", reader).status_code == 200
    assert desk.post({"name": "Mine"}, reader).status_code == 403
    assert desk.client.delete("/api/ChatProfile/7", headers=reader).status_code == 403
    assert [desk.get(path, stranger).status_code for path in ("", "/7")] == [403, 403]


def test_another_tenants_profile_is_no_profile(desk: Desk) -> None:
    before = dict(desk.profiles)
    missing = desk.get("/99")
    for response in (
        desk.get("/9"),
        desk.get("/7", desk.foreigner),
        desk.post({"id": 9, "name": "Mine"}),
        desk.post([{"id": 7, "name": "Mine"}], desk.foreigner),
        desk.client.delete("/api/ChatProfile/9", headers=desk.admin),
        desk.client.delete("/api/ChatProfile/7", headers=desk.foreigner),
    ):
        assert (response.status_code, response.content) == (404, missing.content)
    assert [profile["id"] for profile in desk.get("", desk.foreigner).json()["chatprofiles"]] == ["9"]
    assert desk.profiles == before


@pytest.mark.parametrize(
    "path", ["../1", "1%20or%201=1", "0", "-7", "07", "7.0", "2147483648", "%D9%A7", "7%00"]
)
def test_an_address_that_names_no_profile_is_not_found(desk: Desk, path: str) -> None:
    assert desk.get(f"/{path}").status_code == 404
    assert desk.client.delete(f"/api/ChatProfile/{path}", headers=desk.admin).status_code == 404


def test_nobody_comes_without_a_token_but_for_the_public_part(desk: Desk) -> None:
    assert desk.client.get("/api/ChatProfile").status_code == 401
    assert desk.client.post("/api/ChatProfile", json={"name": "Mine"}).status_code == 401
    assert desk.client.delete("/api/ChatProfile/7").status_code == 401
    assert desk.client.get("/api/ChatProfile/7", headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_deleted_profile_is_gone_and_cannot_be_deleted_again(desk: Desk) -> None:
    deleted = desk.client.delete("/api/ChatProfile/7", headers=desk.admin)
    assert (deleted.status_code, deleted.json()["id"]) == (200, "7")
    assert desk.client.delete("/api/ChatProfile/7", headers=desk.admin).status_code == 404
    assert desk.get("/7").status_code == 404
    assert desk.client.get(f"/api/ChatProfile/7?key={KEY}").status_code == 404
    assert desk.post({"id": 7, "name": "Back"}).status_code == 404


@pytest.mark.parametrize("query", ["?page_no=0", "?page_size=501", "?count=-1", "?type=x", "?type=-1"])
def test_a_list_that_cannot_be_is_refused(desk: Desk, query: str) -> None:
    assert desk.get(query + "&pageinate=true").status_code == 400
