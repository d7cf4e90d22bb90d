"""The description of the dialects: valid, complete, and the same as what is served."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient

from hub.actions import applications
from hub.auth.visitor_tokens import VisitorTokens
from hub.rest import description
from hub.rest.halo.description import SCOPES, TAGS
from hub.rest.halo.routes import Halo
from hub.rest.openapi import DescribedDialect, render_openapi
from hub.rest.operation import Call, Operation
from hub.settings import Settings
from tests.doubles.ports import Memory
from tests.doubles.secrets import SECRET_KEYS, open_secrets

BASE = "https://chat.example.com"


def make_halo() -> Halo:
    """The whole Halo dialect, over stores in memory."""
    settings = Settings(secret_keys=SECRET_KEYS, public_url=BASE)
    return Halo(Memory().ports, open_secrets(), VisitorTokens(SECRET_KEYS), settings)


HALO = make_halo()
DESCRIBED = render_openapi([HALO.described()], BASE, "1.0")


def entry_of(operation: Operation) -> dict[str, Any]:
    """What is said of an operation."""
    entry: dict[str, Any] = DESCRIBED["paths"][operation.path][operation.method.lower()]
    return entry


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in the description."""
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from walk(part)
    elif isinstance(node, list):
        for part in node:
            yield from walk(part)


def test_it_is_openapi_3_1() -> None:
    validate(DESCRIBED)
    assert DESCRIBED["servers"] == [{"url": BASE}]


def test_it_is_served_to_every_page() -> None:
    client = TestClient(Starlette(routes=description.routes([HALO.described()], BASE, "1.0")))

    response = client.get("/api/openapi.json")

    assert response.json() == DESCRIBED
    assert response.headers["access-control-allow-origin"] == "*"
    assert client.post("/api/openapi.json").status_code == 405


def test_every_operation_is_told_once_under_a_name_of_its_own() -> None:
    counted = Counter(operation.name for operation in HALO.operations)

    assert [name for name, times in counted.items() if times > 1] == []
    assert sum(len(methods) for methods in DESCRIBED["paths"].values()) == len(HALO.operations)


@pytest.mark.parametrize("operation", HALO.operations, ids=lambda one: one.name)
def test_an_operation_says_what_it_answers_and_to_whom(operation: Operation) -> None:
    entry = entry_of(operation)

    assert entry["summary"]
    assert entry["tags"][0] in TAGS, "Give the group a sentence in hub/rest/halo/description.py."
    assert str(operation.status) in entry["responses"]
    assert "503" in entry["responses"]
    assert ("401" in entry["responses"]) is not (operation.is_anonymous and operation.form is None)
    assert ({} in entry["security"]) is operation.is_open
    assert (entry["security"] == []) is operation.is_anonymous
    assert ("requestBody" in entry) is any((operation.items, operation.form, operation.parts))
    if operation.scope:
        assert entry["security"][0] == {"oauth2": [operation.scope]}
        assert operation.scope in SCOPES


def test_the_scopes_are_those_that_clients_can_hold() -> None:
    assert set(SCOPES) == applications.SCOPES


def test_no_two_types_share_a_name() -> None:
    ugly = [name for name in DESCRIBED["components"]["schemas"] if not name.isalnum()]

    # Two classes of one name are told under their modules' names, which no reader wants: give one of them another name.
    assert ugly == []


def test_references_lead_somewhere() -> None:
    names = {node["$ref"] for node in walk(DESCRIBED) if isinstance(node.get("$ref"), str)}

    assert names
    for name in names:
        found: Any = DESCRIBED
        for part in name.removeprefix("#/").split("/"):
            found = found[part]


def test_sentences_are_not_indented_and_titles_are_left_out() -> None:
    sentences = [node["description"] for node in walk(DESCRIBED) if isinstance(node.get("description"), str)]

    assert [sentence for sentence in sentences if "\n   " in sentence] == []
    assert [
        node for node in walk(DESCRIBED["components"]["schemas"]) if isinstance(node.get("title"), str)
    ] == []


class Pair(msgspec.Struct):
    """Something of one dialect."""

    left: int
    right: int | None = None


class Refusal(msgspec.Struct, omit_defaults=True):
    """Something is wrong."""

    error: str
    field: str | None = None


class ThingQuery(msgspec.Struct):
    """Which thing."""

    key: str | None = None
    size: int = 5


async def run(call: Call) -> Response:
    """Runs.

    And says more."""
    return Response()


def describe(name: str, **options: Any) -> DescribedDialect:
    """A dialect of one operation."""
    operation = Operation(
        **{
            "name": f"{name}Thing", "method": "POST", "path": f"/{name}", "run": run, "summary": "A thing", "tag": "Things",
            **options,
        }
    )  # fmt: skip
    security = {
        "agent": {"type": "http", "scheme": "bearer"},
        "visitor": {"type": "http", "scheme": "bearer"},
        "pageKey": {"type": "apiKey", "in": "query", "name": "key"},
    }
    return DescribedDialect(
        name=name,
        operations=[operation],
        error=Refusal,
        security=security,
        agents_by="agent",
        visitors_by="visitor",
        tags={},
    )


def render(**options: Any) -> dict[str, Any]:
    """What is told of an operation with these options."""
    whole = render_openapi([describe("one", **options)], BASE, "1.0")
    validate(whole)
    entry: dict[str, Any] = whole["paths"]["/one"]["get" if options.get("method") == "GET" else "post"]
    return entry


def test_equal_names_of_two_dialects_do_not_meet() -> None:
    whole = render_openapi([describe("one", answer=Pair), describe("two", answer=Pair)], BASE, "1.0")

    validate(whole)
    assert set(whole["components"]["schemas"]) == {"onePair", "oneRefusal", "twoPair", "twoRefusal"}


def test_equal_names_in_one_dialect_do_not_meet() -> None:
    other = msgspec.defstruct("Pair", [("name", str)], module="elsewhere")
    whole = render_openapi([describe("one", items=Pair, answer=other)], BASE, "1.0")

    validate(whole)
    assert len(whole["components"]["schemas"]) == 3


def test_a_body_is_one_object_or_an_array_of_them() -> None:
    pair = {"$ref": "#/components/schemas/onePair"}

    entry = render(items=Pair, answer=Pair, status=201, example={"left": 1})
    content = entry["requestBody"]["content"]["application/json"]
    assert content["schema"]["oneOf"] == [
        pair,
        {"type": "array", "items": pair, "minItems": 1, "maxItems": 1_000},
    ]
    assert content["example"] == {"left": 1}
    answered = entry["responses"]["201"]["content"]["application/json"]["schema"]
    assert answered == {"oneOf": [pair, {"type": "array", "items": pair, "minItems": 2}]}
    assert {"400", "409", "413", "415"} <= set(entry["responses"])

    single = render(items=Pair, is_single=True, answer=Pair)
    assert single["requestBody"]["content"]["application/json"]["schema"] == pair
    assert single["responses"]["200"]["content"]["application/json"]["schema"] == pair


def test_a_query_becomes_parameters_and_its_keys_a_way_in() -> None:
    entry = render(method="GET", query=ThingQuery, is_open=True, scope="things")

    assert entry["parameters"] == [
        {"name": "size", "in": "query", "required": False, "schema": {"type": "integer", "default": 5}}
    ]
    assert entry["security"] == [{"agent": ["things"]}, {"visitor": []}, {"pageKey": []}, {}]


def test_a_key_in_the_query_is_a_parameter_where_nobody_is_let_in_by_it() -> None:
    entry = render(method="GET", query=ThingQuery)

    assert [(one["name"], one["schema"]) for one in entry["parameters"]] == [
        ("key", {"type": "string"}),
        ("size", {"type": "integer", "default": 5}),
    ]
    assert entry["security"] == [{"agent": []}]


def test_forms_files_and_downloads_are_told() -> None:
    form = render(form=Pair, is_anonymous=True, refusal=Refusal)
    assert list(form["requestBody"]["content"]) == ["application/x-www-form-urlencoded"]
    refused = form["responses"]["400"]["content"]["application/json"]["schema"]
    assert refused == {"$ref": "#/components/schemas/oneRefusal"}
    assert form["security"] == []

    parts = render(items=Pair, parts=ThingQuery, answer=Pair)["requestBody"]["content"]
    assert list(parts) == ["application/json", "multipart/form-data"]
    assert parts["multipart/form-data"]["schema"]["required"] == ["file"]
    assert list(parts["multipart/form-data"]["schema"]["properties"]) == ["file", "key", "size"]

    download = render(method="GET", is_download=True, answer=Pair)["responses"]
    assert list(download["200"]["content"]) == ["*/*", "application/json"]
    assert {"206", "304", "416"} <= set(download)


def test_only_what_takes_a_key_for_repeating_tells_of_it() -> None:
    assert [one["name"] for one in render(items=Pair, takes_idempotency_key=True)["parameters"]] == [
        "Idempotency-Key"
    ]
    assert render(items=Pair)["parameters"] == []


def test_what_is_always_there_is_required_of_answers_and_not_of_bodies() -> None:
    answered = render_openapi([describe("one", answer=Pair)], BASE, "1.0")["components"]["schemas"]
    read = render_openapi([describe("one", items=Pair)], BASE, "1.0")["components"]["schemas"]

    assert answered["onePair"]["required"] == ["left", "right"]
    assert read["onePair"]["required"] == ["left"]
    assert answered["oneRefusal"]["required"] == ["error"]


def test_a_handler_that_says_more_than_the_summary_is_heard() -> None:
    assert render()["description"] == "Runs.\n\nAnd says more."
    assert "description" not in render(summary="Runs.\n\nand says more")
