"""What the widget does for a visitor on the page of somebody else."""

import asyncio
import json
import re

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.browser.agent_page import GROW_BEFORE_SCROLLING_IS_TOLD, expect_at_end
from tests.browser.people import People
from tests.browser.served_hub import ServedHub
from tests.browser.stores import Stores
from tests.browser.visitor_page import expect_box
from tests.browser.wires import REALTIME
from tests.doubles.tenant import Tenant

# Of a chat that was begun by one message, accepted, and answered by another.
LAST_SEQ = 4

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_tabs_that_begin_at_the_same_moment_share_one_chat(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    marta = await people.agent()
    first = await people.visitor()
    second = await first.open_tab()
    await second.visit()
    for tab in (first, second):
        await tab.open_chat()
    await first.field.fill("From the first tab")
    await second.field.fill("From the second tab")

    await asyncio.gather(first.field.press("Enter"), second.field.press("Enter"))

    await expect(first.log).to_contain_text("From the second tab")
    await expect(second.log).to_contain_text("From the first tab")
    waiting = marta.section("Waiting").get_by_role("button")
    await expect(waiting).to_have_count(1)
    await waiting.click()
    await expect(marta.log).to_contain_text("From the second tab")
    stored = await stores.list_texts(tenant, marta.chat_id)
    assert sorted(stored) == ["From the first tab", "From the second tab"]
    for screen in (first, second, marta):
        await screen.expect_texts(stored)


async def test_a_draft_survives_a_reload(people: People) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.field.fill("Not finished y")

    await visitor.reload()
    await visitor.open_chat()

    await expect(visitor.field).to_have_value("Not finished y")


async def test_a_message_nobody_acknowledged_before_a_reload_is_sent_exactly_once(
    people: People, hub: ServedHub, stores: Stores, tenant: Tenant
) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Acknowledged")
    await marta.open_chat("Acknowledged")

    with hub.held_still():
        await visitor.say("Sent into the dark")
        await expect(visitor.log).to_contain_text("Sending")
        await visitor.page.reload(wait_until="commit")

    await expect(visitor.bubble).to_be_visible()
    await visitor.open_chat()
    for screen in (visitor, marta):
        await screen.expect_texts(["Acknowledged", "Sent into the dark"])
    await visitor.say("And after it")
    await marta.expect_texts(["Acknowledged", "Sent into the dark", "And after it"])
    assert await stores.list_texts(tenant, marta.chat_id) == [
        "Acknowledged", "Sent into the dark", "And after it",
    ]  # fmt: skip


async def test_the_first_message_of_all_survives_a_reload_before_its_chat_has_begun(
    people: People, hub: ServedHub
) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    await visitor.open_chat()
    await expect(visitor.field).to_be_focused()

    with hub.held_still():
        await visitor.say("The very first")
        await visitor.page.reload(wait_until="commit")

    await expect(visitor.bubble).to_be_visible()
    await expect(marta.section("Waiting").get_by_role("button")).to_have_count(1)
    await marta.open_chat("The very first")
    await visitor.open_chat()
    for screen in (visitor, marta):
        await screen.expect_texts(["The very first"])


async def test_the_bubble_counts_what_is_unread_until_the_window_opens(people: People) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Ring me")
    await marta.accept("Ring me")
    await visitor.close_chat()

    await marta.say("Once")
    await marta.say("Twice")
    await expect(visitor.bubble).to_have_accessible_name("Live Chat, 2 unread message(s)")
    await visitor.open_chat()
    await expect(marta.log).to_contain_text("Seen")
    await visitor.close_chat()

    await expect(visitor.bubble).to_have_accessible_name("Live Chat")
    await visitor.reload()
    await expect(visitor.bubble).to_have_accessible_name("Live Chat")


async def test_everything_can_be_done_by_keyboard(people: People) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    keyboard = visitor.page.keyboard

    await keyboard.press("Tab")
    await expect(visitor.page.get_by_role("link", name="Sizes")).to_be_focused()
    await keyboard.press("Tab")
    await expect(visitor.bubble).to_be_focused()
    await keyboard.press("Enter")
    await expect(visitor.field).to_be_focused()
    await keyboard.type("By keys")
    await keyboard.press("Shift+Enter")
    await keyboard.type("alone")
    await keyboard.press("Enter")
    await visitor.expect_texts(["By keys\nalone"])
    await expect(visitor.field).to_be_focused()
    await keyboard.press("Escape")
    await expect(visitor.chat).to_be_hidden()
    await expect(visitor.bubble).to_be_focused()

    await marta.open_chat("By keys alone")


async def test_the_visitor_ends_the_chat_and_begins_another_without_leaving_the_keyboard(
    people: People,
) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("First chat")
    await marta.open_chat("First chat")

    keyboard = visitor.page.keyboard
    await expect(visitor.field).to_be_focused()
    await keyboard.press("Shift+Tab")
    await keyboard.press("Shift+Tab")
    await keyboard.press("Shift+Tab")
    await expect(visitor.chat.get_by_role("button", name="More")).to_be_focused()
    await keyboard.press("Enter")
    await expect(visitor.chat.get_by_role("menuitem", name="Full screen")).to_be_focused()
    await keyboard.press("Escape")
    await expect(visitor.chat.get_by_role("button", name="More")).to_be_focused()
    await keyboard.press("Enter")
    await expect(visitor.chat.get_by_role("menuitem", name="Full screen")).to_be_focused()
    await keyboard.press("ArrowDown")
    await keyboard.press("ArrowDown")
    await expect(visitor.chat.get_by_role("menuitem", name="End this Chat")).to_be_focused()
    await keyboard.press("Enter")
    question = visitor.page.get_by_role("alertdialog", name="End this chat?")
    await expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    await keyboard.press("Shift+Tab")
    await keyboard.press("Enter")
    await expect(visitor.log).to_contain_text("You ended the chat")
    await expect(marta.conversation).to_contain_text("This chat has ended.")
    await expect(visitor.chat.get_by_role("button", name="Restart Chat")).to_be_focused()
    await keyboard.press("Enter")
    await expect(visitor.field).to_be_focused()
    await visitor.say("Second chat")

    await marta.open_chat("Second chat")
    for screen in (visitor, marta):
        await screen.expect_texts(["Second chat"])


async def test_the_agents_end_gives_the_focus_on_from_the_composer_and_never_takes_it_from_the_page(
    people: People,
) -> None:
    marta = await people.agent()
    writing, elsewhere = await people.visitor(), await people.visitor()
    for visitor, text in ((writing, "I write"), (elsewhere, "I read the page")):
        await visitor.open_chat()
        await visitor.say(text)
    link = elsewhere.page.get_by_role("link", name="Sizes")
    await link.focus()

    for text in ("I write", "I read the page"):
        await marta.accept(text)
        await marta.end_chat()

    await expect(writing.chat.get_by_role("button", name="Restart Chat")).to_be_focused()
    await expect(elsewhere.chat.get_by_role("button", name="Restart Chat")).to_be_visible()
    await expect(link).to_be_focused()


async def test_the_conversation_stays_at_its_end_whatever_grows_and_leaves_it_for_a_person_only(
    people: People,
) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    for number in range(20):
        await visitor.say(f"Line {number}")
    await expect(visitor.log).to_contain_text("Sent")
    await expect(visitor.log).not_to_contain_text("Sending")
    to_end = visitor.chat.get_by_role("button", name="Go to the newest message")

    await visitor.log.evaluate(GROW_BEFORE_SCROLLING_IS_TOLD)
    await expect(to_end).to_have_count(0)
    await expect_at_end(visitor.log)

    # Not by a key: scrolling that a key has begun goes on for a while.
    await visitor.log.evaluate("(log) => { log.scrollTop = 0 }")
    await to_end.click()
    await expect(to_end).to_have_count(0)
    await expect(visitor.log).to_be_focused()
    await expect_at_end(visitor.log)


async def test_a_read_mark_the_hub_could_not_take_is_told_again(people: People) -> None:
    marta = await people.agent()
    visitor = await people.newcomer()
    refused: list[str] = []

    def refuse_the_last_read_once(websocket: WebSocketRoute) -> None:
        server = websocket.connect_to_server()

        def carry(frame: str | bytes) -> None:
            said = json.loads(frame)
            if said.get("op") != "read" or said["args"]["seq"] < LAST_SEQ or refused:
                server.send(frame)
                return
            refused.append(said["cid"])
            error = {"code": "too_many", "message": "Wait.", "retry": "after", "after_ms": 1}
            websocket.send(json.dumps({"t": "reply", "cid": said["cid"], "ok": False, "error": error}))

        websocket.on_message(carry)

    await visitor.page.route_web_socket(REALTIME, refuse_the_last_read_once)
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("I read everything")
    await marta.accept("I read everything")

    await marta.say("Do you?")
    await expect(marta.log).to_contain_text("Seen")
    assert len(refused) == 1


async def test_on_a_phone_the_window_covers_the_screen(people: People) -> None:
    size = {"width": 390, "height": 844}
    visitor = await people.visitor(browser={"viewport": size, "has_touch": True, "is_mobile": True})

    await visitor.open_chat()

    await expect_box(visitor.chat, {"x": 0, "y": 0, **size})
    await expect(visitor.chat).to_have_attribute("aria-modal", "true")
    await visitor.chat.get_by_role("button", name="Close").tap()
    await expect(visitor.bubble).to_be_visible()


@pytest.mark.parametrize("is_kept", [True, False])
async def test_persist_chat_token_decides_whether_a_reload_finds_the_conversation_again(
    people: People, is_kept: bool
) -> None:
    visitor = await people.visitor(persistChatToken=is_kept)
    await visitor.open_chat()
    await visitor.say("Do you know me?")
    await expect(visitor.log).to_contain_text(re.compile("Sent"))
    cookies = await visitor.page.context.cookies()
    assert bool(cookies) is is_kept

    await visitor.reload()
    await visitor.open_chat()

    if is_kept:
        await visitor.expect_texts(["Do you know me?"])
    else:
        await expect(visitor.chat).to_contain_text("Hello. What can we do for you?")
