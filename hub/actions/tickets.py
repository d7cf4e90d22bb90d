"""What can be done with tickets. Chats log theirs by themselves: see `hub.actions.joining`."""

from collections.abc import Sequence

from hub.actions.desk_ports import Window
from hub.actions.ports import Ports
from hub.domain.desk import Patch, ids_named, in_order_of, require_known
from hub.domain.errors import BadRequest, NotFound
from hub.domain.identity import AgentCaller
from hub.domain.person import AgentFilter
from hub.domain.ticket import Ticket, TicketFilter, clean_ticket


async def list_tickets(
    ports: Ports, agent: AgentCaller, wanted: TicketFilter, window: Window
) -> tuple[list[Ticket], int]:
    """One part of those wanted, and how many there are in all."""
    return await ports.desk.tickets.list_tickets(agent.tenant_id, wanted, window)


async def get_ticket(ports: Ports, agent: AgentCaller, ticket_id: int) -> Ticket:
    """The ticket. Raises NotFound."""
    found, _ = await ports.desk.tickets.list_tickets(
        agent.tenant_id, TicketFilter(ids=(ticket_id,)), Window(1)
    )
    return in_order_of([ticket_id], found)[0]


async def save_tickets(ports: Ports, agent: AgentCaller, patches: Sequence[Patch]) -> list[Ticket]:
    """The tickets as they are now; all are saved or none.

    A patch may name its team by `team_name` instead of `team_id`. Raises NotFound, and BadRequest naming the field, also
    for a user, agent, team, type or status the tenant does not have.
    """
    cleaned = await _with_teams(ports, agent.tenant_id, [clean_ticket(patch) for patch in patches])
    await _require_references(ports, agent.tenant_id, cleaned)
    ids = await ports.desk.tickets.save_tickets(agent.tenant_id, cleaned)
    found, _ = await ports.desk.tickets.list_tickets(
        agent.tenant_id, TicketFilter(ids=tuple(ids)), Window(len(ids))
    )
    return in_order_of(ids, found)


async def delete_ticket(ports: Ports, agent: AgentCaller, ticket_id: int) -> None:
    """The ticket is in no list any more. Raises NotFound."""
    if not await ports.desk.tickets.delete_ticket(agent.tenant_id, ticket_id):
        raise NotFound


async def _with_teams(ports: Ports, tenant_id: int, patches: Sequence[Patch]) -> list[Patch]:
    """With `team_id` wherever a team is named; an id that is given too decides."""
    if all(patch.get("team_id") is None and "team_name" not in patch for patch in patches):
        return list(patches)
    teams = await ports.desk.teams.list_teams(tenant_id)
    require_known(patches, "team_id", (team.id for team in teams), "team")
    ids = {team.name.casefold(): team.id for team in teams}
    named = []
    for patch in patches:
        kept = {name: value for name, value in patch.items() if name != "team_name"}
        if patch.get("team_name") and "team_id" not in patch:
            team_id = ids.get(patch["team_name"].casefold())
            if team_id is None:
                raise BadRequest("There is no team of this name.", field="team_name")
            kept["team_id"] = team_id
        named.append(kept)
    return named


async def _require_references(ports: Ports, tenant_id: int, patches: Sequence[Patch]) -> None:
    """BadRequest for whatever the tenant does not have. Each kind is looked up once, and only when it is named."""
    desk = ports.desk
    if users := ids_named(patches, "user_id"):
        require_known(patches, "user_id", await desk.users.list_known(tenant_id, users), "user")
    if agents := ids_named(patches, "agent_id"):
        found = await desk.staff.list_agents(tenant_id, AgentFilter(ids=tuple(agents), is_disabled=False))
        require_known(patches, "agent_id", (agent.id for agent in found), "agent")
    if types := ids_named(patches, "type_id"):
        kinds = await desk.teams.list_types(tenant_id, types)
        require_known(patches, "type_id", (kind.id for kind in kinds), "ticket type")
    if statuses := ids_named(patches, "status_id"):
        known = await desk.teams.list_statuses(tenant_id, statuses)
        require_known(patches, "status_id", (status.id for status in known), "status")
