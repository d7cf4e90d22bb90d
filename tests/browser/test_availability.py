"""The door as visitors see it: it closes and opens under their eyes, and takes nothing away from them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.people import People
from tests.browser.stores import Stores
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

AWAY = "We’re away right now"


async def test_outside_its_hours_the_window_says_when_somebody_is_back_in_the_visitors_own_time(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    nine = datetime.now(UTC).replace(hour=9, minute=0, second=0) + timedelta(days=4)
    await stores.close_until(tenant.id, tenant.profile.id, nine)
    visitor = await people.visitor(browser={"timezone_id": "Asia/Tokyo", "locale": "en-GB"})
    await visitor.open_chat()
    # Nine in the morning is six in the evening there.
    await expect(visitor.chat).to_contain_text(f"We’re back \u2068{nine:%A}\u2069 at \u206818:00\u2069.")
    await expect(visitor.field).to_be_hidden()


async def test_the_door_closes_and_opens_while_somebody_writes_and_keeps_their_words(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.field.fill("Half a sen")

    await stores.need_agent(tenant.profile.id)
    await expect(visitor.chat).to_contain_text(AWAY)
    await expect(visitor.field).to_be_hidden()
    await expect(visitor.chat).to_be_focused()

    marta = await people.agent()
    await expect(visitor.field).to_have_value("Half a sen")
    await marta.menu_button.click()
    await expect(marta.accepting).to_be_checked()
    await marta.accepting.click()
    await expect(visitor.chat).to_contain_text(AWAY)
    await expect(marta.menu_button).to_have_accessible_name(re.compile("taking no new chats"))
    await marta.accepting.click()
    await expect(visitor.field).to_be_visible()


async def test_a_chat_that_is_open_goes_on_behind_a_closed_door(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    visitor, onlooker = await people.visitor(), await people.visitor()
    await visitor.open_chat()
    await visitor.say("Is somebody there?")
    await expect(visitor.log).to_contain_text("Sent")
    await stores.need_agent(tenant.profile.id)
    await onlooker.open_chat()
    await expect(onlooker.chat).to_contain_text(AWAY)
    await visitor.say("Still here.")
    await expect(visitor.log).to_contain_text("Still here.")
    await visitor.reload()
    await visitor.open_chat()
    await visitor.expect_texts(["Is somebody there?", "Still here."])


async def test_an_agents_choice_is_kept_and_known_at_their_other_console(people: People) -> None:
    desk, phone = await people.agent(), await people.agent()
    await desk.menu_button.click()
    await phone.menu_button.click()
    await expect(desk.accepting).to_be_checked()
    await desk.accepting.click()
    await expect(desk.accepting).not_to_be_checked()
    await expect(phone.accepting).not_to_be_checked()
    await phone.page.reload()
    await phone.menu_button.click()
    await expect(phone.accepting).not_to_be_checked()
