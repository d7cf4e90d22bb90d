"""A page of the tenant's own with an agent before it, used as an agent uses it."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect

from hub.actions.tenants import BootstrapAgent
from hub.app import make_secrets
from tests.browser.people import Options, People
from tests.browser.stores import Stores
from tests.browser.visitor_page import texts_of_people
from tests.browser.windows import Complaints, Window
from tests.doubles.agent_pages import AgentsEntrance, make_agents_entrance
from tests.doubles.tenant import Tenant

SEND = "([name, detail]) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail }))"
# What the page is told, in its order.
RECORD = """
globalThis.told = [];
for (const name of ["initialized", "chatOpened", "chatClosed", "newMessage", "messageSent", "awaitingAgent", "agentJoined",
                    "chatEnded", "userTyping", "userStoppedTyping", "upgradeAnonChat"])
  addEventListener(`haloChat_outboundEvent_${name}`, ({ detail }) => told.push([name, detail]));
"""
EVENTS: Options = {"enableInboundEvents": True, "enableOutboundEvents": True, "enableFunctions": True}


@dataclass(frozen=True, slots=True)
class AgentHostPage:
    """One tab of an agent on a page of the tenant's."""

    window: Window
    url: str
    entrance: AgentsEntrance
    agent: BootstrapAgent

    @property
    def page(self) -> Page:
        """The tab."""
        return self.window.page

    @property
    def complaints(self) -> Complaints:
        """Of all tabs of this agent."""
        return self.window.complaints

    @property
    def bubble(self) -> Locator:
        """The bubble; its name says what awaits the agent."""
        return self.page.locator(".bubble")

    @property
    def chat(self) -> Locator:
        """The window."""
        return self.page.get_by_role("dialog").first

    @property
    def log(self) -> Locator:
        """What was said in the open chat."""
        return self.chat.get_by_role("log")

    @property
    def field(self) -> Locator:
        """Where the agent writes."""
        return self.chat.locator("textarea")

    def part(self, title: str) -> Locator:
        """A part of the list, by its title."""
        return self.chat.get_by_role("group", name=title)

    def button(self, name: str) -> Locator:
        """A button of the window, by the beginning of its name."""
        return self.chat.get_by_role("button", name=name)

    async def visit(self) -> None:
        """Opens the page, and returns when the bubble is there."""
        await self.page.goto(self.url)
        await expect(self.bubble).to_be_visible()

    async def send(self, name: str, detail: object = None) -> None:
        """Lets the page ask something of the chat."""
        await self.page.evaluate(SEND, [name, detail])

    def id_token(self, **claims: Any) -> str:
        """As the page's server signs it."""
        return self.entrance.id_token(self.agent.email, **claims)

    async def identify(self) -> None:
        """The page says who is before it, by opening the window; returns when the list is there."""
        await self.send("openChatWindow", {"id_token": self.id_token()})
        await expect(self.chat.get_by_role("switch", name="Take new chats")).to_be_visible()

    async def accept(self, words: str) -> None:
        """Takes the request with these last words; returns when it can be answered."""
        request = self.part("New Chat Request").get_by_role("listitem").filter(has_text=words)
        await request.get_by_role("button", name="Accept").click()
        await expect(self.field).to_be_visible()

    async def say(self, text: str) -> None:
        """Writes and sends; does not wait for the hub."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def expect_texts(self, texts: list[str]) -> None:
        """Exactly these messages are shown, in this order."""
        await expect(texts_of_people(self.log)).to_have_text(texts)

    async def heard(self, name: str) -> Any:
        """The detail of the first event of this name, as soon as the page has heard it."""
        found = await self.page.wait_for_function("(name) => told.find(([told]) => told === name)", arg=name)
        return (await found.json_value())[1]


@dataclass(frozen=True, slots=True)
class Staff:
    """Brings agents of a tenant to pages of an entrance for them."""

    people: People
    entrance: AgentsEntrance

    async def newcomer(
        self, number: int = 0, *, page: Options | None = None, browser: Options | None = None, **config: Any
    ) -> AgentHostPage:
        """An agent who has not opened the page yet: 0 is Marta, 1 is Jonas."""
        profile = self.entrance.profile
        known = {**EVENTS, "configId": str(profile.id), "configKey": profile.key}
        url = self.people.publish(page, **(known | config))
        window = await self.people.windows.open(**(browser or {}))
        await window.page.add_init_script(RECORD)
        return AgentHostPage(window, url, self.entrance, self.people.made.agents[number])

    async def come(self, number: int = 0, **options: Any) -> AgentHostPage:
        """An agent before the list of chats."""
        agent = await self.newcomer(number, **options)
        await agent.visit()
        await agent.identify()
        return agent


async def make_staff(stores: Stores, people: People, tenant: Tenant, **entrance: Any) -> Staff:
    """The staff of the tenant, with an entrance of their own."""
    made = await make_agents_entrance(stores.ports, make_secrets(stores.settings), tenant, **entrance)
    return Staff(people, made)
