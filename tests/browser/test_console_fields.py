"""What a page tells of its visitor, and to what they agreed: in the widget, and beside the chat on agents' screens."""

import pytest
from playwright.async_api import expect

from tests.browser.people import People
from tests.browser.stores import Stores
from tests.doubles.applications import set_config
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

TERMS = "By starting the chat you agree to our terms: https://shop.example/terms"


async def test_custom_fields_of_the_page_stand_beside_the_chat_and_are_put_right(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    visitor = await people.visitor(customFields={"Order": "4711", "Plan": "Pro"})
    await visitor.open_chat()
    await visitor.say("Where is it?")
    for agent in (marta, jonas):
        await agent.open_chat("Where is it?")
    ours, theirs = (
        agent.page.get_by_role("region", name="Custom fields", exact=True) for agent in (marta, jonas)
    )
    await expect(ours).to_contain_text("4711")
    await expect(ours).to_contain_text("Pro")

    await ours.get_by_role("button", name="change Order").click()
    await ours.get_by_role("textbox", name="Order").fill("4712")
    await marta.page.keyboard.press("Enter")
    await expect(theirs).to_contain_text("4712")
    await expect(jonas.log).to_contain_text("Marta Lindqvist set Order to “4712”")

    await ours.get_by_role("button", name="Add a field").click()
    await ours.get_by_role("textbox", name="Name of the field").fill("Mood")
    await ours.get_by_role("textbox", name="Value").fill("calm")
    await marta.page.keyboard.press("Enter")
    await expect(theirs).to_contain_text("Mood")
    await ours.get_by_role("button", name="change Plan").click()
    await ours.get_by_role("textbox", name="Plan").fill("")
    await marta.page.keyboard.press("Enter")
    await expect(theirs).not_to_contain_text("Plan")
    await expect(jonas.log).to_contain_text("Marta Lindqvist removed Plan")

    await jonas.reload()
    await expect(theirs).to_contain_text("4712")
    await expect(theirs).to_contain_text("calm")
    await expect(visitor.log).not_to_contain_text("4712")


async def test_escape_leaves_a_field_as_it_was(people: People) -> None:
    marta = await people.agent(0)
    visitor = await people.visitor(customFields={"Order": "4711"})
    await visitor.open_chat()
    await visitor.say("Where is it?")
    await marta.open_chat("Where is it?")
    fields = marta.page.get_by_role("region", name="Custom fields", exact=True)

    change = fields.get_by_role("button", name="change Order")
    await change.click()
    field = fields.get_by_role("textbox", name="Order")
    await field.fill("9")
    await field.dispatch_event("blur")  # As when one looks at another window.
    await expect(field).to_have_value("9")
    await marta.page.keyboard.press("Escape")

    await expect(change).to_be_focused()
    await expect(fields).to_contain_text("4711")
    await expect(marta.conversation).to_be_visible()


async def test_visitors_agree_before_the_chat_and_agents_see_to_what(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    await set_config(stores.owner_url, tenant.profile.id, {"reception": {"consent": TERMS}})
    marta = await people.agent(0)
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("It squeals")
    await expect(visitor.chat.get_by_text("By starting the chat you agree")).to_be_visible()
    await expect(visitor.chat.get_by_role("link", name="https://shop.example/terms")).to_be_visible()
    await expect(marta.row("It squeals")).to_have_count(0)

    await visitor.chat.get_by_role("button", name="Start a new Chat").click()

    await visitor.expect_texts(["It squeals"])
    await marta.open_chat("It squeals")
    await expect(marta.page.get_by_role("region", name="Consent")).to_contain_text(TERMS)
