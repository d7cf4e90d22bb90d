"""What a profile cannot be: refused by the member's name, before anything is stored."""

import json
from typing import Any

import pytest

from tests.doubles.profile_desk import Body, Desk, make_desk


@pytest.fixture
async def desk() -> Desk:
    """A desk of this test's own."""
    return await make_desk()


STEP: Body = {"step_id": 1, "name": "Hello", "isstart": True, "message": "Hello."}


def host(value: str) -> Body:
    """A list of pages with one host."""
    return {"cors_whitelist_list": [{"value": value, "label": "x"}]}


REFUSED: list[tuple[Body, str]] = [
    *(
        ({"colour": colour}, "colour")
        for colour in (
            "red",
            "",
            "#12",
            "#1234",
            "#GGGGGG",
            "#FFFFFF\n",
            "#FFF;background:url(https://evil.example)",
            "rgb(0 0 0)",
            None,
            5,
        )
    ),
    *(({"theme": theme}, "theme") for theme in ("blue", "", None, "LIGHT")),
    *(
        ({"icon": icon}, "icon")
        for icon in (
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:image/svg+xml,<svg/>",
            "http://shop.example/i.svg",
            "//shop.example/i.svg",
            "/i.svg",
            "https://",
            "https:///i.svg",
            "https://user@shop.example/i.svg",
            "https://shop.example/i.svg\n",
            "https://shop.example/i'.svg",
            "https://shop.example/i.svg) url(x",
            "https://shop.example:99999/i.svg",
            "https://[::1/i.svg",
            " https://shop.example/i.svg",
            "https://b\u00fccher.example/i.svg",
            "https://shop.example/" + "i" * 2_000,
        )
    ),
    *(
        (host(value), "cors_whitelist_list")
        for value in (
            "*",
            "null",
            "",
            "http://shop.example",
            "https://shop.example",
            "shop.example/path",
            "user@shop.example",
            "*.com",
            "*.co.uk",
            "*.github.io",
            "*.xn--p1ai",
            "*.example",
            "*.*.shop.example",
            "shop example",
            "\u202eshop.example",
        )
    ),
    ({"cors_whitelist_list": [{"value": f"s{n}.example"} for n in range(501)]}, "cors_whitelist_list"),
    *(
        ({name: "x\u0007y"}, name)
        for name in (
            "name",
            "greeting",
            "bot_name",
            "intent",
            "feedback_message_before",
            "feedback_message_after",
        )
    ),
    *(
        ({name: "line\nline"}, name)
        for name in (
            "name",
            "bot_name",
            "technamevisibilitytext",
            "intent",
            "chatnameoverride",
            "email_storage_key",
        )
    ),
    ({"bot_name": "R\u202ebin"}, "bot_name"),
    ({"name": "   "}, "name"),
    ({"name": None}, "name"),
    ({"name": "x" * 101}, "name"),
    ({"greeting": "x" * 4_001}, "greeting"),
    ({"greeting": None}, "greeting"),
    ({"greeting": ["x"]}, "greeting"),
    ({"feedback_message_after": "x" * 4_001}, "feedback_message_after"),
    *(
        ({name: value}, name)
        for name, too_much in (
            ("access_type", 3),
            ("technamevisibility", 4),
            ("logticket", 5),
            ("access_control_level", 2),
            ("bubble_type", 3),
            ("message_box_size", 10_001),
            ("icon_size", 10_001),
            ("colour_type", 10),
            ("type", 2**31),
            ("workdays_id", 2**31),
            ("tickettype_id", 2**31),
            ("default_ticket_clientsite", 2**63),
            ("fullscreen_threshold_override", 10_001),
            ("bot_height_override", 10_001),
            ("_prechat", 3),
            ("_still_there_seconds", 86_401),
            ("_still_there_close_seconds", 86_401),
        )
        for value in (-1, too_much, 1.5, "one", ["one"], {"one": 1})
    ),
    *(({"_chat_mode": mode}, "_chat_mode") for mode in ("polling", "", None, 1)),
    ({"techmustonline": "perhaps"}, "techmustonline"),
    ({"_offline_form": "perhaps"}, "_offline_form"),
    ({"_visits": "always"}, "_visits"),
    ({"_draft_preview": 2}, "_draft_preview"),
    ({"_still_there_close_seconds": 0}, "_still_there_close_seconds"),
    *(
        ({"access_control": [rule]}, "access_control")
        for rule in (
            {"level": 1},
            {"level": 1, "agent_id": 1, "team_id": 1},
            {"level": 1, "agent_id": 1, "type": 2},
            {"level": 3, "agent_id": 1},
            {"level": -1, "agent_id": 1},
            {"level": 1, "agent_id": 0},
            {"level": 1, "agent_id": 2**31},
            {"agent_id": 1},
            "everybody",
        )
    ),
    ({"access_control": [{"level": 1, "agent_id": n + 1} for n in range(501)]}, "access_control"),
    *(
        ({"agent_roles": roles}, "agent_roles")
        for roles in ([0], [-1], [2**31], [{"id": 0}], [{"name": "x"}], ["x"], "x", None)
    ),
    ({"agent_roles": list(range(1, 502))}, "agent_roles"),
    *(
        ({"steps": steps}, "steps")
        for steps in (
            [{"name": "No number"}],
            [{**STEP, "step_id": -1}],
            [{**STEP, "steptype": 15}],
            [{**STEP, "message": "x" * 4_001}],
            [{**STEP, "message": "x\u0007"}],
            [{**STEP, "actions": [{"end_step": 2}]}],
            [{**STEP, "actions": [{"start_step": 3, "end_step": 1}]}],
            [{**STEP, "actions": "none"}],
            [{**STEP, "actions": [{"end_step": 1, "time_limit_mins": -5}]}],
            [{**STEP, "chat_teams": [{"name": "No number"}]}],
            [STEP, STEP],
            [STEP, {"step_id": 2, "isstart": True}],
            [{"step_id": n} for n in range(501)],
            {"step_id": 1},
            None,
        )
    ),
    *(
        ({"flow_chart_json": chart}, "flow_chart_json")
        for chart in (
            "{",
            "{'a': 1}",
            '{"a": NaN}',
            '{"a": 1, "a": 2}',
            "[" * 100,
            '{"nodes": [{"step_id": 5}]}',
            '{"edges": [{"start_step": 1, "end_step": 6}]}',
            json.dumps("x" * 256 * 1024),
            5,
        )
    ),
    ({"popup_message_mappings": [{"url": "/a\n", "message": "x"}]}, "popup_message_mappings"),
    ({"popup_message_mappings": [{"url": "/a"}]}, "popup_message_mappings"),
    ({"_banners": [{"message": " "}]}, "_banners"),
    ({"_banners": [{"message": "x"}] * 21}, "_banners"),
    (
        {"_banners": [{"message": "x", "startdate": "2026-11-25", "enddate": "2026-11-25T01:00:00"}]},
        "_banners",
    ),
    (
        {
            "_banners": [
                {"message": "x", "startdate": "2026-11-25T02:00:00", "enddate": "2026-11-25T01:00:00"}
            ]
        },
        "_banners",
    ),
    ({"_banners": [{"message": "x", "startdate": "0001-01-01T00:00:00+14:00"}]}, "_banners"),
    ({"popup_message_mappings": [{"url": "/a", "message": "x"}] * 101}, "popup_message_mappings"),
]


@pytest.mark.parametrize(("said", "member"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_cannot_be_is_refused_by_name_and_nothing_is_stored(desk: Desk, said: Body, member: str) -> None:
    before = dict(desk.profiles)
    new, changed = desk.post({"name": "New", **said}), desk.post({"id": 7, **said})
    for response in (new, changed):
        assert response.status_code == 400, response.text
        [named] = response.json()["errors"]
        assert named.split("[")[0].split(".")[0] == member
    assert desk.profiles == before


@pytest.mark.parametrize("profile_id", ["", "x", "1 or 1=1", 0, -1, 1.5, 2**31, [], True])
def test_an_id_that_is_none_of_ours_is_refused(desk: Desk, profile_id: Any) -> None:
    before = dict(desk.profiles)
    assert desk.post({"id": profile_id, "name": "Mine"}).status_code == 400
    assert desk.profiles == before


def test_a_drawing_goes_with_the_steps_that_are_there(desk: Desk) -> None:
    drawing = json.dumps({"nodes": [{"step_id": 1}], "edges": [{"start_step": 1, "end_step": 1}]})
    assert desk.post({"id": 7, "steps": [STEP], "flow_chart_json": drawing}).status_code == 201
    refused = desk.post({"id": 7, "steps": []})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["flow_chart_json"])
    assert desk.post({"id": 7, "steps": [], "flow_chart_json": None}).status_code == 201


def test_steps_keep_what_is_known_of_them(desk: Desk) -> None:
    loop = {"action_name": "Again", "start_step": 1, "end_step": 1, "odd": 1}
    desk.post(
        {"id": 7, "steps": [{**STEP, "odd": 1, "actions": [loop], "chat_teams": [{"id": "3", "odd": 1}]}]}
    )
    [step] = desk.get("/7?includedetails=true").json()["steps"]
    assert step == {
        **STEP,
        "actions": [{"action_name": "Again", "start_step": 1, "end_step": 1}],
        "chat_teams": [{"id": 3}],
    }
