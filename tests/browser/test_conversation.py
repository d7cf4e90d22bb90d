"""The main job: a visitor on a page of another origin and an agent in the console talk, through two workers."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.agent_page import AgentPage
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.browser.visitor_page import VisitorPage, texts_of_people
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPENING = "Hello, is the Fernweh 3 in stock in size 54?"
SAID_BEFORE_THE_RELOAD = ["Yes, two of them.", "Wonderful. And in green?", "In green there is one."]
SAID_AFTER_THE_RELOAD = ["Please keep it for me.", "Done.\nUntil Saturday.", "Thank you!", "With pleasure."]


async def test_a_visitor_and_an_agent_talk_and_both_screens_equal_the_transcript(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    await greet_and_begin(visitor)
    await expect(marta.section("Waiting")).to_contain_text(OPENING)

    await marta.accept(OPENING)
    await expect(visitor.chat.get_by_role("heading", name="Marta Lindqvist")).to_be_visible()
    await see_each_other_typing(visitor, marta)
    await talk([marta, visitor], SAID_BEFORE_THE_RELOAD)
    await expect(visitor.log).to_contain_text(re.compile(r"Seen \d\d:\d\d"))

    await visitor.reload()
    await visitor.open_chat()
    await marta.reload()
    for screen in (visitor, marta):
        await screen.expect_texts([OPENING, *SAID_BEFORE_THE_RELOAD])

    await talk([visitor, marta], SAID_AFTER_THE_RELOAD)
    await expect(marta.log).to_contain_text(re.compile(r"Seen \d\d:\d\d"))
    await end(marta, visitor)

    stored = await stores.list_events(tenant, marta.chat_id)
    said = [OPENING, *SAID_BEFORE_THE_RELOAD, *SAID_AFTER_THE_RELOAD]
    assert [event.text for event in stored if event.kind == "message_posted"] == said
    assert [event.seq for event in stored] == list(range(1, len(stored) + 1))
    assert [stored[0].kind, stored[-1].kind] == ["chat_started", "chat_ended"]
    for screen in (visitor, marta):
        await screen.expect_texts(said)


async def greet_and_begin(visitor: VisitorPage) -> None:
    """From the bubble to the first message."""
    await visitor.open_chat()
    await expect(visitor.chat).to_contain_text("Hello. What can we do for you?")
    await expect(visitor.field).to_be_focused()
    await visitor.say(OPENING)
    await expect(visitor.chat).to_contain_text("Waiting for an Agent to join")


async def see_each_other_typing(visitor: VisitorPage, agent: AgentPage) -> None:
    """Each begins to write, the other is told so, and told when it ends."""
    await agent.field.press_sequentially("Ye")
    await expect(visitor.log).to_contain_text("Marta Lindqvist is typing")
    await agent.field.clear()
    await expect(visitor.log).not_to_contain_text("is typing")
    await visitor.field.press_sequentially("An")
    await expect(agent.conversation).to_contain_text("Visitor is typing")
    await visitor.field.clear()
    await expect(agent.conversation).not_to_contain_text("is typing")


async def talk(speakers: list[VisitorPage | AgentPage], texts: list[str]) -> None:
    """The two take turns; each waits for the other's words."""
    for turn, text in enumerate(texts):
        speaker, listener = speakers[turn % 2], speakers[1 - turn % 2]
        await speaker.say(text)
        await expect(texts_of_people(listener.log).last).to_have_text(text)


async def end(agent: AgentPage, visitor: VisitorPage) -> None:
    """The agent ends the chat by keys; both are told."""
    await agent.end_chat()
    await expect(visitor.log).to_contain_text("Marta Lindqvist ended the chat")
    await expect(visitor.chat.get_by_role("button", name="Restart Chat")).to_be_visible()
