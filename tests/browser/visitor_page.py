"""A host page with the widget on it, used as a visitor uses it: by what is written on it and read out."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.browser.windows import Complaints, Window
from tests.operate.processes import DEADLINE_S

# In English, and in Arabic for what is shown from right to left.
PLACEHOLDER = re.compile("Type your message and press Enter to send|اكتب رسالتك ثم اضغط Enter للإرسال")
CLOSE = re.compile("^(Close|إغلاق)$")


@dataclass(frozen=True, slots=True)
class VisitorPage:
    """One tab of a visitor."""

    window: Window
    url: str

    @property
    def page(self) -> Page:
        """The tab."""
        return self.window.page

    @property
    def complaints(self) -> Complaints:
        """Of all tabs of this visitor."""
        return self.window.complaints

    @property
    def bubble(self) -> Locator:
        """The bubble, while the window is closed."""
        return self.page.get_by_role(
            "button", name=re.compile(r"^(Start a new Chat|Live Chat)"), expanded=False
        )

    @property
    def open_bubble(self) -> Locator:
        """The bubble, while the window is open; the window has a button of the same name."""
        return self.page.get_by_role("button", name=CLOSE, expanded=True)

    @property
    def chat(self) -> Locator:
        """The window."""
        return self.page.get_by_role("dialog")

    @property
    def field(self) -> Locator:
        """Where the visitor writes."""
        return self.chat.get_by_role("textbox", name=PLACEHOLDER)

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.chat.get_by_role("log")

    async def visit(self) -> None:
        """Opens the page, and returns when the bubble is there."""
        await self.page.goto(self.url)
        await expect(self.bubble).to_be_visible()

    async def reload(self) -> None:
        """As F5 does; returns when the bubble is back."""
        await self.page.reload()
        await expect(self.bubble).to_be_visible()

    async def open_chat(self) -> None:
        """A click on the bubble; returns when the window stands open."""
        await self.bubble.click()
        await expect(self.chat).to_be_visible()

    async def close_chat(self) -> None:
        """Escape; returns when the window is gone."""
        await self.page.keyboard.press("Escape")
        await expect(self.chat).to_be_hidden()

    async def say(self, text: str) -> None:
        """Writes and sends; does not wait for the hub."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def expect_texts(self, texts: list[str]) -> None:
        """Exactly these messages are shown, in this order."""
        await expect(texts_of_people(self.log)).to_have_text(texts)

    async def open_tab(self) -> "VisitorPage":
        """The same visitor in another tab, which is empty yet."""
        return VisitorPage(await self.window.open_tab(), self.url)


def texts_of_people(log: Locator) -> Locator:
    """The messages of a log. Their direction is their own, which sets them apart from the words of the interface."""
    return log.locator("[dir=auto]")


async def expect_box(element: Locator, expected: dict[str, int]) -> None:
    """The element comes to stand there: whole CSS pixels, `x`, `y`, `width`, `height`."""
    found: dict[str, int] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(DEADLINE_S):
            while found != expected:
                found = await settled_box(element)
    assert found == expected


async def settled_box(element: Locator) -> dict[str, int]:
    """Where the element stands when it has stopped moving for now, as `expect_box` takes it."""
    await element.evaluate(
        "(element) => Promise.allSettled(element.getAnimations().map((animation) => animation.finished))"
    )
    box = await element.bounding_box()
    assert box is not None, "the element is not shown"
    return {
        "x": round(box["x"]),
        "y": round(box["y"]),
        "width": round(box["width"]),
        "height": round(box["height"]),
    }
