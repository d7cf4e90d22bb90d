"""Agents."""

from starlette.responses import Response

from hub.actions import staff
from hub.actions.ports import Passwords, Ports
from hub.domain.person import AgentFilter
from hub.rest.halo.answers import require_single_use, respond, respond_with_rows, respond_with_saved
from hub.rest.halo.resource import disabled_wanted, items_from_call, naming_fields, resource_operations
from hub.rest.halo.translate_desk import AGENT_NAMES, agent_out, agent_patch
from hub.rest.halo.wire_desk import AgentIn, AgentList, AgentOut, AgentQuery
from hub.rest.operation import Call, Operation


class Agents:
    """The resource."""

    def __init__(self, ports: Ports, passwords: Passwords) -> None:
        self._ports = ports
        self._passwords = passwords

    async def list_agents(self, call: Call) -> Response:
        """The enabled agents, unless others are asked for."""
        query: AgentQuery = call.query
        wanted = AgentFilter(
            team_id=query.team_id,
            role_id=query.role,
            is_disabled=disabled_wanted(query.includedisabled, query.includeenabled),
            text=query.search,
        )
        found = await staff.list_agents(self._ports, call.require_agent(), wanted)
        return respond_with_rows("agents", [agent_out(agent) for agent in found], query)

    async def get_agent(self, call: Call) -> Response:
        """One agent."""
        return respond(agent_out(await staff.get_agent(self._ports, call.require_agent(), call.id)))

    async def get_own(self, call: Call) -> Response:
        """The agent the program acts for."""
        agent = call.require_agent()
        return respond(agent_out(await staff.get_agent(self._ports, agent, agent.id)))

    async def save_agents(self, call: Call) -> Response:
        """Agents made and changed, all or none."""
        with naming_fields(AGENT_NAMES):
            patches = [agent_patch(item) for item in items_from_call(call)]
            require_single_use([patch["id"] for patch in patches if "id" in patch], "id")
            saved = await staff.save_agents(self._ports, self._passwords, call.require_agent(), patches)
        return respond_with_saved([agent_out(agent) for agent in saved])

    def operations(self) -> list[Operation]:
        """The addresses of agents."""
        return [
            Operation(
                name="getOwnAgent",
                method="GET",
                path="/api/Agent/me",
                run=self.get_own,
                summary="The agent the program acts for",
                tag="Agents",
                answer=AgentOut,
            ),
            *resource_operations(
                "Agent",
                "/api/Agent",
                "Agents",
                list_all=self.list_agents,
                get=self.get_agent,
                save=self.save_agents,
                query=AgentQuery,
                items=AgentIn,
                answer=AgentOut,
                listing=list[AgentOut] | AgentList,
                read_scope=None,
                edit_scope="admin",
            ),
        ]
