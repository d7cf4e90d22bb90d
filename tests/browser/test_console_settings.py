"""Routing and alerts, set by administrators in the console, and what comes of it."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.agent_page import AgentPage
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.browser.test_control import begin, card
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_settings(agent: AgentPage) -> Locator:
    """The settings, by the agent's menu."""
    await agent.menu_button.click()
    await agent.page.get_by_role("button", name="Routing and alerts").click()
    dialog = agent.page.get_by_role("dialog", name="Routing and alerts")
    await expect(dialog.get_by_role("navigation", name="What to set")).to_be_visible()
    return dialog


async def save(dialog: Locator) -> None:
    """Saves what is set, and waits until it is."""
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("status").filter(has_text="Saved")).to_be_visible()


async def test_an_entrance_is_made_to_route_and_its_chats_come_by_themselves(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    marta = await people.agent(0)
    dialog = await open_settings(marta)
    await dialog.get_by_role("radio", name="In turn").check()
    await dialog.get_by_label("Time to accept").fill("120")
    await dialog.get_by_role("radio", name="Only who speaks it, for a while").check()
    await dialog.get_by_label("Then anybody").fill("0")
    await dialog.get_by_label("First answer").fill("90")
    await dialog.get_by_label("Who is on the site").check()
    await save(dialog)
    await expect(
        dialog.get_by_role("button", name=re.compile("In turn · answer in 1 min 30 s"))
    ).to_be_visible()
    await marta.page.keyboard.press("Escape")

    await begin(people, "Somebody for me?")

    await expect(card(marta)).to_contain_text("is waiting for you")
    await expect(marta.row("Somebody for me?")).to_contain_text(re.compile("waiting"))
    profile = await stores.ports.profiles.find_profile(tenant.profile.id)
    assert profile is not None
    assert (profile.routing.mode, profile.routing.offer_for_s, profile.routing.language) == (
        "round_robin",
        120,
        "demand",
    )
    assert profile.alerts.first_answer_s == 90
    assert (profile.sight.visits, profile.sight.drafts) == (True, False)


async def test_what_an_agent_takes_is_kept_and_what_is_wrong_says_so(people: People) -> None:
    marta = await people.agent(0)
    dialog = await open_settings(marta)
    await dialog.get_by_role("button", name=re.compile("^Jonas Okafor")).click()
    await expect(dialog.get_by_role("heading", name="Jonas Okafor")).to_be_focused()
    await dialog.get_by_label("Chats at a time").fill("3")
    await dialog.get_by_label("Languages").fill("german")
    marta.complaints.expect("status of 400")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("status").filter(has_text="is no language")).to_be_visible()

    await dialog.get_by_label("Languages").fill("de-AT, en")
    await save(dialog)

    await expect(dialog.get_by_role("button", name=re.compile("3 chats at a time · de, en"))).to_be_visible()
    await marta.reload()
    dialog = await open_settings(marta)
    await expect(dialog.get_by_role("button", name=re.compile("3 chats at a time · de, en"))).to_be_visible()


async def test_who_is_no_administrator_finds_no_settings(people: People) -> None:
    jonas = await people.agent(1)
    await jonas.menu_button.click()
    await expect(jonas.page.get_by_role("button", name="Sounds and notifications")).to_be_visible()
    await expect(jonas.page.get_by_role("button", name="Routing and alerts")).to_have_count(0)
