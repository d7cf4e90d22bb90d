"""How late an answer is, on agents' screens: rows, header and filter, from what the row says and the clock alone."""

import re

import asyncpg
import pytest
from playwright.async_api import expect

from tests.browser.people import People
from tests.browser.stores import Stores
from tests.browser.test_control import begin
from tests.doubles.applications import set_config
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG_S = 3_600


async def let_wait(stores: Stores, chat_id: int, seconds: float) -> None:
    """As if the visitor had begun to wait so much earlier."""
    connection = await asyncpg.connect(stores.owner_url)
    try:
        await connection.execute(
            "UPDATE chats SET waiting_since = waiting_since - make_interval(secs => $2), changed_xid = pg_current_xact_id()"
            " WHERE id = $1",
            chat_id,
            seconds,
        )
    finally:
        await connection.close()


async def test_an_answer_is_due_soon_and_overdue_and_none_is_when_it_was_given(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    await set_config(stores.owner_url, tenant.profile.id, {"alerts": {"first_answer_s": LONG_S}})
    jonas = await people.agent(1)
    await begin(people, "Is anybody there?")
    await jonas.accept("Is anybody there?")
    await expect(jonas.conversation).to_contain_text(re.compile(r"Answer due in \d+:\d\d"))

    await let_wait(stores, jonas.chat_id, 0.8 * LONG_S)
    await jonas.reload()
    await expect(jonas.row("Is anybody there?")).to_contain_text("answer due soon")

    await let_wait(stores, jonas.chat_id, 0.3 * LONG_S)
    await jonas.reload()
    await expect(jonas.row("Is anybody there?")).to_contain_text("overdue")
    await expect(jonas.conversation).to_contain_text(re.compile(r"Overdue by \d+:\d\d"))
    await expect(jonas.page.get_by_text("One answer is overdue")).to_have_count(1)

    marta = await people.agent(0)
    await expect(marta.row("Is anybody there?")).to_contain_text("overdue")
    await jonas.say("Here I am.")
    for agent in (jonas, marta):
        await expect(agent.row("Here I am.")).to_be_visible()
        await expect(agent.row("Here I am.")).not_to_contain_text("overdue")
    await expect(jonas.conversation).not_to_contain_text("Answer due")
    await expect(jonas.conversation).not_to_contain_text("Overdue")


async def test_the_list_shows_what_is_overdue_alone(people: People, stores: Stores, tenant: Tenant) -> None:
    await set_config(stores.owner_url, tenant.profile.id, {"alerts": {"first_answer_s": LONG_S}})
    marta = await people.agent(0)
    await begin(people, "I came first")
    await marta.open_chat("I came first")
    await let_wait(stores, marta.chat_id, LONG_S)
    await begin(people, "I came later")
    await expect(marta.section("Waiting")).to_contain_text("I came later")

    await marta.page.keyboard.press("f")
    await marta.page.get_by_role("switch", name="Overdue").click()

    await expect(marta.row("I came later")).to_have_count(0)
    await expect(marta.row("I came first")).to_be_visible()
