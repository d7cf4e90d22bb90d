"""Custom fields and consent in Postgres: told at the start, kept with the chat, changed by agents one field at a time."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from hub.actions.chats import set_field, start_chat
from hub.actions.ports import Ports
from hub.domain.chat import Chat, StartFacts
from hub.domain.errors import BadRequest, ChatNotFound
from hub.domain.profile import Reception
from tests.doubles.conversation import read_stream
from tests.doubles.tenant import Tenant

TERMS = "By starting you agree to https://shop.example/privacy"


async def start(ports: Ports, tenant: Tenant, facts: StartFacts) -> Chat:
    """A chat as the store has it afterwards."""
    begun = await start_chat(ports, tenant.new_visitor(), tenant.profile, str(uuid4()), facts)
    return await find(ports, tenant, begun.chat.id)


async def find(ports: Ports, tenant: Tenant, chat_id: int) -> Chat:
    chat = await ports.chats.find_chat(tenant.id, chat_id)
    assert chat is not None
    return chat


async def test_what_the_page_tells_is_kept_and_agents_change_one_field_at_a_time(
    ports: Ports, tenant: Tenant
) -> None:
    chat = await start(ports, tenant, StartFacts(custom_fields={"Order": "4711", "Plan": "Pro"}))
    assert chat.custom_fields == {"Order": "4711", "Plan": "Pro"}

    await asyncio.gather(
        set_field(ports, tenant.marta, chat.id, "Order", "4712", str(uuid4())),
        set_field(ports, tenant.jonas, chat.id, "Plan", "", str(uuid4())),
        set_field(ports, tenant.jonas, chat.id, "Mood", "calm", str(uuid4())),
    )

    assert (await find(ports, tenant, chat.id)).custom_fields == {"Order": "4712", "Mood": "calm"}
    told = [event.data for event in await read_stream(ports, tenant.id, chat.id, "staff")]
    assert sorted(str(data) for data in told) == [
        "{'custom_fields': {'Mood': 'calm'}}",
        "{'custom_fields': {'Order': '4712'}}",
        "{'custom_fields': {'Plan': None}}",
    ]


async def test_a_repeat_changes_nothing_and_strangers_find_no_chat(ports: Ports, tenant: Tenant) -> None:
    chat = await start(ports, tenant, StartFacts())
    for _ in range(2):
        assert await set_field(ports, tenant.marta, chat.id, "Order", "1", "once") == {"Order": "1"}
    assert len(await read_stream(ports, tenant.id, chat.id, "staff")) == 1
    with pytest.raises(ChatNotFound):
        await set_field(ports, replace(tenant.marta, tenant_id=10**6), chat.id, "Order", "2", "twice")
    with pytest.raises(BadRequest):
        await set_field(ports, tenant.marta, chat.id, " ", "2", "nameless")
    assert (await find(ports, tenant, chat.id)).custom_fields == {"Order": "1"}


async def test_the_text_agreed_to_is_kept_with_the_chat(ports: Ports, tenant: Tenant) -> None:
    asking = replace(tenant, profile=replace(tenant.profile, reception=Reception(consent=TERMS)))
    for agreed in (None, "", f"{TERMS} and more"):
        with pytest.raises(BadRequest) as refused:
            await start(ports, asking, StartFacts(consent=agreed))
        assert refused.value.field == "consent"
    assert (await start(ports, asking, StartFacts(consent=TERMS))).consent == TERMS
    # Where nothing is to be agreed to, nobody has.
    assert (await start(ports, tenant, StartFacts(consent=TERMS))).consent is None
