"""Signing programs in: what each grant gives, how far it reaches, and how it ends."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.actions.agents import add_agent
from hub.auth.visitor_tokens import VisitorTokens
from hub.rest.halo.routes import Halo
from hub.settings import Settings
from tests.doubles.ports import Memory, OpenLimits
from tests.doubles.secrets import SECRET_KEYS, open_secrets

EMAIL, PASSWORD = "marta@shop.example", "correct horse battery"


class Hub:
    """The dialect in memory, with one agent and her client."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.secrets = open_secrets()
        settings = Settings(secret_keys=SECRET_KEYS)
        halo = Halo(memory.ports, self.secrets, VisitorTokens(SECRET_KEYS), settings)
        self.client = TestClient(Starlette(routes=halo.routes()))

    async def add_marta(self) -> int:
        agent = await add_agent(self.memory.ports, self.secrets, 1, "Marta", EMAIL, PASSWORD, is_admin=True)
        return agent.id

    async def add_client(self, *scopes: str) -> dict[str, str]:
        """The form fields of a fresh client with these scopes."""
        client = self.secrets.keys.issue_secret(f"client-{len(self.memory.credentials.rows)}")
        await self.memory.credentials.add_credential(
            1, "oauth_client", client.public_id, hash=client.hash, principal_id=1, scopes=scopes
        )
        return {
            "grant_type": "client_credentials",
            "client_id": client.public_id,
            "client_secret": client.text,
        }

    def ask(self, form: dict[str, str]) -> tuple[int, Any]:
        answer = self.client.post("/auth/token", data=form)
        return answer.status_code, answer.json()

    def refresh(self, token: str) -> tuple[int, Any]:
        return self.ask({"grant_type": "refresh_token", "refresh_token": token})

    def call(self, token: str) -> int:
        """The status of a call with this token; with a token that holds it gets as far as looking for an article."""
        headers = {b"Authorization": f"Bearer {token}".encode("latin-1")}
        return self.client.post("/api/KBArticle/vote", json={}, headers=headers).status_code


@pytest.fixture
async def hub() -> Hub:
    """A hub without limits, in which Marta is agent 1."""
    hub = Hub(Memory(limits=OpenLimits()))
    assert await hub.add_marta() == 1
    return hub


@pytest.mark.parametrize(
    ("held", "asked", "given"),
    [
        (("all",), "", "all"),
        (("all",), "all", "all"),
        (("all",), "read:kb", "read:kb"),
        (("all",), "all:standard", "all:standard"),
        (("all",), "read:kb  edit:tickets", "edit:tickets read:kb"),
        (("edit:kb",), "read:kb", "read:kb"),
        (("edit:kb",), "", "edit:kb"),
        (("edit:kb", "read:tickets"), "all", "edit:kb read:tickets"),
        (("all:standard",), "edit:customers", "edit:customers"),
    ],
)
async def test_a_client_gets_what_it_asks_for_of_what_it_holds(
    hub: Hub, held: tuple[str, ...], asked: str, given: str
) -> None:
    status, body = hub.ask({**await hub.add_client(*held), **({"scope": asked} if asked else {})})
    assert (status, body["scope"]) == (200, given)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (("read:kb",), "edit:kb"),
        (("read:kb",), "read:kb admin"),
        (("all:standard",), "admin"),
        (("all",), "everything"),
        (("all",), "read:kb ALL"),
        (("all",), "é"),
    ],
)
async def test_a_scope_that_is_not_held_is_refused_in_oauths_words(
    hub: Hub, held: tuple[str, ...], asked: str
) -> None:
    status, body = hub.ask({**await hub.add_client(*held), "scope": asked})
    assert (status, body["error"]) == (400, "invalid_scope")
    assert body["error_description"]


async def test_a_password_stands_for_all_its_agent_may(hub: Hub) -> None:
    status, body = hub.ask(
        {"grant_type": "password", "username": EMAIL.upper(), "password": PASSWORD, "client_id": "x"}
    )
    assert (status, body["scope"]) == (200, "all")
    assert hub.call(body["access_token"]) == 400
    assert hub.ask({"grant_type": "password", "username": EMAIL, "password": "wrong"})[1]["error"] == (
        "invalid_grant"
    )


async def test_an_access_token_holds_for_an_hour_and_a_refresh_token_for_thirty_days(hub: Hub) -> None:
    _, first = hub.ask(await hub.add_client("read:kb"))
    assert first["expires_in"] == 3600
    assert hub.call(first["access_token"]) == 400

    hub.memory.clock.move(timedelta(hours=1))
    assert hub.call(first["access_token"]) == 401

    status, second = hub.refresh(first["refresh_token"])
    assert (status, second["scope"]) == (200, "read:kb")
    assert hub.call(second["access_token"]) == 400

    hub.memory.clock.move(timedelta(days=30))
    assert hub.refresh(first["refresh_token"]) == (
        400,
        {"error": "invalid_grant", "error_description": "The name, password or token is not right."},
    )


async def test_a_token_is_for_its_own_use_only(hub: Hub) -> None:
    _, body = hub.ask(await hub.add_client("all"))
    assert hub.call(body["refresh_token"]) == 401
    assert hub.refresh(body["access_token"])[1]["error"] == "invalid_grant"
    for spoilt in (body["access_token"] + "x", body["access_token"][:-1], "ha_", "", "x" * 10_000, "ha_é"):
        assert hub.call(spoilt) == 401


async def test_what_a_client_no_longer_holds_its_old_tokens_no_longer_give(hub: Hub) -> None:
    form = await hub.add_client("edit:kb")
    _, body = hub.ask(form)
    (row,) = hub.memory.credentials.list_kind("oauth_client")

    row.scopes = ("read:tickets",)
    assert hub.call(body["access_token"]) == 401
    row.scopes = ("edit:kb",)
    assert hub.call(body["access_token"]) == 400
    row.revoked = True
    assert hub.call(body["access_token"]) == 401
    assert hub.refresh(body["refresh_token"])[0] == 400
    assert hub.ask(form) == (
        401,
        {"error": "invalid_client", "error_description": "The client id or the secret is not right."},
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"grant_type",
        b"grant_type=client_credentials",
        b"grant_type=client_credentials&client_id=x",
        b"grant_type=client_credentials&client_id=x&client_secret=",
        b"grant_type=client_credentials&client_id=%00&client_secret=x",
        b"grant_type=client_credentials&client_id=%FF&client_secret=x",
        b"grant_type=password&grant_type=refresh_token&refresh_token=x",
        b"grant_type=password&username=x",
        b"grant_type=refresh_token",
        b"\xff\xfe",
        b"&".join(b"f%d=x" % number for number in range(100)),
        b"grant_type=" + b"x" * 20_000,
    ],
)
async def test_a_form_that_is_none_is_refused_in_oauths_words(hub: Hub, content: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = hub.client.post("/auth/token", content=content, headers=headers)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error"] in ("invalid_request", "unsupported_grant_type")


@pytest.mark.parametrize("form", ["client_credentials", "password"])
async def test_who_guesses_must_wait_whole_seconds(form: str) -> None:
    hub = Hub(Memory())
    await hub.add_marta()
    guess = {
        "client_credentials": {"client_id": "client-1", "client_secret": "guess"},
        "password": {"username": EMAIL, "password": "guess"},
    }[form]

    answers: list[httpx2.Response] = [
        hub.client.post("/auth/token", data={"grant_type": form, **guess}) for _ in range(12)
    ]

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {429, 401 if form == "client_credentials" else 400}
    assert statuses == sorted(statuses)
    refused = answers[-1]
    assert int(refused.headers["retry-after"]) >= 1
    assert set(refused.json()) == {"error", "error_description"}


async def test_a_page_cannot_ask_for_tokens_with_a_form_of_its_own_kind(hub: Hub) -> None:
    for media_type in ("text/plain", "multipart/form-data; boundary=x", "application/json"):
        answer = hub.client.post("/auth/token", content=b"{}", headers={"Content-Type": media_type})
        assert answer.status_code == 415


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic eDp5", "Token {}", "{}", "Bearer {} x", "bearer\t{}"],
)
async def test_a_token_comes_as_a_bearer_or_not_at_all(hub: Hub, header: str) -> None:
    _, body = hub.ask(await hub.add_client("all"))
    sent = header.format(body["access_token"])
    answer = hub.client.get("/api/Status", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"] == "unauthenticated"
