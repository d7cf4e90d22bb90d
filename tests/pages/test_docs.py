"""The page of the API: what is handed out, and under which policy."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.pages import docs

BASE = "https://chat.example.com"


def open_client(directory: Path) -> TestClient:
    (directory / "docs").mkdir()
    (directory / "docs" / "app.js").write_text("console.log(1)")
    return TestClient(Starlette(routes=docs.routes(BASE, directory)))


def test_the_page_runs_its_own_script_and_nothing_else(tmp_path: Path) -> None:
    response = open_client(tmp_path).get("/docs")

    assert response.status_code == 200
    assert '<script type="module" src="/docs/app.js">' in response.text
    policy = response.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"} <= set(
        policy
    )
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in response.headers["content-security-policy"]
    assert "set-cookie" not in response.headers


def test_its_files_are_asked_for_again_and_others_are_not_there(tmp_path: Path) -> None:
    client = open_client(tmp_path)

    script = client.get("/docs/app.js")
    assert (script.status_code, script.headers["cache-control"]) == (200, "no-cache")
    assert client.get("/docs/app.js", headers={"If-None-Match": script.headers["etag"]}).status_code == 304
    for address in ("/docs/other.js", "/docs/..%2fconsole%2fapp.js", "/docs/../console/app.js"):
        assert client.get(address).status_code == 404
    assert client.get("/docs/", follow_redirects=False).headers["location"] == "/docs"
