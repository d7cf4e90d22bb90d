"""The example page of the reference, unmodified but for its addresses and keys: every button does what its hint says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Dialog, expect

from tests.browser.people import People
from tests.browser.reference import list_events
from tests.browser.visitor_page import VisitorPage, expect_box

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXAMPLE = (Path(__file__).with_name("pages") / "example.html").read_text("utf-8")
ROOMY: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
# Come with the question whether somebody is still there, which the hub does not ask.
NOT_TOLD_YET = {"imStillHereConfirm", "imStillHereConfirmed"}
RECORD = """
globalThis.told = [];
for (const name of %s) addEventListener(`haloChat_outboundEvent_${name}`, ({ detail }) => told.push([name, detail]));
"""


async def example(people: People) -> VisitorPage:
    """A visitor before the example page, which records what it is told."""
    made = people.made
    text = (
        EXAMPLE.replace("https://yourHaloUrl.com", made.base_url)
        .replace("your-chat-config-id", str(made.profile.id))
        .replace("your-chat-config-key", made.profile.key)
    )
    window = await people.windows.open(**ROOMY)
    visitor = VisitorPage(window, people.host_pages.publish_text(text, page="example"))
    await visitor.page.add_init_script(RECORD % json.dumps(list_events("outbound")))
    await visitor.page.goto(visitor.url)
    return visitor


async def press(visitor: VisitorPage, name: str) -> None:
    """Presses a button of the page, whatever lies on top of it."""
    await visitor.page.locator("#root").get_by_role("button", name=name, exact=True).dispatch_event("click")


async def test_the_example_page_starts_and_steers_a_chat(people: People) -> None:
    marta = await people.agent()
    visitor = await example(people)
    page = visitor.page
    await expect(page.locator("#connectionStatus")).to_have_text("Not connected")

    await press(visitor, "Initialize Chat")
    await expect(page.locator("#connectionStatus")).to_have_text("Started")
    await expect(visitor.bubble).to_be_hidden()

    await press(visitor, "New Chat / Open Chat Window")
    await expect(visitor.chat).to_be_visible()
    await visitor.say("From the example")
    await marta.accept("From the example")
    await marta.say("Good morning")
    await expect(page.locator("#new_messages")).to_have_value(json_part("textplain", "Good morning"))

    await press(visitor, "Get Chat Data")
    [header] = json.loads(await page.locator("#chat_data").input_value())
    assert [message["textplain"] for message in header["messages"]] == ["From the example", "Good morning"]
    assert header["unread_count"] == 0

    await press(visitor, "Full-screen on")
    await expect_box(visitor.chat, {"x": 0, "y": 0, "width": 1280, "height": 900})
    await press(visitor, "Full-screen off")
    await expect_box(visitor.chat, {"x": 860, "y": 180, "width": 400, "height": 700})
    await page.locator("#width").fill("350")
    await page.locator("#height").fill("500")
    await press(visitor, "Resize")
    await expect_box(visitor.chat, {"x": 910, "y": 380, "width": 350, "height": 500})
    await press(visitor, "Top-Left")
    await expect_box(visitor.chat, {"x": 20, "y": 96, "width": 350, "height": 500})
    await press(visitor, "Toggle Menu")
    await expect(visitor.chat.get_by_role("menu")).to_be_visible()
    await press(visitor, "Toggle Menu")
    await expect(visitor.chat.get_by_role("menu")).to_be_hidden()

    await press(visitor, "Close Chat Window")
    await expect(visitor.chat).to_be_hidden()
    await expect(visitor.bubble).to_be_visible()
    await page.evaluate(
        "() => dispatchEvent(new CustomEvent('haloChat_inboundEvent_repositionBubble', { detail: { x: 200, y: '300' } }))"
    )
    await expect_box(visitor.bubble, {"x": 170, "y": 270, "width": 60, "height": 60})

    await press(visitor, "End Chat")
    await visitor.page.get_by_role("alertdialog").get_by_role("button", name="End this Chat").click()
    await expect(visitor.chat.get_by_role("button", name="Restart Chat")).to_be_visible()
    told = {name for name, _ in await page.evaluate("told")}
    assert told == set(list_events("outbound")) - NOT_TOLD_YET - {"upgradeAnonChat", "existingChatResumed"}


async def test_the_example_page_resumes_upgrades_and_forgets(people: People) -> None:
    visitor = await example(people)
    page = visitor.page
    await press(visitor, "Initialize Chat")
    await expect(page.locator("#connectionStatus")).to_have_text("Started")
    await press(visitor, "Open Chat Window")
    await visitor.say("Still me")
    await expect(visitor.log).to_contain_text("Sent")

    await page.reload()  # keepChatWindowOpen, and an open conversation begins by itself.
    await expect(visitor.log).to_contain_text("Still me")
    await page.wait_for_function("() => told.some(([name]) => name === 'existingChatResumed')")

    said: list[str] = []

    async def dismiss(dialog: Dialog) -> None:
        said.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", dismiss)
    await page.locator("#id_token").fill("not.a.token")
    await press(visitor, "Upgrade Anon Chat to Authenticated Chat")
    await page.wait_for_function("() => told.some(([name]) => name === 'upgradeAnonChat')")
    assert said[0].startswith("upgrade result=false, error=")

    await press(visitor, "Login Changed / Logout / Clear Session")
    await expect(visitor.chat).to_be_hidden()
    await press(visitor, "Get Chat Data")
    await expect(page.locator("#chat_data")).to_have_value("[]")
    assert not await page.context.cookies()


def json_part(name: str, value: str) -> re.Pattern[str]:
    """Text that has this member."""
    return re.compile(re.escape(f'"{name}":"{value}"'))
