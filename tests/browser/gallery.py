"""Pictures of every state of widget and console against a real hub: `python -m tests.browser.gallery DIRECTORY`.

They are made to be looked at beside the last ones before a change of looks lands. Counterpart: the tests of this folder.
"""

import asyncio
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Page, StorageState, async_playwright, expect

from hub.actions.tenants import bootstrap_tenant
from hub.app import make_secrets
from hub.domain.identity import AgentCaller
from tests.browser.agent_page import AgentPage
from tests.browser.host_pages import serving_host_pages
from tests.browser.people import People
from tests.browser.served_hub import ServedHub, served_hub
from tests.browser.stores import Stores, opened_stores
from tests.browser.visitor_page import VisitorPage, settled_box
from tests.browser.windows import Windows, launch_chromium

NAME = "Marlow Cycles"
QUESTION = "Hello, is the Fernweh 3 in stock in size 54?"
LONG_ANSWER = (
    "Yes, two of them: one in moss green, one in black. Both stand in the shop in Bridge Street, and you can "
    "ride either of them round the park before you decide. All measures are at https://shop.example/fernweh-3#sizes"
)
ARABIC_QUESTION = "مرحباً، هل دراجة Fernweh 3 متوفرة بمقاس 54؟"
ARABIC_ANSWER = "نعم، لدينا اثنتان. القياسات هنا: https://shop.example/fernweh-3"

DESKTOP = {"viewport": {"width": 1180, "height": 880}, "device_scale_factor": 2}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True,
}  # fmt: skip
# What a page of 1180 by 880 has left when the visitor reads it at twice the size.
ZOOMED = {"viewport": {"width": 590, "height": 440}, "device_scale_factor": 4}
ARABIC = {"language": "ar", "direction": "rtl"}
# In English and in Arabic.
SENT = re.compile("Sent|أُرسلت")
SEEN = re.compile("Seen|شوهدت")
TYPING = re.compile("is typing|يكتب الآن")
BACK = re.compile("We’re back|نعود")
CONSOLE = {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 2}
SMALL_CONSOLE = {"viewport": {"width": 1024, "height": 768}, "device_scale_factor": 2}


@dataclass(frozen=True, slots=True)
class Studio:
    """The people before the camera."""

    hub: ServedHub
    stores: Stores
    people: People
    directory: Path
    _sessions: dict[int, StorageState] = field(default_factory=dict)

    async def agent(self, number: int = 0, **browser: Any) -> AgentPage:
        """An agent before the inbox. Each signs in once: an account has five tries a minute."""
        session = self._sessions.get(number)
        if session is None:
            agent = await self.people.agent(number, **browser)
            self._sessions[number] = await agent.page.context.storage_state()
            return agent
        agent = await self.people.stranger(storage_state=session, **browser)
        await agent.page.goto(f"{agent.base_url}/console")
        await agent.expect_inbox()
        return agent

    async def shoot(self, name: str, page: Page) -> None:
        """Keeps what the page shows now, without what blinks."""
        await page.screenshot(path=self.directory / f"{name}.png", animations="disabled", caret="hide")
        print(name, flush=True)

    async def begin(self, text: str = QUESTION, **options: Any) -> VisitorPage:
        """A visitor who has just written."""
        visitor = await self.people.visitor(**{"browser": DESKTOP, **options})
        await visitor.open_chat()
        await visitor.say(text)
        await expect(visitor.log).to_contain_text(SENT)
        return visitor

    async def talk(
        self, agent: AgentPage, text: str = QUESTION, answer: str = LONG_ANSWER, **options: Any
    ) -> VisitorPage:
        """A visitor in the middle of a conversation, with what the agent types in view."""
        visitor = await self.begin(text, **options)
        await agent.accept(text)
        for said in ("Good morning!", answer):
            await agent.say(said)
            await expect(visitor.log).to_contain_text(said)
        await visitor.say("Wonderful. Can I try the green one on Saturday?")
        await expect(agent.log).to_contain_text("Saturday")
        await expect(visitor.log).to_contain_text(SEEN)
        await agent.field.press_sequentially("Of course")
        await expect(visitor.log).to_contain_text(TYPING)
        await settled_box(visitor.chat)
        return visitor


async def shoot_widget(studio: Studio, marta: AgentPage) -> None:
    """From the bubble to the end."""
    visitor = await studio.people.visitor(browser=DESKTOP)
    await settled_box(visitor.bubble)
    await studio.shoot("widget-bubble", visitor.page)
    await visitor.open_chat()
    await studio.shoot("widget-greeting", visitor.page)
    await visitor.say(QUESTION)
    await expect(visitor.chat).to_contain_text("Waiting for an Agent to join")
    await expect(visitor.log).to_contain_text("Sent")
    await studio.shoot("widget-waiting", visitor.page)
    await marta.accept(QUESTION)
    await marta.say(LONG_ANSWER)
    await expect(visitor.log).to_contain_text("round the park")
    await visitor.say("Wonderful.")
    await expect(visitor.log).to_contain_text("Seen")
    await studio.shoot("widget-talking", visitor.page)
    await visitor.chat.get_by_role("button", name="More").click()
    await studio.shoot("widget-menu", visitor.page)
    await visitor.chat.get_by_role("menuitem", name="End this Chat").click()
    await studio.shoot("widget-end-question", visitor.page)
    await visitor.page.keyboard.press("Escape")
    await visitor.close_chat()
    await marta.say("Anything else?")
    await marta.say("We close at six.")
    await expect(visitor.bubble).to_have_accessible_name(re.compile("2 unread"))
    await studio.shoot("widget-unread", visitor.page)
    await visitor.open_chat()
    await marta.end_chat()
    await expect(visitor.chat.get_by_role("button", name="Restart Chat")).to_be_visible()
    await studio.shoot("widget-ended", visitor.page)


async def shoot_widget_looks(studio: Studio, marta: AgentPage) -> None:
    """The same conversation in every dress."""
    await studio.shoot("widget-typing", (await studio.talk(marta)).page)
    await studio.shoot("widget-dark", (await studio.talk(marta, theme="dark")).page)
    await studio.shoot("widget-phone", (await studio.talk(marta, browser=PHONE)).page)
    await studio.shoot("widget-zoom", (await studio.talk(marta, browser=ZOOMED)).page)
    arabic = await studio.talk(marta, ARABIC_QUESTION, ARABIC_ANSWER, page=ARABIC, position="bottom-left")
    await studio.shoot("widget-rtl", arabic.page)


async def shoot_widget_away(studio: Studio) -> None:
    """Outside opening hours, in every dress; the door stands open again afterwards."""
    tenant, profile = studio.people.made.tenant.id, studio.people.made.profile.id
    nine = datetime.now(UTC).replace(hour=9, minute=0) + timedelta(days=3)
    await studio.stores.close_until(tenant, profile, nine)
    dresses: dict[str, dict[str, Any]] = {
        "widget-away": {"browser": DESKTOP},
        "widget-away-dark": {"browser": DESKTOP, "theme": "dark"},
        "widget-away-phone": {"browser": PHONE},
        "widget-away-rtl": {"browser": DESKTOP, "page": ARABIC, "position": "bottom-left"},
    }
    for name, options in dresses.items():
        visitor = await studio.people.visitor(**options)
        await visitor.open_chat()
        await expect(visitor.chat).to_contain_text(BACK)
        await settled_box(visitor.chat)
        await studio.shoot(name, visitor.page)
    await studio.stores.open_again(profile)


async def shoot_agent_menu(studio: Studio) -> None:
    """Whether new chats are taken: light, dark, and on a phone."""
    dresses: dict[str, dict[str, Any]] = {
        "console-menu": SMALL_CONSOLE,
        "console-menu-dark": {**SMALL_CONSOLE, "color_scheme": "dark"},
        "console-menu-phone": PHONE,
    }
    for name, browser in dresses.items():
        agent = await studio.agent(0, **browser)
        await agent.menu_button.click()
        await expect(agent.accepting).to_be_visible()
        await studio.shoot(name, agent.page)
        await agent.accepting.click()
        await expect(agent.accepting).not_to_be_checked()
        await studio.shoot(f"{name}-off", agent.page)
        await agent.accepting.click()
        await expect(agent.accepting).to_be_checked()


async def shoot_widget_troubles(studio: Studio) -> None:
    """What can go wrong; the hub is gone afterwards."""
    visitor = await studio.begin()
    with studio.hub.without_storage():
        await visitor.say("Are you still there?")
        await expect(visitor.log).to_contain_text("Not sent yet")
        await studio.shoot("widget-not-sent", visitor.page)
    await expect(visitor.log).to_contain_text("Sent")
    await studio.hub.kill()
    await expect(visitor.chat).to_contain_text("Reconnecting")
    await visitor.say("Hello?")
    await expect(visitor.log).to_contain_text("Waiting to be sent")
    await studio.shoot("widget-reconnecting", visitor.page)


async def fill_inbox(studio: Studio, marta: AgentPage, jonas: AgentPage) -> None:
    """Chats in every section."""
    await studio.begin("Do you repair tandems?")
    await jonas.accept("Do you repair tandems?")
    await jonas.say("We do, on Thursdays.")
    await studio.begin("My order 10482 came without a saddle, and the box was open on one side")
    await studio.begin("Opening hours on Sunday?")


async def shoot_console(studio: Studio) -> None:
    """From the sign-in to the guard."""
    stranger = await studio.people.stranger(**CONSOLE)
    await stranger.visit()
    await studio.shoot("console-sign-in", stranger.page)
    await stranger.enter("marta@shop.example", "guess")
    await expect(stranger.page.get_by_role("alert")).not_to_be_empty()
    await studio.shoot("console-sign-in-wrong", stranger.page)

    marta, jonas = await studio.agent(0, **CONSOLE), await studio.agent(1)
    await studio.shoot("console-empty", marta.page)
    await fill_inbox(studio, marta, jonas)
    await expect(marta.row("Opening hours")).to_be_visible()
    await studio.shoot("console-inbox", marta.page)
    visitor = await studio.talk(marta)
    await visitor.field.press_sequentially("And one")
    await expect(marta.conversation).to_contain_text("is typing")
    await studio.shoot("console-conversation", marta.page)
    await marta.field.clear()
    await shoot_console_layers(studio, marta)
    await shoot_guard(studio, marta, jonas)
    await shoot_console_looks(studio, marta.page.url)


async def shoot_console_layers(studio: Studio, marta: AgentPage) -> None:
    """What opens over the console."""
    keyboard = marta.page.keyboard
    await keyboard.press("Escape")
    await keyboard.press("f")
    await studio.shoot("console-filters", marta.page)
    await keyboard.press("Escape")
    await keyboard.press("/")
    await keyboard.type("fernweh")
    await expect(marta.page.get_by_role("region", name="Found").locator("mark").first).to_be_visible()
    await studio.shoot("console-search", marta.page)
    await keyboard.press("Escape")
    await keyboard.press("Control+k")
    await keyboard.type("tra")
    await studio.shoot("console-palette", marta.page)
    await keyboard.press("Escape")
    for name, words in (
        ("console-calls", "sounds"),
        ("console-canned", "canned"),
        ("console-settings", "routing"),
    ):
        await keyboard.press("Control+k")
        await keyboard.type(words)
        await keyboard.press("Enter")
        await expect(marta.page.get_by_role("dialog")).to_be_visible()
        await studio.shoot(name, marta.page)
        await keyboard.press("Escape")


async def shoot_guard(studio: Studio, marta: AgentPage, jonas: AgentPage) -> None:
    """A colleague was faster."""
    made = studio.people.made
    caller = AgentCaller(made.tenant.id, made.agents[1].id, made.agents[1].name, made.agents[1].email)
    await studio.stores.add_participant(caller, marta.chat_id)
    await jonas.page.goto(marta.page.url)
    await expect(jonas.field).to_be_visible()
    for number in range(12):
        await jonas.say(f"By the way, part {number + 1} of 12: the green one has the longer stem.")
    await expect(marta.log).to_contain_text("part 12 of 12")
    await marta.field.fill("Yes, Saturday from ten. Ask for me at the counter.")
    await marta.read_from_the_top()
    await jonas.say("Saturday is fine, I have put your name on it.")
    await marta.page.get_by_role("button", name="1 new message").wait_for()
    await studio.shoot("console-new-message", marta.page)
    await marta.field.press("Enter")
    await expect(marta.page.get_by_role("alertdialog")).to_be_visible()
    await studio.shoot("console-guard", marta.page)
    await marta.page.keyboard.press("Enter")


async def shoot_console_looks(studio: Studio, address: str) -> None:
    """The same chat in every dress."""
    dresses: dict[str, dict[str, Any]] = {
        "console-dark": {**CONSOLE, "color_scheme": "dark"},
        "console-1024": SMALL_CONSOLE,
        "console-phone-conversation": PHONE,
    }
    for name, browser in dresses.items():
        agent = await studio.agent(0, **browser)
        if browser is PHONE:
            await studio.shoot("console-phone-inbox", agent.page)
        await agent.page.goto(address)
        await expect(agent.log).to_contain_text("I have put your name on it")
        await studio.shoot(name, agent.page)


async def shoot_states(studio: Studio) -> None:
    """Every state of the widget from the page that shows them all, in a folder for each dress."""
    wide = {"viewport": {"width": 1840, "height": 1000}, "device_scale_factor": 2}
    dresses: dict[str, tuple[str, dict[str, Any]]] = {
        "states-light": ("", wide),
        "states-dark": ("?theme=dark", wide),
        "states-rtl": ("?lang=ar&dir=rtl", wide),
        "states-rtl-dark": ("?lang=ar&dir=rtl&theme=dark", wide),
        "states-phone": ("?width=phone", PHONE),
        "states-phone-dark": ("?width=phone&theme=dark", PHONE),
    }
    for dress, (query, browser) in dresses.items():
        page = (await studio.people.windows.open(**browser)).page
        await page.goto(f"{studio.hub.base_url}/demo/gallery{query}")
        (studio.directory / dress).mkdir(exist_ok=True)
        frames = page.locator("figure")
        await expect(frames.first).to_be_visible()
        for frame in await frames.all():
            path = studio.directory / dress / f"{await frame.get_attribute('id')}.png"
            await frame.screenshot(path=path, animations="disabled", caret="hide")
        print(dress, flush=True)


async def make_pictures(directory: Path) -> None:
    """All of them, into the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=20_000)
    async with served_hub() as hub, serving_host_pages() as host_pages, async_playwright() as driver:
        browser = await launch_chromium(driver.chromium)
        windows = Windows(browser)
        async with opened_stores(hub) as stores:
            secrets = make_secrets(stores.settings)
            made = await bootstrap_tenant(stores.ports, secrets, hub.base_url, name=NAME)
            studio = Studio(hub, stores, People(windows, host_pages, made), directory)
            marta = await studio.agent()
            await shoot_states(studio)
            await shoot_widget(studio, marta)
            await shoot_widget_looks(studio, marta)
            await shoot_widget_away(studio)
            other = await bootstrap_tenant(stores.ports, secrets, hub.base_url, name=NAME)
            studio = Studio(hub, stores, People(windows, host_pages, other), directory)
            await shoot_console(studio)
            await shoot_agent_menu(studio)
        await windows.close()
        # Whoever looks on while the hub is killed may complain, and nobody may hold its stores.
        await shoot_widget_troubles(
            Studio(hub, stores, People(Windows(browser), host_pages, made), directory)
        )
        await browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the pictures shall go: python -m tests.browser.gallery DIRECTORY")
    asyncio.run(make_pictures(Path(sys.argv[1])))
