"""An unknown visitor's chat in a user's hands: all of it or nothing, whatever happens at the same time."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from hub.actions.attention import mark_read
from hub.actions.chats import ChatStart
from hub.actions.messages import post_message
from hub.actions.ports import ChatToTake, IdClaims, Identified, Ports
from hub.domain.chat import chat_after
from hub.domain.errors import ChatNotFound, HubError, IdentityRefused, OtherChatOpen
from hub.domain.event import Change
from tests.doubles.conversation import begin_active_chat, begin_chat, message_item, read_stream
from tests.doubles.tenant import Tenant
from tests.store.conftest import Connection


async def identify(
    ports: Ports,
    tenant: Tenant,
    start: ChatStart | None = None,
    subject: str = "customer-42",
    *,
    jti: str | None = None,
    lasts: timedelta = timedelta(hours=1),
    presenter: UUID | None = None,
) -> Identified:
    """The user, who takes over the chat of the start."""
    claims = IdClaims(subject, ports.clock.now() + lasts, name="Ada Byron", jti=jti)
    chat = None if start is None else ChatToTake(start.caller.id or 0, start.chat.id, "identify")
    known = start.caller.uuid if start is not None else presenter
    return await ports.identities.identify_visitor(tenant.profile, claims, known, chat)


async def test_the_header_after_the_event_is_the_stored_one(ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    await post_message(ports, tenant.marta, start.chat.id, "Hello", "hello")
    await mark_read(ports, start.caller, start.chat.id, 3)
    before = await ports.chats.find_chat(tenant.id, start.chat.id)
    assert before is not None

    found = await identify(ports, tenant, start)

    after = await ports.chats.find_chat(tenant.id, start.chat.id)
    assert after is not None
    assert found.event is not None
    expected = chat_after(before, found.event)
    assert after.visitor_uuid == found.identity.uuid
    for member in ("visitor_id", "visitor_name", "visitor_kind", "participants", "head", "last_id", "state"):
        assert getattr(after, member) == getattr(expected, member), member
    assert (await read_stream(ports, tenant.id, after.id))[-1] == found.event


async def test_the_same_command_again_finds_it_done(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)
    first = await identify(ports, tenant, start, jti="once")

    again = await identify(ports, tenant, start, jti="once")

    assert (again.identity, again.event) == (first.identity, None)
    with pytest.raises(ChatNotFound):  # To somebody else it is no chat of theirs.
        await identify(ports, tenant, start, "customer-43")


async def test_all_who_come_at_once_with_a_known_email_are_that_user(ports: Ports, tenant: Tenant) -> None:
    [known] = await ports.desk.users.save_users(tenant.id, [{"name": "Ada", "email": "ada@shop.example"}])
    claims = IdClaims(
        "customer-42",
        ports.clock.now() + timedelta(hours=1),
        email="ada@shop.example",
        is_email_verified=True,
    )
    rivals = [replace(claims, subject=f"rival-{number}") for number in range(4)]

    found = await asyncio.gather(
        *(
            ports.identities.identify_visitor(tenant.profile, each, None, None)
            for each in [*[claims] * 4, *rivals]
        )
    )

    assert len({one.identity.id for one in found[:4]}) == 1
    assert len({one.identity.id for one in found}) == 5
    assert known in {one.identity.id for one in found}


async def test_tickets_go_with_the_chat(ports: Ports, tenant: Tenant, owner: Connection) -> None:
    start = await begin_active_chat(ports, tenant)
    item = message_item(start.caller, start.chat.id, "It is broken")
    await ports.events.append(replace(item, change=Change(ticket={"summary": "Broken"})))

    found = await identify(ports, tenant, start)

    owners = await owner.fetch("SELECT user_id FROM tickets WHERE tenant_id = $1", tenant.id)
    assert [row["user_id"] for row in owners] == [found.identity.id]


async def test_messages_on_their_way_are_stored_before_it_or_refused(ports: Ports, tenant: Tenant) -> None:
    start = await begin_chat(ports, tenant)

    async def post(number: int) -> bool:
        with suppress(HubError):
            await post_message(ports, start.caller, start.chat.id, f"Message {number}", f"cid-{number}")
            return True
        return False

    posted, _, later = await asyncio.gather(
        asyncio.gather(*(post(number) for number in range(20))),
        identify(ports, tenant, start),
        asyncio.gather(*(post(number) for number in range(20, 40))),
    )

    chat = await ports.chats.find_chat(tenant.id, start.chat.id)
    assert chat is not None
    events = await read_stream(ports, tenant.id, chat.id)
    assert [event.seq for event in events] == list(range(1, chat.head + 1))
    kinds = [event.kind for event in events]
    assert kinds.count("message_posted") == sum(posted) + sum(later)
    assert kinds.index("visitor_identified") == len(kinds) - 1


async def test_two_chats_of_one_user_are_never_open_at_an_entrance(ports: Ports, tenant: Tenant) -> None:
    starts = [await begin_chat(ports, tenant) for _ in range(4)]

    came = await asyncio.gather(*(identify(ports, tenant, start) for start in starts), return_exceptions=True)

    assert [type(one) for one in came if isinstance(one, Exception)] == [OtherChatOpen] * 3
    [winner] = [one for one in came if isinstance(one, Identified)]
    open_chats = await ports.chats.list_visitor_chats(tenant.id, tenant.profile.id, winner.identity.id, ())
    assert len(open_chats) == 1


async def test_what_is_refused_leaves_no_trace(ports: Ports, tenant: Tenant, owner: Connection) -> None:
    start, other = await begin_chat(ports, tenant), await begin_chat(ports, tenant)
    foreign = ChatStart(other.chat, start.caller, created=False)

    with pytest.raises(ChatNotFound):
        await identify(ports, tenant, foreign, jti="used")

    assert (
        await owner.fetchval(
            "SELECT count(*) FROM identities WHERE tenant_id = $1 AND kind = 'user'", tenant.id
        )
        == 0
    )
    assert await owner.fetchval("SELECT count(*) FROM used_id_tokens WHERE tenant_id = $1", tenant.id) == 0


async def test_tokens_that_are_over_are_forgotten_by_those_who_come(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    await identify(ports, tenant, jti="old", lasts=timedelta(hours=-2))
    await identify(ports, tenant, jti="fresh")
    rows = await owner.fetch("SELECT jti FROM used_id_tokens WHERE tenant_id = $1", tenant.id)
    assert [row["jti"] for row in rows] == ["fresh"]


async def test_a_used_token_is_the_users_own_and_nobody_elses(ports: Ports, tenant: Tenant) -> None:
    first = await identify(ports, tenant, jti="once")
    again = await identify(ports, tenant, jti="once", presenter=first.identity.uuid)
    assert again.identity == first.identity
    for stranger in (None, tenant.new_visitor().uuid):
        with pytest.raises(IdentityRefused):
            await identify(ports, tenant, jti="once", presenter=stranger)
