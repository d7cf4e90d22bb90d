"""Workdays: opening hours that profiles go by."""

from starlette.responses import Response

from hub.actions.ports import Ports
from hub.actions.workdays import delete_workday, get_workday, list_workdays, save_workdays
from hub.rest.halo.answers import require_single_use, respond, respond_with_saved
from hub.rest.halo.resource import items_from_call, resource_operations
from hub.rest.halo.translate_workdays import workday_change_from_wire, workday_from_domain
from hub.rest.halo.wire_workdays import WorkdayIn, WorkdayList, WorkdayOut, WorkdayQuery
from hub.rest.operation import Call, Operation


class Workdays:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_workdays(self, call: Call) -> Response:
        """All of them, by name."""
        query: WorkdayQuery = call.query
        found = await list_workdays(self._ports, call.require_agent())
        rows = [workday_from_domain(workday, with_holidays=query.showholidays) for workday in found]
        return respond({"record_count": len(rows), "workdays": rows})

    async def get_workday(self, call: Call) -> Response:
        """One, with its holidays."""
        found = await get_workday(self._ports, call.require_agent(), call.id)
        return respond(workday_from_domain(found, with_holidays=True))

    async def save_workdays(self, call: Call) -> Response:
        """Creates those without an id, changes those with one."""
        agent, told = call.require_agent(), items_from_call(call)
        for one in told:
            one.id = one.id or None  # Clients send 0 for a new one.
        require_single_use([one.id for one in told if one.id], "id")
        changes = [
            workday_change_from_wire(one, await get_workday(self._ports, agent, one.id) if one.id else None)
            for one in told
        ]
        saved = await save_workdays(self._ports, agent, changes)
        return respond_with_saved([workday_from_domain(workday, with_holidays=True) for workday in saved])

    async def delete_workday(self, call: Call) -> Response:
        """One that no profile goes by less, with its holidays; it comes back as it was."""
        agent = call.require_agent()
        gone = await get_workday(self._ports, agent, call.id)
        await delete_workday(self._ports, agent, call.id)
        return respond(workday_from_domain(gone, with_holidays=True))

    def operations(self) -> list[Operation]:
        """The addresses of workdays."""
        return resource_operations(
            "Workday",
            "/api/Workday",
            "Workdays",
            list_all=self.list_workdays,
            get=self.get_workday,
            save=self.save_workdays,
            delete=self.delete_workday,
            query=WorkdayQuery,
            items=WorkdayIn,
            answer=WorkdayOut,
            listing=WorkdayList,
            read_scope="access:chat",
            edit_scope="admin",
        )
