"""Agents who write to each other: three lines on two nodes, and what each of them is told."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from hub.actions.ports import Ports
from hub.actions.staff import save_agents
from hub.domain.identity import AgentCaller
from tests.doubles.line import Frame, Line, agent_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant


async def hire(ports: Ports, tenant: Tenant, name: str) -> AgentCaller:
    """Another agent of the tenant."""
    email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
    [agent] = await save_agents(
        ports,
        open_secrets().passwords,
        tenant.marta,
        [{"name": name, "email": email, "password": "correct horse battery staple"}],
    )
    return AgentCaller(tenant.id, agent.id, name, email)


async def key_of(ports: Ports, agent: AgentCaller) -> str:
    """A program's key that speaks for the agent."""
    key = open_secrets().keys.issue_key("api_key")
    await ports.credentials.add_credential(
        agent.tenant_id, "api_key", key.public_id, hash=key.hash, principal_id=agent.id
    )
    return key.text


@dataclass
class Office:
    """Marta (an administrator) and Jonas on one node, Ines on another."""

    ports: Ports
    tenant: Tenant
    ines: AgentCaller
    nodes: tuple[RunningNode, RunningNode]
    stack: AsyncExitStack

    async def let_in(self, agent: AgentCaller, node: int = 0, **hello: object) -> Line:
        """The line of an agent who watches the inbox."""
        line = await self.stack.enter_async_context(agent_line(self.nodes[node].ws_url))
        await line.hello(token=await key_of(self.ports, agent), wants=["inbox"], **hello)
        await line.expect("rows")
        return line

    async def let_in_all(self) -> tuple[Line, Line, Line]:
        """The lines of all three."""
        return (
            await self.let_in(self.tenant.marta),
            await self.let_in(self.tenant.jonas),
            await self.let_in(self.ines, 1),
        )


async def talk(line: Line, *agents: AgentCaller, cid: str | None = None, name: str | None = None) -> int:
    """The chat that the line's agent starts with these."""
    reply = await line.command("talk", cid, agents=[agent.id for agent in agents], name=name)
    assert reply["ok"], reply
    chat: int = reply["result"]["chat"]["id"]
    return chat


async def follow(line: Line, chat: int) -> Frame:
    """The line follows the chat; the page of what was said."""
    assert (await line.command("follow", chat=chat))["ok"]
    return await line.expect("page", lambda frame: frame["stream"] == str(chat))


async def colleague_row(line: Line, chat: int, **members: object) -> Frame:
    """The first row of the chat the line is told that has these members."""

    def fits(row: Frame) -> bool:
        return row["chat"] == chat and all(row[name] == value for name, value in members.items())

    found = await line.expect("rows", lambda frame: any(fits(row) for row in frame.get("colleagues", [])))
    row: Frame = next(row for row in found["colleagues"] if fits(row))
    return row
