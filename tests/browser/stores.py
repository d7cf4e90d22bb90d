"""The stores of a served hub, reached through its data directory: tenants for tests, and what was really stored."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from hub.actions.ports import Ports, WorkdayChange
from hub.app import open_ports
from hub.domain.event import Append, Change, Event, Join
from hub.domain.identity import AgentCaller
from hub.domain.workday import Interval
from hub.embedded.pair import find_running
from hub.settings import Settings
from tests.browser.served_hub import ServedHub
from tests.doubles.applications import set_config
from tests.doubles.tenant import Tenant, make_tenant

WHOLE_CHAT = 1_000  # Longer than any conversation of these tests.


@dataclass(frozen=True, slots=True)
class Stores:
    """What a served hub keeps, as long as its Postgres runs."""

    ports: Ports
    settings: Settings
    owner_url: str

    async def make_tenant(self) -> Tenant:
        """A tenant of one test's own, as `hub bootstrap` makes it."""
        return await make_tenant(self.ports, self.settings)

    async def list_events(self, tenant: Tenant, chat_id: int) -> list[Event]:
        """The chat's public events, in their order."""
        return await self.ports.events.list_after(tenant.id, chat_id, "public", 0, WHOLE_CHAT)

    async def list_texts(self, tenant: Tenant, chat_id: int) -> list[str]:
        """The chat's messages, in their order."""
        return [event.text or "" for event in await self.list_events(tenant, chat_id) if event.text]

    async def add_participant(self, agent: AgentCaller, chat_id: int) -> None:
        """A second agent takes part in the chat. No screen offers that yet; the events know it already."""
        appended = await self.ports.events.append(
            Append(
                agent.tenant_id,
                chat_id,
                "public",
                "agent_joined",
                "agent",
                agent.id,
                f"join-{agent.id}",
                data={"name": agent.name},
                change=Change(join=Join(agent.id, "agent", agent.name)),
            )
        )
        self.ports.bell.ring_event(appended.event)

    async def close_until(self, tenant_id: int, profile_id: int, opens_at: datetime) -> None:
        """Gives the profile opening hours of a single hour a week, the next one at this time."""
        hours = Interval(opens_at.hour * 60, opens_at.hour * 60 + 60)
        days = tuple((hours,) if day == opens_at.weekday() else () for day in range(7))
        change = WorkdayChange("One hour a week", "", "UTC", days)
        [workday] = await self.ports.workdays.save_workdays(tenant_id, [change])
        await set_config(self.owner_url, profile_id, {"hours": {"workday_id": workday.id}})

    async def open_again(self, profile_id: int) -> None:
        """Takes the opening hours away."""
        await set_config(self.owner_url, profile_id, {"hours": {}})

    async def need_agent(self, profile_id: int) -> None:
        """The profile takes chats only while an agent is there who takes them."""
        await set_config(self.owner_url, profile_id, {"hours": {"needs_agent": True}})


@asynccontextmanager
async def opened_stores(hub: ServedHub) -> AsyncIterator[Stores]:
    """The stores of the hub that is running now."""
    running = find_running(hub.data_dir)
    assert running is not None, "no hub is running on this data directory"
    settings = Settings(
        port=hub.port,
        database_url=running.database_url,
        redis_url=running.redis_url,
        secret_keys=running.secret_keys,
    )
    async with open_ports(settings) as ports:
        yield Stores(ports, settings, running.owner_url)
