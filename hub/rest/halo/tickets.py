"""Tickets."""

from starlette.responses import Response

from hub.actions import tickets
from hub.actions.ports import Ports, Window
from hub.domain.errors import BadRequest
from hub.domain.ticket import TicketFilter
from hub.rest.halo.answers import require_single_use, respond, respond_with_list, respond_with_saved
from hub.rest.halo.resource import items_from_call, naming_fields, resource_operations
from hub.rest.halo.translate_desk import TICKET_NAMES, TICKET_ORDERS, ticket_out, ticket_patch
from hub.rest.halo.wire_desk import TicketIn, TicketList, TicketOut, TicketQuery
from hub.rest.operation import MAX_INT32, Call, Operation


class Tickets:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_tickets(self, call: Call) -> Response:
        """Tickets, newest first unless another order is asked for."""
        query: TicketQuery = call.query
        order = None if query.order is None else TICKET_ORDERS[query.order]
        window = Window(query.limit, query.offset, order, query.orderdesc)
        found, total = await tickets.list_tickets(
            self._ports, call.require_agent(), filter_from_query(query), window
        )
        return respond_with_list("tickets", [ticket_out(ticket) for ticket in found], total, query)

    async def get_ticket(self, call: Call) -> Response:
        """One ticket."""
        return respond(ticket_out(await tickets.get_ticket(self._ports, call.require_agent(), call.id)))

    async def save_tickets(self, call: Call) -> Response:
        """Tickets made and changed, all or none."""
        with naming_fields(TICKET_NAMES):
            patches = [ticket_patch(item) for item in items_from_call(call)]
            require_single_use([patch["id"] for patch in patches if "id" in patch], "id")
            saved = await tickets.save_tickets(self._ports, call.require_agent(), patches)
        return respond_with_saved([ticket_out(ticket) for ticket in saved])

    async def delete_ticket(self, call: Call) -> Response:
        """One ticket less; it comes back as it was."""
        agent = call.require_agent()
        gone = await tickets.get_ticket(self._ports, agent, call.id)
        await tickets.delete_ticket(self._ports, agent, call.id)
        return respond(ticket_out(gone))

    def operations(self) -> list[Operation]:
        """The addresses of tickets."""
        return resource_operations(
            "Ticket",
            "/api/Tickets",
            "Tickets",
            list_all=self.list_tickets,
            get=self.get_ticket,
            save=self.save_tickets,
            delete=self.delete_ticket,
            query=TicketQuery,
            items=TicketIn,
            answer=TicketOut,
            listing=TicketList,
            read_scope="read:tickets",
            edit_scope="edit:tickets",
        )


def filter_from_query(query: TicketQuery) -> TicketFilter:
    """Which tickets a query asks for. BadRequest when it asks for open and closed ones only."""
    if query.open_only and query.closed_only:
        raise BadRequest("No ticket is open and closed.", field="closed_only")
    ids = None if query.ticketids is None else tuple(int(one) for one in query.ticketids.split(","))
    return TicketFilter(
        ids=None if ids is None else tuple(one for one in ids if one < MAX_INT32),
        status_id=query.status_id,
        type_id=query.tickettype_id or query.requesttype_id,
        user_id=query.user_id,
        agent_id=query.agent_id,
        team_id=query.team_id,
        chat_id=query.chat_id,
        is_closed=query.closed_only if query.open_only or query.closed_only else None,
        text=query.search,
    )
