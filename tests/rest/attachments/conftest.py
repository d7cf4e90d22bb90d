"""Two tenants on one node, and people of both who bring and get files."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import httpx2
import pytest_asyncio

from hub.actions.attachments import claim_attachments
from hub.actions.messages import NewMessage, post_messages
from hub.actions.ports import Ports
from hub.domain.chat import Chat
from hub.domain.identity import Caller, VisitorCaller
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat, begin_chat
from tests.doubles.file_client import FileClient, client_of_agent, client_of_visitor
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant


@dataclass(frozen=True)
class Scene:
    """A tenant's chat under way between Ann and Marta, with Ben in another chat, and somebody of another tenant on each side."""

    ports: Ports
    tenant: Tenant
    chat: Chat
    visitor: VisitorCaller
    ann: FileClient
    ben: FileClient
    marta: FileClient
    jonas: FileClient
    visitor_abroad: FileClient
    agent_abroad: FileClient
    nobody: FileClient

    async def send(self, caller: Caller, attachment_id: int) -> None:
        """A message with the file."""
        cid = str(uuid4())
        data = {
            "attachments": await claim_attachments(self.ports, caller, self.chat.id, cid, [attachment_id])
        }
        message = NewMessage(self.chat.id, "Here.", cid, data)
        chats = await self.ports.chats.list_chats(self.tenant.id, [self.chat.id])
        await post_messages(self.ports, caller, [message], {chat.id: chat for chat in chats})


@pytest_asyncio.fixture(loop_scope="session")
async def scene(node: RunningNode, ports: Ports, settings: Settings) -> AsyncIterator[Scene]:
    """Everybody in their places."""
    tenant, abroad = [await make_tenant(ports, settings, open_secrets()) for _ in range(2)]
    start = await begin_active_chat(ports, tenant)
    beside, far = await begin_chat(ports, tenant), await begin_chat(ports, abroad)
    async with httpx2.AsyncClient(base_url=node.base_url, timeout=30) as http:
        yield Scene(
            ports,
            tenant,
            start.chat,
            start.caller,
            client_of_visitor(http, ports, settings, start.caller),
            client_of_visitor(http, ports, settings, beside.caller),
            await client_of_agent(http, ports, settings, tenant.marta),
            await client_of_agent(http, ports, settings, tenant.jonas),
            client_of_visitor(http, ports, settings, far.caller),
            await client_of_agent(http, ports, settings, abroad.marta),
            FileClient(http),
        )
