"""The page of all states: there when the demo is, under a policy that names the hub alone."""

import json
import re
from pathlib import Path

import anyio.from_thread
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.actions.tenants import ensure_demo_tenant
from hub.pages import demo, gallery
from hub.pages.assets import find_static_directory
from hub.settings import Settings
from tests.doubles.ports import Memory
from tests.doubles.secrets import open_secrets

HUB = "http://127.0.0.1:8080"


@pytest.fixture
def client() -> TestClient:
    memory = Memory()
    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(ensure_demo_tenant, memory.ports, open_secrets(), HUB)
    return serve(memory, find_static_directory())


def serve(memory: Memory, static_directory: Path) -> TestClient:
    routes = [
        *demo.routes(memory.ports, Settings()),
        *gallery.routes(memory.ports, HUB, static_directory),
    ]
    return TestClient(Starlette(routes=routes), base_url=HUB)


def test_without_the_demo_tenant_it_answers_as_the_demo_does(tmp_path: Path) -> None:
    client = serve(Memory(), tmp_path)
    answers = [client.get(path) for path in ("/demo", "/demo/gallery")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_the_policy_admits_files_of_the_hub_alone_and_no_inline_style(client: TestClient) -> None:
    response = client.get("/demo/gallery")
    policy = dict(rule.split(" ", 1) for rule in response.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["font-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", response.text)


@pytest.mark.parametrize(
    ("query", "language", "direction", "theme"),
    [
        ("", "en", "ltr", "light"),
        ("?theme=dark", "en", "ltr", "dark"),
        ("?lang=ar", "ar", "rtl", "light"),
        ("?dir=rtl", "en", "rtl", "light"),
        ("?lang=ar&dir=ltr&theme=light", "ar", "ltr", "light"),
    ],
)
def test_language_direction_and_theme_stand_in_the_address(
    client: TestClient, query: str, language: str, direction: str, theme: str
) -> None:
    page = client.get(f"/demo/gallery{query}").text
    assert f'<html lang="{language}" dir="{direction}" data-theme="{theme}">' in page


def test_the_widget_gets_the_words_of_the_demo(client: TestClient) -> None:
    page = client.get("/demo/gallery?lang=ar").text
    found = re.search(r'type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    assert json.loads(found[1]) == demo.load_texts()["ar"]["widget"]


def test_nothing_else_of_the_query_reaches_the_page(client: TestClient) -> None:
    evil = dict.fromkeys(("theme", "lang", "dir", "state", "width"), '"><script>alert(1)</script>')
    assert client.get("/demo/gallery", params=evil).text == client.get("/demo/gallery").text


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("page.css", "text/css; charset=utf-8"), ("app.js", "text/javascript; charset=utf-8")],
)
def test_its_files_are_served_with_their_types(client: TestClient, path: str, media_type: str) -> None:
    response = client.get(f"/demo/gallery/{path}")
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)


def test_other_files_are_not_there(client: TestClient) -> None:
    assert client.get("/demo/gallery/other.js").status_code == 404
