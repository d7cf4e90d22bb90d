"""Another tenant's object is as absent as one that nobody has: for every operation of the dialect, and every id it takes.

The cases are made from the table of operations, so a new operation is covered by itself, or fails here until it is listed:
`MAKERS` for what its address is about, `REFERENCES` for the ids it takes, `BODIES` for what it needs besides them.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, get_args, get_origin

import httpx2
import msgspec
import pytest
from starlette.applications import Starlette

from hub.actions.ports import Ports
from hub.app import make_secrets
from hub.auth.visitor_tokens import VisitorTokens
from hub.rest.halo.routes import Halo
from hub.rest.operation import Operation
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat
from tests.doubles.halo_client import HaloProgram, ask_for_token
from tests.doubles.ports import Memory, OpenLimits
from tests.doubles.secrets import SECRET_KEYS, open_secrets
from tests.doubles.tenant import Tenant, make_tenant

NOBODYS = 1_999_999_999

NUMBERS = count(1)


@dataclass(frozen=True)
class World:
    """One of the two tenants, with a program of its administrator."""

    tenant: Tenant
    ports: Ports
    program: HaloProgram

    async def make(self, kind: str) -> int:
        """The id of a fresh object."""
        return await MAKERS[kind](self)


async def make_agent(world: World) -> int:
    return await world.ports.identities.create_agent(
        world.tenant.id, "Nia", f"nia{next(NUMBERS)}@example.com"
    )


async def make_chat(world: World) -> int:
    return (await begin_active_chat(world.ports, world.tenant)).chat.id


async def find_profile(world: World) -> int:
    return world.tenant.profile.id


def made_by(path: str, body: dict[str, Any]) -> Callable[[World], Awaitable[int]]:
    """Posts the body there; `name` gets a number, for names are taken once only."""

    async def make(world: World) -> int:
        named = {**body, "name": f"{body['name']} {next(NUMBERS)}"} if "name" in body else body
        return int((await world.program.post(path, named))["id"])

    return make


# By the part of an address after /api: how a tenant comes by one.
MAKERS: dict[str, Callable[[World], Awaitable[int]]] = {
    "Agent": make_agent,
    "Chat": make_chat,
    "ChatProfile": find_profile,
    "KBArticle": made_by("/KBArticle", {"name": "Brakes"}),
    "Status": made_by("/Status", {"name": "Waiting"}),
    "Team": made_by("/Team", {"name": "Workshop"}),
    "Tickets": made_by("/Tickets", {"summary": "No light"}),
    "TicketType": made_by("/TicketType", {"name": "Repair"}),
    "Users": made_by("/Users", {"name": "Ann"}),
}

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

# What an operation needs besides the id in question.
BODIES: dict[str, Callable[[], dict[str, Any]]] = {
    "saveAgent": lambda: {"name": "Nia", "email": f"nia{next(NUMBERS)}@example.com"},
    "saveTicket": lambda: {"summary": "No light"},
    "voteOnArticle": lambda: {"helpful": True},
}
# Queries an address needs besides its id.
QUERIES: dict[str, Callable[[World], dict[str, str]]] = {
    "getChatProfile": lambda world: {"key": world.tenant.profile.key},
}


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


def list_operations() -> list[Operation]:
    settings = Settings(secret_keys=SECRET_KEYS)
    return Halo(Memory().ports, open_secrets(), VisitorTokens(SECRET_KEYS), settings).operations


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


OPERATIONS = list_operations()
ADDRESSED = [operation for operation in OPERATIONS if "{id}" in operation.path]
PLACED = [(operation, place) for operation in OPERATIONS for place in list_places(operation)]


def kind_of(operation: Operation) -> str:
    return operation.path.split("/")[2]


def kind_named(operation: Operation, place: Place) -> str:
    return kind_of(operation) if place.name == "id" else REFERENCES[place.name]


def test_every_operation_with_an_id_is_listed() -> None:
    assert {kind_of(operation) for operation in ADDRESSED} - MAKERS.keys() == set()
    names = {place.name for _, place in PLACED if place.name != "id"}
    assert names - REFERENCES.keys() == set()
    assert BODIES.keys() - {operation.name for operation in OPERATIONS} == set()


@pytest.fixture
async def client(ports: Ports, settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """The dialect on the real stores, without limits: so many calls are nobody's habit."""
    unlimited = replace(ports, limits=OpenLimits())
    halo = Halo(unlimited, make_secrets(settings), VisitorTokens(settings.secret_keys), settings)
    transport = httpx2.ASGITransport(app=Starlette(routes=halo.routes()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub.example") as opened:
        yield opened


@pytest.fixture
async def worlds(
    client: httpx2.AsyncClient, ports: Ports, settings: Settings
) -> AsyncIterator[tuple[World, World]]:
    """Our tenant, and another one."""
    async with new_world(client, ports, settings) as own, new_world(client, ports, settings) as foreign:
        yield own, foreign


@asynccontextmanager
async def new_world(client: httpx2.AsyncClient, ports: Ports, settings: Settings) -> AsyncIterator[World]:
    tenant = await make_tenant(ports, settings, open_secrets())
    halo = tenant.bootstrap.halo
    token = await ask_for_token(client, halo.client_id, halo.client_secret)
    yield World(tenant, ports, HaloProgram(client, token))


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
