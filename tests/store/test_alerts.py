"""Who waits for whose words in Postgres: what the list row knows of it, by whatever was said and done, and who is overdue."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from hub.actions.chats import end_chat
from hub.actions.finding import find_rows
from hub.actions.holding import accept_chat, leave_chat, reopen_chat
from hub.actions.messages import post_message, post_note
from hub.actions.ports import Ports
from hub.domain.chat import Row
from hub.domain.finding import RowFilter
from hub.domain.profile import Alerts
from hub.domain.waiting import Wait, find_wait
from hub.embedded.pair import PairAddresses
from hub.store.chats import Chats
from tests.doubles.applications import set_config
from tests.doubles.conversation import begin_active_chat, begin_chat, message_item
from tests.doubles.tenant import Tenant
from tests.store.conftest import Connection

FIRST_S, NEXT_S = 60, 180


@pytest.fixture
async def alerted(tenant: Tenant, pair: PairAddresses) -> Tenant:
    """A tenant whose profile wants a first answer within a minute, and later ones within three."""
    alerts = {"first_answer_s": FIRST_S, "next_answer_s": NEXT_S}
    await set_config(pair.owner_url, tenant.profile.id, {"alerts": alerts})
    return tenant


async def row_of(ports: Ports, tenant: Tenant, chat_id: int) -> Row:
    assert isinstance(ports.chats, Chats)
    [row] = await ports.chats.list_rows(tenant.id, [chat_id])
    return row


async def wait_of(ports: Ports, tenant: Tenant, chat_id: int) -> Wait | None:
    return (await row_of(ports, tenant, chat_id)).wait


async def test_the_first_answer_is_waited_for_from_the_beginning_whoever_has_accepted(
    ports: Ports, alerted: Tenant
) -> None:
    start = await begin_chat(ports, alerted)
    began = Wait(start.chat.started_at, FIRST_S)
    assert await wait_of(ports, alerted, start.chat.id) == began
    await post_message(ports, start.caller, start.chat.id, "Hello?", str(uuid4()))
    await accept_chat(ports, alerted.marta, start.chat.id, str(uuid4()))
    await post_note(ports, alerted.marta, start.chat.id, "I know her.", str(uuid4()))
    assert await wait_of(ports, alerted, start.chat.id) == began
    await post_message(ports, alerted.marta, start.chat.id, "Hello.", str(uuid4()))
    assert await wait_of(ports, alerted, start.chat.id) is None


async def test_later_answers_are_waited_for_from_the_first_message_they_are_owed_to(
    ports: Ports, alerted: Tenant
) -> None:
    start = await begin_active_chat(ports, alerted)
    await post_message(ports, alerted.marta, start.chat.id, "Hello.", str(uuid4()))
    asked = await post_message(ports, start.caller, start.chat.id, "Which size?", str(uuid4()))
    await post_message(ports, start.caller, start.chat.id, "And which colour?", str(uuid4()))
    assert await wait_of(ports, alerted, start.chat.id) == Wait(asked.event.at, NEXT_S)
    await post_message(ports, alerted.marta, start.chat.id, "54, red.", str(uuid4()))
    assert await wait_of(ports, alerted, start.chat.id) is None


async def test_an_answer_and_a_question_of_one_commit_leave_the_question(
    ports: Ports, alerted: Tenant
) -> None:
    start = await begin_active_chat(ports, alerted)
    await post_message(ports, start.caller, start.chat.id, "Hello?", str(uuid4()))
    items = [
        message_item(alerted.marta, start.chat.id, "Hello."),
        message_item(start.caller, start.chat.id, "Which size?"),
    ]
    asked = (await ports.events.append_all(items))[1]
    assert await wait_of(ports, alerted, start.chat.id) == Wait(asked.event.at, NEXT_S)


async def test_who_waits_in_the_queue_again_waits_on_and_the_end_ends_it(
    ports: Ports, alerted: Tenant
) -> None:
    start = await begin_active_chat(ports, alerted)
    await post_message(ports, alerted.marta, start.chat.id, "Hello.", str(uuid4()))
    left = await leave_chat(ports, alerted.marta, start.chat.id, str(uuid4()))
    assert await wait_of(ports, alerted, start.chat.id) == Wait(left.event.at, NEXT_S)
    await accept_chat(ports, alerted.jonas, start.chat.id, str(uuid4()))
    assert await wait_of(ports, alerted, start.chat.id) == Wait(left.event.at, NEXT_S)
    await end_chat(ports, start.caller, start.chat.id, str(uuid4()))
    assert await wait_of(ports, alerted, start.chat.id) is None
    await reopen_chat(ports, alerted.jonas, start.chat.id, str(uuid4()))
    assert await wait_of(ports, alerted, start.chat.id) is None


async def test_who_is_overdue_is_found_and_counted(ports: Ports, alerted: Tenant, owner: Connection) -> None:
    late, early = await begin_chat(ports, alerted), await begin_chat(ports, alerted)
    before = await ports.waiting.count_overdue()
    await owner.execute(
        "UPDATE chats SET waiting_since = waiting_since - make_interval(secs => $2) WHERE id = $1",
        late.chat.id,
        FIRST_S,
    )

    async def found(is_overdue: bool | None) -> list[int]:
        wanted = RowFilter("open", alerted.marta.id, is_overdue=is_overdue)
        return sorted(one.row.id for one in (await find_rows(ports, alerted.marta, wanted, None, 10)).rows)

    # Others' tests go on in the same database: what is overdue there by then is not this one's.
    assert await ports.waiting.count_overdue() >= before + 1
    assert await found(True) == [late.chat.id]
    assert await found(False) == [early.chat.id]
    assert await found(None) == [late.chat.id, early.chat.id]


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize("is_answered", [True, False])
@pytest.mark.parametrize("is_offline", [True, False])
@pytest.mark.parametrize("alerts", [Alerts(), Alerts(FIRST_S), Alerts(0, NEXT_S), Alerts(FIRST_S, NEXT_S)])
async def test_postgres_judges_as_the_domain_does(
    owner: Connection, waits: bool, is_answered: bool, is_offline: bool, alerts: Alerts
) -> None:
    since = datetime(2026, 11, 26, 8, 0, tzinfo=UTC) if waits else None
    wait = find_wait(since, alerts, is_answered=is_answered, is_offline=is_offline)
    members = {"first_answer_s": alerts.first_answer_s, "next_answer_s": alerts.next_answer_s}
    kept = {name: seconds for name, seconds in members.items() if seconds}  # As profiles are stored.
    due_at = await owner.fetchval(
        "SELECT answer_due_at($1, $2, $3, $4)", since, is_answered, is_offline, kept
    )
    limit_s = None if wait is None else wait.limit_s
    assert due_at == (None if since is None or limit_s is None else since + timedelta(seconds=limit_s))
