"""Who holds a chat, on agents' screens: offers that come and are answered, handing over, inviting, leaving, taking over, being away."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.agent_page import AgentPage
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.browser.visitor_page import VisitorPage
from tests.doubles.applications import set_config
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def begin(people: People, text: str) -> VisitorPage:
    """A visitor who has said this and waits."""
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say(text)
    return visitor


def card(agent: AgentPage) -> Locator:
    """The card of an offer."""
    return agent.page.get_by_role("region", name="Offers").get_by_role("article")


async def choose(agent: AgentPage, what: str) -> None:
    """Chooses this from the menu of the open chat."""
    await agent.page.get_by_role("button", name="More about this chat").click()
    await agent.page.get_by_role("button", name=re.compile(f"^{what}")).click()


async def choose_whom(agent: AgentPage, name: str, note: str = "") -> None:
    """Says to whom, with a word for them."""
    dialog = agent.page.get_by_role("dialog")
    await dialog.get_by_label("A word for them").fill(note)
    await dialog.get_by_role("button", name=re.compile(name)).click()


async def test_a_chat_is_handed_over_with_a_word_and_the_visitor_sees_who_came(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    visitor = await begin(people, "My frame is bent")
    await marta.accept("My frame is bent")

    await choose(marta, "Hand over")
    await choose_whom(marta, "Jonas Okafor", "Frames are yours.")

    await expect(marta.conversation).to_contain_text("You have asked Jonas Okafor to take over")
    await expect(card(jonas)).to_contain_text("Marta Lindqvist hands over")
    await expect(card(jonas)).to_contain_text("Frames are yours.")
    await card(jonas).get_by_role("button", name="Accept").click()
    await expect(jonas.field).to_be_focused()
    await jonas.say("Let me see.")
    await expect(visitor.chat.get_by_text("Let me see.")).to_be_visible()
    await expect(visitor.chat.get_by_text(re.compile("Jonas Okafor joined"))).to_be_visible()
    await expect(marta.field).to_have_count(0)
    await expect(marta.log).to_contain_text("Jonas Okafor joined")


async def test_what_is_declined_stays_and_what_is_taken_back_is_gone(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    await begin(people, "My frame is bent")
    await marta.accept("My frame is bent")
    await choose(marta, "Hand over")
    await choose_whom(marta, "Jonas Okafor")
    await card(jonas).get_by_role("button", name="Decline").click()
    await expect(marta.log).to_contain_text("declined")
    await expect(card(jonas)).to_have_count(0)

    await choose(marta, "Invite a colleague")
    await choose_whom(marta, "Jonas Okafor")
    await expect(card(jonas)).to_contain_text("asks you to join")
    await marta.conversation.get_by_role("button", name="Take back").click()

    await expect(card(jonas)).to_have_count(0)
    await expect(marta.field).to_be_visible()


async def test_who_leaves_lets_the_visitor_wait_again(people: People) -> None:
    marta = await people.agent(0)
    await begin(people, "Is anybody there?")
    await marta.accept("Is anybody there?")

    await choose(marta, "Leave")

    await expect(marta.log).to_contain_text("left, and the chat waits again")
    await expect(marta.section("Waiting")).to_contain_text("Is anybody there?")
    await expect(marta.page.get_by_role("button", name=re.compile("^Accept"))).to_be_visible()


async def test_a_supervisor_takes_over_and_an_ended_chat_is_opened_again(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    visitor = await begin(people, "I want the boss")
    await jonas.accept("I want the boss")
    await marta.open_chat("I want the boss")

    await choose(marta, "Take over")

    await expect(marta.field).to_be_visible()
    await expect(jonas.field).to_have_count(0)
    await marta.end_chat()
    await choose(marta, "Open again")
    await marta.say("One more thing.")
    await expect(visitor.chat.get_by_text("One more thing.")).to_be_visible()


async def test_a_routed_chat_rings_with_one_agent_and_is_theirs_with_one_press(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    routing = {"routing": {"mode": "round_robin", "offer_for_s": 120}}
    await set_config(stores.owner_url, tenant.profile.id, routing)
    marta = await people.agent(0)
    await begin(people, "Somebody for me?")

    await expect(card(marta)).to_contain_text("is waiting for you")
    await expect(card(marta)).to_contain_text("Somebody for me?")
    await card(marta).get_by_role("button", name="Accept").click()

    await expect(marta.field).to_be_focused()
    await expect(card(marta)).to_have_count(0)


async def test_who_is_away_says_why_and_colleagues_see_it(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    await begin(people, "Hello")
    await marta.accept("Hello")
    await jonas.menu_button.click()
    await jonas.accepting.click()
    await jonas.page.get_by_role("radio", name="Lunch").check()

    await choose(marta, "Hand over")
    dialog = marta.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Jonas Okafor")
    await expect(dialog).to_contain_text("Away, Lunch")
    await marta.page.keyboard.press("Escape")
    await jonas.page.get_by_role("radio", name="Invisible").check()
    await expect(jonas.accepting).not_to_be_checked()
    await expect(jonas.page.get_by_role("radio", name="Invisible")).to_be_checked()


async def test_the_next_one_is_taken_without_choosing(people: People) -> None:
    marta = await people.agent(0)
    await begin(people, "I was first")
    await expect(marta.section("Waiting")).to_contain_text("I was first")
    await begin(people, "I came later")
    await expect(marta.section("Waiting")).to_contain_text("I came later")

    await marta.page.get_by_role("button", name=re.compile("^Take the next")).click()

    await expect(marta.log).to_contain_text("I was first")
    await expect(marta.field).to_be_visible()


async def test_a_supervisor_whispers_to_the_agent_and_the_visitor_sees_nothing(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    visitor = await begin(people, "Can you do better?")
    await jonas.accept("Can you do better?")
    await marta.open_chat("Can you do better?")
    await expect(marta.conversation).to_contain_text("Jonas Okafor has this chat")

    await marta.page.keyboard.press("w")
    whisper = marta.conversation.get_by_role("textbox", name="Whisper to Jonas Okafor")
    await expect(whisper).to_be_focused()
    await whisper.fill("Offer 10 %")
    await whisper.press("Enter")

    await expect(marta.log.get_by_text("Whisper, only staff see this")).to_be_visible()
    note = jonas.log.get_by_role("listitem").filter(has_text="Offer 10 %")
    await expect(note).to_contain_text("Whisper, only staff see this")
    await expect(note).to_contain_text("Marta Lindqvist")
    await jonas.say("I can give you 10 % off.")
    await expect(visitor.log).to_contain_text("I can give you 10 % off.")
    await expect(visitor.log).not_to_contain_text("Offer 10 %")
    # Who holds the chat, and who is no supervisor, cannot.
    await jonas.page.keyboard.press("Escape")
    await expect(jonas.conversation.get_by_role("button", name=re.compile("^Note"))).to_be_visible()
    await expect(jonas.conversation.get_by_role("button", name=re.compile("^Whisper"))).to_have_count(0)


async def test_a_whisper_is_begun_from_the_palette(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    await begin(people, "Can you do better?")
    await jonas.accept("Can you do better?")
    await marta.open_chat("Can you do better?")
    await expect(marta.conversation).to_contain_text("Jonas Okafor has this chat")

    await marta.page.keyboard.press("Control+k")
    await marta.page.keyboard.type("whisper")
    await marta.page.keyboard.press("Enter")

    await expect(marta.conversation.get_by_role("textbox", name="Whisper to Jonas Okafor")).to_be_focused()


async def test_rows_show_to_whom_a_chat_is_held_out_and_take_it(people: People) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    await begin(people, "My frame is bent")
    await marta.accept("My frame is bent")
    await choose(marta, "Hand over")
    await choose_whom(marta, "Jonas Okafor")

    await expect(marta.row("My frame is bent")).to_contain_text("offered to Jonas")
    inbox = jonas.page.get_by_role("region", name="Inbox")
    await expect(inbox.get_by_text("Offered to you")).to_be_visible()
    await expect(jonas.row("My frame is bent")).not_to_contain_text("offered to")
    await inbox.get_by_role("button", name=re.compile("^Accept Visitor")).click()

    await expect(jonas.field).to_be_focused()
    await expect(inbox.get_by_text("Offered to you")).to_have_count(0)
    await expect(marta.row("My frame is bent")).not_to_contain_text("offered to")


async def test_a_tickets_number_stands_in_row_and_header(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    await set_config(stores.owner_url, tenant.profile.id, {"rules": {"ticketing": {"moment": "join"}}})
    marta = await people.agent(0)
    await begin(people, "Where is my bike?")
    await marta.open_chat("Where is my bike?")
    await expect(marta.row("Where is my bike?")).not_to_contain_text("ticket")

    await marta.accept("Where is my bike?")

    await expect(marta.row("Where is my bike?")).to_contain_text(re.compile(r"ticket #\d+"))
    await expect(marta.conversation).to_contain_text(re.compile(r"Ticket \d+ · with you"))
