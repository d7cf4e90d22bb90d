"""The list of the console: its views and filters, the search over all chats, and what a row tells."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from hub.actions.chats import ChatChange, change_chats, end_chat, start_chat, tag_chat
from hub.actions.holding import accept_chat
from hub.actions.messages import post_message, post_note
from hub.actions.ratings import rate_chat
from hub.domain.chat import StartFacts
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.doubles.conversation import begin_chat
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def ended_chat(stores: Stores, tenant: Tenant, number: int) -> int:
    """A chat that is over, in which one thing was said."""
    facts = StartFacts(name=f"Visitor {number}", email=f"someone{number}@town.example")
    start = await start_chat(stores.ports, tenant.new_visitor(), tenant.profile, "start", facts)
    await post_message(stores.ports, start.caller, start.chat.id, f"Saddle number {number}", "ask")
    await end_chat(stores.ports, start.caller, start.chat.id, "end")
    return start.chat.id


async def test_words_that_were_said_long_ago_are_found_and_shown_at_their_place(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    facts = StartFacts(name="Ada Lovelace", email="ada@analytical.example")
    start = await start_chat(stores.ports, tenant.new_visitor(), tenant.profile, "start", facts)
    await post_message(stores.ports, start.caller, start.chat.id, "Is the Fernweh in stock?", "first")
    for number in range(600):
        await post_message(stores.ports, start.caller, start.chat.id, f"And number {number}?", f"m{number}")
    await begin_chat(stores.ports, tenant)
    marta = await people.agent()

    await marta.page.keyboard.press("/")
    await marta.page.keyboard.type("fernw")

    found = marta.page.get_by_role("region", name="Found")
    row = found.get_by_role("button")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("Ada Lovelace")
    await expect(row.locator("mark")).to_have_text("Fernw")
    await marta.page.keyboard.press("ArrowDown")
    await marta.page.keyboard.press("Enter")
    await expect(marta.log.get_by_text("Is the Fernweh in stock?")).to_be_in_viewport()

    await marta.page.keyboard.press("/")
    await marta.page.get_by_role("searchbox").fill("analytical.example")
    await expect(row).to_contain_text("Ada Lovelace")
    await marta.page.get_by_role("searchbox").fill("nobody said this")
    await expect(found.get_by_text("Nothing found")).to_be_visible()
    await marta.page.keyboard.press("Escape")
    await expect(marta.section("Waiting")).to_be_visible()
    await expect(marta.page.get_by_role("button", name="Search")).to_be_focused()


async def test_older_ended_chats_come_as_one_scrolls(people: People, stores: Stores, tenant: Tenant) -> None:
    first = await ended_chat(stores, tenant, 0)
    for number in range(1, 60):
        await ended_chat(stores, tenant, number)
    marta = await people.agent()

    await marta.page.get_by_role("tab", name="Ended").click()
    rows = marta.page.get_by_role("tabpanel").get_by_role("button")
    await expect(rows.first).to_contain_text("Saddle number 59")
    oldest = marta.page.get_by_role("tabpanel").locator(f"[data-chat='{first}']")
    await expect(oldest).to_have_count(0)
    await marta.page.get_by_role("tabpanel").evaluate("(list) => list.scrollTo(0, list.scrollHeight)")

    await expect(oldest).to_contain_text("Saddle number 0")
    await expect(marta.page.get_by_role("button", name="Older chats")).to_have_count(0)


async def test_filters_leave_what_they_are_about_and_say_so(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    rated = await begin_chat(stores.ports, tenant)
    other = await begin_chat(stores.ports, tenant)
    await stores.ports.profiles.write_profiles(
        tenant.id,
        [tenant.profile.id],
        lambda known: [
            replace(profile, feedback=replace(profile.feedback, is_enabled=True))
            for profile in known.values()
        ],
    )
    await accept_chat(stores.ports, tenant.marta, rated.chat.id, "accept")
    await rate_chat(stores.ports, rated.caller, rated.chat.id, 2, None, "rate")
    await tag_chat(stores.ports, tenant.marta, rated.chat.id, ["refund"], "tag")
    marta = await people.agent()
    rows = marta.page.get_by_role("tabpanel").locator("[data-chat]")
    await expect(rows).to_have_count(2)
    await expect(rows.and_(marta.page.locator(f"[data-chat='{rated.chat.id}']"))).to_contain_text("2 of 5")

    await marta.page.keyboard.press("f")
    filters = marta.page.get_by_role("group", name="Filters")
    await filters.get_by_role("switch", name="Rated").click()

    await expect(rows).to_have_count(1)
    await expect(rows).to_have_attribute("data-chat", str(rated.chat.id))
    await filters.get_by_label("Tag").select_option("refund")
    await filters.get_by_role("switch", name="Unread").click()
    await marta.page.keyboard.press("Escape")
    await expect(marta.page.get_by_role("button", name="Filters, some are set")).to_be_focused()
    await expect(marta.page.get_by_text("Nothing fits these filters")).to_be_visible()
    await marta.page.get_by_role("button", name="Show all chats").click()
    await expect(rows).to_have_count(2)
    await expect(marta.page.locator(f"[data-chat='{other.chat.id}']")).to_be_visible()


async def test_the_view_of_the_team_shows_its_open_chats_and_counts_them(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    [team] = await stores.ports.desk.teams.save_teams(tenant.id, [{"name": "Repairs"}])
    await stores.ports.desk.staff.save_agents(tenant.id, [{"id": tenant.marta.id, "team_ids": [team]}])
    ours = await begin_chat(stores.ports, tenant)
    await begin_chat(stores.ports, tenant)
    await change_chats(
        stores.ports, tenant.marta, [ChatChange(ours.chat.id, "team", details={"team_id": team})]
    )
    marta = await people.agent()
    tab = marta.page.get_by_role("tab", name="Team")
    await expect(tab).to_have_text(re.compile(r"^Team\s*1$"))

    await tab.click()

    rows = marta.page.get_by_role("tabpanel").locator("[data-chat]")
    await expect(rows).to_have_count(1)
    await expect(rows).to_have_attribute("data-chat", str(ours.chat.id))
    await accept_chat(stores.ports, tenant.jonas, ours.chat.id, "accept")
    await expect(marta.section("With colleagues")).to_be_visible()
    await end_chat(stores.ports, tenant.jonas, ours.chat.id, "end")
    await expect(tab).to_have_text("Team")


async def test_who_is_named_in_a_note_sees_it_in_the_list_until_it_was_read(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    start = await begin_chat(stores.ports, tenant)
    marta = await people.agent()
    row = marta.page.locator(f"[data-chat='{start.chat.id}']")
    await expect(row).to_be_visible()

    await post_note(
        stores.ports, tenant.jonas, start.chat.id, "@Marta please", "note", mention_ids=[tenant.marta.id]
    )

    await expect(row).to_contain_text("a note names you")
    await row.click()
    await expect(marta.log).to_contain_text("@Marta please")
    await expect(row).not_to_contain_text("a note names you")
