"""Both sides of a wall: two tenants that speak the Halo dialect, and what its operations are about and need.

A new operation of the dialect is listed here: `MAKERS` for what its address is about, `BODIES` and `QUERIES` for what it needs.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2

from hub.actions.ports import Ports
from hub.auth.visitor_tokens import VisitorTokens
from hub.rest.halo.routes import Halo
from hub.rest.operation import Operation
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat
from tests.doubles.halo_client import HaloProgram, ask_for_token
from tests.doubles.ports import Memory
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


def list_operations() -> list[Operation]:
    settings = Settings(secret_keys=SECRET_KEYS)
    return Halo(Memory().ports, open_secrets(), VisitorTokens(SECRET_KEYS), settings).operations


OPERATIONS = list_operations()


def kind_of(operation: Operation) -> str:
    return operation.path.split("/")[2]


@asynccontextmanager
async def new_world(client: httpx2.AsyncClient, ports: Ports, settings: Settings) -> AsyncIterator[World]:
    tenant = await make_tenant(ports, settings, open_secrets())
    halo = tenant.bootstrap.halo
    token = await ask_for_token(client, halo.client_id, halo.client_secret)
    yield World(tenant, ports, HaloProgram(client, token))
