"""Routes that do not mind their case, nor a slash at their end."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from hub.rest.http import InsensitiveRoute


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    name = Request(scope).path_params["name"]
    await PlainTextResponse(name)(scope, receive, send)


class Tell:
    """As endpoints are: an application."""

    __call__ = staticmethod(tell)


CLIENT = TestClient(Starlette(routes=[InsensitiveRoute("/api/Things/{name}", Tell())]))


@pytest.mark.parametrize(
    "path", ["/api/Things/Abc", "/API/THINGS/Abc", "/api/things/Abc", "/api/Things/Abc/"]
)
def test_a_path_matches_in_any_case_and_its_parameters_keep_theirs(path: str) -> None:
    response = CLIENT.get(path, follow_redirects=False)
    assert (response.status_code, response.text) == (200, "Abc")


@pytest.mark.parametrize(
    "path",
    ["/api/Thing/Abc", "/api/Things/Abc/more", "/x/api/Things/Abc", "/api/Things/"],
)
def test_other_paths_do_not_match(path: str) -> None:
    assert CLIENT.get(path).status_code == 404
