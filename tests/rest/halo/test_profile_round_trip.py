"""Any sound profile that is sent is what is read back, and nothing else has changed."""

import asyncio
import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.rest.halo.translate_profiles import MEMBERS
from hub.rest.halo.wire_profiles import ChatProfile, ProfileBody
from tests.doubles.profile_desk import FOREIGN, HIDDEN, TEAM_IDS, TYPE_IDS, WORKDAY_IDS, make_desk

MAX_INT32 = 2**31 - 1

ids = st.integers(1, MAX_INT32)
letters = st.characters(codec="utf-8", categories=("L", "N", "P", "S"))
lines = st.text(letters, max_size=100)
words = st.text(st.one_of(letters, st.sampled_from(" \t\r\n")), max_size=300)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
hosts = st.builds(
    lambda wildcard, label, port: f"{wildcard}{label}.shop.example{port}",
    st.sampled_from(["", "*."]),
    labels,
    st.one_of(
        st.just(""), st.integers(1, 65_535).filter(lambda port: port != 443).map(lambda port: f":{port}")
    ),
)
AGENT_IDS = (1, 2)  # As a fresh desk numbers them.
subjects = st.one_of(
    st.fixed_dictionaries({"type": st.just(0), "agent_id": st.sampled_from(AGENT_IDS)}),
    st.fixed_dictionaries({"type": st.just(1), "team_id": st.sampled_from(TEAM_IDS)}),
    st.fixed_dictionaries({"type": st.just(2), "role_id": ids}),
)
rules = st.builds(lambda subject, level: {**subject, "level": level}, subjects, st.integers(0, 2))


@st.composite
def flows(draw: st.DrawFn) -> dict[str, Any]:
    """Steps with edges among them, and a drawing of them."""
    numbers = draw(st.lists(st.integers(0, MAX_INT32), unique=True, min_size=1, max_size=5))
    some = st.sampled_from(numbers)
    edges = st.fixed_dictionaries({"end_step": some}, optional={"start_step": some, "action_name": lines})
    steps = [
        draw(
            st.fixed_dictionaries(
                {"step_id": st.just(number)},
                optional={
                    "steptype": st.integers(0, 14),
                    "message": st.none() | words,
                    "isend": st.booleans(),
                    "actions": st.lists(edges, max_size=3),
                },
            )
        )
        for number in numbers
    ]
    drawing = json.dumps({"edges": draw(st.lists(st.fixed_dictionaries({"end_step": some}), max_size=3))})
    return {"steps": steps, "flow_chart_json": drawing}


bodies = st.fixed_dictionaries(
    {"name": lines.filter(bool)},
    optional={
        "type": st.integers(0, MAX_INT32),
        "intent": st.none() | lines,
        "access_type": st.integers(0, 2),
        "chatnameoverride": st.none() | lines,
        "greeting": words,
        "bot_name": st.none() | lines,
        "technamevisibility": st.integers(0, 3),
        "technamevisibilitytext": st.none() | lines,
        "techmustonline": st.booleans(),
        "workdays_id": st.none() | st.sampled_from(WORKDAY_IDS),
        "logticket": st.integers(0, 4),
        "tickettype_id": st.none() | st.sampled_from(TYPE_IDS),
        "default_ticket_clientsite": st.none() | ids,
        "icon": st.none() | labels.map(lambda label: f"https://shop.example/{label}.svg"),
        "icon_size": st.integers(0, 10_000),
        "colour_type": st.integers(0, 9),
        "colour": st.from_regex(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", fullmatch=True),
        "theme": st.sampled_from(["light", "dark"]),
        "enable_feedback": st.booleans(),
        "feedback_message_before": st.none() | words,
        "feedback_message_after": st.none() | words,
        "cors_whitelist_list": st.lists(hosts, unique=True, max_size=5).map(
            lambda found: [{"value": host, "label": host} for host in found]
        ),
        "access_control": st.lists(rules, max_size=5),
        "access_control_level": st.integers(0, 1),
        "agent_roles": st.lists(ids, unique=True, max_size=5),
        "bubble_type": st.integers(0, 2),
        "message_box_size": st.integers(0, 10_000),
        "use_bubble_popup_message_mappings": st.booleans(),
        "popup_message_mappings": st.lists(
            st.fixed_dictionaries({"url": lines, "message": words}), max_size=3
        ),
        "_banners": st.lists(
            st.fixed_dictionaries(
                {"message": lines.filter(str.strip)}, optional={"startdate": st.just("2026-11-25T08:00:00Z")}
            ),
            max_size=3,
        ),
        "email_storage_key": st.none() | lines,
        "name_storage_key": st.none() | lines,
        "fullscreen_threshold_override": st.integers(0, 10_000),
        "bot_height_override": st.integers(0, 10_000),
        "_chat_mode": st.sampled_from(["websocket", "heartbeat"]),
        "_prechat": st.integers(0, 2),
        "_consent": st.none() | words.map(str.strip).filter(bool),
        "_offline_form": st.booleans(),
        "_visits": st.booleans(),
        "_draft_preview": st.booleans(),
        "_still_there_seconds": st.integers(0, 86_400),
        "_still_there_close_seconds": st.integers(1, 86_400),
        "_routing": st.integers(0, 2),
        "_routing_language": st.integers(0, 2),
        "_routing_language_seconds": st.integers(0, 86_400),
        "_offer_seconds": st.integers(5, 3_600),
        "_release_seconds": st.integers(0, 86_400),
        "_max_wait_seconds": st.integers(0, 86_400),
        "_abandon_seconds": st.integers(0, 86_400),
        "_first_answer_seconds": st.integers(0, 86_400),
        "_next_answer_seconds": st.integers(0, 86_400),
    },
)


@settings(max_examples=60, deadline=None)
@given(body=bodies, flow=st.one_of(st.just({}), flows()))
def test_what_is_sent_is_what_is_read(body: dict[str, Any], flow: dict[str, Any]) -> None:
    desk = asyncio.run(make_desk())
    untouched = dict(desk.profiles)

    made = desk.post({**body, **flow})
    assert made.status_code == 201, made.text
    read = desk.get(f"/{made.json()['id']}?includedetails=true").json()
    changed = desk.post({"id": 7, **body, **flow})
    reread = desk.get("/7?includedetails=true").json()

    assert read == made.json()
    assert {name: read[name] for name in {**body, **flow}} == {**body, **flow}
    assert reread == changed.json()
    assert {name: reread[name] for name in {**body, **flow}} == {**body, **flow}
    assert (desk.profiles[8], desk.profiles[9]) == (untouched[8], untouched[9]) == (HIDDEN, FOREIGN)


def test_the_table_has_every_member_of_the_types_and_no_other() -> None:
    table = [member.name for member in MEMBERS]
    assert len(set(table)) == len(table)
    taken = {field.encode_name for field in msgspec.structs.fields(ProfileBody)}
    given_back = {field.encode_name for field in msgspec.structs.fields(ChatProfile)}
    assert taken == {*table, "id"}
    assert given_back == {*table, "id", "key", "_chat_available"}


def test_no_two_members_have_the_same_place() -> None:
    assert len({member.place for member in MEMBERS}) == len(MEMBERS)
