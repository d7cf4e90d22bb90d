"""Every errand arrives, in the order of its chat, under one id, whoever dies; a target that fails delays only itself."""

import asyncio
import random
from collections import Counter
from itertools import count
from uuid import uuid4

import pytest

from hub.actions.chats import end_chat
from hub.actions.deliveries import PER_TARGET, claim_deliveries
from hub.actions.desk_ports import Window
from hub.actions.messages import post_message, post_note
from hub.actions.ports import Ports
from hub.actions.tickets import get_ticket
from hub.actions.webhooks import (
    delete_webhook,
    get_delivery,
    get_webhook,
    list_deliveries,
    pause_webhook,
    replace_webhook_secret,
    replay_webhook,
    resume_webhook,
)
from hub.actions.webhooks import (
    test_webhook as send_test,
)
from hub.domain.delivery import TOPICS
from hub.domain.errors import ChatEnded
from hub.domain.event import Event
from tests.doubles.conversation import begin_active_chat, begin_chat, read_stream
from tests.doubles.receiver import Received, Reply, receiver
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant
from tests.outbound.couriers import Watched, add_webhook, courier, in_some_order, let_pass, seqs, talk
from tests.store.conftest import Connection

DAY_S = 86_400.0


async def told_events(ports: Ports, tenant: Tenant, chat_id: int) -> list[Event]:
    return await read_stream(ports, tenant.id, chat_id)


async def wait_until_settled(ports: Ports, tenant: Tenant, state: str = "done") -> None:
    """Until nothing is on its way any more."""
    while True:
        rows, total = await list_deliveries(ports, tenant.id, None, None, Window(1_000))
        if total and all(row.state == state for row in rows):
            return
        await asyncio.sleep(0.05)


async def wait_for_failures(ports: Ports, tenant: Tenant, target_id: int, failures: int) -> None:
    """Until so many attempts in a row have failed and were written down."""
    while (await get_webhook(ports, tenant.id, target_id)).failures < failures:
        await asyncio.sleep(0.02)


async def test_all_that_happens_in_a_chat_is_told_once_and_in_its_order(ports: Ports, tenant: Tenant) -> None:
    async with receiver() as told, courier(ports):
        await add_webhook(ports, tenant, told)
        chat_id = await talk(ports, tenant, 5)
        await end_chat(ports, tenant.marta, chat_id, str(uuid4()))
        events = await told_events(ports, tenant, chat_id)
        calls = await told.wait_for(lambda calls: len(calls) >= len(events))
        await wait_until_settled(ports, tenant)
    assert [call.told["type"] for call in calls] == [event.kind for event in events]
    assert [call.told["data"]["event"]["uuid"] for call in calls] == [str(event.uuid) for event in events]
    assert [call.told["data"]["event"]["text"] for call in calls] == [event.text for event in events]
    assert len({call.headers["webhook-id"] for call in told.calls}) == len(events)


async def test_only_what_was_asked_for_is_told(ports: Ports, tenant: Tenant) -> None:
    async with receiver() as told, courier(ports):
        await add_webhook(ports, tenant, told, topics=["chat_ended"])
        notes = await add_webhook(ports, tenant, told, topics=["note_posted"])
        await add_webhook(ports, tenant, told, profile_ids=[tenant.profile.id], topics=["chat_started"])
        await delete_webhook(ports, tenant.id, (await add_webhook(ports, tenant, told)).target.id)
        chat_id = await talk(ports, tenant, 2)
        await post_note(ports, tenant.marta, chat_id, "He is angry", str(uuid4()))
        await end_chat(ports, tenant.marta, chat_id, str(uuid4()))
        await told.wait_for(lambda calls: len(calls) >= 3)
        await wait_until_settled(ports, tenant)
    found = {call.told["type"]: call.told for call in told.calls}
    assert sorted(found) == ["chat_ended", "chat_started", "note_posted"]
    assert len(told.calls) == 3
    assert found["note_posted"]["webhook"]["id"] == notes.target.id
    assert found["note_posted"]["data"]["event"]["stream"] == "staff"


async def test_another_profiles_chats_are_not_told(ports: Ports, tenant: Tenant, owner: Connection) -> None:
    async with receiver() as told:
        saved = await add_webhook(ports, tenant, told, profile_ids=[tenant.profile.id])
        await owner.execute("UPDATE targets SET profile_ids = '{999999}' WHERE id = $1", saved.target.id)
        await talk(ports, tenant, 2)
        assert await list_deliveries(ports, tenant.id, None, None, Window(10)) == ([], 0)


@pytest.mark.parametrize("couriers", [1, 3])
async def test_order_holds_with_many_chats_failures_and_couriers(
    ports: Ports, tenant: Tenant, owner: Connection, couriers: int
) -> None:
    chance = random.Random(couriers)  # Of what fails.
    taken: set[str] = set()

    def fail_now_and_then(call: Received) -> Reply:
        if chance.random() < 0.1:
            return Reply(500)
        taken.add(call.headers["webhook-id"])
        return Reply()

    async def hurry() -> None:
        while True:  # Waits are over at once.
            await owner.execute("UPDATE deliveries SET due_at = now() WHERE state = 'due' AND due_at > now()")
            await owner.execute("UPDATE targets SET retry_at = NULL")
            await asyncio.sleep(0.05)

    async with receiver(fail_now_and_then) as told:
        await add_webhook(ports, tenant, told)
        chats = [await talk(ports, tenant, 0) for _ in range(12)]
        numbers = count()
        hurrying = asyncio.create_task(hurry())
        running = [courier(ports) for _ in range(couriers)]
        for one in running:
            await one.__aenter__()
        for chat_id in in_some_order(chance, chats, 8):
            await post_message(ports, tenant.marta, chat_id, f"Word {next(numbers)}", str(uuid4()))
        await told.wait_for(lambda _: len(taken) == 12 * 10, 60)
        await wait_until_settled(ports, tenant)
        hurrying.cancel()
        for one in running:
            await one.__aexit__(None, None, None)
    accepted: dict[int, list[int]] = {chat_id: [] for chat_id in chats}
    for call in told.calls:
        event, chat_id = call.told["data"]["event"], call.told["data"]["chat"]["id"]
        # A repeat may come behind a failure of its own only: never behind a later event.
        assert not accepted[chat_id] or event["seq"] in (accepted[chat_id][-1], accepted[chat_id][-1] + 1)
        if not accepted[chat_id] or event["seq"] > accepted[chat_id][-1]:
            accepted[chat_id].append(event["seq"])
    assert all(told_of == list(range(1, 11)) for told_of in accepted.values())


async def test_whoever_dies_before_the_call_leaves_it_to_another(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    async with receiver() as told:
        await add_webhook(ports, tenant, told)
        chat_id = await talk(ports, tenant, 1)
        [taken] = await claim_deliveries(ports, 1)  # And dies.
        assert taken.topic == "chat_started"
        async with courier(ports):
            await let_pass(owner, 31)
            await told.wait_for(lambda calls: len(calls) >= 3)
            await wait_until_settled(ports, tenant)
    assert seqs(told.calls, chat_id) == [1, 2, 3]


async def test_nobody_else_calls_while_the_lease_holds(ports: Ports, tenant: Tenant) -> None:
    async with receiver() as told:
        await add_webhook(ports, tenant, told)
        await talk(ports, tenant, 3)
        [taken] = await claim_deliveries(ports, 10)  # The others of the chat stand behind it.
        assert await claim_deliveries(ports, 10) == []
        assert taken.attempts == 1


async def test_whoever_dies_between_the_call_and_the_mark_has_it_repeated_under_the_same_id(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    never = asyncio.Event()
    async with receiver(lambda call: Reply(waits=never)) as told:
        await add_webhook(ports, tenant, told)
        chat_id = await talk(ports, tenant, 0)
        async with courier(ports):
            await told.wait_for(lambda calls: len(calls) == 1)
        told.decide = lambda call: Reply()
        await let_pass(owner, 31)
        async with courier(ports):
            await told.wait_for(lambda calls: len(calls) == 3)
            await wait_until_settled(ports, tenant)
    assert seqs(told.calls, chat_id) == [1, 1, 2]
    first, again, _ = told.calls
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.body == again.body


async def test_who_comes_back_after_the_lease_changes_nothing(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    async with receiver() as told:
        await add_webhook(ports, tenant, told, topics=["chat_started"])
        await talk(ports, tenant, 0)
        late = asyncio.Event()
        told.decide = lambda call: Reply(500, waits=late)
        async with courier(ports) as frozen:
            await told.wait_for(lambda calls: len(calls) == 1)
            told.decide = lambda call: Reply()
            await let_pass(owner, 31)
            async with courier(ports):
                await wait_until_settled(ports, tenant)
            late.set()
            await frozen.finish()
        [row], _ = await list_deliveries(ports, tenant.id, None, None, Window(10))
        _, _, attempts = await get_delivery(ports, tenant.id, row.id)
    assert row.state == "done"
    assert [(attempt.number, attempt.status) for attempt in attempts] == [(1, 500), (2, 200)]


async def test_a_slow_target_delays_only_itself(ports: Ports, tenant: Tenant) -> None:
    never = asyncio.Event()
    async with (
        receiver(lambda call: Reply(waits=never)) as slow,
        receiver() as quick,
        courier(ports, within_s=60),
    ):
        await add_webhook(ports, tenant, slow)
        await add_webhook(ports, tenant, quick)
        for _ in range(2 * PER_TARGET):
            await talk(ports, tenant, 1)
        await quick.wait_for(lambda calls: len(calls) >= 2 * PER_TARGET * 3)
    assert len(slow.calls) == PER_TARGET  # And no more than that at a time.


async def test_a_target_that_is_down_is_asked_by_one_delivery_at_a_time(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    async with receiver(lambda call: Reply(503)) as told, courier(ports):
        saved = await add_webhook(ports, tenant, told, topics=["chat_started"])
        for _ in range(3):
            await talk(ports, tenant, 0)
        await wait_for_failures(ports, tenant, saved.target.id, 3)
        before = len(told.calls)
        for _ in range(PER_TARGET):
            await talk(ports, tenant, 0)
        await let_pass(owner, 6)
        await wait_for_failures(ports, tenant, saved.target.id, 4)
        assert len(told.calls) == before + 1 == 4

        told.decide = lambda call: Reply()  # It is back: everything else follows without waiting.
        await let_pass(owner, 36)
        await wait_until_settled(ports, tenant)
        healed = await get_webhook(ports, tenant.id, saved.target.id)
    assert (healed.failures, healed.failing_since, healed.waiting) == (0, None, 0)


async def test_what_one_target_never_takes_is_given_up_after_a_day_and_the_next_goes_on(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    def refuse_the_first_message(call: Received) -> Reply:
        return Reply(422, b"What is that?") if call.told["data"]["event"]["text"] == "Word 0" else Reply()

    watched = Watched()
    async with receiver(refuse_the_first_message) as told, courier(ports, watched):
        saved = await add_webhook(ports, tenant, told, topics=["message_posted"])
        await talk(ports, tenant, 2)
        await wait_for_failures(ports, tenant, saved.target.id, 1)
        await owner.execute("UPDATE targets SET failing_since = NULL")  # Others have succeeded meanwhile.
        await let_pass(owner, DAY_S)
        await told.wait_for(lambda calls: calls[-1].told["data"]["event"]["text"] == "Word 1")
        while "done" not in watched.outcomes:
            await asyncio.sleep(0.02)
        found, total = await list_deliveries(ports, tenant.id, saved.target.id, "dead", Window(10))
    assert total == 1
    assert (found[0].status, found[0].attempts) == (422, 2)
    assert watched.outcomes == ["again", "dead", "done"]


async def test_a_target_that_takes_nothing_for_a_day_is_paused_and_loses_nothing(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    async with receiver(lambda call: Reply(500)) as told, courier(ports):
        saved = await add_webhook(ports, tenant, told, topics=["message_posted"])
        chat_id = await talk(ports, tenant, 2)
        await wait_for_failures(ports, tenant, saved.target.id, 1)
        await let_pass(owner, DAY_S + 1)
        while (paused := await get_webhook(ports, tenant.id, saved.target.id)).state == "on":
            await asyncio.sleep(0.02)
        assert (paused.pause_reason, paused.waiting) == ("failing", 2)
        await post_message(ports, tenant.marta, chat_id, "Word 2", str(uuid4()))
        calls = len(told.calls)

        told.decide = lambda call: Reply()
        await resume_webhook(ports, tenant.id, saved.target.id)
        await told.wait_for(lambda found: len(found) == calls + 3)
        await wait_until_settled(ports, tenant)
    assert [call.told["data"]["event"]["text"] for call in told.calls[calls:]] == [
        "Word 0",
        "Word 1",
        "Word 2",
    ]


async def test_who_says_gone_is_left_alone_until_resumed(ports: Ports, tenant: Tenant) -> None:
    async with receiver(lambda call: Reply(410)) as told, courier(ports):
        saved = await add_webhook(ports, tenant, told, topics=["message_posted"])
        await talk(ports, tenant, 3)
        while (await get_webhook(ports, tenant.id, saved.target.id)).pause_reason != "gone":
            await asyncio.sleep(0.02)
    assert len(told.calls) == 1


async def test_a_paused_webhook_is_told_nothing_but_tests(ports: Ports, tenant: Tenant) -> None:
    async with receiver() as told, courier(ports):
        saved = await add_webhook(ports, tenant, told)
        await pause_webhook(ports, tenant.id, saved.target.id)
        await talk(ports, tenant, 1)
        delivery_id = await send_test(ports, tenant.id, saved.target.id)
        await told.wait_for(lambda calls: calls)
        while (await get_delivery(ports, tenant.id, delivery_id))[0].state == "due":
            await asyncio.sleep(0.02)
    assert [call.told["type"] for call in told.calls] == ["test"]


async def test_a_test_that_does_not_arrive_says_why_and_is_not_repeated(ports: Ports, tenant: Tenant) -> None:
    async with receiver(lambda call: Reply(404, b"Not here")) as told, courier(ports):
        saved = await add_webhook(ports, tenant, told)
        delivery_id = await send_test(ports, tenant.id, saved.target.id)
        while (found := await get_delivery(ports, tenant.id, delivery_id))[0].state == "due":
            await asyncio.sleep(0.02)
    delivery, _, [attempt] = found
    assert (delivery.state, attempt.status, attempt.answer) == ("dead", 404, "Not here")


async def test_a_replay_has_the_same_ids_and_bodies(ports: Ports, tenant: Tenant) -> None:
    async with receiver() as told, courier(ports):
        saved = await add_webhook(ports, tenant, told)
        chat_id = await talk(ports, tenant, 4)
        events = await told_events(ports, tenant, chat_id)
        await told.wait_for(lambda calls: len(calls) == len(events))
        await wait_until_settled(ports, tenant)
        assert (
            await replay_webhook(ports, tenant.id, saved.target.id, position=events[2].id) == len(events) - 2
        )
        await told.wait_for(lambda calls: len(calls) == 2 * len(events) - 2)
        await wait_until_settled(ports, tenant)
    first, again = told.calls[2 : len(events)], told.calls[len(events) :]
    assert [(call.headers["webhook-id"], call.body) for call in again] == [
        (call.headers["webhook-id"], call.body) for call in first
    ]


async def test_a_replay_tells_a_new_webhook_what_was_before_it(ports: Ports, tenant: Tenant) -> None:
    begun_at = ports.clock.now()
    async with receiver() as told, courier(ports):
        chat_id = await talk(ports, tenant, 3)
        saved = await add_webhook(ports, tenant, told, topics=list(TOPICS))
        await post_message(ports, tenant.marta, chat_id, "Word 3", str(uuid4()))
        assert await replay_webhook(ports, tenant.id, saved.target.id, since=begun_at) in (
            5,
            6,
        )  # The last may be on its way.
        await told.wait_for(lambda calls: len({call.headers["webhook-id"] for call in calls}) == 6)
        await wait_until_settled(ports, tenant)
        once = len(told.calls)
        await replay_webhook(ports, tenant.id, saved.target.id, position=1)
        await told.wait_for(lambda calls: len(calls) == once + 6)
    assert len({call.headers["webhook-id"] for call in told.calls}) == 6
    assert seqs(told.calls[once:], chat_id) == [1, 2, 3, 4, 5, 6]
    assert len({call.body for call in told.calls}) == 6


async def test_the_answer_tells_the_number_a_ticket_has_elsewhere(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    answer = b'{"id": "INC-17", "url": "https://desk.example/INC-17"}'
    async with receiver(lambda call: Reply(201, answer)) as told, courier(ports):
        await add_webhook(ports, tenant, told, topics=["ticket_logged"])
        start = await begin_chat(ports, tenant)
        await owner.execute(
            "SELECT set_config('hub.tenants', $1, false), log_ticket($2, $3, $4, now())",
            f"{{{tenant.id}}}",
            tenant.id,
            start.chat.id,
            {"summary": "A bent rotor"},
        )
        [call] = await told.wait_for(lambda calls: calls)
        await wait_until_settled(ports, tenant)
    ticket = call.told["data"]["ticket"]
    found = await get_ticket(ports, tenant.marta, ticket["id"])
    assert (ticket["summary"], call.told["data"]["chat"]["id"]) == ("A bent rotor", start.chat.id)
    assert (found.foreign_id, found.foreign_url) == ("INC-17", "https://desk.example/INC-17")


@pytest.mark.parametrize(
    ("reply", "error", "status"),
    [
        (Reply(302, headers={"location": "http://127.0.0.1:1/"}), None, 302),
        (Reply(is_cut=True), "answer_invalid", None),
        (Reply(200, b"x" * 1_000_000), None, 200),
        (Reply(200, b"\xff\x00\xfe"), None, 200),
    ],
)
async def test_strange_answers_are_written_down_and_harm_nobody(
    ports: Ports, tenant: Tenant, reply: Reply, error: str | None, status: int | None
) -> None:
    async with receiver(lambda call: reply) as told, courier(ports):
        await add_webhook(ports, tenant, told, topics=["chat_started"])
        await talk(ports, tenant, 0)
        while not (rows := (await list_deliveries(ports, tenant.id, None, None, Window(1)))[0]) or (
            rows[0].status is None and rows[0].error is None
        ):
            await asyncio.sleep(0.02)
        _, _, attempts = await get_delivery(ports, tenant.id, rows[0].id)
    assert (attempts[0].status, attempts[0].error is None) == (status, error is None)
    assert len(attempts[0].answer or "") <= 4_096


async def test_nobody_outside_hears_of_what_was_refused(ports: Ports, tenant: Tenant) -> None:
    async with receiver() as told:
        await add_webhook(ports, tenant, told)
        start = await begin_active_chat(ports, tenant)
        await end_chat(ports, tenant.marta, start.chat.id, str(uuid4()))
        before = await list_deliveries(ports, tenant.id, None, None, Window(10))
        with pytest.raises(ChatEnded):
            await post_message(ports, tenant.marta, start.chat.id, "Too late", str(uuid4()))
        assert await list_deliveries(ports, tenant.id, None, None, Window(10)) == before


async def test_the_secret_before_signs_for_a_day_and_then_no_more(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    async with receiver() as told, courier(ports):
        saved = await add_webhook(ports, tenant, told, topics=["chat_started"])
        await talk(ports, tenant, 0)
        await replace_webhook_secret(ports, open_secrets(), tenant.id, saved.target.id)
        await told.wait_for(lambda calls: len(calls) == 1)
        await talk(ports, tenant, 0)
        await told.wait_for(lambda calls: len(calls) == 2)
        await owner.execute(
            "UPDATE credentials SET expires_at = expires_at - interval '1 day' WHERE target_id IS NOT NULL"
        )
        await talk(ports, tenant, 0)
        await told.wait_for(lambda calls: len(calls) == 3)
    signatures = [call.headers["webhook-signature"].split(" ") for call in told.calls[1:]]
    assert [len(found) for found in signatures] == [2, 1]


async def test_what_was_over_a_month_ago_is_removed(ports: Ports, tenant: Tenant, owner: Connection) -> None:
    async with receiver() as told, courier(ports):
        await add_webhook(ports, tenant, told)
        await talk(ports, tenant, 1)
        await wait_until_settled(ports, tenant)
    await let_pass(owner, 31 * DAY_S)
    assert await ports.outbound.deliveries.prune(ports.clock.now(), 2) == 2
    assert await ports.outbound.deliveries.prune(ports.clock.now(), 10) == 1
    assert await owner.fetchval("SELECT count(*) FROM delivery_attempts") == 0


def counted(calls: list[Received]) -> Counter[str]:
    """How often each was told."""
    return Counter(call.headers["webhook-id"] for call in calls)


async def test_a_restart_repeats_nothing(ports: Ports, tenant: Tenant) -> None:
    late = asyncio.Event()
    async with receiver(lambda call: Reply(waits=late)) as told:
        await add_webhook(ports, tenant, told)
        for _ in range(3):
            await talk(ports, tenant, 0)
        async with courier(ports) as one:
            await told.wait_for(lambda calls: len(calls) == 3)
            finishing = asyncio.create_task(one.finish())
            await asyncio.sleep(0)
            late.set()
            await finishing
        async with courier(ports):
            await wait_until_settled(ports, tenant)
    assert set(counted(told.calls).values()) == {1}
