"""Another tenant's object is as absent as one that nobody has: for every operation of the dialect, and every id it takes.

The cases are made from the table of operations, so a new operation is covered by itself, or fails here until its objects are
listed in `tests/doubles/halo_worlds.py` and the ids it takes in `REFERENCES`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

import msgspec
import pytest

from hub.rest.operation import Operation
from tests.doubles.halo_worlds import BODIES, MAKERS, NOBODYS, OPERATIONS, QUERIES, World, kind_of

# What a member of a query or body names. `id` is the address's own.
REFERENCES = {
    "agent_id": "Agent",
    "chat_id": "Chat",
    "kb_id": "KBArticle",
    "requesttype_id": "TicketType",
    "status_id": "Status",
    "team_id": "Team",
    "team_ids": "Team",
    "ticketids": "Tickets",
    "tickettype_id": "TicketType",
    "user_id": "Users",
}
# Numbers of the tenant's own making, which are stored and never looked up.
NO_REFERENCES = {"role_ids", "site_id"}


@dataclass(frozen=True)
class Place:
    """Where in a query or body an id stands: the member's name, with those around it; `many` when it takes a list."""

    path: tuple[str, ...]
    many: bool
    in_query: bool

    @property
    def name(self) -> str:
        return self.path[-1]

    def wrap(self, value: int) -> dict[str, Any]:
        """The members that say the id."""
        inner: Any = [value] if self.many and not self.in_query else value
        for name in reversed(self.path[1:]):
            inner = [{name: inner}]
        return {self.path[0]: inner}


def list_places(operation: Operation) -> list[Place]:
    places = []
    if operation.query is not None:
        places += [Place(path, many, True) for path, many in iterate_ids(operation.query)]
    if operation.items is not None:
        places += [Place(path, many, False) for path, many in iterate_ids(operation.items)]
    return places


def iterate_ids(shape: type[msgspec.Struct]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Members that look like ids, also those of objects inside."""
    for field in msgspec.structs.fields(shape):
        inner = find_struct(field.type)
        if inner is not None:
            yield from (((field.encode_name, *path), many) for path, many in iterate_ids(inner))
        elif field.encode_name.removesuffix("s").endswith("id") and field.encode_name not in NO_REFERENCES:
            yield (field.encode_name,), is_list(field.type)


def find_struct(kind: Any) -> type[msgspec.Struct] | None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((found for part in get_args(kind) if (found := find_struct(part)) is not None), None)


def is_list(kind: Any) -> bool:
    return get_origin(kind) is list or any(is_list(part) for part in get_args(kind))


ADDRESSED = [operation for operation in OPERATIONS if "{id}" in operation.path]
PLACED = [(operation, place) for operation in OPERATIONS for place in list_places(operation)]


def kind_named(operation: Operation, place: Place) -> str:
    return kind_of(operation) if place.name == "id" else REFERENCES[place.name]


def test_every_operation_with_an_id_is_listed() -> None:
    assert {kind_of(operation) for operation in ADDRESSED} - MAKERS.keys() == set()
    names = {place.name for _, place in PLACED if place.name != "id"}
    assert names - REFERENCES.keys() == set()
    assert BODIES.keys() - {operation.name for operation in OPERATIONS} == set()


async def call(
    world: World, operation: Operation, own_id: int | None, place: Place | None, value: int
) -> tuple[int, str]:
    """The answer to the operation with this id at this place (None: in its address)."""
    addressed = value if place is None else own_id
    path = operation.path.removeprefix("/api").replace("{id}", str(addressed))
    body = BODIES[operation.name]() if operation.name in BODIES else {}
    query: dict[str, Any] = dict(QUERIES[operation.name](world)) if operation.name in QUERIES else {}
    if place is not None and place.in_query:
        query |= place.wrap(value)
    elif place is not None:
        body |= place.wrap(value)
    answer = await world.program.call(
        operation.method, path, params=query, json=None if operation.items is None else body
    )
    return answer.status_code, re.sub(rf"\b{value}\b", "<id>", answer.text)


@pytest.mark.parametrize("operation", ADDRESSED, ids=lambda operation: operation.name)
async def test_an_address_of_another_tenants_object_is_that_of_nothing(
    worlds: tuple[World, World], operation: Operation
) -> None:
    own, foreign = worlds
    kind = kind_of(operation)

    nothing = await call(own, operation, None, None, NOBODYS)
    elsewhere = await call(own, operation, None, None, await foreign.make(kind))
    here = await call(own, operation, None, None, await own.make(kind))

    assert nothing == elsewhere
    assert nothing[0] == 404
    assert here[0] in (200, 201, 204), here


@pytest.mark.parametrize(
    ("operation", "place"),
    [(operation, place) for operation, place in PLACED if not place.in_query],
    ids=lambda part: part.name,
)
async def test_a_body_that_names_another_tenants_object_names_nothing(
    worlds: tuple[World, World], operation: Operation, place: Place
) -> None:
    own, foreign = worlds
    kind = kind_named(operation, place)
    own_id = await own.make(kind_of(operation)) if "{id}" in operation.path else None
    right = own_id if own_id is not None and place.name == "id" else await own.make(kind)

    nothing = await call(own, operation, own_id, place, NOBODYS)
    elsewhere = await call(own, operation, own_id, place, await foreign.make(kind))
    here = await call(own, operation, own_id, place, right)

    assert nothing == elsewhere
    assert nothing[0] in (400, 404)
    assert here[0] in (200, 201, 204), here


@pytest.mark.parametrize(
    ("operation", "place"),
    [(operation, place) for operation, place in PLACED if place.in_query],
    ids=lambda part: part.name,
)
async def test_a_query_for_another_tenants_object_finds_what_a_query_for_nothing_finds(
    worlds: tuple[World, World], operation: Operation, place: Place
) -> None:
    own, foreign = worlds
    own_id = await own.make(kind_of(operation)) if "{id}" in operation.path else None

    nothing = await call(own, operation, own_id, place, NOBODYS)
    elsewhere = await call(own, operation, own_id, place, await foreign.make(kind_named(operation, place)))

    assert nothing == elsewhere
