"""The page of all states shows each of them, complains of nothing, and is clean by the rules of axe-core."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.served_hub import ServedHub
from tests.browser.test_accessibility import expect_clean, needs_axe
from tests.browser.windows import Windows

pytestmark = pytest.mark.asyncio(loop_scope="session")

BUBBLES = [
    "bubble-rest",
    "bubble-unread",
    "bubble-many",
    "bubble-agent",
    "bubble-open",
    "bubble-end",
    "bubble-teaser",
    "bubble-invitation",
]
WINDOWS = [
    "greeting", "resuming", "unavailable", "unavailable-unknown", "unavailable-form", "intro", "intro-error",
    "waiting", "waiting-place", "talking", "words", "typing", "draft", "draft-seen", "draft-too-long", "sending", "to-be-sent",
    "failed", "refused", "reconnecting", "not-admitted", "older", "picture", "own-file", "files", "files-failed",
    "emoji", "choices", "yes-no", "date", "number", "several", "results", "dangerous", "still-there", "menu",
    "end-question", "details", "ended", "ended-rating", "rated", "rated-thanks",
]  # fmt: skip

AGENTS_BUBBLES = ["agent-told"]
AGENTS_WINDOWS = [
    "agent-unknown", "agent-loading", "agent-empty", "agent-list", "agent-away", "agent-request", "agent-talking",
    "agent-typing", "agent-failed", "agent-meanwhile", "agent-menu", "agent-canned", "agent-canned-none",
    "agent-details", "agent-colleagues", "agent-colleagues-none", "agent-refused", "agent-end-question",
    "agent-taken", "agent-ended",
]  # fmt: skip
ALL = BUBBLES + WINDOWS + AGENTS_BUBBLES + AGENTS_WINDOWS

# What tells each state from the others.
SIGNS = {
    "greeting": "What can we do for you?",
    "unavailable": "We’re back",
    "unavailable-form": "Leave a message",
    "intro-error": "This is no complete address",
    "waiting-place": "You are number 2 in line",
    "typing": "Marta Lindqvist is typing",
    "draft-seen": "Agents can see what you type",
    "draft-too-long": "characters too many",
    "sending": "Sending",
    "to-be-sent": "Waiting to be sent",
    "failed": "Retry now",
    "refused": "Edit",
    "reconnecting": "Try now",
    "not-admitted": "Chat is not possible on this page",
    "older": "Load older messages",
    "files": "Ready · 820 kB",
    "files-failed": "Larger than 25 MB",
    "number": "Please fill this in.",
    "results": "Bedding in new pads",
    "dangerous": "Content has been blocked",
    "still-there": "This chat closes at 11:30.",
    "menu": "Full screen",
    "end-question": "End this chat?",
    "details": "Copy Transcript",
    "ended": "Thank you for writing to us.",
    "ended-rating": "How was it?",
    "rated-thanks": "Thank you.",
    "agent-told": "New Chat Request",
    "agent-unknown": "Who are you?",
    "agent-empty": "No chats right now",
    "agent-list": "asks you to join",
    "agent-away": "Away",
    "agent-request": "Accept",
    "agent-talking": "Ticket 48213",
    "agent-typing": "Priya Raman is typing",
    "agent-failed": "Retry now",
    "agent-meanwhile": "wrote meanwhile",
    "agent-menu": "Chat Details",
    "agent-canned": "We do, on Thursdays.",
    "agent-canned-none": "No canned message fits.",
    "agent-details": "Change Icon",
    "agent-colleagues": "Ada Byron",
    "agent-colleagues-none": "No colleague is here.",
    "agent-refused": "This message is longer",
    "agent-end-question": "End this chat?",
    "agent-taken": "has this chat.",
    "agent-ended": "Ended",
}


async def open_gallery(hub: ServedHub, windows: Windows, query: str = "") -> Page:
    """The page, once all of it is drawn."""
    page = (await windows.open(viewport={"width": 1840, "height": 1000})).page
    await page.goto(f"{hub.base_url}/demo/gallery{query}")
    await expect(page.locator("figure").first).to_be_visible()
    return page


async def expect_names(page: Page, names: list[str]) -> None:
    """The states the page shows, as soon as all are there."""
    figures = page.locator("figure")
    await expect(figures).to_have_count(len(names))
    assert await figures.evaluate_all("(all) => all.map(({ id }) => id)") == names


async def test_every_state_is_shown_as_the_product_draws_it(hub: ServedHub, windows: Windows) -> None:
    page = await open_gallery(hub, windows)

    await expect_names(page, ALL)
    await expect(page.locator(".bubble:visible")).to_have_count(len(BUBBLES + AGENTS_BUBBLES))
    await expect(page.get_by_role("dialog", name="Marlow Cycles").first).to_be_visible()
    for name, sign in SIGNS.items():
        await expect(page.locator(f"figure#{name}")).to_contain_text(sign)


@pytest.mark.parametrize("name", ["bubble-many", "talking", "agent-list"])
async def test_one_state_can_be_shown_alone(hub: ServedHub, windows: Windows, name: str) -> None:
    page = await open_gallery(hub, windows, f"?state={name}")

    await expect_names(page, [name])


async def test_controls_are_links_that_keep_what_else_is_chosen(hub: ServedHub, windows: Windows) -> None:
    page = await open_gallery(hub, windows, "?theme=dark&state=menu")

    await page.get_by_role("link", name="Arabic").click()
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await page.get_by_role("link", name="Phone").click()
    await expect(page.locator(".stage.full.dark .window")).to_have_css("width", "390px")

    await expect_names(page, ["menu"])
    await page.get_by_role("link", name="All states").click()
    await expect(page.locator("figure")).to_have_count(len(ALL))


@needs_axe
@pytest.mark.parametrize(
    "query", ["", "?theme=dark", "?lang=ar&dir=rtl", "?lang=ar&dir=rtl&theme=dark", "?width=phone"]
)
async def test_every_state_is_clean(hub: ServedHub, windows: Windows, query: str) -> None:
    await expect_clean(await open_gallery(hub, windows, query))
