"""The console's shell, sign-in, session and sign-out, as a browser sees them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.actions.agents import add_agent
from hub.domain.errors import StorageUnavailable
from hub.pages import console
from hub.settings import Settings
from tests.doubles.ports import Memory
from tests.doubles.secrets import open_secrets

SETTINGS = Settings(public_url="https://chat.example.com")
EMAIL, PASSWORD = "marta@shop.example", "long enough for us"
RIGHT = {"email": EMAIL, "password": PASSWORD}


@pytest.fixture
def memory() -> Memory:
    memory = Memory()
    with anyio.from_thread.start_blocking_portal() as portal:
        tenant_id = portal.call(memory.identities.create_tenant, "Shop", "epoch")
        portal.call(add_agent, memory.ports, open_secrets(), tenant_id, "Marta Lindqvist", EMAIL, PASSWORD)
    return memory


@pytest.fixture
def client(memory: Memory, tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "console").mkdir()
    (tmp_path / "console" / "app.js").write_text("export {};")
    app = Starlette(routes=console.routes(memory.ports, open_secrets(), SETTINGS, tmp_path))
    with TestClient(app, base_url="https://chat.example.com") as client:
        yield client


def sign_in(client: TestClient, **headers: str) -> Any:
    return client.post("/console/sign-in", json=RIGHT, headers=headers)


def test_the_shell_loads_its_script_under_a_strict_policy(client: TestClient) -> None:
    response = client.get("/console")
    assert response.status_code == 200
    assert '<div id="console"></div>' in response.text
    assert '<script type="module" src="/console/app.js"></script>' in response.text
    assert '<link rel="stylesheet" href="/console/app.css">' in response.text
    assert "style=" not in response.text
    policy = response.headers["content-security-policy"].split("; ")
    assert {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    } <= set(policy)
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["strict-transport-security"].startswith("max-age=")
    assert response.headers["cache-control"] == "no-cache"


def test_its_files_are_for_its_own_page_only(client: TestClient) -> None:
    response = client.get("/console/app.js")
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in response.headers
    assert client.get("/console/nothing.js").status_code == 404
    assert client.get("/console/", follow_redirects=False).headers["location"] == "/console"


def test_an_agent_signs_in_stays_signed_in_and_signs_out(client: TestClient) -> None:
    signed_in = sign_in(client)
    assert signed_in.status_code == 200
    assert signed_in.json()["agent"]["name"] == "Marta Lindqvist"
    assert signed_in.json()["agent"]["email"] == EMAIL
    assert client.cookies["XSRF-TOKEN"] == signed_in.json()["xsrf"]

    session = client.get("/console/session")
    assert (session.status_code, session.json()) == (200, signed_in.json())
    assert session.headers["cache-control"] == "no-store"

    kept = dict(client.cookies)
    signed_out = client.post("/console/sign-out", headers={"X-XSRF-TOKEN": signed_in.json()["xsrf"]})
    assert (signed_out.status_code, signed_out.content) == (204, b"")
    assert dict(client.cookies) == {}
    stolen = client.get(
        "/console/session", headers={"Cookie": "; ".join(f"{k}={v}" for k, v in kept.items())}
    )
    assert stolen.status_code == 401


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_hosts(client: TestClient) -> None:
    cookies = sign_in(client).headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("__Host-hub_session="))
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(session.split("; "))
    assert "Domain" not in session


def test_a_new_sign_in_ends_the_session_the_browser_had(client: TestClient) -> None:
    sign_in(client)
    former = client.cookies["__Host-hub_session"]
    sign_in(client)
    assert client.cookies["__Host-hub_session"] != former
    client.cookies.clear()
    response = client.get("/console/session", headers={"Cookie": f"__Host-hub_session={former}"})
    assert response.status_code == 401


def test_nobody_is_signed_in_without_a_session(client: TestClient) -> None:
    for cookie in (
        b"",
        b"__Host-hub_session=",
        b"__Host-hub_session=hs_nonsense",
        b"__Host-hub_session=\xe9",
    ):
        response = client.get("/console/session", headers={b"Cookie": cookie})
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "unauthenticated"


def test_a_wrong_password_and_an_unknown_e_mail_get_the_same_words(client: TestClient) -> None:
    wrong = client.post("/console/sign-in", json={"email": EMAIL, "password": "wrong"})
    unknown = client.post("/console/sign-in", json={"email": "nobody@shop.example", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert (
        wrong.json()
        == unknown.json()
        == {"error": {"code": "unauthenticated", "message": "The e-mail or the password is not right."}}
    )
    assert "set-cookie" not in wrong.headers


def test_too_many_attempts_are_told_when_to_come_again(client: TestClient, memory: Memory) -> None:
    for _ in range(5):
        client.post("/console/sign-in", json={"email": EMAIL, "password": "wrong"})
    response = sign_in(client)
    assert response.status_code == 429
    assert response.json()["error"]["code"] == "too_many"
    memory.clock.move(timedelta(seconds=int(response.headers["retry-after"])))
    assert sign_in(client).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_foreign_page_can_neither_sign_in_nor_out(client: TestClient, headers: dict[str, str]) -> None:
    assert sign_in(client, **headers).status_code == 403
    xsrf = sign_in(client).json()["xsrf"]
    assert client.post("/console/sign-out", headers={**headers, "X-XSRF-TOKEN": xsrf}).status_code == 403
    assert client.get("/console/session").status_code == 200


@pytest.mark.parametrize("xsrf", ["", "0" * 64])
def test_signing_out_needs_the_xsrf_token(client: TestClient, xsrf: str) -> None:
    sign_in(client)
    response = client.post("/console/sign-out", headers={"X-XSRF-TOKEN": xsrf})
    assert response.status_code == 403
    assert client.get("/console/session").status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"email=a&password=b", 415),
        ("application/json; charset=latin-1", b"{}", 415),
        ("application/jsonp", b"{}", 415),
        ("application/json", b"", 400),
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b'{"email": "a"}', 400),
        ("application/json", b'{"email": 1, "password": "b"}', 400),
        ("application/json", b'{"email": "a", "password": null}', 400),
        ("application/json", b'{"email": "\xff", "password": "b"}', 400),
        ("application/json", b'{"email": "\\ud800", "password": "b"}', 400),
        ("application/json", b'{"email": "' + b"a" * 16_384 + b'", "password": "b"}', 413),
    ],
)
def test_anything_but_a_small_json_form_is_refused(
    client: TestClient, content_type: str, body: bytes, status: int
) -> None:
    response = client.post("/console/sign-in", content=body, headers={"Content-Type": content_type})
    assert response.status_code == status
    codes = {400: "bad_request", 413: "body_too_large", 415: "wrong_media_type"}
    assert response.json()["error"]["code"] == codes[status]
    assert response.json()["error"]["message"]


def test_without_the_store_the_answer_is_to_come_again(memory: Memory, tmp_path: Path) -> None:
    class StoreDown(type(memory.credentials)):  # type: ignore[misc]
        async def find_credentials(self, kind: str, public_id: str) -> Any:
            raise StorageUnavailable

    ports = replace(memory.ports, credentials=StoreDown(memory.clock, memory.identities))
    client = TestClient(Starlette(routes=console.routes(ports, open_secrets(), SETTINGS, tmp_path)))
    response = sign_in(client)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "storage_unavailable"
    assert int(response.headers["retry-after"]) >= 1


def test_what_nobody_foresaw_is_a_500_that_tells_nothing(memory: Memory, tmp_path: Path) -> None:
    class StoreBroken(type(memory.credentials)):  # type: ignore[misc]
        async def find_credentials(self, kind: str, public_id: str) -> Any:
            raise RuntimeError("SELECT secret FROM credentials")

    ports = replace(memory.ports, credentials=StoreBroken(memory.clock, memory.identities))
    client = TestClient(Starlette(routes=console.routes(ports, open_secrets(), SETTINGS, tmp_path)))
    response = sign_in(client)
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal")
    assert "SELECT" not in response.text
