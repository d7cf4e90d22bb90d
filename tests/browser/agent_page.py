"""The console, used as an agent uses it: by keys and by what is written on it."""

import asyncio
import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from hub.actions.tenants import BootstrapAgent
from tests.browser.visitor_page import texts_of_people
from tests.browser.windows import Complaints, Window
from tests.operate.processes import DEADLINE_S

# Of an element, in CSS pixels, after a frame in which everything that hears of scrolling has heard.
SETTLED_SCROLL_TOP = """
(element) => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(element.scrollTop))))
"""

# What is left below the screen, once it has settled.
DISTANCE_TO_END = """
(element) => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
  resolve(element.scrollHeight - element.scrollTop - element.clientHeight))))
"""
# Browsers tell of scrolling at the beginning of a frame, of sizes at its end: what grows between the two is seen
# by the former first. The log scrolls within its end, and then grows before that is told.
GROW_BEFORE_SCROLLING_IS_TOLD = """
async (element) => {
  const frame = () => new Promise(requestAnimationFrame);
  element.scrollTop -= 10;
  await frame();
  await frame();
  element.scrollTop += 5;
  element.lastElementChild.style.marginBlockEnd = "300px";
  await frame();
  await frame();
}
"""

# The console asks whether somebody is signed in; browsers write down every 401.
NOT_SIGNED_IN = "status of 401"


async def expect_at_end(element: Locator) -> None:
    """It comes to show its end."""
    async with asyncio.timeout(DEADLINE_S):
        while await element.evaluate(DISTANCE_TO_END) >= 1:
            pass


@dataclass(frozen=True, slots=True)
class AgentPage:
    """One tab of an agent."""

    window: Window
    base_url: str

    @property
    def page(self) -> Page:
        """The tab."""
        return self.window.page

    @property
    def complaints(self) -> Complaints:
        """Of all tabs of this agent."""
        return self.window.complaints

    @property
    def menu_button(self) -> Locator:
        """Opens the agent's own menu."""
        return self.page.get_by_role("button", name=re.compile("Signed in as"))

    @property
    def accepting(self) -> Locator:
        """The switch that says whether the agent takes new chats."""
        return self.page.get_by_role("switch", name=re.compile("^Take new chats"))

    @property
    def conversation(self) -> Locator:
        """The pane of the open chat: the outermost region with its log in it."""
        log = self.page.get_by_role("log", name="Conversation")
        return self.page.get_by_role("region").filter(has=log).first

    @property
    def log(self) -> Locator:
        """What was said in it."""
        return self.conversation.get_by_role("log", name="Conversation")

    @property
    def field(self) -> Locator:
        """Where the agent writes a reply."""
        return self.conversation.get_by_role("textbox", name=re.compile("^Reply to"))

    @property
    def chat_id(self) -> int:
        """The chat the address names."""
        return int(self.page.url.rpartition("#")[2])

    def section(self, title: str) -> Locator:
        """A section of the inbox, by the first word of its title."""
        return self.page.get_by_role("region", name=re.compile(f"^{title}"))

    def row(self, text: str) -> Locator:
        """The line of the inbox whose last words are these."""
        return self.page.get_by_role("region", name="Inbox").get_by_role("button").filter(has_text=text)

    async def visit(self) -> None:
        """Opens the console; returns when it asks who is there."""
        self.complaints.expect(NOT_SIGNED_IN)
        await self.page.goto(f"{self.base_url}/console")
        await expect(self.page.get_by_role("heading", name="Sign in")).to_be_visible()

    async def enter(self, email: str, password: str) -> None:
        """Fills in the sign-in form and sends it."""
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()

    async def ask(self, path: str, form: dict[str, str]) -> None:
        """Sends what a form would send, past the page but from the same place."""
        await self.page.request.post(f"{self.base_url}{path}", data=form)

    async def sign_in(self, agent: BootstrapAgent) -> None:
        """Opens the console and signs in; returns when the inbox stands there."""
        await self.visit()
        await self.enter(agent.email, agent.password)
        await self.expect_inbox()

    async def expect_inbox(self) -> None:
        """The inbox is here and its line is live."""
        await expect(self.page.get_by_role("heading", name="Inbox")).to_be_visible()
        await expect(self.page.get_by_role("status").filter(has_text=re.compile("onnecting"))).to_have_count(
            0
        )

    async def reload(self) -> None:
        """As F5 does; returns when the inbox is back."""
        await self.page.reload()
        await self.expect_inbox()

    async def open_chat(self, last_words: str) -> None:
        """Opens the chat with these last words; returns when they stand in its conversation."""
        await self.row(last_words).click()
        await expect(self.log).to_contain_text(last_words)

    async def accept(self, last_words: str) -> None:
        """Opens the chat and accepts it by key; returns when one can write."""
        await self.open_chat(last_words)
        await self.page.keyboard.press("a")
        await expect(self.field).to_be_focused()

    async def say(self, text: str) -> None:
        """Writes and sends; does not wait for the hub."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def read_from_the_top(self) -> None:
        """Scrolls the conversation up by key; returns when it has settled there, older messages included."""
        messages = self.page.get_by_role("region", name="Messages")
        await messages.focus()
        async with asyncio.timeout(DEADLINE_S):
            while await messages.evaluate(SETTLED_SCROLL_TOP) > 0:
                await messages.press("Home")

    async def ask_to_end(self) -> None:
        """Leaves the field and presses the key that ends; returns when the console asks whether that is meant."""
        await self.page.keyboard.press("Escape")
        await self.page.keyboard.press("e")
        await expect(self.page.get_by_role("button", name="End chat")).to_be_focused()

    async def end_chat(self) -> None:
        """Ends the open chat by keys; returns when the conversation says so."""
        await self.ask_to_end()
        await self.page.keyboard.press("Enter")
        await expect(self.log).to_contain_text("You ended the chat")

    async def expect_texts(self, texts: list[str]) -> None:
        """Exactly these messages are shown, in this order."""
        await expect(texts_of_people(self.log)).to_have_text(texts)
