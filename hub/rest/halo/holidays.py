"""Holidays: when a workday is closed although its week says otherwise."""

from starlette.responses import Response

from hub.actions.ports import Ports
from hub.actions.workdays import delete_holiday, get_holiday, list_holidays, save_holidays
from hub.rest.halo.answers import require_single_use, respond, respond_with_list, respond_with_saved
from hub.rest.halo.translate_workdays import (
    holiday_change_from_wire,
    holiday_from_domain,
    holiday_id_from_wire,
)
from hub.rest.halo.wire_workdays import HolidayIn, HolidayList, HolidayOut, HolidayQuery
from hub.rest.operation import Call, Operation, parse_id

TAG = "Workdays"


class Holidays:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_holidays(self, call: Call) -> Response:
        """Those of a workday, or all, by their first day."""
        query: HolidayQuery = call.query
        workday_id = query.workday_id or query.workdayid
        found = await list_holidays(self._ports, call.require_agent(), workday_id)
        page = found[query.offset : query.offset + query.limit]
        return respond_with_list("holidays", [holiday_from_domain(one) for one in page], len(found), query)

    async def get_holiday(self, call: Call) -> Response:
        """One."""
        return respond(holiday_from_domain(await get_holiday(self._ports, call.require_agent(), call.id)))

    async def save_holidays(self, call: Call) -> Response:
        """Creates those without an id, changes those with one."""
        agent = call.require_agent()
        told = [(holiday_id_from_wire(one), one) for one in call.items]
        require_single_use([holiday_id for holiday_id, _ in told if holiday_id], "holid")
        changes = []
        for holiday_id, one in told:
            known = None
            if holiday_id is not None:
                known = await get_holiday(self._ports, agent, parse_id(str(holiday_id)))
            changes.append(holiday_change_from_wire(one, known))
        saved = await save_holidays(self._ports, agent, changes)
        return respond_with_saved([holiday_from_domain(one) for one in saved])

    async def delete_holiday(self, call: Call) -> Response:
        """Deletes one."""
        await delete_holiday(self._ports, call.require_agent(), call.id)
        return respond({"holid": call.id})

    def operations(self) -> list[Operation]:
        """The addresses of holidays; the id in them is `holid`."""
        return [
            Operation(
                name="listHolidays",
                method="GET",
                path="/api/Holiday",
                run=self.list_holidays,
                summary="The holidays of a workday, or all",
                tag=TAG,
                scope="access:chat",
                query=HolidayQuery,
                answer=HolidayList,
            ),
            Operation(
                name="saveHolidays",
                method="POST",
                path="/api/Holiday",
                run=self.save_holidays,
                summary="Create holidays, or with a holid change them",
                tag=TAG,
                scope="admin",
                items=HolidayIn,
                answer=HolidayOut,
                status=201,
            ),
            Operation(
                name="getHoliday",
                method="GET",
                path="/api/Holiday/{id}",
                run=self.get_holiday,
                summary="One holiday",
                tag=TAG,
                scope="access:chat",
                answer=HolidayOut,
            ),
            Operation(
                name="deleteHoliday",
                method="DELETE",
                path="/api/Holiday/{id}",
                run=self.delete_holiday,
                summary="Delete a holiday",
                tag=TAG,
                scope="admin",
            ),
        ]
