"""Both sides of a wall: two tenants that speak the Halo dialect, and what its operations are about and need.

A new operation of the dialect is listed here: `MAKERS` for what its address is about, `BODIES` and `QUERIES` for what it needs,
`FINDABLE` for what has to be there so that a query finds something.
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


Maker = Callable[[World], Awaitable[Any]]


async def fresh_email(world: World) -> str:
    return f"nia{next(NUMBERS)}@example.com"


async def fresh_word(world: World) -> str:
    return f"hello{next(NUMBERS)}"


CANNED_TEXT = {"name": fresh_word, "text": "Hello"}


async def make_canned_text(world: World) -> int:
    return int((await world.program.post("/CannedText", await fill(world, CANNED_TEXT)))["id"])


async def make_agent(world: World) -> int:
    return await world.ports.identities.create_agent(world.tenant.id, "Nia", await fresh_email(world))


async def make_chat(world: World) -> int:
    return (await begin_active_chat(world.ports, world.tenant)).chat.id


async def find_profile(world: World) -> int:
    return world.tenant.profile.id


async def find_key(world: World) -> str:
    return world.tenant.profile.key


async def fill(world: World, members: dict[str, Any]) -> dict[str, Any]:
    """The members; those that are makers are made."""
    return {name: await value(world) if callable(value) else value for name, value in members.items()}


def made_by(path: str, body: dict[str, Any], id_member: str = "id") -> Callable[[World], Awaitable[int]]:
    """Posts the body there; `name` gets a number, for names are taken once only."""

    async def make(world: World) -> int:
        named = {**body, "name": f"{body['name']} {next(NUMBERS)}"} if "name" in body else body
        return int((await world.program.post(path, await fill(world, named)))[id_member])

    return make


FILE = {"filename": "a.txt", "data_base64": "aGVsbG8="}
HOURS = {"name": "Office", "start": "09:00", "end": "17:00"}
make_workday = made_by("/Workday", HOURS)
HOLIDAY = {"workday_id": make_workday, "name": "Easter", "date": "2026-04-06"}

WEBHOOK = {"name": "Shop", "url": "https://shop.example/told"}
make_webhook = made_by("/Webhook", WEBHOOK)


async def tested_webhook(world: World) -> int:
    webhook_id = await make_webhook(world)
    await world.program.post(f"/Webhook/{webhook_id}/test", None)
    return webhook_id


async def make_delivery(world: World) -> int:
    return int((await world.program.post(f"/Webhook/{await make_webhook(world)}/test", None))["id"])


# By the part of an address after /api: how a tenant comes by one, and what number it has there.
MAKERS: dict[str, Callable[[World], Awaitable[int]]] = {
    "Agent": make_agent,
    "Attachment": made_by("/Attachment", FILE),
    "CannedText": make_canned_text,
    "Chat": make_chat,
    "ChatProfile": find_profile,
    "Holiday": made_by("/Holiday", HOLIDAY, "holid"),
    "KBArticle": made_by("/KBArticle", {"name": "Brakes"}),
    "Status": made_by("/Status", {"name": "Waiting"}),
    "Team": made_by("/Team", {"name": "Workshop"}),
    "Tickets": made_by("/Tickets", {"summary": "No light"}),
    "TicketType": made_by("/TicketType", {"name": "Repair"}),
    "Users": made_by("/Users", {"name": "Ann"}),
    "Webhook": make_webhook,
    "WebhookDelivery": make_delivery,
    "Workday": make_workday,
}


# What an operation needs besides the id in question; makers are asked for a fresh one each time.
BODIES: dict[str, dict[str, Any]] = {
    "addAttachments": FILE,
    "saveCannedText": CANNED_TEXT,
    "saveAgent": {"name": "Nia", "email": fresh_email},
    "saveChatMessages": {"chat_id": make_chat, "text": "Yes, two of them."},
    "saveChatProfiles": {"name": "Returns"},
    "saveChats": {"chatprofileid": find_profile},
    "saveHoliday": HOLIDAY,
    "saveTicket": {"summary": "No light"},
    "replayWebhook": {"event_id": 1},
    "saveWebhook": WEBHOOK,
    "saveWorkday": HOURS,
    "tellTyping": {"chat_id": make_chat, "sender_id": -1},
    "voteOnArticle": {"helpful": True},
}
# Queries an operation needs besides the id in question.
QUERIES: dict[str, dict[str, Any]] = {
    "getChatProfile": {"key": find_key},
    "listChatMessages": {"chat_id": make_chat},
}


async def body_for(world: World, operation: Operation) -> dict[str, Any]:
    """A body that the operation takes as it is, when an address or an id is added."""
    return await fill(world, BODIES.get(operation.name, {}))


async def query_for(world: World, operation: Operation) -> dict[str, Any]:
    """What the operation has to be asked at least."""
    return await fill(world, QUERIES.get(operation.name, {}))


def named_by(path: str, member: str, kind: str, body: dict[str, Any], *, many: bool = False) -> Maker:
    """Makes something that names a fresh one of this kind, and gives the id of that."""

    async def make(world: World) -> int:
        named = await world.make(kind)
        await world.program.post(path, {**await fill(world, body), member: [named] if many else named})
        return named

    return make


def named_by_ticket(member: str, kind: str) -> Maker:
    return named_by("/Tickets", member, kind, BODIES["saveTicket"])


async def make_chat_with_ticket(world: World) -> int:
    chat_id = await make_chat(world)
    await world.program.post("/Chat", {"id": chat_id, "ticket_id": await world.make("Tickets")})
    return chat_id


async def profile_with_chat(world: World) -> int:
    await make_chat(world)
    return await find_profile(world)


# Operations with a member of their query: who or what it can name so that something is found. Else, any one will do.
FINDABLE: dict[tuple[str, str], Maker] = {
    ("listAgent", "team_id"): named_by("/Agent", "team_ids", "Team", BODIES["saveAgent"], many=True),
    ("listCannedText", "team_id"): named_by("/CannedText", "team_id", "Team", CANNED_TEXT),
    ("listAttachments", "ticket_id"): named_by("/Attachment", "ticket_id", "Tickets", FILE),
    ("listChats", "chatprofile_id"): profile_with_chat,
    ("listChats", "ticket_id"): named_by("/Chat", "ticket_id", "Tickets", {"id": make_chat}),
    ("listHoliday", "workday_id"): named_by("/Holiday", "workday_id", "Workday", HOLIDAY),
    ("listHoliday", "workdayid"): named_by("/Holiday", "workday_id", "Workday", HOLIDAY),
    ("listTicket", "agent_id"): named_by_ticket("agent_id", "Agent"),
    ("listTicket", "chat_id"): make_chat_with_ticket,
    ("listTicket", "requesttype_id"): named_by_ticket("tickettype_id", "TicketType"),
    ("listTicket", "status_id"): named_by_ticket("status_id", "Status"),
    ("listTicket", "team_id"): named_by_ticket("team_id", "Team"),
    ("listTicket", "tickettype_id"): named_by_ticket("tickettype_id", "TicketType"),
    ("listTicket", "user_id"): named_by_ticket("user_id", "Users"),
    ("listWebhookDelivery", "webhook_id"): tested_webhook,
}


async def make_visitor(world: World) -> str:
    """Somebody's name for themselves, as visitors have one who are nobody's user."""
    return str((await begin_active_chat(world.ports, world.tenant)).caller.uuid)


# Members by which a caller may say who they are: of whom there are others.
CLAIMS: dict[tuple[str, str], Maker] = {
    ("saveChats", "agent_id"): make_agent,
    ("saveChatMessages", "agent_id"): make_agent,
    ("saveChatMessages", "sender_id"): make_agent,
    ("saveChatMessages", "unknown_id"): make_visitor,
    ("saveChatMessages", "user_id"): MAKERS["Users"],
    ("tellTyping", "sender_id"): make_agent,
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
