"""What a visitor sees of a chat elsewhere than in its window: in other tabs, in the title, in notifications."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.people import People
from tests.operate.processes import DEADLINE_S

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Headless pages show no notifications; this notes what would be shown.
RECORD_NOTIFICATIONS = """
globalThis.shown = [];
globalThis.Notification = class {
  static permission = "granted";
  constructor(title, options) { shown.push([title, options.body]); }
};
Object.defineProperty(document, "hidden", { get: () => true });
"""


async def test_what_is_written_is_the_same_in_all_tabs(people: People) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    tab = await visitor.open_tab()
    await tab.visit()
    await tab.open_chat()

    await tab.chat.focus()  # Nobody writes in two tabs at once.
    await visitor.field.fill("Half a sen")
    await expect(tab.field).to_have_value("Half a sen")
    await visitor.chat.focus()
    await tab.field.fill("Half a sentence")
    await expect(visitor.field).to_have_value("Half a sentence")
    await tab.field.press("Enter")
    await expect(visitor.field).to_have_value("")
    await visitor.expect_texts(["Half a sentence"])


async def test_the_title_of_the_page_counts_what_is_unread(people: People) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    title = await visitor.page.title()
    await visitor.open_chat()
    await visitor.say("Call me")
    await visitor.close_chat()
    await marta.accept("Call me")
    await marta.say("One")
    await expect(visitor.page).to_have_title(f"(1) {title}")
    await marta.say("Two")
    await expect(visitor.page).to_have_title(f"(2) {title}")
    await visitor.open_chat()
    await expect(visitor.page).to_have_title(title)


async def test_one_tab_notifies_of_a_message_where_the_page_may(people: People) -> None:
    marta = await people.agent()
    visitor = await people.newcomer()
    await visitor.page.context.add_init_script(RECORD_NOTIFICATIONS)
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("Tell me when you are here")
    await visitor.close_chat()
    tab = await visitor.open_tab()
    await tab.visit()
    await expect(tab.bubble).to_have_accessible_name("Live Chat")
    await marta.accept("Tell me when you are here")
    await marta.say("I am here")
    for page in (visitor, tab):
        await expect(page.bubble).to_have_accessible_name(re.compile("1 unread message"))
    await marta.say("Are you?")
    for page in (visitor, tab):
        await expect(page.bubble).to_have_accessible_name(re.compile("2 unread message"))
    shown: list[list[str]] = []
    # A second notification of the first message would be there before one of the second.
    async with asyncio.timeout(DEADLINE_S):
        while ["Marta Lindqvist", "Are you?"] not in shown:
            shown = [*await visitor.page.evaluate("shown"), *await tab.page.evaluate("shown")]
    assert sorted(shown) == [["Marta Lindqvist", "Are you?"], ["Marta Lindqvist", "I am here"]]


async def test_who_logs_out_in_one_tab_is_gone_in_all(people: People) -> None:
    visitor = await people.visitor(enableInboundEvents=True)
    await visitor.open_chat()
    await visitor.say("Mine")
    tab = await visitor.open_tab()
    await tab.visit()
    await tab.open_chat()
    await tab.expect_texts(["Mine"])
    await visitor.page.evaluate("dispatchEvent(new CustomEvent('haloChat_inboundEvent_loginStateChanged'))")
    await expect(tab.chat).to_be_hidden()
    await expect(tab.bubble).to_have_accessible_name("Start a new Chat")
