"""Routes that do not mind their case."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from hub.rest.http import InsensitiveRoute, find_query, is_true


async def tell(request: Request) -> Response:
    return PlainTextResponse(f"{request.path_params['name']} {find_query(request, 'key')}")


CLIENT = TestClient(Starlette(routes=[InsensitiveRoute("/api/Things/{name}", tell, methods=["GET"])]))


@pytest.mark.parametrize("path", ["/api/Things/Abc", "/API/THINGS/Abc", "/api/things/Abc"])
def test_a_path_matches_in_any_case_and_its_parameters_keep_theirs(path: str) -> None:
    assert CLIENT.get(path).text == "Abc None"


@pytest.mark.parametrize("path", ["/api/Thing/Abc", "/api/Things/Abc/more", "/x/api/Things/Abc"])
def test_other_paths_do_not_match(path: str) -> None:
    assert CLIENT.get(path).status_code == 404


def test_query_names_match_in_any_case_and_the_first_counts() -> None:
    assert CLIENT.get("/api/Things/a?Key=One&key=Two").text == "a One"


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("True", True), ("1", True), ("false", False), ("", False)]
)
def test_yes_has_several_spellings(text: str, expected: bool) -> None:
    assert is_true(text) is expected
    assert is_true(None) is False
