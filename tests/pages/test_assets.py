"""Files for browsers: the smallest coding, exact ETags, honest caching."""

import gzip
from pathlib import Path

import brotli
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.pages import widget
from hub.pages.assets import Coding, choose_coding, find_static_directory

SCRIPT = b"console.log('hello');\n" * 100
SOURCES = "0123456789abcdef"
BUILT = f"/*! hub {SOURCES} */\nexport const words = {{}};\n".encode()
FONT = bytes(range(256)) * 8


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    chat = tmp_path / "chat"
    (chat / "fonts").mkdir(parents=True)
    (chat / "languages").mkdir()
    (chat / "index.js").write_bytes(SCRIPT)
    (chat / "widget.0123456789ab.js").write_bytes(SCRIPT)
    (chat / "widget.js").write_bytes(SCRIPT)
    (chat / "languages" / "de.js").write_bytes(SCRIPT)
    (chat / "languages" / "fr.js").write_bytes(BUILT)
    (chat / "fonts" / "poppins-latin-400-normal.woff2").write_bytes(FONT)
    (tmp_path / "secret.txt").write_text("not for browsers")
    return TestClient(Starlette(routes=widget.routes(tmp_path)))


def test_any_page_may_load_the_widget(client: TestClient) -> None:
    response = client.get("/chat/index.js", headers={"Accept-Encoding": "identity"})
    assert (response.status_code, response.content) == (200, SCRIPT)
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["vary"] == "Accept-Encoding"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("gzip;q=0, *", "br"),
        ("deflate", "identity"),
        ("br;q=nonsense", "identity"),
        ("", "identity"),
    ],
)
def test_the_browser_chooses_the_coding_and_we_the_smallest_of_them(accepted: str, coding: Coding) -> None:
    assert choose_coding(accepted, {"identity": b"", "gzip": b"", "br": b""}) == coding


def test_compressed_bytes_unpack_to_the_file(client: TestClient) -> None:
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        with client.stream("GET", "/chat/index.js", headers={"Accept-Encoding": coding}) as response:
            raw = b"".join(response.iter_raw())
            assert response.headers["content-encoding"] == coding
        assert int(response.headers["content-length"]) == len(raw) < len(SCRIPT)
        assert unpack(raw) == SCRIPT


def test_a_language_is_a_script_in_a_folder_of_its_own(client: TestClient) -> None:
    response = client.get("/chat/languages/de.js")
    assert (response.status_code, response.content) == (200, SCRIPT)
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_font_is_not_compressed_twice(client: TestClient) -> None:
    response = client.get(
        "/chat/fonts/poppins-latin-400-normal.woff2", headers={"Accept-Encoding": "br, gzip"}
    )
    assert response.content == FONT
    assert "content-encoding" not in response.headers
    assert response.headers["content-type"] == "font/woff2"


def test_each_coding_has_its_own_strong_etag_and_is_not_sent_again(client: TestClient) -> None:
    etags = set()
    for coding in ("br", "gzip", "identity"):
        etag = client.get("/chat/index.js", headers={"Accept-Encoding": coding}).headers["etag"]
        again = client.get(
            "/chat/index.js", headers={"Accept-Encoding": coding, "If-None-Match": f'"x", W/{etag}'}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["access-control-allow-origin"] == "*"
        etags.add(etag)
    assert len(etags) == 3
    assert all(etag.startswith('"') for etag in etags)


def test_another_codings_etag_is_no_match(client: TestClient) -> None:
    etag = client.get("/chat/index.js", headers={"Accept-Encoding": "br"}).headers["etag"]
    other = client.get("/chat/index.js", headers={"Accept-Encoding": "gzip", "If-None-Match": etag})
    assert other.status_code == 200


def test_head_tells_the_length_without_the_bytes(client: TestClient) -> None:
    get = client.get("/chat/index.js", headers={"Accept-Encoding": "br"})
    head = client.head("/chat/index.js", headers={"Accept-Encoding": "br"})
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.headers["etag"] == get.headers["etag"]


def test_only_an_address_that_names_the_contents_is_kept_for_ever(client: TestClient) -> None:
    digest = client.get("/chat/widget.js").headers["etag"].strip('"')[:12]
    rules = {
        path: client.get(path).headers["cache-control"]
        for path in (
            "/chat/index.js",
            "/chat/widget.js",
            f"/chat/widget.js?v={digest}",
            "/chat/widget.js?v=000000000000",
            "/chat/widget.js?v=",
            f"/chat/widget.js?v={digest[:4]}",
            "/chat/widget.0123456789ab.js",
            "/chat/languages/de.js",
            f"/chat/languages/de.js?v={digest}",
        )
    }
    assert [path for path, rule in rules.items() if "immutable" in rule] == [
        f"/chat/widget.js?v={digest}",
        "/chat/widget.0123456789ab.js",
        f"/chat/languages/de.js?v={digest}",
    ]
    assert set(rules.values()) == {"no-cache", "public, max-age=31536000, immutable"}


def test_what_the_build_has_made_is_also_named_by_the_hash_of_its_sources(client: TestClient) -> None:
    rules = [
        client.get(f"/chat/languages/fr.js?v={version}").headers["cache-control"]
        for version in (SOURCES[:8], SOURCES[:7], "1" + SOURCES[:8])
    ]
    assert ["immutable" in rule for rule in rules] == [True, False, False]


@pytest.mark.parametrize(
    "path", ["/chat/", "/chat/nothing.js", "/chat/../secret.txt", "/chat/%2e%2e/secret.txt", "/chat/fonts"]
)
def test_what_is_not_a_file_of_the_widget_is_not_found(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert b"not for browsers" not in response.content


def test_the_widget_takes_no_writes(client: TestClient) -> None:
    assert client.post("/chat/index.js").status_code == 405


def test_the_built_files_are_found_in_this_checkout() -> None:
    assert (find_static_directory() / "chat" / "index.js").is_file()
