"""The hub is killed in the middle of a conversation and started again: nothing acknowledged is lost, nothing is doubled."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser.agent_page import AgentPage
from tests.browser.host_pages import HostPages
from tests.browser.people import People
from tests.browser.served_hub import ServedHub, served_hub
from tests.browser.stores import opened_stores
from tests.browser.visitor_page import VisitorPage
from tests.browser.windows import LINE_LOST, Windows
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Besides the line, the console asks for its session; with the hub gone nobody answers.
UNREACHABLE = (LINE_LOST, "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")


@pytest_asyncio.fixture(loop_scope="session")
async def mortal_hub() -> AsyncIterator[ServedHub]:
    """A hub of this test's own, to be killed."""
    async with served_hub() as serving:
        yield serving


@pytest_asyncio.fixture(loop_scope="session")
async def mortal_tenant(mortal_hub: ServedHub) -> Tenant:
    """A tenant on it."""
    async with opened_stores(mortal_hub) as stores:
        return await stores.make_tenant()


@pytest_asyncio.fixture(loop_scope="session")
async def mortal_people(
    browser: Browser, host_pages: HostPages, mortal_tenant: Tenant
) -> AsyncIterator[People]:
    """Its people, who expect that the hub may be gone."""
    windows = Windows(browser)
    yield People(windows, host_pages, mortal_tenant.bootstrap)
    await windows.close()


@pytest.mark.parametrize("writer", ["visitor", "agent"])
async def test_a_killed_hub_comes_back_with_every_message_and_takes_what_was_written_meanwhile_once(
    mortal_hub: ServedHub, mortal_tenant: Tenant, mortal_people: People, writer: str
) -> None:
    visitor, marta = await begin_to_talk(mortal_people)
    for person in (visitor, marta):
        person.complaints.expect(*UNREACHABLE)

    await mortal_hub.kill()
    await expect(reconnecting_strip(visitor)).to_be_visible()
    await expect(reconnecting_strip(marta)).to_be_visible()
    author: VisitorPage | AgentPage = visitor if writer == "visitor" else marta
    await author.say("Written while the hub was down")
    await mortal_hub.start()

    said = ["Is anybody there?", "I am.", "Written while the hub was down"]
    for person in (visitor, marta):
        await person.expect_texts(said)
        await expect(reconnecting_strip(person)).to_have_count(0)
    await visitor.say("And on we go")
    await marta.expect_texts([*said, "And on we go"])
    async with opened_stores(mortal_hub) as stores:
        assert await stores.list_texts(mortal_tenant, marta.chat_id) == [*said, "And on we go"]


async def begin_to_talk(people: People) -> tuple[VisitorPage, AgentPage]:
    """Both have sent, and both have been acknowledged."""
    marta = await people.agent()
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Is anybody there?")
    await marta.accept("Is anybody there?")
    await marta.say("I am.")
    await visitor.expect_texts(["Is anybody there?", "I am."])
    await expect(marta.log).to_contain_text("Seen")
    return visitor, marta


def reconnecting_strip(person: VisitorPage | AgentPage) -> Locator:
    """What tells that the line is down, beside the conversation."""
    place = person.chat if isinstance(person, VisitorPage) else person.conversation
    return place.get_by_role("status").filter(has_text="Reconnecting")
