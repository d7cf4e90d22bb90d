"""What visitors are asked besides their question: who they are, and whether they are still there."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.people import People
from tests.browser.stores import Stores
from tests.doubles.halo_client import HaloProgram, admin_program
from tests.doubles.id_tokens import claims_of, sign
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

RECORD = """
globalThis.told = [];
for (const name of ["imStillHereConfirm", "imStillHereConfirmed", "chatEnded"])
  addEventListener(`haloChat_outboundEvent_${name}`, () => told.push(name));
"""


@pytest_asyncio.fixture(loop_scope="session")
async def program(tenant: Tenant) -> AsyncIterator[HaloProgram]:
    """A program of the tenant's administrator."""
    async with admin_program(tenant.bootstrap.base_url, tenant) as signed_in:
        yield signed_in


async def configure(people: People, program: HaloProgram, **members: Any) -> None:
    """Changes the profile."""
    await program.post("/ChatProfile", [{"id": people.made.profile.id, **members}])


async def test_who_is_asked_for_name_and_e_mail_gives_them_before_the_first_words_go(
    people: People, program: HaloProgram
) -> None:
    await configure(people, program, _prechat=2)
    marta = await people.agent()
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("It squeals")
    begin = visitor.chat.get_by_role("button", name="Start a new Chat")
    await begin.click()
    await expect(visitor.chat.get_by_role("alert").filter(has_text="Please fill this in.")).to_have_count(2)
    await expect(visitor.chat.get_by_label("Name")).to_be_focused()
    await visitor.chat.get_by_label("Name").fill("Aoife Ní Dhomhnaill")
    await visitor.chat.get_by_label("E-mail").fill("aoife@dhomhnaill")
    await begin.click()
    await expect(visitor.chat.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    await expect(visitor.chat.get_by_role("alert").filter(has_text="no complete address")).to_be_visible()
    await visitor.chat.get_by_label("E-mail").fill("aoife@dhomhnaill.ie")
    await begin.click()
    await visitor.expect_texts(["It squeals"])
    await expect(marta.row("It squeals")).to_contain_text("Aoife Ní Dhomhnaill")


async def test_who_may_leave_them_out_does_and_who_is_known_is_not_asked(
    people: People, program: HaloProgram
) -> None:
    await configure(people, program, _prechat=1)
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Just a question")
    await visitor.chat.get_by_label("Name (optional)").press("Enter")
    await visitor.expect_texts(["Just a question"])

    known = await people.visitor(enableInboundEvents=True)
    token = sign(people.made.profile.identity_secret, claims_of("u1", name="Lena"))
    await known.page.evaluate(
        "(id_token) => dispatchEvent(new CustomEvent('haloChat_inboundEvent_openChatWindow', { detail: { id_token } }))",
        token,
    )
    await expect(known.chat).to_be_visible()
    await known.page.wait_for_function("() => document.cookie.includes('_user=')")
    await known.say("You know me")
    await known.expect_texts(["You know me"])


async def test_a_message_is_left_while_nobody_can_answer(
    people: People, program: HaloProgram, stores: Stores, tenant: Tenant
) -> None:
    await stores.need_agent(tenant.profile.id)
    visitor = await people.visitor()
    await visitor.open_chat()
    await expect(visitor.chat).to_contain_text("Leave a message and")
    await visitor.chat.get_by_label("Name").fill("Katharina")
    await visitor.chat.get_by_label("E-mail").fill("katharina@posteo.example")
    await visitor.chat.get_by_label("Message").fill("Does it fit at 171 cm?")
    await visitor.chat.get_by_role("button", name="Leave a message").click()
    await visitor.expect_texts(["Does it fit at 171 cm?"])
    marta = await people.agent()
    await expect(marta.row("Does it fit at 171 cm?")).to_contain_text("Katharina")
    await marta.accept("Does it fit at 171 cm?")
    await marta.say("It does")
    await visitor.expect_texts(["Does it fit at 171 cm?", "It does"])


async def test_who_is_asked_whether_they_are_still_there_says_so_or_the_chat_ends(
    people: People, program: HaloProgram
) -> None:
    await configure(people, program, _still_there_seconds=1, _still_there_close_seconds=20)
    marta = await people.agent()
    visitor = await people.newcomer(
        areYouStillThereReopenChat=True, enableInboundEvents=True, enableOutboundEvents=True
    )
    await visitor.page.add_init_script(RECORD)
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("One moment")
    await visitor.close_chat()
    await marta.accept("One moment")
    await marta.say("Take your time")
    asked = visitor.chat.get_by_role("alert").filter(has_text="Are you still there?")
    await expect(asked).to_be_visible()  # The window has opened by itself.
    await expect(asked).to_contain_text(re.compile(r"This chat closes at \d+:\d\d"))
    await asked.get_by_role("button", name="I’m still here").click()

    # The question goes and comes again, which is told of: nobody looks fast enough to be sure to see it.
    await expect(visitor.log).to_contain_text("ended because nobody wrote")
    await expect(asked).to_be_hidden()
    assert await visitor.page.evaluate("told") == [
        "imStillHereConfirm", "imStillHereConfirmed", "imStillHereConfirm", "chatEnded",
    ]  # fmt: skip


async def test_the_window_stays_closed_where_the_page_does_not_want_it_opened(
    people: People, program: HaloProgram
) -> None:
    await configure(people, program, _still_there_seconds=1)
    marta = await people.agent()
    visitor = await people.newcomer(enableOutboundEvents=True)
    await visitor.page.add_init_script(RECORD)
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("One moment")
    await visitor.close_chat()
    await marta.accept("One moment")
    await marta.say("Take your time")
    await visitor.page.wait_for_function("() => told.includes('imStillHereConfirm')")
    await expect(visitor.chat).to_be_hidden()


async def test_who_waits_is_told_where_they_stand(people: People) -> None:
    first, second = await people.visitor(), await people.visitor()
    for number, visitor in enumerate((first, second), 1):
        await visitor.open_chat()
        await visitor.say(f"Question {number}")
        await expect(visitor.log).to_contain_text(f"You are number {number} in line")
    marta = await people.agent()
    await marta.accept("Question 1")
    await expect(first.log).to_contain_text("joined")
    await expect(second.log).to_contain_text("You are number 1 in line")


async def test_a_teaser_stands_on_the_pages_it_is_for_until_it_is_put_away(
    people: People, program: HaloProgram
) -> None:
    rules = [
        {"url": "/nowhere", "message": "Not here"},
        {"url": "localhost*shop", "message": "Unsure about the size?"},
    ]
    await configure(people, program, use_bubble_popup_message_mappings=True, popup_message_mappings=rules)
    visitor = await people.visitor()
    teaser = visitor.page.get_by_role("status").filter(has_text="Unsure about the size?")
    await expect(teaser).to_be_visible()
    await visitor.reload()
    await expect(teaser).to_be_visible()
    await teaser.get_by_role("button", name="Close").click()
    await expect(teaser).to_be_hidden()
    await visitor.reload()
    await visitor.bubble.hover()
    await expect(visitor.page.locator("halo-chat-widget").locator("section")).to_be_attached()
    await expect(teaser).to_be_hidden()

    other = await people.visitor()
    await other.page.get_by_role("button", name=re.compile("Unsure about the size")).click()
    await expect(other.chat).to_be_visible()
    await expect(other.page.get_by_role("button", name=re.compile("Unsure about the size"))).to_be_hidden()


async def test_a_banner_stands_in_the_window_while_it_is_due(people: People, program: HaloProgram) -> None:
    banners = [
        {"message": "Not yet", "startdate": "2099-01-01T00:00:00Z"},
        {"message": "Closed on Friday", "enddate": "2099-01-01T00:00:00Z"},
    ]
    await configure(people, program, _banners=banners)
    visitor = await people.visitor()
    await visitor.open_chat()
    await expect(visitor.chat.get_by_text("Closed on Friday")).to_be_visible()
    await expect(visitor.chat.get_by_text("Not yet")).to_be_hidden()
