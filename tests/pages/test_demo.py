"""The demo page: the quickstart as documented, under a policy that names nothing but the hub."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import anyio.from_thread
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.actions.tenants import ensure_demo_tenant
from hub.domain.profile import Profile
from hub.pages import demo
from hub.pages.demo import render_config
from hub.settings import Settings
from tests.doubles.ports import Memory
from tests.doubles.secrets import open_secrets

HUB = "http://127.0.0.1:8080"


@pytest.fixture
def memory() -> Memory:
    memory = Memory()
    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(ensure_demo_tenant, memory.ports, open_secrets(), HUB)
    return memory


@pytest.fixture
def client(memory: Memory) -> TestClient:
    return TestClient(Starlette(routes=demo.routes(memory.ports, Settings())), base_url=HUB)


def config_of(page: str) -> dict[str, Any]:
    found = re.search(r"<script>\nvar haloChatConfig = (\{.*?\});\n</script>", page, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def test_the_widget_is_embedded_as_the_quickstart_says(client: TestClient, memory: Memory) -> None:
    page = client.get("/demo").text
    profile = memory.profiles.profiles[1]
    assert config_of(page) == {"chatServiceUrl": f"{HUB}/api", "configId": "1", "configKey": profile.key}
    places = [
        page.index(part)
        for part in ('<div id="halo-chat"></div>', "haloChatConfig", f'src="{HUB}/chat/index.js"')
    ]
    assert places == sorted(places)


def test_the_policy_admits_the_inline_script_by_its_hash_and_otherwise_the_hub_alone(
    client: TestClient,
) -> None:
    response = client.get("/demo")
    inline = re.search(r"<script>(.*?)</script>", response.text, re.DOTALL)
    assert inline
    digest = b64encode(sha256(inline[1].encode()).digest()).decode()
    policy = dict(rule.split(" ", 1) for rule in response.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'self' {HUB} 'sha256-{digest}'"
    assert policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {HUB} ws://127.0.0.1:8080"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_no_style_and_no_handler_stands_in_the_page(client: TestClient) -> None:
    page = client.get("/demo").text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_a_page_in_arabic_runs_from_right_to_left_and_so_does_its_widget(client: TestClient) -> None:
    page = client.get("/demo?lang=ar").text
    assert '<html lang="ar" dir="rtl"' in page
    config = config_of(page)
    assert config["position"] == "bottom-left"
    assert config["language"]["send"] == "إرسال"


@pytest.mark.parametrize(
    ("query", "attribute", "theme"),
    [
        ("", "auto", None),
        ("?theme=dark", "dark", "dark"),
        ("?theme=light", "light", "light"),
        ("?theme=x", "auto", None),
    ],
)
def test_the_theme_may_be_forced_for_page_and_widget(
    client: TestClient, query: str, attribute: str, theme: str | None
) -> None:
    page = client.get(f"/demo{query}").text
    assert f'data-theme="{attribute}"' in page
    assert config_of(page).get("theme") == theme


def test_an_unknown_language_is_english_and_nothing_of_the_query_reaches_the_page(client: TestClient) -> None:
    page = client.get(
        "/demo", params={"lang": '"><script>alert(1)</script>', "theme": '"><b>', "__proto__": "x"}
    ).text
    assert page == client.get("/demo").text


def test_every_word_of_the_page_exists_in_both_languages() -> None:
    texts = [
        json.loads((demo.TEMPLATES / f"demo.{language}.json").read_text("utf-8"))
        for language in demo.LANGUAGES
    ]
    assert texts[0].keys() == texts[1].keys()
    for language in texts:
        assert all(language[name] for name in language if name != "widget")


def test_the_page_is_well_formed(client: TestClient) -> None:
    void = {"meta", "link", "input"}
    open_tags: list[str] = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in void:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Balance().feed(client.get("/demo").text)
    assert open_tags == []


def test_a_config_cannot_end_its_script(memory: Memory) -> None:
    profile = memory.profiles.profiles[1]
    evil = Profile(1, 1, profile.uuid, "</script><script>alert(1)", "Evil", (), "epoch")
    script = render_config(HUB, evil, {}, None)
    assert "<" not in script
    assert json.loads(script.split("=", 1)[1].strip().rstrip(";"))["configKey"] == evil.key


def test_addresses_come_from_the_settings_not_from_the_request(client: TestClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    response = client.get("/demo", headers=headers)
    assert "evil.example" not in response.text + repr(response.headers)


def test_the_style_sheet_is_served_with_its_type(client: TestClient) -> None:
    response = client.get("/demo/page.css")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/css; charset=utf-8")


def test_without_the_demo_tenant_the_page_says_so() -> None:
    client = TestClient(Starlette(routes=demo.routes(Memory().ports, Settings())))
    response = client.get("/demo")
    assert response.status_code == 404
    assert "no demo profile" in response.text
