"""Rows of files in Postgres: claims that race, messages that use them, and the cleaning."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from hub.actions.attachments import (
    UNUSED_KEPT,
    add_attachment,
    claim_attachments,
    clean_attachments,
    get_attachment,
    list_ticket_attachments,
    release_attachments,
)
from hub.actions.chats import end_chat
from hub.actions.messages import NewMessage, post_messages, post_note
from hub.actions.ports import Ports
from hub.domain.attachment import Attachment
from hub.domain.chat import Chat
from hub.domain.errors import BadRequest, ChatEnded, ChatNotFound, Conflict, HubError, NotFound
from hub.domain.event import Append, Change
from hub.domain.identity import Caller, VisitorCaller
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat, begin_chat, message_item, read_stream
from tests.doubles.ports import HeldClock
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.store.conftest import Connection

LIMIT = 1_000


@dataclass(frozen=True)
class Scene:
    """A chat under way, and the visitor in it."""

    chat: Chat
    visitor: VisitorCaller


@pytest.fixture
async def scene(ports: Ports, tenant: Tenant) -> Scene:
    start = await begin_active_chat(ports, tenant)
    return Scene(start.chat, start.caller)


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def bring(ports: Ports, caller: Caller, name: str = "a.txt") -> Attachment:
    return await add_attachment(ports, caller, name, chunks(b"hello"), LIMIT)


async def send(ports: Ports, caller: Caller, chat: Chat, ids: list[int], cid: str | None = None) -> None:
    """A message with these files, as a dialect sends it."""
    cid = cid or str(uuid4())
    data = {"attachments": await claim_attachments(ports, caller, chat.id, cid, ids)}
    try:
        await post_messages(ports, caller, [NewMessage(chat.id, "Here.", cid, data)], {chat.id: chat})
    except HubError:
        await release_attachments(ports, caller, chat.id, cid)
        raise


async def state_of(ports: Ports, attachment: Attachment) -> str | None:
    found = await ports.attachments.find_attachment(attachment.tenant_id, attachment.id)
    return found.state if found else None


async def test_a_sent_file_is_used_and_the_message_describes_it(
    ports: Ports, tenant: Tenant, scene: Scene
) -> None:
    made = await bring(ports, scene.visitor)
    assert made.state == "uploaded"

    await send(ports, scene.visitor, scene.chat, [made.id])

    event = (await read_stream(ports, tenant.id, scene.chat.id))[-1]
    assert event.data == {"attachments": [{"id": made.id, "name": "a.txt", "type": "text/plain", "size": 5}]}
    seen = await get_attachment(ports, tenant.marta, made.id)
    assert (seen.state, seen.chat_id, seen.stream) == ("used", scene.chat.id, "public")


async def test_files_come_in_the_order_they_were_named(ports: Ports, scene: Scene) -> None:
    made = [await bring(ports, scene.visitor, f"{number}.txt") for number in range(3)]
    ids = [made[2].id, made[0].id, made[1].id]
    claimed = await claim_attachments(ports, scene.visitor, scene.chat.id, "c", ids)
    assert [one["id"] for one in claimed] == ids


async def test_a_repeat_with_the_same_cid_finds_its_claim_before_and_after_the_message(
    ports: Ports, scene: Scene
) -> None:
    made = await bring(ports, scene.visitor)
    for _ in range(2):
        await claim_attachments(ports, scene.visitor, scene.chat.id, "c", [made.id])
    for _ in range(2):
        await send(ports, scene.visitor, scene.chat, [made.id], "c")
    assert await state_of(ports, made) == "used"


async def test_a_file_is_sent_once(ports: Ports, scene: Scene) -> None:
    made = await bring(ports, scene.visitor)
    await send(ports, scene.visitor, scene.chat, [made.id], "first")
    with pytest.raises(Conflict):
        await send(ports, scene.visitor, scene.chat, [made.id], "second")


async def test_of_many_messages_at_once_one_gets_the_file(ports: Ports, tenant: Tenant, scene: Scene) -> None:
    made = [await bring(ports, scene.visitor) for _ in range(2)]
    ids = [one.id for one in made]

    outcomes = await asyncio.gather(
        *(
            send(ports, scene.visitor, scene.chat, ids[:: 1 if turn % 2 else -1], f"c{turn}")
            for turn in range(12)
        ),
        return_exceptions=True,
    )

    assert outcomes.count(None) == 1
    assert all(isinstance(outcome, Conflict) for outcome in outcomes if outcome is not None)
    events = await read_stream(ports, tenant.id, scene.chat.id)
    assert sum("attachments" in (event.data or {}) for event in events) == 1


async def test_a_refused_message_gives_its_files_back(ports: Ports, tenant: Tenant, scene: Scene) -> None:
    made = await bring(ports, scene.visitor)
    await end_chat(ports, tenant.marta, scene.chat.id, str(uuid4()))
    with pytest.raises(ChatEnded):
        await send(ports, scene.visitor, scene.chat, [made.id])
    assert await state_of(ports, made) == "uploaded"

    again = await begin_chat(ports, tenant, scene.visitor)
    await send(ports, scene.visitor, again.chat, [made.id])
    assert await state_of(ports, made) == "used"


async def test_giving_back_takes_nothing_from_a_message_that_is_there(ports: Ports, scene: Scene) -> None:
    used, free = await bring(ports, scene.visitor), await bring(ports, scene.visitor)
    await send(ports, scene.visitor, scene.chat, [used.id], "c")
    await claim_attachments(ports, scene.visitor, scene.chat.id, "c", [used.id, free.id])

    await release_attachments(ports, scene.visitor, scene.chat.id, "c")

    assert await state_of(ports, used) == "used"
    assert await state_of(ports, free) == "uploaded"


async def test_nobody_sends_what_is_not_theirs(
    ports: Ports, settings: Settings, tenant: Tenant, scene: Scene
) -> None:
    foreign = await make_tenant(ports, settings, open_secrets())
    abroad = (await begin_chat(ports, foreign)).caller
    beside = (await begin_chat(ports, tenant)).caller
    for other in (await bring(ports, abroad), await bring(ports, beside), await bring(ports, tenant.marta)):
        with pytest.raises(NotFound):
            await claim_attachments(ports, scene.visitor, scene.chat.id, "c", [other.id])
    own = await bring(ports, scene.visitor)
    with pytest.raises(NotFound):
        await claim_attachments(ports, scene.visitor, scene.chat.id, "c", [own.id, 2**31 - 1])
    assert await state_of(ports, own) == "uploaded"
    with pytest.raises(ChatNotFound):
        await claim_attachments(ports, beside, scene.chat.id, "c", [own.id])
    with pytest.raises(ChatNotFound):
        await claim_attachments(ports, scene.visitor, 2**31 - 1, "c", [own.id])


@pytest.mark.parametrize(
    ("ids", "refusal"),
    [
        ([0], NotFound),
        ([-1], NotFound),
        ([2**31], NotFound),
        ([10**30], NotFound),
        ([1] * 2, Conflict),
        ([*range(11)], BadRequest),
    ],
)
async def test_odd_ids_are_refused(
    ports: Ports, scene: Scene, ids: list[int], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await claim_attachments(ports, scene.visitor, scene.chat.id, "c", ids)


async def test_no_data_of_an_event_lays_hands_on_somebody_elses_file(
    ports: Ports, tenant: Tenant, scene: Scene
) -> None:
    other = await bring(ports, (await begin_chat(ports, tenant)).caller)
    hostile = [{"id": other.id}, {"id": "1"}, {"id": 1.5}, {"id": 10**40}, {"id": None}, {}, 7, "x"]
    for data in (
        {"attachments": hostile},
        {"attachments": "x"},
        {"attachments": None},
        {"attachments": {"id": 1}},
    ):
        item = replace(message_item(scene.visitor, scene.chat.id, "Hi"), data=data)
        await ports.events.append(item)
    assert await state_of(ports, other) == "uploaded"


async def test_a_note_keeps_its_files_from_the_visitor(ports: Ports, tenant: Tenant, scene: Scene) -> None:
    made = await bring(ports, tenant.marta)
    await claim_attachments(ports, tenant.marta, scene.chat.id, "c", [made.id])
    note = Append(
        tenant.id, scene.chat.id, "staff", "note_posted", "agent", tenant.marta.id, "c",
        text="Look.", data={"attachments": [{"id": made.id}]},
    )  # fmt: skip
    await ports.events.append(note)
    await post_note(ports, tenant.marta, scene.chat.id, "Another", str(uuid4()))

    assert (await get_attachment(ports, tenant.jonas, made.id)).stream == "staff"
    with pytest.raises(NotFound):
        await get_attachment(ports, scene.visitor, made.id)


async def test_the_files_of_a_ticket_are_its_own_and_those_of_its_chats(
    ports: Ports, tenant: Tenant, scene: Scene
) -> None:
    sent, unsent = await bring(ports, scene.visitor), await bring(ports, scene.visitor)
    await send(ports, scene.visitor, scene.chat, [sent.id])
    change = Change(ticket={"summary": "Bike"})
    await ports.events.append(replace(message_item(scene.visitor, scene.chat.id, "Hi"), change=change))
    chat = await ports.chats.find_chat(tenant.id, scene.chat.id)
    assert chat is not None
    assert chat.ticket_id is not None

    found = await list_ticket_attachments(ports, tenant.jonas, chat.ticket_id)

    assert [one.id for one in found] == [sent.id]
    assert unsent.id != sent.id
    assert await list_ticket_attachments(ports, tenant.jonas, chat.ticket_id + 1_000) == []


# Cleaning. Bytes carry the real time, so the held clock begins there.


@pytest.fixture
async def cleaning(ports: Ports, owner: Connection) -> AsyncIterator[tuple[Ports, HeldClock]]:
    """The ports by a clock of the test's own, with the turn to clean free."""
    await owner.execute("DELETE FROM chores")
    clock = HeldClock(datetime.now(UTC))
    yield replace(ports, clock=clock), clock
    await owner.execute("DELETE FROM chores")


async def list_all_keys(ports: Ports) -> set[str]:
    late = datetime.now(UTC) + timedelta(minutes=1)
    return {key async for batch in ports.blobs.list_keys(late) for key in batch}


async def test_what_was_neither_sent_nor_claimed_for_a_day_is_gone_with_its_bytes(
    cleaning: tuple[Ports, HeldClock], scene: Scene
) -> None:
    ports, clock = cleaning
    sent, claimed, unsent = [await bring(ports, scene.visitor) for _ in range(3)]
    await send(ports, scene.visitor, scene.chat, [sent.id])
    await ports.blobs.put(f"{unsent.key}0", chunks(b"bytes without a row"))
    foreign = f"{uuid4()}/file"
    await ports.blobs.put(foreign, chunks(b"of a hub that shares the place"))
    await clean_attachments(ports)
    assert await state_of(ports, unsent) == "uploaded"

    clock.move(UNUSED_KEPT / 2)
    await claim_attachments(ports, scene.visitor, scene.chat.id, "never sent", [claimed.id])
    clock.move(UNUSED_KEPT / 2 + timedelta(minutes=1))
    await clean_attachments(ports)

    assert [await state_of(ports, one) for one in (sent, claimed, unsent)] == ["used", "claimed", None]
    kept = await list_all_keys(ports)
    assert {sent.key, claimed.key, foreign} <= kept
    assert not {unsent.key, f"{unsent.key}0"} & kept

    clock.move(UNUSED_KEPT)
    await clean_attachments(ports)
    assert await state_of(ports, claimed) is None
    assert await state_of(ports, sent) == "used"


async def test_of_many_processes_one_has_the_turn(cleaning: tuple[Ports, HeldClock]) -> None:
    ports, clock = cleaning
    hour = timedelta(hours=1)
    turns = await asyncio.gather(*(ports.attachments.begin_cleaning(clock.now(), hour) for _ in range(8)))
    assert turns.count(True) == 1
    clock.move(hour)
    assert await ports.attachments.begin_cleaning(clock.now(), hour)
    assert not await ports.attachments.begin_cleaning(clock.now(), hour)
