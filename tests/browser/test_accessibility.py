"""Widget and console by the rules of axe-core: no finding, in any state, light and dark."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from hub.actions.colleagues import start_colleagues
from hub.actions.messages import post_message
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.doubles.applications import set_config
from tests.doubles.colleagues import hire
from tests.doubles.tenant import Tenant

ROOT = Path(__file__).parents[2]
# A development dependency of the sources of widget and console: `npm ci` in widget_static brings it.
AXE = ROOT / "widget_static" / "node_modules" / "axe-core" / "axe.min.js"

# As for a missing browser: said where it is missing, and no excuse where it is promised.
needs_axe = pytest.mark.skipif(
    not AXE.exists() and not os.environ.get("HUB_REQUIRE_BROWSER"),
    reason="axe-core is not installed: run “npm ci” in widget_static",
)

pytestmark = [pytest.mark.asyncio(loop_scope="session"), needs_axe]

THEMES = ("light", "dark")

# Colours are judged when nothing fades any more; what moves for ever is no fade.
SETTLE = """
() => new Promise(requestAnimationFrame).then(() => {
  const roots = [document, ...[...document.querySelectorAll("*")].flatMap(({ shadowRoot }) => shadowRoot ?? [])];
  const ending = roots.flatMap((root) => root.getAnimations())
    .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity);
  return Promise.allSettled(ending.map((animation) => animation.finished));
})
"""
FIND = """
async () => {
  const { violations, passes } = await axe.run("body");
  const findings = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary}`));
  return { findings, passed: passes.length };
}
"""


@pytest.mark.parametrize("theme", THEMES)
async def test_the_widget_is_clean_open_talking_and_ended(people: People, theme: str) -> None:
    marta = await people.agent()
    visitor = await people.visitor(theme=theme)
    await expect_clean(visitor.page)

    await visitor.open_chat()
    await expect_clean(visitor.page)

    await visitor.say("Is https://example.com/tour the right one?")
    await expect(visitor.chat).to_contain_text("Waiting for an Agent to join")
    await expect_clean(visitor.page)

    await marta.accept("example.com/tour")
    await marta.say("It is.")
    await marta.field.press_sequentially("And")
    await expect(visitor.log).to_contain_text("is typing")
    await expect_clean(visitor.page)

    await visitor.chat.get_by_role("button", name="More").click()
    await expect(visitor.chat.get_by_role("menu")).to_be_visible()
    await expect_clean(visitor.page)
    await visitor.chat.get_by_role("menuitem", name="End this Chat").click()
    await expect(visitor.page.get_by_role("alertdialog")).to_be_visible()
    await expect_clean(visitor.page)
    await visitor.page.get_by_role("alertdialog").get_by_role("button", name="End this Chat").click()
    await expect(visitor.chat.get_by_role("button", name="Restart Chat")).to_be_focused()
    await expect_clean(visitor.page)


@pytest.mark.parametrize("theme", THEMES)
async def test_the_console_is_clean_before_and_after_the_sign_in(people: People, theme: str) -> None:
    marta = await people.stranger(color_scheme=theme)
    await marta.visit()
    await expect_clean(marta.page)
    await marta.enter("marta@shop.example", "wrong")
    await expect(marta.page.get_by_role("alert")).not_to_be_empty()
    await expect_clean(marta.page)

    await marta.sign_in(people.made.agents[0])
    await expect_clean(marta.page)
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Is https://example.com/tour the right one?")
    await expect(marta.section("Waiting")).to_contain_text("example.com/tour")
    await expect_clean(marta.page)

    await marta.accept("example.com/tour")
    await marta.say("It is.")
    await visitor.field.press_sequentially("And")
    await expect(marta.conversation).to_contain_text("is typing")
    await expect_clean(marta.page)

    await marta.page.get_by_role("button", name=re.compile("^Note")).click()
    await expect_clean(marta.page)
    await marta.ask_to_end()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Enter")
    await expect(marta.log).to_contain_text("You ended the chat")
    await expect_clean(marta.page)


@pytest.mark.parametrize("theme", THEMES)
async def test_what_opens_over_the_console_is_clean(people: People, theme: str) -> None:
    marta = await people.agent(color_scheme=theme, viewport={"width": 1440, "height": 900})
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Is the Fernweh in stock?")
    await marta.accept("Is the Fernweh in stock?")
    await marta.say("It is.")
    await expect(visitor.log).to_contain_text("It is.")

    await marta.field.press_sequentially("/")
    await expect_clean(marta.page)
    await marta.field.press("Backspace")
    await marta.field.press("ArrowUp")
    await expect(marta.page.get_by_role("textbox", name="Your message")).to_be_focused()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Escape")
    await marta.log.get_by_text("It is.").hover()
    await marta.log.get_by_role("button", name="Delete this message").click()
    await expect_clean(marta.page)
    await marta.log.get_by_role("button", name="Keep").click()
    for name in ("Emoji", "More", "Canned texts"):
        await marta.conversation.get_by_role("button", name=name).click()
        await expect_clean(marta.page)
        await marta.page.keyboard.press("Escape")
    for words in ("", "sounds", "show all keys"):
        await marta.page.keyboard.press("Control+k")
        await marta.page.keyboard.type(words)
        await expect_clean(marta.page)
        if words:
            await marta.page.keyboard.press("Enter")
            await expect(marta.page.get_by_role("combobox", name="Command or chat")).to_have_count(0)
            await expect_clean(marta.page)
        await marta.page.keyboard.press("Escape")
    await marta.page.get_by_role("button", name="Filters").click()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Escape")
    await marta.page.keyboard.press("/")
    await expect_clean(marta.page)
    await marta.page.get_by_role("searchbox").fill("fernweh")
    await expect(marta.page.get_by_role("region", name="Found").locator("mark")).to_be_visible()
    await expect_clean(marta.page)


@pytest.mark.parametrize("theme", THEMES)
async def test_a_closed_door_and_the_agents_menu_are_clean(
    people: People, stores: Stores, tenant: Tenant, theme: str
) -> None:
    await stores.need_agent(tenant.profile.id)
    visitor = await people.visitor(theme=theme)
    await visitor.open_chat()
    await expect(visitor.chat).to_contain_text("We’re away right now")
    await expect_clean(visitor.page)

    marta = await people.agent(0, color_scheme=theme)
    await marta.menu_button.click()
    await expect(marta.accepting).to_be_checked()
    await expect_clean(marta.page)
    await marta.accepting.click()
    await expect(marta.accepting).not_to_be_checked()
    await expect_clean(marta.page)


@pytest.mark.parametrize("theme", THEMES)
async def test_offers_and_handing_over_are_clean(people: People, theme: str) -> None:
    marta, jonas = await people.agent(0, color_scheme=theme), await people.agent(1, color_scheme=theme)
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("My frame is bent")
    await expect(marta.section("Waiting")).to_contain_text("My frame is bent")
    await expect_clean(marta.page)
    await marta.accept("My frame is bent")

    await marta.page.get_by_role("button", name="More about this chat").click()
    await expect_clean(marta.page)
    await marta.page.get_by_role("button", name=re.compile("^Hand over")).click()
    whom = marta.page.get_by_role("dialog").get_by_role("button", name=re.compile("Jonas Okafor"))
    await expect(whom).to_be_visible()
    await expect_clean(marta.page)
    await whom.click()

    await expect(jonas.page.get_by_role("region", name="Offers").get_by_role("article")).to_be_visible()
    await expect_clean(jonas.page)
    await expect(marta.conversation).to_contain_text("You have asked")
    await expect_clean(marta.page)


@pytest.mark.parametrize("theme", THEMES)
async def test_settings_whispers_fields_and_alerts_are_clean(
    people: People, stores: Stores, tenant: Tenant, theme: str
) -> None:
    members = {"alerts": {"first_answer_s": 1}, "reception": {"consent": "By starting you agree."}}
    await set_config(stores.owner_url, tenant.profile.id, members)
    await stores.ports.desk.teams.save_teams(tenant.id, [{"name": "Workshop"}])
    visitor = await people.visitor(theme=theme, customFields={"Order": "4711"})
    await visitor.open_chat()
    await visitor.say("Where is it?")
    await expect(visitor.chat.get_by_text("By starting you agree.")).to_be_visible()
    await expect_clean(visitor.page)
    await visitor.chat.get_by_role("button", name="Start a new Chat").click()
    marta, jonas = await people.agent(0, color_scheme=theme), await people.agent(1)
    await jonas.accept("Where is it?")
    await marta.open_chat("Where is it?")
    await expect(marta.row("Where is it?")).to_contain_text("overdue")
    await marta.page.keyboard.press("w")
    await marta.page.keyboard.type("Look in the yard")
    await marta.page.keyboard.press("Enter")
    await expect(marta.log).to_contain_text("Look in the yard")
    fields = marta.page.get_by_role("region", name="Custom fields", exact=True)
    await fields.get_by_role("button", name="Add a field").click()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Escape")
    await fields.get_by_role("button", name="change Order").click()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Escape")

    await marta.page.keyboard.press("Control+k")
    await marta.page.keyboard.type("routing")
    await marta.page.keyboard.press("Enter")
    dialog = marta.page.get_by_role("dialog", name="Routing and alerts")
    await dialog.get_by_role("radio", name="In turn").check()
    await expect_clean(marta.page)
    await dialog.get_by_role("button", name=re.compile("^Jonas Okafor")).click()
    await expect_clean(marta.page)


async def expect_clean(page: Page) -> None:
    """axe-core has looked at the page, shadow roots included, and found nothing."""
    await page.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
    await page.evaluate(SETTLE)
    result: dict[str, Any] = await page.evaluate(FIND)
    assert result["passed"] > 0
    assert result["findings"] == []


@pytest.mark.parametrize("theme", THEMES)
async def test_who_is_on_the_site_and_what_is_being_written_is_clean(
    people: People, stores: Stores, tenant: Tenant, theme: str
) -> None:
    await set_config(stores.owner_url, tenant.profile.id, {"sight": {"visits": True, "drafts": True}})
    visitor = await people.visitor(theme=theme)
    marta = await people.agent(color_scheme=theme, viewport={"width": 1440, "height": 900})
    await expect(marta.page.get_by_role("button", name="On the site, 1")).to_be_visible()
    await marta.page.keyboard.press("v")
    site = marta.page.get_by_role("region", name="On the site")
    await expect(site.get_by_role("button", name=re.compile("Visitor"))).to_be_focused()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("i")
    await expect(site.get_by_role("textbox")).to_be_focused()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Enter")
    await expect(site).to_contain_text("Invited by you")
    await expect_clean(marta.page)

    invitation = visitor.page.get_by_role("status").get_by_role("button", name=re.compile("can I help you"))
    await expect(invitation).to_be_visible()
    await expect_clean(visitor.page)
    await invitation.click()
    await expect(visitor.chat.get_by_text("Agents can see what you type")).to_be_visible()
    await expect_clean(visitor.page)
    await expect(site).to_contain_text("In a chat, with you")
    await site.get_by_role("button", name=re.compile("Visitor")).click()
    await visitor.field.press_sequentially("Is the 54 still")
    await expect(marta.conversation).to_contain_text("Is the 54 still")
    await expect_clean(marta.page)


@pytest.mark.parametrize("theme", THEMES)
async def test_chats_with_colleagues_are_clean(
    people: People, stores: Stores, tenant: Tenant, theme: str
) -> None:
    ines = await hire(stores.ports, tenant, "Ines Prado")
    group = await start_colleagues(stores.ports, tenant.jonas, [tenant.marta.id, ines.id], "Frames", "group")
    await post_message(stores.ports, tenant.jonas, group.chat.id, "Who takes the late shift?", "ask")
    marta = await people.agent(0, color_scheme=theme, viewport={"width": 1440, "height": 900})
    await expect(marta.page.get_by_role("tab", name=re.compile("^Colleagues"))).to_contain_text("1")
    await expect_clean(marta.page)
    await marta.page.keyboard.press("c")
    await marta.page.get_by_role("tabpanel").locator(".row").click()
    await expect(marta.log).to_contain_text("Who takes the late shift?")
    await expect(marta.page.get_by_role("complementary", name="About the chat")).to_contain_text("Ines Prado")
    await expect_clean(marta.page)
    await marta.page.get_by_role("button", name="More about this chat").click()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Escape")
    await marta.page.get_by_role("button", name="Write to colleagues").click()
    await marta.page.get_by_role("option", name=re.compile("Jonas")).click()
    await marta.page.get_by_role("option", name=re.compile("Ines")).click()
    await expect(marta.page.get_by_role("textbox", name="Name", exact=True)).to_be_visible()
    await expect_clean(marta.page)
