"""Whatever is sent to the Halo dialect, it is refused as the sender's mistake or done, and never the hub's failure."""

from typing import Any

import httpx2
import msgspec
import pytest

from hub.rest.operation import MAX_BODY_ITEMS, Operation
from tests.doubles.halo_worlds import OPERATIONS, World, body_for, kind_of, query_for

WITH_BODY = [operation for operation in OPERATIONS if operation.items is not None]
WITH_QUERY = [operation for operation in OPERATIONS if operation.query is not None]

JSON = "application/json"

# What no operation takes, with the statuses it may be refused with.
BODIES_OF_NOBODY: list[tuple[str, bytes, str]] = [
    ("nothing", b"", JSON),
    ("space", b" \n", JSON),
    ("null", b"null", JSON),
    ("number", b"7", JSON),
    ("text", b'"text"', JSON),
    ("no elements", b"[]", JSON),
    ("elements that are none", b"[null]", JSON),
    ("arrays in an array", b"[[{}]]", JSON),
    ("too many elements", b"[" + b",".join([b"{}"] * (MAX_BODY_ITEMS + 1)) + b"]", JSON),
    ("cut off", b'{"name": "x"', JSON),
    ("trailing garbage", b'{"name": "x"} x', JSON),
    ("comment", b'{"name": "x" /* y */}', JSON),
    ("single quotes", b"{'name': 'x'}", JSON),
    ("depth", b"[" * 100_000, JSON),
    ("quiet depth", b'{"unknown": ' + b"[" * 40 + b"]" * 40 + b"}", JSON),
    ("NaN", b'{"unknown": NaN}', JSON),
    ("infinity", b'{"unknown": 1e400}', JSON),
    ("an endless number", b'{"id": ' + b"9" * 5_000 + b"}", JSON),
    ("a name twice", b'{"id": 1, "id": 2}', JSON),
    ("a name twice in other case", b'{"id": 1, "ID": 2}', JSON),
    ("NUL", b'{"unknown": "\\u0000"}', JSON),
    ("half a surrogate", b'{"unknown": "\\ud800"}', JSON),
    ("UTF-16", '{"name": "x"}'.encode("utf-16"), JSON),
    ("byte order mark", b'\xef\xbb\xbf{"name": "x"}', JSON),
    ("latin-1", '{"name": "é"}'.encode("latin-1"), JSON),
    ("plain text", b'{"name": "x"}', "text/plain"),
    ("form", b"name=x", "application/x-www-form-urlencoded"),
    ("odd charset", b'{"name": "x"}', "application/json; charset=utf-7"),
    ("too large", b'{"unknown": "' + b"x" * 300_000 + b'"}', JSON),
]

# What a member may be given instead of what it should have.
VALUES: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    2**31 - 1,
    2**31,
    2**63,
    -(2**63),
    "",
    " ",
    "x",
    "-1",
    "1e3",
    "0x10",
    "\u200b\u202e",
    "💥" * 100,
    "'; DROP TABLE tickets; --",
    "%_\\",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30",
    [],
    {},
    [[]],
    [None],
    {"id": 1},
]


async def send(world: World, operation: Operation, own_id: int | None, **request: Any) -> httpx2.Response:
    path = operation.path.removeprefix("/api").replace("{id}", str(own_id))
    return await world.program.call(operation.method, path, **request)


async def own_object(world: World, operation: Operation) -> int | None:
    return await world.make(kind_of(operation)) if "{id}" in operation.path else None


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.name)
async def test_what_no_operation_takes_is_refused_in_the_dialects_form(
    worlds: tuple[World, World], operation: Operation
) -> None:
    world, _ = worlds
    own_id = await own_object(world, operation)
    for name, body, media_type in BODIES_OF_NOBODY:
        answer = await send(world, operation, own_id, content=body, headers={"Content-Type": media_type})
        assert answer.status_code in (400, 413, 415), f"{name}: {answer.status_code} {answer.text[:200]}"
        assert answer.json()["status"] == answer.status_code, name


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.name)
async def test_no_value_of_a_member_is_the_hubs_failure(
    worlds: tuple[World, World], operation: Operation
) -> None:
    world, _ = worlds
    own_id = await own_object(world, operation)
    assert operation.items is not None
    body = await body_for(world, operation)
    for field in msgspec.structs.fields(operation.items):
        for value in VALUES:
            answer = await send(world, operation, own_id, json={**body, field.encode_name: value})
            assert answer.status_code < 500, f"{field.encode_name}: {value!r}"
            if answer.is_success:  # What it named may be taken, ended or changed now.
                body = await body_for(world, operation)


@pytest.mark.parametrize("operation", WITH_QUERY, ids=lambda operation: operation.name)
async def test_no_value_of_a_query_is_the_hubs_failure(
    worlds: tuple[World, World], operation: Operation
) -> None:
    world, _ = worlds
    own_id = await own_object(world, operation)
    assert operation.query is not None
    needed = await query_for(world, operation)
    for field in msgspec.structs.fields(operation.query):
        for value in [*(value for value in VALUES if isinstance(value, str | int)), "\x00", "x" * 5_000]:
            answer = await send(world, operation, own_id, params={**needed, field.encode_name: str(value)})
            assert answer.status_code < 500, f"{field.encode_name}: {value!r}"


@pytest.mark.parametrize(
    "address",
    ["0", "-1", "01", "1.0", "%31%00", "1%2F..", "2147483648", "9" * 400, "%D9%A7", "true", "1;x=1", " 1"],
)
async def test_an_address_that_cannot_be_one_is_that_of_nothing(
    worlds: tuple[World, World], address: str
) -> None:
    world, _ = worlds
    paths = {op.path for op in OPERATIONS if op.path.endswith("/{id}") and op.method == "GET"}
    for path in paths:
        answer = await world.program.call("GET", path.removeprefix("/api").replace("{id}", address))
        assert answer.status_code == 404, path


async def test_unknown_members_are_ignored_however_many_there_are(worlds: tuple[World, World]) -> None:
    world, _ = worlds
    odd: dict[str, Any] = {f"member {number}": number for number in range(10_000)}
    odd |= {"__proto__": {"id": 1}, "constructor": 1, "x" * 65_536: 1}

    team = await world.program.post("/Team", {"name": "Workshop", **odd})

    assert set(team) == {"id", "name", "sequence", "allowlivechat", "inactive", "agents"}


async def test_what_only_the_hub_may_say_is_not_believed(worlds: tuple[World, World]) -> None:
    world, other = worlds
    told = {
        "summary": "x",
        "chat_id": await other.make("Chat"),
        "chat_count": 99,
        "last_update": "1970-01-01T00:00:00Z",
        "tenant_id": other.tenant.id,
        "hasbeenclosed": True,
    }

    ticket = await world.program.post("/Tickets", told)

    assert (ticket["chat_id"], ticket["chat_count"], ticket["hasbeenclosed"]) == (None, 0, False)
    assert not ticket["last_update"].startswith("1970")
    found = await world.program.get("/Tickets", search=str(ticket["id"]))
    assert [one["id"] for one in found["tickets"]] == [ticket["id"]]
