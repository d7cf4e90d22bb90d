"""Workdays: opening hours that profiles go by."""

from starlette.responses import Response

from hub.actions.ports import Ports
from hub.actions.workdays import delete_workday, get_workday, list_workdays, save_workdays
from hub.domain.workday import Workday
from hub.rest.halo.answers import require_single_use, respond, respond_with_saved
from hub.rest.halo.translate_workdays import workday_change_from_wire, workday_from_domain
from hub.rest.halo.wire_workdays import WorkdayDetailQuery, WorkdayIn, WorkdayList, WorkdayOut, WorkdayQuery
from hub.rest.operation import Call, Operation

TAG = "Workdays"


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
        agent, told = call.require_agent(), list[WorkdayIn](call.items)
        require_single_use([one.id for one in told if one.id], "id")
        known = await self._find_known(call, told)
        changes = [workday_change_from_wire(one, known.get(one.id or 0)) for one in told]
        saved = await save_workdays(self._ports, agent, changes)
        return respond_with_saved([workday_from_domain(workday, with_holidays=True) for workday in saved])

    async def delete_workday(self, call: Call) -> Response:
        """Deletes one that no profile goes by, with its holidays."""
        await delete_workday(self._ports, call.require_agent(), call.id)
        return respond({"id": call.id})

    async def _find_known(self, call: Call, told: list[WorkdayIn]) -> dict[int, Workday]:
        """Those to change, by id. Raises NotFound for ids that are not there."""
        agent = call.require_agent()
        for one in told:
            one.id = one.id or None  # Clients send 0 for a new one.
        ids = [one.id for one in told if one.id]
        return {one: await get_workday(self._ports, agent, one) for one in ids}

    def operations(self) -> list[Operation]:
        """The addresses of workdays."""
        return [
            Operation(
                name="listWorkdays",
                method="GET",
                path="/api/Workday",
                run=self.list_workdays,
                summary="The workdays, by name",
                tag=TAG,
                scope="access:chat",
                query=WorkdayQuery,
                answer=WorkdayList,
            ),
            Operation(
                name="saveWorkdays",
                method="POST",
                path="/api/Workday",
                run=self.save_workdays,
                summary="Create workdays, or with an id change them",
                tag=TAG,
                scope="admin",
                items=WorkdayIn,
                answer=WorkdayOut,
                status=201,
            ),
            Operation(
                name="getWorkday",
                method="GET",
                path="/api/Workday/{id}",
                run=self.get_workday,
                summary="One workday with its holidays",
                tag=TAG,
                scope="access:chat",
                query=WorkdayDetailQuery,
                answer=WorkdayOut,
            ),
            Operation(
                name="deleteWorkday",
                method="DELETE",
                path="/api/Workday/{id}",
                run=self.delete_workday,
                summary="Delete a workday that no profile goes by",
                tag=TAG,
                scope="admin",
            ),
        ]
