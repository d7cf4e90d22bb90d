"""Who is on the site, as agents see it, and invitations as visitors see them; and what a page without it does: nothing."""

import re

import pytest
from playwright.async_api import Locator, expect

from hub.actions.canned_texts import save_canned_texts
from hub.domain.event import Event
from tests.browser.agent_page import AgentPage
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.browser.visitor_page import VisitorPage
from tests.doubles.applications import set_config
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "Shall I help you choose a size?"


@pytest.fixture
async def shown(stores: Stores, tenant: Tenant) -> Tenant:
    """The tenant, whose profile tells of its visits."""
    await set_config(stores.owner_url, tenant.profile.id, {"sight": {"visits": True}})
    return tenant


async def look_at_the_site(agent: AgentPage) -> Locator:
    """The list of who is there, once it stands there."""
    await expect(agent.page.get_by_role("button", name=re.compile("^On the site"))).to_be_visible()
    await agent.page.keyboard.press("v")
    site = agent.page.get_by_role("region", name="On the site")
    await expect(site).to_be_visible()
    return site


def invitation(visitor: VisitorPage, text: str = TEXT) -> Locator:
    """What stands beside the bubble."""
    return visitor.page.get_by_role("status").get_by_role("button", name=re.compile(re.escape(text)))


def watch_requests(visitor: VisitorPage) -> list[str]:
    """The addresses the page asks for from now on."""
    urls: list[str] = []
    visitor.page.on("request", lambda request: urls.append(request.url))
    return urls


def told(events: list[Event]) -> list[tuple[str, str | None]]:
    return [(event.kind, event.text) for event in events]


async def test_an_agent_invites_a_visitor_who_looks_and_they_talk(
    people: People, stores: Stores, shown: Tenant
) -> None:
    visitor = await people.visitor()
    marta = await people.agent()
    site = await look_at_the_site(marta)
    row = site.get_by_role("button", name=re.compile("Visitor"))
    await expect(row).to_contain_text("1 page")
    await expect(row).to_be_focused()

    await marta.page.keyboard.press("i")
    field = site.get_by_role("textbox", name="Invitation to Visitor")
    await expect(field).to_be_focused()
    await marta.page.keyboard.type(TEXT)
    await marta.page.keyboard.press("Enter")
    await expect(site).to_contain_text("Invited by you")
    await expect(row).to_be_focused()

    await expect(invitation(visitor)).to_contain_text(people.made.agents[0].name)
    await invitation(visitor).click()
    await visitor.expect_texts([TEXT])
    await expect(visitor.chat).to_contain_text(people.made.agents[0].name)

    await expect(site).to_contain_text("In a chat, with you")
    await row.click()
    await expect(marta.field).to_be_visible()
    await visitor.say("Yes, please.")
    await marta.expect_texts([TEXT, "Yes, please."])
    events = await stores.list_events(shown, marta.chat_id)
    assert [kind for kind, _ in told(events)] == [
        "chat_started",
        "agent_joined",
        "message_posted",
        "message_posted",
    ]


async def test_the_other_agent_sees_who_was_first_and_the_visitor_may_decline(
    people: People, shown: Tenant
) -> None:
    visitor = await people.visitor()
    marta, jonas = await people.agent(0), await people.agent(1)
    his, hers = await look_at_the_site(jonas), await look_at_the_site(marta)
    await hers.get_by_role("button", name=re.compile("Visitor")).click()
    await hers.get_by_role("textbox").fill(TEXT)
    await hers.get_by_role("button", name="Invite", exact=True).click()

    await expect(his).to_contain_text("Invited by Marta")
    await expect(his.get_by_role("button", name=re.compile("Visitor"))).to_have_attribute(
        "aria-disabled", "true"
    )
    await expect(invitation(visitor)).to_be_visible()
    await visitor.page.get_by_role("status").get_by_role("button", name="Close").click()
    await expect(invitation(visitor)).to_be_hidden()
    for site in (his, hers):
        await expect(site).to_contain_text("Declined")


async def test_two_tabs_show_one_invitation_and_come_into_one_chat(
    people: People, stores: Stores, shown: Tenant
) -> None:
    visitor = await people.visitor()
    tab = await visitor.open_tab()
    await tab.visit()
    marta = await people.agent()
    site = await look_at_the_site(marta)
    await expect(site.get_by_role("button", name=re.compile("Visitor"))).to_have_count(1)
    await expect(site).to_contain_text("2 pages")
    await marta.page.keyboard.press("i")
    await marta.page.keyboard.type(TEXT)
    await marta.page.keyboard.press("Enter")
    await expect(invitation(tab)).to_be_visible()
    await invitation(tab).click()
    await tab.expect_texts([TEXT])
    await expect(invitation(visitor)).to_be_hidden()
    await visitor.open_chat()
    await visitor.expect_texts([TEXT])


async def test_one_invites_from_the_palette_with_a_canned_text(
    people: People, stores: Stores, shown: Tenant
) -> None:
    text = {"name": "Sizes", "text": "Hello from {{agent.first_name}}: which size?"}
    await save_canned_texts(stores.ports, shown.marta, [text])
    visitor = await people.visitor()
    marta = await people.agent()
    await expect(marta.page.get_by_role("button", name="On the site, 1")).to_be_visible()
    await marta.page.keyboard.press("Control+k")
    await marta.page.keyboard.type("invite visitor")
    await marta.page.keyboard.press("Enter")
    site = marta.page.get_by_role("region", name="On the site")
    await expect(site.get_by_role("textbox", name="Invitation to Visitor")).to_be_focused()
    await site.get_by_role("combobox", name="Use a canned text").select_option("Sizes")
    await marta.page.keyboard.press("Enter")
    await expect(site).to_contain_text("Invited by you")
    await expect(invitation(visitor, "Hello from Marta: which size?")).to_be_visible()


async def test_escape_leaves_the_form_and_v_leaves_the_list(people: People, shown: Tenant) -> None:
    await people.visitor()
    marta = await people.agent()
    site = await look_at_the_site(marta)
    await marta.page.keyboard.press("Enter")
    await expect(site.get_by_role("textbox")).to_be_focused()
    await marta.page.keyboard.press("Escape")
    await expect(site.get_by_role("textbox")).to_have_count(0)
    await expect(site.get_by_role("button", name=re.compile("Visitor"))).to_be_focused()
    await marta.page.keyboard.press("v")
    await expect(marta.page.get_by_role("region", name="Inbox")).to_be_visible()


async def test_whoever_closes_the_page_is_gone_soon(people: People, shown: Tenant) -> None:
    visitor = await people.visitor()
    marta = await people.agent()
    site = await look_at_the_site(marta)
    await expect(site.get_by_role("button", name=re.compile("Visitor"))).to_be_visible()
    await visitor.page.close()
    await expect(site).to_contain_text("Nobody is on the site")


async def test_a_page_that_changes_its_address_is_another_page(people: People, shown: Tenant) -> None:
    visitor = await people.visitor()
    marta = await people.agent()
    site = await look_at_the_site(marta)
    await visitor.page.evaluate("history.pushState(null, '', '?step=2'); document.title = 'The second step'")
    await expect(site).to_contain_text("The second step")
    await expect(site).to_contain_text("2 pages")


async def test_nothing_is_said_where_the_profile_does_not_ask_for_it(people: People) -> None:
    visitor = await people.newcomer()
    requests = watch_requests(visitor)
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("Hello")
    await expect(visitor.chat).to_contain_text("Waiting for an Agent to join")
    assert [url for url in requests if "visit" in url] == []


async def test_a_page_that_starts_by_hand_says_nothing_before(people: People, shown: Tenant) -> None:
    visitor = await people.newcomer(autoInitialize=False)
    requests = watch_requests(visitor)
    await visitor.page.goto(visitor.url)
    await visitor.page.evaluate("new Promise((done) => requestIdleCallback(() => requestIdleCallback(done)))")
    assert [url for url in requests if "/api/" in url or "visits.js" in url] == []


# What is being written.


async def test_a_visitor_is_told_that_the_draft_is_seen_and_the_agent_sees_it_until_it_is_sent(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    await set_config(stores.owner_url, tenant.profile.id, {"sight": {"drafts": True}})
    visitor = await people.visitor()
    await visitor.open_chat()
    await expect(visitor.chat.get_by_text("Agents can see what you type")).to_be_visible()
    await expect(visitor.field).to_have_accessible_description("Agents can see what you type")
    await visitor.say("Hello")
    marta = await people.agent()
    await marta.accept("Hello")

    await visitor.field.press_sequentially("Is the 54 still in sto")
    draft = marta.conversation.get_by_role("group", name=re.compile("not sent yet$"))
    await expect(draft).to_contain_text("Is the 54 still in sto")
    await expect(draft).to_contain_text("Not sent yet")
    await expect(marta.log).not_to_contain_text("Is the 54")
    await visitor.field.press_sequentially("ck?")
    await expect(draft).to_contain_text("Is the 54 still in stock?")
    await visitor.field.press("Enter")
    await expect(draft).to_have_count(0)
    await marta.expect_texts(["Hello", "Is the 54 still in stock?"])


async def test_an_emptied_draft_is_seen_no_more(people: People, stores: Stores, tenant: Tenant) -> None:
    await set_config(stores.owner_url, tenant.profile.id, {"sight": {"drafts": True}})
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Hello")
    marta = await people.agent()
    await marta.accept("Hello")
    await visitor.field.press_sequentially("Never mind")
    draft = marta.conversation.get_by_role("group", name=re.compile("not sent yet$"))
    await expect(draft).to_contain_text("Never mind")
    await visitor.field.fill("")
    await expect(draft).to_have_count(0)


async def test_without_the_profiles_word_nobody_is_told_and_nothing_is_seen(people: People) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Hello")
    marta = await people.agent()
    await marta.accept("Hello")
    await visitor.field.press_sequentially("Is the 54 still")
    await expect(marta.conversation).to_contain_text("is typing")
    await expect(marta.conversation).not_to_contain_text("Is the 54 still")
    await expect(visitor.chat.get_by_text("Agents can see")).to_have_count(0)
