"""Visitors and agents of one tenant, each in a browser of their own."""

from dataclasses import dataclass
from typing import Any

from hub.actions.tenants import Bootstrap
from tests.browser.agent_page import AgentPage
from tests.browser.host_pages import HostPages
from tests.browser.visitor_page import VisitorPage
from tests.browser.windows import Windows

Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class People:
    """Brings people of a tenant to their screens."""

    windows: Windows
    host_pages: HostPages
    made: Bootstrap

    def publish(self, page: Options | None = None, **config: Any) -> str:
        """The address of a page with this tenant's widget; `page` as in `HostPages.publish`, the rest is `haloChatConfig`."""
        known = {
            "chatServiceUrl": f"{self.made.base_url}/api",
            "configId": str(self.made.profile.id),
            "configKey": self.made.profile.key,
        }
        return self.host_pages.publish(self.made.base_url, known | config, **(page or {}))

    async def visitor(
        self, *, page: Options | None = None, browser: Options | None = None, **config: Any
    ) -> VisitorPage:
        """A new visitor before a page with the bubble on it; `browser` holds options of the browser profile."""
        visitor = await self.newcomer(page=page, browser=browser, **config)
        await visitor.visit()
        return visitor

    async def newcomer(
        self, *, page: Options | None = None, browser: Options | None = None, **config: Any
    ) -> VisitorPage:
        """A new visitor who has not opened the page yet."""
        return VisitorPage(await self.windows.open(**(browser or {})), self.publish(page, **config))

    async def agent(self, number: int = 0, **browser: Any) -> AgentPage:
        """An agent before the inbox: 0 is Marta, 1 is Jonas."""
        agent = await self.stranger(**browser)
        await agent.sign_in(self.made.agents[number])
        return agent

    async def stranger(self, **browser: Any) -> AgentPage:
        """Somebody before an empty page who may try to sign in."""
        return AgentPage(await self.windows.open(is_proxied=True, **browser), self.made.base_url)
