"""Teams, statuses and ticket types."""

from starlette.responses import Response

from hub.actions import teams
from hub.actions.ports import Ports
from hub.rest.halo.answers import respond, respond_with_rows, respond_with_saved
from hub.rest.halo.resource import naming_fields, patches_from_call, resource_operations
from hub.rest.halo.translate_desk import (
    STATUS_NAMES,
    TEAM_NAMES,
    TICKET_TYPE_NAMES,
    status_out,
    team_out,
    ticket_type_out,
)
from hub.rest.halo.wire_desk import (
    StatusIn,
    StatusList,
    StatusOut,
    StatusQuery,
    TeamIn,
    TeamList,
    TeamOut,
    TeamQuery,
    TicketTypeIn,
    TicketTypeList,
    TicketTypeOut,
    TicketTypeQuery,
)
from hub.rest.operation import Call, Operation


class Teams:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_teams(self, call: Call) -> Response:
        """The enabled teams, unless others are asked for."""
        agent, query = call.require_agent(), call.query
        found = [
            team
            for team in await teams.list_teams(self._ports, agent)
            if (query.includedisabled if team.is_disabled else query.includeenabled)
            and (team.takes_chats or not query.chat_only)
            and (agent.id in team.agent_ids or not query.memberonly)
        ]
        return respond_with_rows("teams", [team_out(team) for team in found], query)

    async def get_team(self, call: Call) -> Response:
        """One team."""
        return respond(team_out(await teams.get_team(self._ports, call.require_agent(), call.id)))

    async def save_teams(self, call: Call) -> Response:
        """Teams made and changed, all or none."""
        with naming_fields(TEAM_NAMES):
            patches = patches_from_call(call, TEAM_NAMES)
            saved = await teams.save_teams(self._ports, call.require_agent(), patches)
        return respond_with_saved([team_out(team) for team in saved])

    def operations(self) -> list[Operation]:
        """The addresses of teams."""
        return resource_operations(
            "Team",
            "/api/Team",
            "Teams",
            list_all=self.list_teams,
            get=self.get_team,
            save=self.save_teams,
            query=TeamQuery,
            items=TeamIn,
            answer=TeamOut,
            listing=list[TeamOut] | TeamList,
            read_scope=None,
            edit_scope="admin",
        )


class Statuses:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_statuses(self, call: Call) -> Response:
        """What tickets can come to."""
        found = [
            status
            for status in await teams.list_statuses(self._ports, call.require_agent())
            if not (call.query.excludeclosed and status.is_closed)
        ]
        return respond_with_rows("statuses", [status_out(status) for status in found], call.query)

    async def get_status(self, call: Call) -> Response:
        """One status."""
        return respond(status_out(await teams.get_status(self._ports, call.require_agent(), call.id)))

    async def save_statuses(self, call: Call) -> Response:
        """Statuses made and changed, all or none."""
        with naming_fields(STATUS_NAMES):
            patches = patches_from_call(call, STATUS_NAMES)
            saved = await teams.save_statuses(self._ports, call.require_agent(), patches)
        return respond_with_saved([status_out(status) for status in saved])

    def operations(self) -> list[Operation]:
        """The addresses of statuses."""
        return resource_operations(
            "Status",
            "/api/Status",
            "Statuses",
            list_all=self.list_statuses,
            get=self.get_status,
            save=self.save_statuses,
            query=StatusQuery,
            items=StatusIn,
            answer=StatusOut,
            listing=list[StatusOut] | StatusList,
            read_scope=None,
            edit_scope="admin",
        )


class TicketTypes:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_types(self, call: Call) -> Response:
        """The ticket types that are in use, unless all are asked for."""
        found = [
            kind
            for kind in await teams.list_types(self._ports, call.require_agent())
            if call.query.showinactive or not kind.is_disabled
        ]
        return respond_with_rows("tickettypes", [ticket_type_out(kind) for kind in found], call.query)

    async def get_type(self, call: Call) -> Response:
        """One ticket type."""
        return respond(ticket_type_out(await teams.get_type(self._ports, call.require_agent(), call.id)))

    async def save_types(self, call: Call) -> Response:
        """Ticket types made and changed, all or none."""
        with naming_fields(TICKET_TYPE_NAMES):
            patches = patches_from_call(call, TICKET_TYPE_NAMES)
            saved = await teams.save_types(self._ports, call.require_agent(), patches)
        return respond_with_saved([ticket_type_out(kind) for kind in saved])

    async def delete_type(self, call: Call) -> Response:
        """One ticket type less; it comes back as it was."""
        agent = call.require_agent()
        gone = await teams.get_type(self._ports, agent, call.id)
        await teams.delete_type(self._ports, agent, call.id)
        return respond(ticket_type_out(gone))

    def operations(self) -> list[Operation]:
        """The addresses of ticket types."""
        return resource_operations(
            "TicketType",
            "/api/TicketType",
            "Ticket types",
            list_all=self.list_types,
            get=self.get_type,
            save=self.save_types,
            delete=self.delete_type,
            query=TicketTypeQuery,
            items=TicketTypeIn,
            answer=TicketTypeOut,
            listing=list[TicketTypeOut] | TicketTypeList,
            read_scope=None,
            edit_scope="admin",
        )
