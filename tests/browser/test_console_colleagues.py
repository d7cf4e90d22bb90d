"""Agents write to each other in the console: begun by palette, by key and by mouse, with all that a chat has, and gone for who leaves."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.agent_page import AgentPage
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.doubles.colleagues import hire
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")


def field(agent: AgentPage) -> Locator:
    """Where the agent writes to colleagues."""
    return agent.conversation.get_by_role("textbox", name=re.compile("^Write to"))


def tab(agent: AgentPage) -> Locator:
    """The view of chats with colleagues."""
    return agent.page.get_by_role("tab", name=re.compile("^Colleagues"))


def row(agent: AgentPage, title: str) -> Locator:
    """The line of the chat that goes by this title."""
    return agent.page.get_by_role("tabpanel").locator(".row").filter(has_text=title)


async def write(agent: AgentPage, text: str) -> None:
    """Says something to colleagues; returns when the hub has it."""
    await field(agent).fill(text)
    await field(agent).press("Enter")
    await expect(agent.log.get_by_text(text)).to_be_visible()
    await expect(agent.log.get_by_text("Sending")).to_have_count(0)


async def choose(agent: AgentPage, *names: str) -> None:
    """Chooses colleagues in the dialog, each by the beginning of the name and Enter."""
    names_field = agent.page.get_by_role("combobox", name="Colleagues")
    await expect(names_field).to_be_focused()
    for name in names:
        await names_field.fill(name[:3])
        await expect(agent.page.get_by_role("option").first).to_contain_text(name)
        await names_field.press("Enter")
        await expect(agent.page.get_by_role("button", name=f"Without {name}")).to_be_visible()


async def test_two_write_to_each_other_and_all_is_there_after_a_reload(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)

    await marta.page.keyboard.press("Control+k")
    await marta.page.keyboard.type("write to jon")
    await expect(marta.page.get_by_role("option").first).to_contain_text("Write to Jonas Okafor")
    await marta.page.keyboard.press("Enter")
    await expect(field(marta)).to_be_focused()
    await write(marta, "Do you know the blue frame?")

    await expect(tab(jonas)).to_have_text(re.compile("1"))
    await tab(jonas).click()
    await row(jonas, "Marta Lindqvist").click()
    await expect(jonas.log).to_contain_text("Do you know the blue frame?")
    await expect(marta.log).to_contain_text("Seen")
    await expect(tab(jonas)).not_to_have_text(re.compile("1"))
    await field(jonas).press_sequentially("I ro")
    await expect(marta.conversation).to_contain_text("Jonas is typing")
    await write(jonas, "I rode it.")
    await expect(marta.log).to_contain_text("I rode it.")
    # A message put right, and one taken back
    await field(jonas).press("ArrowUp")
    await jonas.conversation.get_by_role("textbox", name="Your message").fill("I rode it twice.")
    await jonas.page.keyboard.press("Enter")
    await expect(marta.log).to_contain_text("I rode it twice.")
    await expect(marta.log.get_by_role("button", name="edited")).to_be_visible()

    await marta.reload()

    await expect(marta.log).to_contain_text("I rode it twice.")
    await expect(marta.page.get_by_role("heading", name="Jonas Okafor").first).to_be_visible()
    await marta.page.keyboard.press("Escape")
    await marta.page.keyboard.press("c")
    await expect(row(marta, "Jonas Okafor")).to_contain_text("I rode it twice.")


async def test_a_group_takes_in_colleagues_and_lets_them_go(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    await hire(stores.ports, tenant, "Ines Prado")
    await hire(stores.ports, tenant, "Kim Berg")
    marta, jonas = await people.agent(0), await people.agent(1)

    await marta.page.keyboard.press("m")
    await choose(marta, "Jonas Okafor", "Ines Prado")
    await marta.page.get_by_role("textbox", name="Name", exact=True).fill("Frames")
    await marta.page.get_by_role("button", name="Start").click()
    await expect(marta.page.get_by_role("heading", name="Frames").first).to_be_visible()
    await expect(field(marta)).to_be_focused()
    await write(marta, "Who takes the late shift?")

    await jonas.page.keyboard.press("c")
    await expect(row(jonas, "Frames")).to_contain_text("Marta: Who takes the late shift?")
    await row(jonas, "Frames").click()
    about = jonas.page.get_by_role("complementary", name="About the chat")
    await about.get_by_role("button", name="Bring in colleagues").click()
    await choose(jonas, "Kim Berg")
    await jonas.page.get_by_role("dialog").get_by_role("button", name="Bring in").click()
    await expect(marta.log).to_contain_text("Jonas Okafor brought in Kim Berg")
    await expect(about).to_contain_text("Kim Berg")

    await about.get_by_role("button", name="Leave this chat").click()

    await expect(row(jonas, "Frames")).to_have_count(0)
    await expect(marta.log).to_contain_text("Jonas Okafor left")
    await marta.page.keyboard.press("Escape")
    await marta.page.keyboard.press("e")
    await marta.page.get_by_role("button", name="End chat").click()
    await expect(marta.conversation).to_contain_text("This chat has ended.")
    await marta.page.get_by_role("button", name="More about this chat").click()
    await marta.page.get_by_role("button", name=re.compile("^Open again")).click()
    await expect(field(marta)).to_be_visible()


async def test_a_search_finds_what_colleagues_have_said_to_who_was_there(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    await jonas.page.keyboard.press("m")
    await choose(jonas, "Marta Lindqvist")
    await jonas.page.keyboard.press("Enter")
    await write(jonas, "The canary sings at noon")

    await marta.page.keyboard.press("/")
    await marta.page.keyboard.type("canary")

    found = marta.page.get_by_role("region", name="Found").locator(".row")
    await expect(found).to_have_count(1)
    await expect(found).to_contain_text("Jonas Okafor")
    await found.click()
    await expect(marta.log).to_contain_text("The canary sings at noon")
