"""Silent chats in Postgres: who is asked and when, what answers, and that a chat ends once, whoever looks."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.actions.chats import ChatStart, end_chat
from hub.actions.holding import accept_chat
from hub.actions.messages import post_message, post_note
from hub.actions.ports import Ports
from hub.actions.waiting import end_silent_chat, say_here
from hub.actions.waiting_ports import Question
from hub.domain.chat import States
from hub.domain.errors import ChatEnded
from hub.domain.event import Append, AppendRefused, Guard
from hub.embedded.pair import PairAddresses
from tests.doubles.applications import set_config
from tests.doubles.conversation import begin_active_chat, begin_chat, message_item, read_stream
from tests.doubles.tenant import Tenant
from tests.store.conftest import Connection

ASK_AFTER_S, CLOSE_AFTER_S = 300, 120


@pytest.fixture
async def patient(tenant: Tenant, pair: PairAddresses) -> Tenant:
    """A tenant whose profile asks after five minutes, and closes two minutes later."""
    patience = {"ask_after_s": ASK_AFTER_S, "close_after_s": CLOSE_AFTER_S}
    await set_config(pair.owner_url, tenant.profile.id, {"patience": patience})
    return tenant


async def spoken_chat(ports: Ports, tenant: Tenant) -> ChatStart:
    """A chat in which Marta has said something and waits for the visitor."""
    start = await begin_active_chat(ports, tenant)
    await post_message(ports, tenant.marta, start.chat.id, "Which size?", str(uuid4()))
    return start


async def let_pass(owner: Connection, chat_id: int, seconds: float) -> None:
    """As if all that happened in the chat had happened so much earlier."""
    await owner.execute(
        "UPDATE chats SET last_at = last_at - x, accepted_at = accepted_at - x, seen_at = seen_at - x, asked_until = asked_until - x,"
        " touched_at = touched_at - x FROM (SELECT make_interval(secs => $2) AS x) x WHERE id = $1",
        chat_id,
        seconds,
    )


async def find_row(owner: Connection, chat_id: int) -> Any:
    return await owner.fetchrow(
        "SELECT state, seen_at, asked_until, asked_until - now() AS left FROM chats WHERE id = $1", chat_id
    )


async def ask(ports: Ports, tenant: Tenant) -> list[int]:
    """One look; the tenant's chats whose question has run out. Other tests' chats are asked too."""
    return [
        question.chat_id for question in await ports.waiting.ask_silent() if question.tenant_id == tenant.id
    ]


async def asked_chat(ports: Ports, tenant: Tenant, owner: Connection) -> tuple[ChatStart, Question]:
    """A chat whose visitor was asked and has let the question run out, as the look tells it."""
    start = await spoken_chat(ports, tenant)
    await let_pass(owner, start.chat.id, ASK_AFTER_S)
    assert await ask(ports, tenant) == []
    await let_pass(owner, start.chat.id, CLOSE_AFTER_S)
    [question] = [one for one in await ports.waiting.ask_silent() if one.chat_id == start.chat.id]
    return start, question


async def test_a_visitor_is_asked_when_the_answer_has_been_owed_for_long_enough(
    ports: Ports, patient: Tenant, owner: Connection
) -> None:
    start = await spoken_chat(ports, patient)
    await let_pass(owner, start.chat.id, ASK_AFTER_S - 30)
    await ask(ports, patient)
    assert (await find_row(owner, start.chat.id))["asked_until"] is None
    await let_pass(owner, start.chat.id, 30)
    assert await ask(ports, patient) == []

    row = await find_row(owner, start.chat.id)
    assert timedelta(seconds=CLOSE_AFTER_S - 30) < row["left"] <= timedelta(seconds=CLOSE_AFTER_S)
    assert await ports.waiting.list_questions([patient.id]) == [
        Question(patient.id, start.chat.id, row["asked_until"])
    ]
    await ask(ports, patient)
    assert (await find_row(owner, start.chat.id))["asked_until"] == row["asked_until"]


@pytest.mark.parametrize("last", ["nothing", "visitor", "queued", "ended", "offline"])
async def test_nobody_else_is_asked(ports: Ports, patient: Tenant, owner: Connection, last: str) -> None:
    start = await begin_chat(ports, patient)
    if last != "queued":
        await accept_chat(ports, patient.marta, start.chat.id, "accept")
    if last != "nothing":
        await ports.events.append(message_item(patient.marta, start.chat.id, "Which size?"))
    if last == "visitor":
        await post_message(ports, start.caller, start.chat.id, "56", "answer")
    if last == "ended":
        await end_chat(ports, patient.marta, start.chat.id, "end")
    if last == "offline":
        await owner.execute("UPDATE chats SET facts = '{\"offline\": true}' WHERE id = $1", start.chat.id)
    await let_pass(owner, start.chat.id, 86_400)
    await ask(ports, patient)
    assert (await find_row(owner, start.chat.id))["asked_until"] is None


async def test_an_entrance_without_patience_is_no_concern(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    start = await spoken_chat(ports, tenant)
    await let_pass(owner, start.chat.id, 86_400)
    await ask(ports, tenant)
    assert (await find_row(owner, start.chat.id))["asked_until"] is None


async def test_a_sign_puts_the_question_off_and_answers_it(
    ports: Ports, patient: Tenant, owner: Connection
) -> None:
    start = await spoken_chat(ports, patient)
    key = (patient.id, start.chat.id)
    await let_pass(owner, start.chat.id, ASK_AFTER_S)
    assert await ports.waiting.note_signs([key]) == {key}
    await ask(ports, patient)
    assert (await find_row(owner, start.chat.id))["asked_until"] is None
    await let_pass(owner, start.chat.id, ASK_AFTER_S)
    await ask(ports, patient)
    assert (await find_row(owner, start.chat.id))["asked_until"] is not None
    await say_here(ports, start.caller, start.chat.id)
    assert (await find_row(owner, start.chat.id))["asked_until"] is None


async def test_what_is_said_answers_and_a_note_does_not(
    ports: Ports, patient: Tenant, owner: Connection
) -> None:
    one, _ = await asked_chat(ports, patient, owner)
    await post_note(ports, patient.marta, one.chat.id, "Gone?", "note")
    assert (await find_row(owner, one.chat.id))["asked_until"] is not None
    await post_message(ports, one.caller, one.chat.id, "56", "answer")
    assert (await find_row(owner, one.chat.id))["asked_until"] is None
    other, _ = await asked_chat(ports, patient, owner)
    await post_message(ports, patient.marta, other.chat.id, "Hello?", "more")
    assert (await find_row(owner, other.chat.id))["asked_until"] is None


async def test_ten_who_look_at_once_end_a_chat_once_and_log_its_ticket(
    ports: Ports, patient: Tenant, owner: Connection, pair: PairAddresses
) -> None:
    await set_config(pair.owner_url, patient.profile.id, {"rules": {"ticketing": {"moment": "end"}}})
    start, question = await asked_chat(ports, patient, owner)

    await asyncio.gather(*(end_silent_chat(ports, question) for _ in range(10)))
    await end_silent_chat(ports, question)

    events = await read_stream(ports, patient.id, start.chat.id)
    assert [event.kind for event in events].count("chat_ended") == 1
    assert (events[-1].side, events[-1].actor_id, events[-1].data) == ("system", 0, {"reason": "idle"})
    row = await find_row(owner, start.chat.id)
    assert (row["state"], row["asked_until"]) == ("ended", None)
    assert await owner.fetchval("SELECT count(*) FROM tickets WHERE chat_id = $1", start.chat.id) == 1
    with pytest.raises(ChatEnded):
        await say_here(ports, start.caller, start.chat.id)


@pytest.mark.parametrize("answer", ["visitor", "agent", "here"])
async def test_an_answer_before_the_end_keeps_the_chat_open(
    ports: Ports, patient: Tenant, owner: Connection, answer: str
) -> None:
    start, question = await asked_chat(ports, patient, owner)
    match answer:
        case "visitor":
            await post_message(ports, start.caller, start.chat.id, "56", "answer")
        case "agent":
            await post_message(ports, patient.marta, start.chat.id, "Hello?", "more")
        case _:
            await say_here(ports, start.caller, start.chat.id)
    await end_silent_chat(ports, question)
    assert (await find_row(owner, start.chat.id))["state"] == "active"


async def test_of_an_answer_and_the_end_in_one_batch_the_first_wins(
    ports: Ports, patient: Tenant, owner: Connection
) -> None:
    start, _ = await asked_chat(ports, patient, owner)
    said = message_item(start.caller, start.chat.id, "56")
    ending = Append(
        patient.id, start.chat.id, "public", "chat_ended", "system", 0, "idle", guard=Guard(States.SILENT)
    )
    with pytest.raises(AppendRefused, match="state"):
        await ports.events.append_all([said, ending])
    await ports.events.append(ending)


async def test_a_question_that_has_not_run_out_ends_nothing(
    ports: Ports, patient: Tenant, owner: Connection
) -> None:
    start, question = await asked_chat(ports, patient, owner)
    await let_pass(owner, start.chat.id, -60)
    await end_silent_chat(ports, question)
    assert (await find_row(owner, start.chat.id))["state"] == "active"


async def test_a_chat_that_is_locked_is_asked_later_and_holds_up_nobody(
    ports: Ports, patient: Tenant, owner: Connection
) -> None:
    held, free = await spoken_chat(ports, patient), await spoken_chat(ports, patient)
    for start in (held, free):
        await let_pass(owner, start.chat.id, ASK_AFTER_S)
    async with owner.transaction():
        await owner.execute("SELECT FROM chats WHERE id = $1 FOR UPDATE", held.chat.id)
        await ask(ports, patient)
    assert [(await find_row(owner, start.chat.id))["asked_until"] is None for start in (held, free)] == [
        True,
        False,
    ]
    await ask(ports, patient)
    assert (await find_row(owner, held.chat.id))["asked_until"] is not None


async def test_the_looks_go_by_an_index(owner: Connection, patient: Tenant) -> None:
    """Whatever the number of open chats: what is read are those who owe an answer for long, and those who were asked."""
    await owner.execute("SET enable_seqscan = off")  # As it is for the hub.
    await owner.execute("SET enable_sort = off")  # With the few rows of a test any index and a sort would do.
    plans = [
        await owner.fetch(f"EXPLAIN {query}")
        for query in (
            f"SELECT id FROM chats WHERE tenant_id = {patient.id} AND profile_id = 1 AND state = 'active'"
            " AND last_side IN ('agent', 'bot') AND asked_until IS NULL AND NOT facts ? 'offline'"
            " AND last_at <= now() ORDER BY last_at LIMIT 500",
            "SELECT id FROM chats WHERE asked_until <= now() ORDER BY asked_until LIMIT 500",
            "SELECT id FROM profiles WHERE (config->'patience'->>'ask_after_s')::int > 0",
        )
    ]
    for plan, index in zip(plans, ("chats_silent", "chats_asked", "profiles_patient"), strict=True):
        assert index in str(plan)


# The queue.


async def accepted_after(
    ports: Ports, tenant: Tenant, owner: Connection, wait_s: float, *, ago_s: float = 0
) -> int:
    """A chat that was accepted so long ago, after such a wait."""
    start = await begin_active_chat(ports, tenant)
    await owner.execute(
        "UPDATE events SET at = now() - make_interval(secs => $2) WHERE chat_id = $1 AND kind = 'agent_joined'",
        start.chat.id,
        ago_s,
    )
    await owner.execute(
        "UPDATE chats SET queued_at = now() - make_interval(secs => $2), accepted_at = now() - make_interval(secs => $3) WHERE id = $1",
        start.chat.id,
        ago_s + wait_s,
        ago_s,
    )
    return start.chat.id


async def test_a_queue_is_in_the_order_of_coming_and_of_its_own_entrance(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    chats = [(await begin_chat(ports, tenant)).chat.id for _ in range(4)]
    await accept_chat(ports, tenant.marta, chats[0], "accept")
    await owner.execute("UPDATE chats SET queued_at = now() - interval '1 hour' WHERE id = $1", chats[3])
    await owner.execute("UPDATE chats SET facts = '{\"offline\": true}' WHERE id = $1", chats[1])
    elsewhere = await ports.profiles.create_profile(tenant.id, "Other", "key", (), tenant.profile.look)
    own, other = (tenant.id, tenant.profile.id), (tenant.id, elsewhere.id)

    queues = await ports.waiting.read_queues([own, other])
    waits = await ports.waiting.read_waits([own, other])

    assert queues == {own: [chats[3], chats[2]], other: []}
    assert (len(waits[own]), list(waits[other])) == (1, [])


async def test_waits_are_those_of_the_last_day_the_newest_first(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    await accepted_after(ports, tenant, owner, 90, ago_s=60)
    await accepted_after(ports, tenant, owner, 30, ago_s=3_600)
    await accepted_after(ports, tenant, owner, 600, ago_s=23 * 3_600)
    await accepted_after(ports, tenant, owner, 900, ago_s=25 * 3_600)
    left = await accepted_after(ports, tenant, owner, 40_000, ago_s=30)
    await owner.execute("UPDATE chats SET facts = '{\"offline\": true}' WHERE id = $1", left)

    key = (tenant.id, tenant.profile.id)
    waits_s = (await ports.waiting.read_waits([key]))[key]

    assert [round(wait_s) for wait_s in waits_s] == [90, 30, 600]


async def test_no_more_waits_are_read_than_are_counted(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    chat = await accepted_after(ports, tenant, owner, 10)
    await owner.execute(
        "INSERT INTO events (tenant_id, chat_id, stream, seq, id, kind, side, actor_id, cid, body_hash, at, data)"
        " SELECT tenant_id, chat_id, stream, seq + n, nextval('event_ids'), kind, side, actor_id, 'copy-' || n, '', at, data"
        " FROM events, generate_series(1, 60) n WHERE chat_id = $1 AND kind = 'agent_joined'",
        chat,
    )
    key = (tenant.id, tenant.profile.id)
    assert len((await ports.waiting.read_waits([key]))[key]) == 50
