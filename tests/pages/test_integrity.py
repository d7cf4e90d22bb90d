"""The published digests are those of the files that are handed out."""

import base64
import hashlib
import json

from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.pages import widget
from tests.house.sources import ROOT

STATIC = ROOT / "widget_static" / "dist"


def test_every_script_of_the_widget_has_its_digest() -> None:
    client = TestClient(Starlette(routes=widget.routes(STATIC)))
    answer = client.get("/chat/integrity.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    digests = json.loads(answer.text)
    scripts = {path.relative_to(STATIC / "chat").as_posix() for path in (STATIC / "chat").rglob("*.js")}
    assert set(digests) == scripts
    for name, told in digests.items():
        digest = hashlib.sha384(client.get(f"/chat/{name}").content).digest()
        assert told == f"sha384-{base64.b64encode(digest).decode()}", name
