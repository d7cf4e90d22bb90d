"""A floor with agents: a real node, a visitor in its queue, and agents' lines that come when they are asked for."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from hub.actions.ports import Ports
from hub.domain.identity import AgentCaller
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant


@dataclass
class Floor:
    """A node with a visitor in the queue and agents who come when they are asked for."""

    node: RunningNode
    ports: Ports
    tenant: Tenant
    stack: AsyncExitStack
    visitor: Line = field(init=False)
    chat: int = field(init=False)

    async def let_in_visitor(self) -> tuple[Line, int]:
        """Another visitor, whose chat waits."""
        line = await self.stack.enter_async_context(visitor_line(self.node.ws_url, self.tenant))
        await line.hello(key=self.tenant.profile.key)
        return line, (await line.command("start"))["result"]["chat"]["id"]

    async def let_in(self, agent: AgentCaller) -> Line:
        """The line of an agent who is here now, and who watches the inbox."""
        secrets = open_secrets()
        key = secrets.keys.issue_key("api_key")
        await self.ports.credentials.add_credential(
            agent.tenant_id, "api_key", key.public_id, hash=key.hash, principal_id=agent.id
        )
        line = await self.stack.enter_async_context(agent_line(self.node.ws_url))
        await line.hello(token=key.text, wants=["inbox"])
        await line.expect("rows", lambda frame: frame["whole"])
        await self.be_known(agent)
        return line

    async def be_known(self, agent: AgentCaller) -> None:
        """Waits until the hub knows that the agent is here."""
        while not any(
            one.caller.id == agent.id
            for one in (await self.ports.availability.read_facts([agent.tenant_id]))[agent.tenant_id].agents
        ):
            continue


async def held(floor: Floor) -> Line:
    """Marta's line; she holds the chat."""
    marta = await floor.let_in(floor.tenant.marta)
    assert (await marta.command("accept", chat=floor.chat))["ok"]
    await follow(marta, floor.chat)
    return marta


async def follow(line: Line, chat: int) -> None:
    """The line follows the chat, and has its pages."""
    await line.command("follow", chat=chat)
    await line.expect("page", lambda frame: frame["stream"] == f"{chat}/staff")


async def row_of(line: Line, chat: int, **members: Any) -> Frame:
    """The first row of the chat the line is told that has these members."""

    def fits(row: Frame) -> bool:
        return row["chat"] == chat and all(row[name] == value for name, value in members.items())

    found = await line.expect("rows", lambda frame: any(fits(row) for row in frame["rows"]))
    return next(row for row in found["rows"] if fits(row))


async def offer_of(line: Line, chat: int) -> Frame:
    """The offer that stands, as the line is told by a row."""

    def fits(row: Frame) -> bool:
        return row["chat"] == chat and row["offer"] is not None

    found = await line.expect("rows", lambda frame: any(fits(row) for row in frame["rows"]))
    offer: Frame = next(row for row in found["rows"] if fits(row))["offer"]
    return offer


async def event_of(line: Line, kind: str) -> Frame:
    """The first event of this kind."""
    return await line.expect("event", lambda frame: frame["kind"] == kind)


async def header_of(floor: Floor) -> Any:
    """The chat as the store has it."""
    return await floor.ports.chats.find_chat(floor.tenant.id, floor.chat)


def refusal(reply: Frame) -> str:
    """The code of a refusal."""
    code: str = reply["error"]["code"]
    return code
