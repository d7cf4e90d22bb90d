"""What makes a day before the console bearable: who the visitor is, everything by its name, calls as one likes them, long chats."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from hub.actions.chats import end_chat, start_chat
from hub.actions.holding import accept_chat
from hub.actions.messages import post_message
from hub.domain.chat import StartFacts
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.doubles.conversation import begin_chat
from tests.doubles.tenant import Tenant
from tests.operate.processes import DEADLINE_S

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"
# How far the element with these words moves while the log grows above it, in CSS pixels.
PLACE = "(element) => Math.round(element.getBoundingClientRect().top)"


async def test_the_panel_tells_of_the_visitor_and_opens_their_other_chats(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    visitor = tenant.new_visitor()
    facts = StartFacts(
        name="Ada Lovelace",
        email="ada@analytical.example",
        page_url="https://shop.example/fernweh-3",
        referrer="https://search.example/?q=fernweh",
        user_agent=FIREFOX,
    )
    before = await start_chat(stores.ports, visitor, tenant.profile, "one", facts)
    await post_message(stores.ports, before.caller, before.chat.id, "The saddle squeaks", "ask")
    await end_chat(stores.ports, before.caller, before.chat.id, "end")
    await start_chat(stores.ports, visitor, tenant.profile, "two", facts)
    marta = await people.agent(viewport={"width": 1440, "height": 900})

    await marta.section("Waiting").get_by_role("button").click()

    panel = marta.page.get_by_role("complementary", name="About the visitor")
    await expect(panel.get_by_role("link", name="ada@analytical.example")).to_be_visible()
    await expect(panel).to_contain_text("Firefox 145, Android")
    await expect(panel).to_contain_text("from search.example")
    await expect(panel).to_contain_text("No, says so themselves")
    await panel.get_by_role("button", name=re.compile("The saddle squeaks")).click()
    await expect(marta.log).to_contain_text("The saddle squeaks")
    assert marta.chat_id == before.chat.id


async def test_a_tag_is_given_and_taken_and_every_agent_sees_it(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    start = await begin_chat(stores.ports, tenant)
    marta = await people.agent(viewport={"width": 1440, "height": 900})
    jonas = await people.agent(1, viewport={"width": 1440, "height": 900})
    for agent in (marta, jonas):
        await agent.page.locator(f"[data-chat='{start.chat.id}']").click()
    tags, theirs = (agent.page.get_by_role("region", name="Tags") for agent in (marta, jonas))

    await tags.get_by_role("button", name="Add").click()
    await tags.get_by_role("combobox", name="New tag").fill("refund")
    await marta.page.keyboard.press("Enter")

    await expect(tags.get_by_role("button", name="Remove the tag refund")).to_be_visible()
    await expect(theirs.get_by_text("refund")).to_be_visible()
    await theirs.get_by_role("button", name="Remove the tag refund").click()
    await expect(tags.get_by_text("refund")).to_have_count(0)


async def test_the_palette_does_what_it_names_and_finds_chats(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    facts = StartFacts(name="Ada Lovelace", email="ada@analytical.example")
    start = await start_chat(stores.ports, tenant.new_visitor(), tenant.profile, "start", facts)
    await post_message(stores.ports, start.caller, start.chat.id, "Hello", "ask")
    marta = await people.agent()

    await marta.page.keyboard.press("Control+k")
    await marta.page.keyboard.type("lovel")
    await expect(marta.page.get_by_role("option", name=re.compile("Ada Lovelace"))).to_have_attribute(
        "aria-selected", "true"
    )
    await marta.page.keyboard.press("Enter")
    await expect(marta.log).to_contain_text("Hello")
    # The letters go to the palette, however fast they follow: none of them is a key of the chat.
    await marta.page.keyboard.press("Control+k")
    await marta.page.keyboard.type("accept")
    await marta.page.keyboard.press("Enter")
    await expect(marta.field).to_be_focused()

    await marta.page.keyboard.press("Control+k")
    await marta.page.keyboard.type("analytical")
    await marta.page.get_by_role("option", name="Search all chats for “analytical”").click()
    await expect(marta.page.get_by_role("searchbox")).to_have_value("analytical")
    found = marta.page.get_by_role("region", name="Found")
    await expect(found.get_by_role("button")).to_contain_text("Ada Lovelace")


async def test_how_the_console_calls_is_chosen_and_kept(people: People) -> None:
    marta = await people.agent()
    sheet = marta.page.get_by_role("dialog", name="Sounds and notifications")
    waiting = sheet.get_by_role("checkbox", name="Somebody waits: sound")

    await marta.menu_button.click()
    await marta.page.get_by_role("button", name="Sounds and notifications").click()
    await waiting.uncheck()
    await marta.page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await marta.reload()

    await marta.page.keyboard.press("Control+k")
    await marta.page.keyboard.type("sounds")
    await marta.page.keyboard.press("Enter")
    await expect(waiting).not_to_be_checked()
    await expect(sheet.get_by_role("checkbox", name="A note names me: sound")).to_be_checked()


async def test_nothing_moves_before_ones_eyes_while_a_long_chat_is_read_upwards(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    start = await begin_chat(stores.ports, tenant)
    await accept_chat(stores.ports, tenant.marta, start.chat.id, "accept")
    for number in range(1_200):
        await post_message(stores.ports, start.caller, start.chat.id, f"Line {number}.", f"m{number}")
    marta = await people.agent()
    await marta.open_chat("Line 1199.")
    messages = marta.page.get_by_role("region", name="Messages")
    first = marta.log.locator(".bubble").first
    oldest = await first.text_content()
    kept = marta.log.get_by_text(oldest or "", exact=True)

    await messages.evaluate("(log) => { log.scrollTop = 500; }")
    before = await kept.evaluate(PLACE)
    await messages.evaluate("(log) => { log.scrollTop = 390; }")
    await expect(first).not_to_have_text(oldest or "")

    assert abs(await kept.evaluate(PLACE) - before - 110) <= 2
    async with asyncio.timeout(DEADLINE_S):
        while await first.text_content() != "Line 0.":
            await messages.press("Home")
