"""Another tenant's object is as absent as one that nobody has: for every operation of the dialect, and every id it takes.

The cases are made from the table of operations, so a new operation is covered by itself, or fails here until its objects are
listed in `tests/doubles/halo_worlds.py` and the ids it takes in `REFERENCES`. An id is seen by its name, which ends in "id".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin
from uuid import uuid4

import msgspec
import pytest

from hub.rest.operation import Operation
from tests.doubles.halo_worlds import (
    BODIES,
    CLAIMS,
    FINDABLE,
    MAKERS,
    NOBODYS,
    OPERATIONS,
    QUERIES,
    World,
    body_for,
    kind_of,
    query_for,
)

# What a member of a query or body names. `id` is the address's own; inside another member it is that one's.
REFERENCES = {
    "agent_id": "Agent",
    "attachment_id": "Attachment",
    "attachment_ids": "Attachment",
    "chat_id": "Chat",
    "chatprofile_id": "ChatProfile",
    "chatprofile_ids": "ChatProfile",
    "chatprofileid": "ChatProfile",
    "holid": "Holiday",
    "kb_id": "KBArticle",
    "requesttype_id": "TicketType",
    "status_id": "Status",
    "team_id": "Team",
    "team_ids": "Team",
    "ticket_id": "Tickets",
    "ticketids": "Tickets",
    "tickettype_id": "TicketType",
    "user_id": "Users",
    "webhook_id": "Webhook",
    "workday_id": "Workday",
    "workdayid": "Workday",
    "workdays_id": "Workday",
}
# Operations whose own id in the body names nothing there is: one is refused, whosever it is, the other makes a new message of it.
ONLY_NEW = {"addAttachments", "saveChatMessages"}
# Members that name nothing the hub looks up, with all that is inside them.
NO_REFERENCES = {
    *("role_ids", "role_id", "agent_roles", "site_id"),  # Numbers of the tenant's own making.
    "teams_conversation_id",  # A word of another product.
    *("last_id", "max_id", "event_id"),  # Bounds: a number that no message has will do.
    *("steps", "input_id", "next_input_id", "next_input_fieldinfo"),  # What flows say to themselves.
    *("kb_search_results", "services_search_results"),  # Shown as they were sent.
    "holidays",  # Of a workday: they take the place of those there are, whatever they were called.
}
# What else there has to be in the object around an id.
BESIDE = {"access_control": {"level": 1}}


@dataclass(frozen=True)
class Place:
    """Where in a query or body an id stands: the member's name, with those around it; `many` when it takes a list."""

    path: tuple[str, ...]
    many: bool
    in_query: bool

    @property
    def name(self) -> str:
        """What says whose id it is."""
        *around, name = self.path
        return around[-1] if around and name == "id" else name

    def wrap(self, value: int | str) -> dict[str, Any]:
        """The members that say the id."""
        inner: Any = [value] if self.many and not self.in_query else value
        for around, name in zip(self.path[-2::-1], self.path[:0:-1], strict=True):
            inner = [{**BESIDE.get(around, {}), name: inner}]
        return {self.path[0]: inner}


def list_places(operation: Operation) -> list[Place]:
    places = []
    if operation.query is not None:
        places += [Place(path, many, True) for path, many in iterate_ids(operation.query)]
    if operation.items is not None:
        places += [
            Place(path, many, False)
            for path, many in iterate_ids(operation.items)
            if path != ("id",) or operation.name not in ONLY_NEW
        ]
    return [place for place in places if (operation.name, place.name) not in CLAIMS]


def iterate_ids(shape: type[msgspec.Struct]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Members that look like ids, also those of objects inside."""
    for field in msgspec.structs.fields(shape):
        inner = find_struct(field.type)
        if field.encode_name in NO_REFERENCES:
            continue
        if inner is not None:
            yield from (((field.encode_name, *path), many) for path, many in iterate_ids(inner))
        elif field.encode_name.removesuffix("s").endswith("id"):
            yield (field.encode_name,), is_list(field.type)


def find_struct(kind: Any) -> type[msgspec.Struct] | None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((found for part in get_args(kind) if (found := find_struct(part)) is not None), None)


def is_list(kind: Any) -> bool:
    return get_origin(kind) is list or any(is_list(part) for part in get_args(kind))


ADDRESSED = [operation for operation in OPERATIONS if "{id}" in operation.path]
PLACED = [(operation, place) for operation in OPERATIONS for place in list_places(operation)]
CLAIMED = [
    (operation, Place((member,), many=False, in_query=False))
    for operation in OPERATIONS
    for name, member in CLAIMS
    if operation.name == name
]


def kind_named(operation: Operation, place: Place) -> str:
    return kind_of(operation) if place.name == "id" else REFERENCES[place.name]


def test_every_operation_with_an_id_is_listed() -> None:
    assert {kind_of(operation) for operation in ADDRESSED} - MAKERS.keys() == set()
    names = {place.name for _, place in PLACED if place.name != "id"}
    assert names - REFERENCES.keys() == set()
    known = {operation.name for operation in OPERATIONS}
    assert {*BODIES, *QUERIES, *ONLY_NEW, *(name for name, _ in (*FINDABLE, *CLAIMS))} - known == set()


async def call(
    world: World, operation: Operation, own_id: int | None, place: Place | None, value: int | str
) -> tuple[int, str]:
    """The answer to the operation with this id at this place (None: in its address)."""
    addressed = value if place is None else own_id
    path = operation.path.removeprefix("/api").replace("{id}", str(addressed))
    body, query = await body_for(world, operation), await query_for(world, operation)
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
    right = own_id if own_id is not None and kind == kind_of(operation) else await own.make(kind)

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
    make = FINDABLE.get((operation.name, place.name), MAKERS[kind_named(operation, place)])

    nothing = await call(own, operation, own_id, place, NOBODYS)
    elsewhere = await call(own, operation, own_id, place, await make(foreign))
    here = await call(own, operation, own_id, place, await make(own))

    assert nothing == elsewhere
    assert here != nothing
    assert here[0] == 200, here


@pytest.mark.parametrize(("operation", "place"), CLAIMED, ids=lambda part: part.name)
async def test_whoever_claims_to_be_somebody_else_learns_nothing_of_them(
    worlds: tuple[World, World], operation: Operation, place: Place
) -> None:
    own, foreign = worlds
    make = CLAIMS[operation.name, place.name]
    nobodys = str(uuid4()) if place.name == "unknown_id" else NOBODYS

    nobody = await call(own, operation, None, place, nobodys)
    colleague = await call(own, operation, None, place, await make(own))
    stranger = await call(own, operation, None, place, await make(foreign))

    assert nobody == colleague == stranger
    assert nobody[0] in (400, 403)
    if place.name in ("agent_id", "sender_id"):
        oneself = await call(own, operation, None, place, own.tenant.marta.id)
        assert oneself[0] == 201, oneself


async def test_better_words_for_another_tenants_message_are_a_new_message(
    worlds: tuple[World, World],
) -> None:
    own, foreign = worlds
    theirs = await foreign.program.post("/ChatMessage", {"chat_id": await foreign.make("Chat"), "text": "A"})
    chat_id = await own.make("Chat")

    said = [
        await own.program.post("/ChatMessage", {"id": message_id, "chat_id": chat_id, "text": "B"})
        for message_id in (theirs["id"], NOBODYS)
    ]

    assert [one["modified_by_agent_id"] for one in said] == [None, None]
    assert {one["id"] for one in said}.isdisjoint({theirs["id"], NOBODYS})
    now = await foreign.program.get("/ChatMessage", chat_id=theirs["chat_id"])
    assert (now[-1]["id"], now[-1]["text"]) == (theirs["id"], "A")
