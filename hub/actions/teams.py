"""What can be done with teams, statuses and ticket types: everybody reads them, administrators change them."""

from collections.abc import Sequence

from hub.actions.ports import Ports
from hub.domain.desk import Patch, Status, Team, TicketType, in_order_of, with_clean_name
from hub.domain.errors import NotFound
from hub.domain.identity import AgentCaller
from hub.domain.person import require_admin


async def list_teams(ports: Ports, agent: AgentCaller) -> list[Team]:
    """All teams of the tenant, in their order."""
    return await ports.desk.teams.list_teams(agent.tenant_id)


async def get_team(ports: Ports, agent: AgentCaller, team_id: int) -> Team:
    """The team. Raises NotFound."""
    return in_order_of([team_id], await ports.desk.teams.list_teams(agent.tenant_id, [team_id]))[0]


async def save_teams(ports: Ports, agent: AgentCaller, patches: Sequence[Patch]) -> list[Team]:
    """The teams as they are now; all are saved or none. Raises Forbidden, NotFound, BadRequest (a name that is missing or taken)."""
    require_admin(agent)
    store = ports.desk.teams
    ids = await store.save_teams(agent.tenant_id, [with_clean_name(patch, "A team") for patch in patches])
    return in_order_of(ids, await store.list_teams(agent.tenant_id, ids))


async def list_statuses(ports: Ports, agent: AgentCaller) -> list[Status]:
    """All statuses a ticket of the tenant can have, in their order."""
    return await ports.desk.teams.list_statuses(agent.tenant_id)


async def get_status(ports: Ports, agent: AgentCaller, status_id: int) -> Status:
    """The status. Raises NotFound."""
    return in_order_of([status_id], await ports.desk.teams.list_statuses(agent.tenant_id, [status_id]))[0]


async def save_statuses(ports: Ports, agent: AgentCaller, patches: Sequence[Patch]) -> list[Status]:
    """The statuses as they are now; all are saved or none. Raises Forbidden, NotFound, BadRequest (a name that is missing or taken)."""
    require_admin(agent)
    store = ports.desk.teams
    ids = await store.save_statuses(
        agent.tenant_id, [with_clean_name(patch, "A status") for patch in patches]
    )
    return in_order_of(ids, await store.list_statuses(agent.tenant_id, ids))


async def list_types(ports: Ports, agent: AgentCaller) -> list[TicketType]:
    """All ticket types of the tenant, in their order."""
    return await ports.desk.teams.list_types(agent.tenant_id)


async def get_type(ports: Ports, agent: AgentCaller, type_id: int) -> TicketType:
    """The ticket type. Raises NotFound."""
    return in_order_of([type_id], await ports.desk.teams.list_types(agent.tenant_id, [type_id]))[0]


async def save_types(ports: Ports, agent: AgentCaller, patches: Sequence[Patch]) -> list[TicketType]:
    """The types as they are now; all are saved or none. Raises Forbidden, NotFound, BadRequest (a name that is missing or taken)."""
    require_admin(agent)
    store = ports.desk.teams
    ids = await store.save_types(
        agent.tenant_id, [with_clean_name(patch, "A ticket type") for patch in patches]
    )
    return in_order_of(ids, await store.list_types(agent.tenant_id, ids))


async def delete_type(ports: Ports, agent: AgentCaller, type_id: int) -> None:
    """No new ticket gets this type; those that have it keep it. Raises Forbidden, NotFound."""
    require_admin(agent)
    if not await ports.desk.teams.delete_type(agent.tenant_id, type_id):
        raise NotFound
