"""The widget's bootstrap: who gets a profile, who gets nothing, and what caches are told."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.auth.visitor_tokens import VisitorTokens
from hub.domain.profile import Look, Profile
from hub.rest.halo.routes import Halo
from hub.settings import Settings
from tests.doubles.ports import Memory, OpenLimits
from tests.doubles.secrets import SECRET_KEYS, open_secrets

KEY = "kVYpTS6a9bQ2mN4rXwZ8cDfGhJkLsE1u"
LOOK = Look(
    colour="#096C5C", theme="dark", greeting="Hello.", bot_name="Robin", icon="https://shop.example/i.svg"
)
PROFILE = Profile(1, 7, uuid4(), KEY, "Shop", ("loopback", "https://shop.example"), "epoch", LOOK)
OTHER = Profile(2, 8, uuid4(), "another tenant's key", "Elsewhere", ("*",), "epoch")

PAGE = "https://shop.example"
ADDRESS = f"/api/ChatProfile/7?key={KEY}"


def open_client(memory: Memory | None = None, profile: Profile = PROFILE) -> TestClient:
    memory = memory or Memory(limits=OpenLimits())
    memory.profiles.profiles.update({profile.id: profile, OTHER.id: OTHER})
    halo = Halo(memory.ports, open_secrets(), VisitorTokens(SECRET_KEYS), Settings(secret_keys=SECRET_KEYS))
    return TestClient(Starlette(routes=halo.routes()))


def test_a_page_with_the_key_gets_what_the_widget_needs_and_nothing_else() -> None:
    response = open_client().get(f"{ADDRESS}&check_available=true", headers={"Origin": PAGE})
    assert response.status_code == 200
    assert response.json() == {
        "id": "7",
        "name": "Shop",
        "greeting": "Hello.",
        "colour": "#096C5C",
        "theme": "dark",
        "icon": "https://shop.example/i.svg",
        "bot_name": "Robin",
        "bubble_type": 0,
        "message_box_size": 0,
        "enable_feedback": False,
        "feedback_message_before": None,
        "feedback_message_after": None,
        "_chat_mode": "websocket",
        "_prechat": 0,
        "_consent": None,
        "_offline_form": True,
        "_visits": False,
        "_draft_preview": False,
        "use_bubble_popup_message_mappings": False,
        "popup_message_mappings": [],
        "_banners": [],
        "access_type": 1,
        "_chat_available": True,
    }
    assert response.headers["access-control-allow-origin"] == PAGE
    assert response.headers["vary"] == "Origin"
    assert response.headers["cache-control"] == "no-store"
    assert "access-control-allow-credentials" not in response.headers
    assert "set-cookie" not in response.headers


def test_availability_is_told_only_when_asked_for() -> None:
    assert "_chat_available" not in open_client().get(ADDRESS).json()


def test_a_closed_entrance_is_not_available() -> None:
    client = open_client(profile=replace(PROFILE, is_open=False))
    assert client.get(f"{ADDRESS}&check_available=true").json()["_chat_available"] is False


@pytest.mark.parametrize("path", ["/API/CHATPROFILE/7", "/api/chatprofile/7"])
def test_the_address_may_be_written_in_any_case(path: str) -> None:
    assert open_client().get(f"{path}?Key={KEY}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/ChatProfile/7",
        "/api/ChatProfile/7?key=",
        "/api/ChatProfile/7?key=wrong",
        f"/api/ChatProfile/7?key={KEY.lower()}",
        f"/api/ChatProfile/7?key={KEY}x",
        "/api/ChatProfile/7?key=another tenant's key",
        f"/api/ChatProfile/8?key={KEY}",
        f"/api/ChatProfile/99?key={KEY}",
        f"/api/ChatProfile/0?key={KEY}",
        f"/api/ChatProfile/-7?key={KEY}",
        f"/api/ChatProfile/07?key={KEY}",
        f"/api/ChatProfile/7.0?key={KEY}",
        f"/api/ChatProfile/%D9%A7?key={KEY}",
        f"/api/ChatProfile/2147483648?key={KEY}",
        f"/api/ChatProfile/99999999999999999999?key={KEY}",
        f"/api/ChatProfile/7%00?key={KEY}",
        "/api/ChatProfile/7?key=%FF%00é",
    ],
)
@pytest.mark.parametrize("origin", [None, PAGE, "https://evil.example"])
def test_whatever_is_wrong_the_answer_is_the_same(path: str, origin: str | None) -> None:
    client = open_client()
    headers = {"Origin": origin} if origin else {}
    response, reference = client.get(path, headers=headers), client.get("/api/ChatProfile/99?key=x")
    assert response.status_code == 404
    assert response.content == reference.content
    assert response.headers == reference.headers
    assert response.json()["ClassName"] == "profile_not_found"


def test_a_profile_without_a_key_is_for_nobody() -> None:
    client = open_client(profile=replace(PROFILE, key=""))
    assert client.get("/api/ChatProfile/7?key=").status_code == 404
    assert client.get("/api/ChatProfile/7").status_code == 404


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://shop.example",
        "https://shop.example.evil.example",
        "https://shop.example:8443",
        "null",
    ],
)
def test_a_page_the_profile_does_not_admit_is_refused_and_cannot_read_why(origin: str) -> None:
    response = open_client().get(ADDRESS, headers={"Origin": origin})
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["vary"] == "Origin"
    assert response.headers["cache-control"] == "no-store"


def test_one_pages_answer_is_never_another_pages() -> None:
    client = open_client()
    for origin in (PAGE, "http://localhost:5173", PAGE):
        response = client.get(ADDRESS, headers={"Origin": origin})
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["vary"] == "Origin"


def test_without_an_origin_there_is_no_page_to_admit() -> None:
    response = open_client().get(ADDRESS)
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize("address", [ADDRESS, "/api/ChatProfile/7?key=wrong", "/api/ChatProfile/99"])
@pytest.mark.parametrize("origin", [PAGE, "https://evil.example"])
def test_a_preflight_tells_which_methods_there_are_and_nothing_about_the_profile(
    address: str, origin: str
) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    response = open_client().options(address, headers=headers)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["access-control-allow-origin"] == origin
    assert response.headers["access-control-allow-methods"] == "GET, DELETE, HEAD, OPTIONS"
    assert response.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in response.headers


def test_ten_wrong_keys_a_minute_are_answered_and_then_the_address_must_wait() -> None:
    memory = Memory()
    client = open_client(memory)
    statuses = [client.get("/api/ChatProfile/7?key=wrong").status_code for _ in range(10)]
    assert statuses == [404] * 10
    refused = client.get("/api/ChatProfile/99?key=wrong")
    assert refused.status_code == 429
    assert refused.json()["error"] == "too_many"
    memory.clock.move(timedelta(seconds=int(refused.headers["retry-after"])))
    assert client.get("/api/ChatProfile/7?key=wrong").status_code == 404


def test_pages_with_the_right_key_are_not_counted() -> None:
    client = open_client(Memory())
    assert {client.get(ADDRESS).status_code for _ in range(30)} == {200}


def test_neither_jsonp_nor_forwarded_hosts_change_the_answer() -> None:
    client = open_client()
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Host": "evil.example"}
    plain = client.get(ADDRESS)
    odd = client.get(f"{ADDRESS}&callback=alert&__proto__=x", headers=headers)
    assert odd.content == plain.content
    assert odd.headers == plain.headers


def test_nothing_can_be_written_there() -> None:
    assert open_client().post(ADDRESS).status_code == 405
